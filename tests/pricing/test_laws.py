"""What holds of every estimate, whatever is asked for, however it is asked for, and wherever it runs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pricing.comparison import compare
from pricing.estimate import Change
from pricing.precision import exactly
from pricing.rate import Location
from workloads.devices.accelerator import accelerators
from workloads.devices.annotation import by_annotation
from workloads.devices.claim import read_claim
from workloads.snapshots.snapshot import UNKNOWN
from workloads.span import Span

PLACES = [
    *(Location("aws", region) for region in ("us-east-1", "eu-central-1", "ap-southeast-2", "eu-south-1")),
    *(Location("gcp", region) for region in ("us-central1", "europe-west4", "asia-east1")),
    *(Location("azure", region) for region in ("eastus", "eastus2", "westeurope")),
    Location("lambda", "us-east-1"),
]
SELECTORS = [
    {},
    {"nvidia.com/gpu.product": "NVIDIA-L4"},
    {"nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3"},
    {"nvidia.com/gpu.product": "NVIDIA-A100-SXM4-40GB-MIG-3g.20gb"},
    {"nvidia.com/gpu.family": "ampere"},
    {"nvidia.com/gpu.product": "Tesla-T4-SHARED", "nvidia.com/gpu.replicas": "4"},
    {"karpenter.k8s.aws/instance-gpu-name": "a100"},
    {"karpenter.k8s.aws/instance-family": "g5"},
    {"cloud.google.com/gke-accelerator": "nvidia-l4", "cloud.google.com/gke-max-shared-clients-per-gpu": "3"},
    {"cloud.google.com/gke-accelerator": "nvidia-tesla-a100", "cloud.google.com/gke-gpu-partition-size": "1g.5gb"},
    {"cloud.google.com/gke-tpu-accelerator": "tpu-v5-lite-podslice", "cloud.google.com/gke-tpu-topology": "2x4"},
    {"node.kubernetes.io/instance-type": "p5.48xlarge"},
    {"node.kubernetes.io/instance-type": "g2-standard-8"},
    {"node.kubernetes.io/instance-type": "m5.large"},
    {"kubernetes.io/arch": "arm64"},
]
SPOT = {
    "aws": {"karpenter.sh/capacity-type": "spot"},
    "gcp": {"cloud.google.com/gke-spot": "true"},
    "azure": {"kubernetes.azure.com/scalesetpriority": "spot"},
}
PERMITTED = {
    "tolerations": [{"key": "cloud.google.com/gke-spot", "value": "true"}, {"key": "karpenter.sh/capacity-type", "value": "spot"}]
}


def _resources(**amounts):
    """What so many of each of several resources make; ``of`` says how an amount grows with the number."""
    return lambda number: accelerators({name: Decimal(of(number)) for name, of in amounts.items()})


def _each(name):
    return _resources(**{name: lambda number: number})


def _claim(request):
    return lambda number: read_claim({"devices": {"requests": [{"exactly": request(number)}]}}, UNKNOWN).choices[0]


SCHEMES = {
    "none": lambda _: (),
    "whole": _each("nvidia.com/gpu"),
    "AMD": _each("amd.com/gpu"),
    "AMD partitions": _each("amd.com/cpx_nps1"),
    "Gaudi": _each("habana.ai/gaudi"),
    "Qualcomm": _each("qualcomm.com/qaic"),
    "Neuron devices": _each("aws.amazon.com/neuron"),
    "Neuron cores": _each("aws.amazon.com/neuroncore"),
    "TPU": _each("google.com/tpu"),
    "no vendor of the book": _each("cambricon.com/vmlu"),
    "not described": _each("example.com/mind"),
    "small slices": _each("nvidia.com/mig-1g.10gb"),
    "half slices": _each("nvidia.com/mig-3g.40gb"),
    "two kinds of slices": _resources(**{"nvidia.com/mig-1g.10gb": lambda number: number, "nvidia.com/mig-2g.20gb": lambda _: 1}),
    "replicas": _each("nvidia.com/gpu.shared"),
    "HAMi memory": _resources(**{"nvidia.com/gpu": lambda _: 1, "nvidia.com/gpumem": lambda number: number * 3000}),
    "HAMi percent": _resources(
        **{"nvidia.com/gpu": lambda _: 2, "nvidia.com/gpumem-percentage": lambda number: min(number * 4, 100)}
    ),
    "HAMi cores": _resources(**{"nvidia.com/gpumem": lambda _: 2000, "nvidia.com/gpucores": lambda number: min(number * 4, 100)}),
    "Volcano": _resources(**{"volcano.sh/vgpu-number": lambda number: number, "volcano.sh/vgpu-memory": lambda _: 8000}),
    "virtual GPUs": _each("nvidia.com/NVIDIA_L4-6Q"),
    "a fraction": lambda number: by_annotation({"gpu-fraction": str(Decimal(min(number, 25)) / 25)}, "kai-scheduler"),
    "a fraction of several": lambda number: by_annotation(
        {"gpu-fraction": "0.3", "gpu-fraction-num-devices": str(number)}, "runai-scheduler"
    ),
    "claims": _claim(lambda number: {"deviceClassName": "gpu.nvidia.com", "count": number}),
    "claims of slices": _claim(
        lambda number: {
            "deviceClassName": "mig.nvidia.com",
            "count": number,
            "selectors": [{"cel": {"expression": "device.attributes['gpu.nvidia.com'].profile == '1g.10gb'"}}],
        }
    ),
    "claims of capacity": _claim(
        lambda number: {"deviceClassName": "gpu.nvidia.com", "capacity": {"requests": {"memory": f"{number * 3}Gi"}}}
    ),
}

CPU = st.decimals(min_value=0, max_value=200, places=3)
MEMORY = st.decimals(min_value=0, max_value=2000, places=2)
NUMBERS = st.integers(1, 24)
COUNTS = st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 40)).map(lambda ends: tuple(sorted(ends)))


@st.composite
def pods(draw):
    """A pod of any size that asks for accelerators by any scheme, on any nodes; how many there are; where."""
    return {
        "cpu": draw(CPU),
        "memory": draw(MEMORY),
        "scheme": draw(st.sampled_from(sorted(SCHEMES))),
        "number": draw(NUMBERS),
        "labels": draw(st.sampled_from(SELECTORS)),
        "permitted": draw(st.booleans()),
        "pods": draw(COUNTS),
        "place": draw(st.sampled_from(PLACES)),
    }


@pytest.fixture(scope="module")
def cost(weigh, workload):
    """Estimates pods as ``pods`` draws them."""

    def made(pod, name="web"):
        spec = {**({"nodeSelector": pod["labels"]} if pod["labels"] else {}), **(PERMITTED if pod["permitted"] else {})}
        plain = workload(name, pods=pod["pods"], cpu=pod["cpu"], memory=pod["memory"], spec=spec)
        return replace(plain, groups=(replace(plain.groups[0], accelerators=SCHEMES[pod["scheme"]](pod["number"])),))

    def costing(*several):
        workloads = [made(pod, f"web-{index}") for index, pod in enumerate(several)]
        return weigh(*workloads, location=several[0]["place"])

    return costing


def _not_less(greater, less) -> None:
    """Every end of a sum is at least what it was; where something has no price, the sum is no longer one of all."""
    if {entry.reason.partition(":")[0] for entry in greater.unpriced} or less.unpriced:
        return
    with exactly():
        step = Decimal("1e-9")  # a seventh of an eighth is no exact number
        assert greater.total.low >= less.total.low - step
        assert greater.total.expected >= less.total.expected - step
        assert greater.total.high >= less.total.high - step


# On spot the larger of two machines may cost less than the smaller.
CHEAPER_WHEN_LARGER = {
    "cpu": Decimal(0),
    "memory": Decimal("3.14"),
    "scheme": "Volcano",
    "number": 1,
    "labels": {"karpenter.k8s.aws/instance-family": "g5"},
    "permitted": True,
    "pods": (1, 1, 1),
    "place": Location("aws", "eu-central-1"),
}


# A pod takes all chips of a TPU machine, and machines of two are sold of one generation alone, which is not the cheapest.
TWO_TPUS = {
    "cpu": Decimal(0),
    "memory": Decimal(0),
    "scheme": "TPU",
    "number": 2,
    "labels": {},
    "permitted": False,
    "pods": (0, 1, 1),
    "place": Location("aws", "us-east-1"),
}


@given(pod=pods(), more=st.tuples(CPU, MEMORY))
@example(pod=CHEAPER_WHEN_LARGER, more=(Decimal(0), Decimal("3.14")))
@settings(max_examples=150)
def test_a_pod_that_asks_for_more_cpu_or_memory_never_costs_less(cost, pod, more) -> None:
    less = cost(pod)
    _not_less(cost({**pod, "cpu": pod["cpu"] + more[0]}), less)
    _not_less(cost({**pod, "memory": pod["memory"] + more[1]}), less)


@given(pod=pods(), more=NUMBERS)
@settings(max_examples=200)
@example(pod=TWO_TPUS, more=2)
def test_a_pod_that_asks_for_more_of_any_accelerator_never_costs_less(cost, pod, more) -> None:
    _not_less(cost({**pod, "number": pod["number"] + more}), cost(pod))


@given(pod=pods(), more=st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)))
@settings(max_examples=80)
def test_more_replicas_never_cost_less(cost, pod, more) -> None:
    low, expected, high = pod["pods"]
    grown = (low + min(more), expected + sorted(more)[1], high + max(more))
    _not_less(cost({**pod, "pods": grown}), cost(pod))


@given(one=pods(), other=pods())
@settings(max_examples=80)
def test_workloads_cost_together_what_they_cost_alone(cost, one, other) -> None:
    other = {**other, "place": one["place"]}
    with exactly():
        assert cost(one, other).total == cost(one).total + cost(other).total


@given(several=st.lists(pods(), min_size=1, max_size=3))
@settings(max_examples=60)
def test_nothing_changes_against_itself(cost, several) -> None:
    weighed = cost(*several)
    difference = compare(weighed, weighed)
    assert difference.change == difference.one_off == Change(Decimal(0), Decimal(0), Decimal(0))


@given(pod=pods())
@settings(max_examples=150)
def test_low_expected_and_high_never_cross_and_nothing_is_negative(cost, pod) -> None:
    weighed = cost(pod)
    for amount in (weighed.total, *(line.amount for one in weighed.workloads for line in one.lines)):
        assert Decimal(0) <= amount.low <= amount.expected <= amount.high


@given(pod=pods())
@settings(max_examples=150)
def test_what_is_asked_for_is_priced_or_said_not_to_be(cost, pod) -> None:
    weighed = cost({**pod, "pods": (1, 1, 1)})
    asked = SCHEMES[pod["scheme"]](pod["number"])
    assert weighed.unpriced or not asked or any(use.accelerators for one in weighed.workloads for use in one.machines)


@given(pod=pods(), cloud=st.sampled_from(sorted(SPOT)))
@settings(max_examples=150)
def test_spot_never_costs_more_than_on_demand_and_permitting_it_never_more_than_not(cost, pod, cloud) -> None:
    place = next(place for place in (pod["place"], *PLACES) if place.cloud == cloud)
    plain = {**pod, "place": place, "permitted": False}
    weighed = cost(plain)
    spot = cost({**plain, "labels": {**pod["labels"], **SPOT[cloud]}})
    permitted = cost({**plain, "permitted": True})
    if weighed.workloads[0].location == spot.workloads[0].location and not weighed.unpriced and not spot.unpriced:
        assert spot.total.expected <= weighed.total.expected
    if not permitted.unpriced and permitted.workloads[0].location == weighed.workloads[0].location:
        assert permitted.total.low <= weighed.total.low
        assert permitted.total.expected == weighed.total.expected


def test_every_scheme_is_priced_somewhere_but_for_those_that_nobody_sells(cost) -> None:
    """The laws above would hold of nothing if nothing had a price."""
    unsold = {"none", "no vendor of the book", "not described", "replicas"}
    pod = {"cpu": Decimal(1), "memory": Decimal(2), "number": 1, "labels": {}, "permitted": False, "pods": (1, 1, 1)}
    for scheme in SCHEMES.keys() - unsold:
        costs = [cost({**pod, "scheme": scheme, "place": place}) for place in PLACES]
        assert any(not found.unpriced and found.total.expected > 0 for found in costs), scheme
    assert Span.exactly(0) == cost({**pod, "scheme": "none", "place": PLACES[0], "pods": (0, 0, 0)}).total
