"""Prices agree with what a person works out on paper from the list price of the machine."""

from decimal import Decimal

import pytest

from pricing.fits.split import proportions, split
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from pricing.rounding import to_cents
from workloads.span import Span
from workloads.workload import VolumeClaim

US_EAST_1 = Location("aws", "us-east-1")
US_CENTRAL1 = Location("gcp", "us-central1")
GIB = 2**30


def on(machine):
    return {"nodeSelector": {"node.kubernetes.io/instance-type": machine}}


def by_line(weighed):
    return {line.what: line.amount.expected for line in weighed.lines}


@pytest.mark.parametrize(
    ("pod", "place", "costs"),
    [
        # the whole of a machine costs the machine: 730 hours at its list price
        (("m5.large", 2, 8, 0), US_EAST_1, ("0.096", "70.08")),
        (("p5.48xlarge", 192, 2048, 8), US_EAST_1, ("55.04", "40179.20")),
        (("g2-standard-4", 4, 16, 1), US_CENTRAL1, ("0.706832", "515.99")),
        (("Standard_D2s_v3", 2, 8, 0), Location("azure", "eastus"), ("0.096", "70.08")),
    ],
)
def test_a_pod_that_asks_for_a_whole_machine_costs_the_machine(weigh, workload, pod, place, costs):
    machine, cpu, memory, gpus = pod
    hourly, monthly = costs
    extended = {"nvidia.com/gpu": gpus} if gpus else {}
    whole = workload(cpu=cpu, memory=memory, extended=extended, spec=on(machine))
    weighed = weigh(whole, location=place)
    assert weighed.total.expected == Decimal(hourly) * 730
    assert to_cents(weighed.total.expected) == Decimal(monthly)
    assert weighed.workloads[0].stranded.expected == 0
    assert weighed.certainty[Confidence.EXACT] == weighed.total.expected
    assert not weighed.unpriced


def test_a_pod_that_asks_only_for_the_eight_gpus_costs_the_same_as_its_own_part_and_what_it_strands(weigh, workload):
    # 8 x 5.061136 of 192 x 0.037924 + 2048 x 0.004142 + 8 x 5.061136 is 40.49 of 56.25: 72 %
    pod = workload(
        cpu="0.1",
        memory="0.25",
        extended={"nvidia.com/gpu": 8},
        spec={"nodeSelector": {"karpenter.k8s.aws/instance-gpu-name": "h100"}},
    )
    weighed = weigh(pod, location=US_EAST_1).workloads[0]
    assert weighed.total.expected == Decimal("55.04") * 730 == Decimal("40179.20")
    own = by_line(weighed)["accelerator"] / weighed.total.expected
    assert Decimal("0.715") < own < Decimal("0.725")
    assert weighed.stranded.expected == weighed.total.expected - sum(
        amount for what, amount in by_line(weighed).items() if what != "stranded"
    )
    assert weighed.machines[0].type == "p5.48xlarge"
    assert weighed.machines[0].because == "cheapest for 8 × H100 in us-east-1"


def test_one_of_eight_gpus_costs_an_eighth_and_says_what_the_machine_costs_whole(weigh, workload):
    pod = workload(cpu="0.1", memory="0.25", extended={"nvidia.com/gpu": 1}, spec=on("p5.48xlarge"))
    weighed = weigh(pod, location=US_EAST_1).workloads[0]
    assert weighed.total.expected == Decimal("55.04") * 730 / 8
    machine = weighed.machines[0]
    assert (machine.share, machine.count.expected, machine.accelerators) == (Decimal("0.125"), 1, 1)
    accelerator = next(line for line in weighed.lines if line.what == "accelerator")
    assert "a pod takes 12.5 % of a p5.48xlarge, which costs $40,179.20 a month whole" in accelerator.derivation


def test_the_inference_service_of_two_pods_on_a_named_machine(weigh, workload):
    # 2 x 0.706832 x 730 = 1,031.97; each pod asks 3 of 4 vCPU, 12 of 16 GiB and the L4. By their rates, 4 x 0.025905,
    # 16 x 0.003287 and 0.53506, CPU and memory are 22.6 % of the machine, of which a quarter is stranded: 5.65 %
    pod = workload(pods=2, cpu=3, memory=12, extended={"nvidia.com/gpu": 1}, spec=on("g2-standard-4"))
    weighed = weigh(pod).workloads[0]
    own = weighed.total.expected - weighed.stranded.expected
    assert (to_cents(weighed.total.expected), to_cents(own), to_cents(weighed.stranded.expected)) == (
        Decimal("1031.97"),
        Decimal("973.67"),
        Decimal("58.30"),
    )
    assert weighed.machines[0].count == Span.exactly(2)
    assert all(line.confidence is Confidence.EXACT for line in weighed.lines)


@pytest.mark.parametrize(
    ("pods", "size", "monthly"),
    [
        # GCP's general-purpose rates: 0.029305 a vCPU-hour, 0.003719 a GiB-hour
        (2, ("0.5", "0.5"), "24.11"),  # 2 x (0.5 x 0.029305 + 0.5 x 0.003719) x 730
        (3, ("2", "8"), "193.51"),  # 3 x (2 x 0.029305 + 8 x 0.003719) x 730
        (3, ("1", "2"), "80.47"),  # 3 x (1 x 0.029305 + 2 x 0.003719) x 730
        ((3, 3, 12), ("1", "2"), "80.47"),  # the maximum: 12 x … = 321.87
        (1, ("0.5", "2"), "16.13"),  # (0.5 x 0.029305 + 2 x 0.003719) x 730
    ],
)
def test_pods_that_name_no_machine_cost_what_they_ask_at_general_purpose_rates(weigh, workload, pods, size, monthly):
    weighed = weigh(workload(pods=pods, cpu=size[0], memory=size[1]))
    assert to_cents(weighed.total.expected) == Decimal(monthly)
    assert weighed.certainty[Confidence.MODELLED] == weighed.total.expected
    if isinstance(pods, tuple):
        assert to_cents(weighed.total.high) == Decimal("321.87")


@pytest.mark.parametrize(("size", "monthly"), [(100, "51.00"), (500, "255.00")])
def test_three_volumes_of_a_gke_class(weigh, workload, size, monthly):
    # 3 x 100 GiB x 0.17 and 3 x 500 GiB x 0.17
    claim = VolumeClaim("data", ("spec", "volumeClaimTemplates", 0), Decimal(size * GIB), Span.exactly(3), "premium-rwo")
    weighed = weigh(workload(podless=True, claims=(claim,)))
    assert weighed.total.expected == Decimal(monthly)
    assert weighed.certainty[Confidence.EXACT] == weighed.total.expected


def test_a_job_is_paid_once(weigh, workload):
    # 4 pods for 2 hours: 8 h x (1 x 0.029305 + 2 x 0.003719)
    job = workload(kind="Job", api="batch/v1", pods=4, hours=8, one_off=True)
    weighed = weigh(job)
    assert weighed.total.high == 0
    assert weighed.one_off.expected == 8 * (Decimal("0.029305") + 2 * Decimal("0.003719"))


def test_a_gpu_model_that_is_ruled_out_is_never_the_cheapest(workload, weigh) -> None:
    excluded = {"key": "nvidia.com/gpu.product", "operator": "NotIn", "values": ["Tesla-T4"]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [excluded]}]}}
    plain = weigh(workload(extended={"nvidia.com/gpu": 1}), location=US_EAST_1).workloads[0]
    other = weigh(
        workload(extended={"nvidia.com/gpu": 1}, spec={"affinity": {"nodeAffinity": required}}), location=US_EAST_1
    ).workloads[0]
    assert plain.machines[0].accelerators_model == "T4"
    assert other.machines[0].accelerators_model not in {"", "T4"}
    assert other.total.expected > plain.total.expected


def _carrying(prices, cloud: str) -> list:
    """Every type of a cloud with whole H100 or H200, in the first region that sells it."""
    found = {}
    for region in prices.regions(cloud):
        for model in ("H100", "H200"):
            for machine in prices.machines_with(Location(cloud, region), model):
                if machine.on_demand and not machine.suspect and machine.gpu_count >= 1:
                    found.setdefault(machine.type, machine)
    return list(found.values())


@pytest.mark.parametrize("cloud", ["aws", "gcp", "azure"])
def test_the_gpus_of_a_machine_are_60_to_95_percent_of_its_price_by_their_models_rates(cloud: str, prices) -> None:
    machines = _carrying(prices, cloud)
    assert machines
    for machine in machines:
        with exactly():
            parts = split(machine.on_demand.value, machine, proportions(machine, prices))
            share = parts.accelerators / machine.on_demand.value
        assert Decimal("0.60") <= share <= Decimal("0.95"), (machine.type, machine.location, share)
        assert parts.cpu + parts.memory + parts.accelerators == machine.on_demand.value
