"""An estimate is the exact sum of its lines, says how sure it is, and leaves nothing out in silence."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.estimator import estimate
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.manifest import Manifest
from workloads.span import Span, total
from workloads.workload import Inventory, LoadBalancer, Unpriced, VolumeClaim

US_CENTRAL1 = Location("gcp", "us-central1")
GIB = 2**30
L4 = {"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}}
SPOT_PERMITTED = {"tolerations": [{"key": "cloud.google.com/gke-spot", "value": "true"}]}

CPUS = st.decimals(min_value="0.001", max_value=3, places=3)
MEMORY = st.decimals(min_value="0.001", max_value=11, places=9)
PODS = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)).map(lambda ends: tuple(sorted(ends)))
EXTENDED = st.sampled_from([{}, {"nvidia.com/gpu": 1}, {"nvidia.com/gpu": 3}])
SPECS = st.sampled_from([{}, L4, SPOT_PERMITTED, {**L4, **SPOT_PERMITTED}])


@pytest.fixture(scope="module")
def any_workload(workload):
    """A strategy of workloads of every kind of line."""

    def make(size, pods, extended, spec, claims):
        volume = VolumeClaim("data", ("spec",), Decimal(claims) * GIB, Span(*(Decimal(end) for end in pods)), "standard-rwo")
        return workload(pods=pods, cpu=size[0], memory=size[1], extended=extended, spec=spec, claims=(volume,) if claims else ())

    return st.builds(make, st.tuples(CPUS, MEMORY), PODS, EXTENDED, SPECS, st.integers(0, 3))


@given(data=st.data())
@settings(max_examples=40)
def test_totals_are_the_sums_of_lines_and_ends_never_cross(weigh, any_workload, data):
    workloads = data.draw(st.lists(any_workload, max_size=4))
    weighed = weigh(*workloads)
    with exactly():
        for one in weighed.workloads:
            assert one.total == total([line.amount for line in one.lines])
            assert one.stranded == total([line.amount for line in one.lines if line.what == "stranded"])
            for line in one.lines:
                assert line.amount.low <= line.amount.expected <= line.amount.high
                assert line.rate.value > 0
        assert weighed.total == total([one.total for one in weighed.workloads])
        assert sum(weighed.certainty.values()) == weighed.total.expected


@given(data=st.data())
@settings(max_examples=30)
def test_workloads_cost_together_what_they_cost_alone(weigh, any_workload, data):
    one, other = data.draw(any_workload), data.draw(any_workload)
    with exactly():
        assert weigh(one, other).total == weigh(one).total + weigh(other).total


@given(data=st.data(), more=st.decimals(min_value=0, max_value=4, places=3))
@settings(max_examples=30)
def test_more_pods_or_larger_pods_never_cost_less(weigh, workload, data, more):
    spec, extended, pods = data.draw(SPECS), data.draw(EXTENDED), data.draw(PODS)
    small = weigh(workload(pods=pods, cpu=1, memory=1, spec=spec, extended=extended)).total
    large = weigh(workload(pods=pods, cpu=1 + more, memory=1 + more, spec=spec, extended=extended)).total
    many = weigh(workload(pods=tuple(end + 1 for end in pods), cpu=1, memory=1, spec=spec, extended=extended)).total
    for greater in (large, many):
        assert (greater.low, greater.expected, greater.high) >= (small.low, small.expected, small.high)
        assert greater.expected >= small.expected
        assert greater.high >= small.high


@given(size=st.tuples(CPUS, MEMORY), extended=EXTENDED)
@settings(max_examples=20)
def test_spot_never_costs_more_than_on_demand(weigh, workload, size, extended):
    spec = L4 if extended else {}
    selector = {**spec.get("nodeSelector", {}), "cloud.google.com/gke-spot": "true"}
    plain = weigh(workload(cpu=size[0], memory=size[1], extended=extended, spec=spec)).total
    permitted = weigh(workload(cpu=size[0], memory=size[1], extended=extended, spec={**spec, **SPOT_PERMITTED})).total
    spot = weigh(workload(cpu=size[0], memory=size[1], extended=extended, spec={"nodeSelector": selector})).total
    assert spot.expected <= plain.expected
    assert permitted.low <= plain.low
    assert permitted.expected == plain.expected


def test_the_stated_and_the_assumed_part_of_a_request_are_two_lines(weigh, workload):
    # one container states 1 vCPU, another states none: 100m of 1.1 are assumed
    weighed = weigh(workload(cpu="1.1", memory=2, assumed_cpu="0.1"))
    stated, assumed = (line for line in weighed.workloads[0].lines if line.what == "cpu")
    assert (stated.quantity, assumed.quantity) == (1, Decimal("0.1"))
    assert (stated.confidence, assumed.confidence) == (Confidence.MODELLED, Confidence.ASSUMED)
    assert assumed.assumption == "0.1 vCPU assumed: no request is stated (assume.cpu)"
    assert weighed.certainty[Confidence.ASSUMED] == Decimal("0.1") * Decimal("0.029305") * 730


def test_an_assumed_memory_is_said_in_mib(weigh, workload):
    weighed = weigh(workload(memory="0.1953125", assumed_memory="0.1953125"))
    memory = next(line for line in weighed.workloads[0].lines if line.what == "memory")
    assert memory.assumption == "200 MiB assumed: no request is stated (assume.memory)"


def test_an_assumed_request_that_only_shifts_a_machine_s_split_leaves_the_sum_exact(weigh, workload):
    spec = {"nodeSelector": {"node.kubernetes.io/instance-type": "g2-standard-4"}}
    weighed = weigh(workload(cpu="0.1", assumed_cpu="0.1", memory=1, extended={"nvidia.com/gpu": 1}, spec=spec))
    assert weighed.certainty[Confidence.EXACT] == weighed.total.expected == Decimal("0.706832") * 730
    cpu = next(line for line in weighed.workloads[0].lines if line.what == "cpu")
    assert "0.1 vCPU of it assumed (assume.cpu): this moves the split, not the sum" in cpu.derivation


def test_an_assumed_request_that_decides_the_share_makes_it_assumed(weigh, workload):
    spec = {"nodeSelector": {"node.kubernetes.io/instance-type": "g2-standard-96"}}
    weighed = weigh(workload(cpu=90, assumed_cpu=90, memory=1, extended={"nvidia.com/gpu": 1}, spec=spec))
    assert weighed.certainty[Confidence.ASSUMED] == weighed.total.expected


def test_huge_pages_are_paid_as_memory(weigh, workload):
    pages = weigh(workload(cpu=0, memory=1, extended={"hugepages-2Mi": 1 * GIB})).total
    assert pages == weigh(workload(cpu=0, memory=2)).total


def test_an_assumed_number_of_pods_or_hours_makes_every_line_assumed(weigh, workload):
    weighed = weigh(workload(assumption="3 nodes assumed (assume.nodes)"))
    assert weighed.certainty[Confidence.ASSUMED] == weighed.total.expected
    assert all("assume.nodes" in line.assumption for line in weighed.workloads[0].lines)


def test_pods_of_an_unknown_kind_are_at_best_modelled(weigh, workload):
    spec = {"nodeSelector": {"node.kubernetes.io/instance-type": "n2-standard-4"}}
    words = "unknown kind, its pod templates were searched for"
    weighed = weigh(workload(cpu=4, memory=16, spec=spec, modelled=words))
    assert weighed.certainty[Confidence.MODELLED] == weighed.total.expected
    assert words in weighed.workloads[0].lines[0].derivation


def test_what_is_switched_off_costs_nothing_and_has_no_lines(weigh, workload):
    weighed = weigh(workload(pods=0))
    assert not weighed.workloads[0].lines
    assert weighed.total.high == 0


def test_what_is_suspended_costs_only_at_the_high_end(weigh, workload):
    weighed = weigh(workload(pods=(0, 0, 1)))
    assert weighed.total.expected == 0
    assert weighed.total.high > 0


def test_a_load_balancer_and_a_volume_are_priced_where_the_pods_run(weigh, workload):
    spec = {"nodeSelector": {"topology.kubernetes.io/region": "us-east-1"}}
    claim = VolumeClaim("data", ("spec",), Decimal(100 * GIB), Span.exactly(1), "gp3")
    weighed = weigh(workload(spec=spec, claims=(claim,), load_balancers=(LoadBalancer("", {}),)))
    amounts = {line.what: line.amount.expected for line in weighed.workloads[0].lines}
    assert (amounts["storage"], amounts["loadBalancer"]) == (Decimal(8), Decimal("0.0225") * 730)


def test_a_class_that_belongs_to_a_cloud_decides_where_its_pods_are_priced(weigh, workload):
    claim = VolumeClaim("data", ("spec",), Decimal(100 * GIB), Span.exactly(1), "managed-csi-premium")
    weighed = weigh(workload(claims=(claim,)))
    assert weighed.workloads[0].location == Location("azure", "eastus")
    assert all("region eastus assumed" in line.assumption for line in weighed.workloads[0].lines)


def test_everything_without_a_price_is_listed_with_its_reason(book, workload):
    chart = Unpriced(Manifest.of({"kind": "HelmRelease", "metadata": {"name": "redis"}}), "a chart that was not rendered")
    claim = VolumeClaim("data", ("spec",), Decimal(GIB), Span.exactly(1), "fast")
    odd = workload(extended={"example.com/mind": 1}, claims=(claim,), load_balancers=(LoadBalancer("example.com/x", {}),))
    weighed = estimate(Inventory((odd,), (chart,)), book, US_CENTRAL1)
    assert [unpriced.reason.split(":")[0] for unpriced in weighed.unpriced] == [
        "a chart that was not rendered",
        "example.com/mind",
        "volume data",
        "load balancer",
    ]
    assert {unpriced.manifest.name for unpriced in weighed.workloads[0].unpriced} == {"web"}


def test_the_largest_quantities_kubernetes_has_are_priced_without_rounding(weigh, workload):
    largest = Decimal(2**63 - 1)
    weighed = weigh(workload(pods=2**31 - 1, cpu=largest, memory=largest))
    with exactly():
        hourly = largest * Decimal("0.029305") + largest * Decimal("0.003719")
        assert weighed.total.expected == hourly * (2**31 - 1) * 730


def test_an_empty_inventory_costs_nothing(weigh):
    weighed = weigh()
    assert weighed.total == Span.exactly(0)
    assert weighed.location == US_CENTRAL1
    assert set(weighed.certainty.values()) == {Decimal(0)}


def test_groups_of_one_workload_keep_their_names_on_lines_and_machines(weigh, workload):
    spec = {"nodeSelector": {"node.kubernetes.io/instance-type": "g2-standard-4"}}
    cluster = workload(extended={"nvidia.com/gpu": 1}, spec=spec, group="workers")
    head = workload(group="head").groups[0]
    weighed = weigh(replace(cluster, groups=(head, *cluster.groups))).workloads[0]
    assert {line.group for line in weighed.lines} == {"head", "workers"}
    assert [machine.group for machine in weighed.machines] == ["workers"]
