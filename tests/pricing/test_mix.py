"""Pods are priced on the nodes that the cluster has: at the mean of its machines, or on the machine of the pool that takes them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.estimator import estimate
from pricing.fits.split import proportions, split
from pricing.machines.home import home
from pricing.machines.mix import mix, stock
from pricing.precision import exactly
from pricing.rate import Confidence, Location
from workloads.nodes.pool import NodePool, NodePools, Taint
from workloads.workload import Inventory

US_EAST_1 = Location("aws", "us-east-1")
GIB = 2**30
TAINT = Taint("nvidia.com/gpu", "", "NoSchedule")


def pool(machine="m5.large", cpu="2", memory="8", nodes=1, **more):
    """Nodes of a type in us-east-1; labels tell what selectors name."""
    labels = {"node.kubernetes.io/instance-type": machine, "topology.kubernetes.io/region": "us-east-1", **more.pop("labels", {})}
    room = {"cpu": Decimal(cpu), "memory": Decimal(memory) * GIB, **more.pop("devices", {})}
    return NodePool(
        machine_type=machine, cloud="aws", region="us-east-1", nodes=nodes, labels=labels, capacity=room, allocatable=room, **more
    )


def gpus(**more):
    """Two machines with an L4 each, which others are kept away from."""
    devices = {"nvidia.com/gpu": Decimal(more.pop("devices", 1))}
    return pool("g6.xlarge", "4", "16", nodes=2, name="gpu", devices=devices, taints=(TAINT,), **more)


def known(*pools):
    return NodePools(pools, "snapshot production of 2026-11-26")


@pytest.fixture(scope="session")
def priced(book):
    """Estimates one workload on pools, in us-east-1 where nothing else is known."""

    def pricing(workload, *pools, location=US_EAST_1, series=""):
        return estimate(Inventory((workload,)), book, location, series, known(*pools))

    return pricing


def test_a_pod_as_large_as_a_node_costs_the_mean_of_what_the_nodes_cost(priced, workload) -> None:
    # three at 0.096 and one on spot at 0.03264: (3 x 0.096 + 0.03264) / 4 x 730
    spot = pool(spot=True, labels={"karpenter.sh/capacity-type": "spot"})
    found = priced(workload(cpu=2, memory=8), pool(nodes=3), spot)
    expected = (3 * Decimal("0.096") + Decimal("0.03264")) / 4 * 730
    assert abs(found.total.expected - expected) < Decimal("0.000001")
    assert found.certainty[Confidence.MODELLED] == found.total.expected


def test_the_mean_is_weighted_by_capacity(priced, workload) -> None:
    # m5.xlarge is two m5.large: the mix of both costs what one does, a vCPU and a GiB
    one = priced(workload(cpu=1, memory=4), pool())
    both = priced(workload(cpu=1, memory=4), pool(nodes=7), pool("m5.xlarge", "4", "16", nodes=2))
    assert abs(one.total.expected - both.total.expected) < Decimal("0.000001")
    assert abs(one.total.expected - Decimal("0.048") * 730) < Decimal("0.000001")


def test_the_rates_times_all_capacity_are_what_the_nodes_cost(book) -> None:
    pools = known(pool(nodes=3), pool("c5.xlarge", "4", "8", nodes=2), pool("r5.2xlarge", "8", "64"))
    rates = mix(pools, (0, 1, 2), book, US_EAST_1, "")
    cpu, memory = 3 * 2 + 2 * 4 + 8, 3 * 8 + 2 * 8 + 64
    # 3 x 0.096 + 2 x 0.17 + 0.504
    assert abs(rates.cpu.value * cpu + rates.memory.value * memory - Decimal("1.132")) < Decimal("0.000001")
    assert rates.family == "the mix of snapshot production of 2026-11-26: 3 × m5.large, 2 × c5.xlarge, 1 × r5.2xlarge"
    assert rates.cpu.source == "prices of the cluster's nodes"


def test_a_machine_with_gpus_lends_only_its_part_for_cpu_and_memory(book) -> None:
    open_to_all = pool("g6.xlarge", "4", "16")
    rates = mix(known(open_to_all), (0,), book, US_EAST_1, "")
    machine = book.machine(US_EAST_1, "g6.xlarge")
    with exactly():
        parts = split(machine.on_demand.value, machine, proportions(machine, book))
    assert abs(rates.cpu.value * 4 + rates.memory.value * 16 - parts.cpu - parts.memory) < Decimal("0.000001")
    assert parts.accelerators > parts.cpu


def test_what_nobody_tolerates_is_not_in_the_mix(priced, workload) -> None:
    alone = priced(workload(cpu=1, memory=4), pool())
    beside = priced(workload(cpu=1, memory=4), pool(), gpus())
    assert alone.total == beside.total


def test_a_selector_leaves_the_pools_that_it_names(priced, workload) -> None:
    pools = (pool(labels={"team": "shop"}), pool("c5.xlarge", "4", "8", labels={"team": "bank"}))
    found = priced(workload(cpu=4, memory=8, spec={"nodeSelector": {"team": "bank"}}), *pools)
    assert found.total.expected == Decimal("0.17") * 730
    (machine,) = found.workloads[0].machines
    assert (machine.type, machine.because) == ("c5.xlarge", "node pool c5.xlarge, snapshot production of 2026-11-26")


def test_a_pod_with_a_gpu_costs_its_pools_machine(priced, workload) -> None:
    found = priced(workload(cpu=3, memory=12, extended={"nvidia.com/gpu": 1}), pool(nodes=5), gpus())
    assert found.total.expected == Decimal("0.8048") * 730
    (machine,) = found.workloads[0].machines
    assert machine.because == "node pool gpu (g6.xlarge), snapshot production of 2026-11-26"
    assert not found.unpriced


def test_a_gpu_on_a_spot_pool_costs_the_spot_price(priced, workload) -> None:
    spot = gpus(spot=True, labels={"karpenter.sh/capacity-type": "spot"})
    found = priced(workload(cpu=3, memory=12, extended={"nvidia.com/gpu": 1}), spot)
    assert found.total.expected == Decimal("0.41045") * 730


def test_a_gpu_that_the_nodes_share_costs_a_share(priced, workload) -> None:
    shared = gpus(devices=4, labels={"nvidia.com/gpu.replicas": "4", "nvidia.com/gpu.product": "NVIDIA-L4-SHARED"})
    found = priced(workload(cpu="0.1", memory="0.25", extended={"nvidia.com/gpu": 1}), shared)
    assert found.total.expected == Decimal("0.8048") * 730 / 4
    assert not found.unpriced


def test_of_several_pools_that_carry_it_the_cheapest_is_taken(priced, workload) -> None:
    large = pool("g6.12xlarge", "48", "192", devices={"nvidia.com/gpu": Decimal(4)}, name="large")
    small = gpus()
    found = priced(workload(cpu=3, memory=12, extended={"nvidia.com/gpu": 1}), large, small)
    # a quarter of a g6.12xlarge is more than a g6.xlarge
    assert found.workloads[0].machines[0].type == "g6.xlarge"
    two = priced(workload(cpu=3, memory=12, extended={"nvidia.com/gpu": 2}), large, small)
    assert two.workloads[0].machines[0].type == "g6.12xlarge"


def test_what_nodes_state_of_their_room_goes_before_what_is_published_of_their_machine(priced, workload) -> None:
    # Karpenter lists 3.92 vCPU for a g6.xlarge; this node states all of its four.
    pod = workload(cpu=4, memory=16, extended={"nvidia.com/gpu": 1})
    roomy = priced(pod, gpus())
    assert (roomy.workloads[0].machines[0].type, roomy.workloads[0].warnings) == ("g6.xlarge", ())
    tight = priced(pod, replace(gpus(), allocatable={**gpus().allocatable, "cpu": Decimal("3.5")}))
    assert tight.workloads[0].machines[0].type == "g6.2xlarge"


def test_of_nodes_that_state_no_room_what_is_published_of_their_machine_counts(priced, workload) -> None:
    silent = replace(gpus(), allocatable={})
    for cpu, machine in ((3, "g6.xlarge"), (4, "g6.2xlarge")):
        found = priced(workload(cpu=cpu, memory=8, extended={"nvidia.com/gpu": 1}), silent)
        assert found.workloads[0].machines[0].type == machine


def test_a_pod_without_gpus_is_warned_of_by_the_room_that_its_nodes_state(priced, workload) -> None:
    pod = workload(cpu=2, memory=4)
    assert priced(pod, pool()).workloads[0].warnings == ()
    (warning,) = (
        priced(pod, replace(pool(), allocatable={"cpu": Decimal("1.7"), "memory": Decimal(7 * GIB)})).workloads[0].warnings
    )
    assert "does not fit m5.large: it asks 2 vCPU of 1.7" in warning


@pytest.mark.parametrize(
    "asked",
    [
        {"extended": {"nvidia.com/gpu": 2}},
        {"extended": {"nvidia.com/gpu": 1}, "cpu": 64, "memory": 16},
        {"extended": {"aws.amazon.com/neuron": 1}},
    ],
)
def test_what_no_pool_carries_is_priced_as_on_a_new_one_and_said(priced, workload, asked) -> None:
    found = priced(workload(**asked), pool(), gpus())
    assert found.total.expected > 0
    assert any(
        "no nodes of snapshot production of 2026-11-26 carry and hold it" in line.assumption for line in found.workloads[0].lines
    )
    assert found.certainty[Confidence.ASSUMED] == found.total.expected


def test_a_new_node_has_the_gpus_of_those_that_are_too_small(priced, workload) -> None:
    """A g6.xlarge holds 16 GiB beside its L4, which costs more than the T4 that any pod with a GPU could be given."""
    nodes = (pool(nodes=5), gpus())
    fits = priced(workload(cpu=1, memory=12, extended={"nvidia.com/gpu": 1}), *nodes)
    large, many = (
        priced(workload(cpu=1, **asked), *nodes)
        for asked in (
            {"memory": 20, "extended": {"nvidia.com/gpu": 1}},
            {"memory": 12, "extended": {"nvidia.com/gpu": 2}},
        )
    )
    assert [each.workloads[0].machines[0].accelerators_model for each in (fits, large, many)] == ["L4"] * 3
    assert fits.total.expected < large.total.expected < many.total.expected
    assert large.certainty[Confidence.ASSUMED] == large.total.expected


def test_what_no_pool_takes_is_priced_as_on_a_new_one_and_said(priced, workload) -> None:
    found = priced(workload(cpu=1, memory=4, spec={"nodeSelector": {"team": "none"}}), pool())
    assert all("take it: priced as on a new one" in line.assumption for line in found.workloads[0].lines)


def test_a_machine_without_a_price_is_left_out_and_named(priced, workload) -> None:
    lab = pool("dgx-lab", "128", "1024", name="lab", nodes=4)
    found = priced(workload(cpu=1, memory=4), pool(), pool("m5.xlarge", "4", "16"), lab)
    assert abs(found.total.expected - Decimal("0.048") * 730) < Decimal("0.000001")
    assert "without lab (dgx-lab), which have no price" in found.workloads[0].lines[0].derivation[0]


@pytest.mark.parametrize("asked", [{"cpu": 1, "memory": 4}, {"extended": {"nvidia.com/gpu": 1}}])
def test_where_no_machine_has_a_price_the_usual_rates_hold_and_that_is_said(priced, workload, asked) -> None:
    lab = pool("dgx-lab", "128", "1024", name="lab", devices={"nvidia.com/gpu": Decimal(8)})
    found = priced(workload(**asked), lab)
    assert found.total.expected > 0
    assert any("have no price in the book (lab (dgx-lab))" in line.assumption for line in found.workloads[0].lines)


def test_the_nodes_decide_the_region_whatever_was_said(priced, workload) -> None:
    found = priced(workload(cpu=1, memory=4), pool(), location=Location("gcp", "us-central1"))
    assert found.workloads[0].location == US_EAST_1


def test_nodes_that_do_not_tell_where_they_are_bought_are_priced_where_the_caller_says(book) -> None:
    pools = known(replace(pool(), cloud="", region=""))
    (only,) = stock(pools, book, US_EAST_1)
    assert (only.location, only.machine.type) == (US_EAST_1, "m5.large")
    (elsewhere,) = stock(pools, book, Location("gcp", "us-central1"))
    assert elsewhere.machine is None


def test_a_pod_that_names_its_node_is_priced_as_without_nodes(priced, workload, weigh) -> None:
    bound = workload(cpu=1, memory=4, spec={"nodeName": "a"})
    assert priced(bound, pool()).total == weigh(bound, location=US_EAST_1).total


def test_no_pools_change_nothing(priced, workload, weigh) -> None:
    for each in (workload(cpu=1, memory=4), workload(extended={"nvidia.com/gpu": 1})):
        assert priced(each) == weigh(each, location=US_EAST_1)


def test_a_cluster_is_at_home_where_most_of_its_nodes_are(book) -> None:
    west = replace(pool(nodes=2), region="us-west-2")
    assert home(known(pool(), west), book) == Location("aws", "us-west-2")
    assert home(known(replace(pool(), region="nowhere")), book) is None
    assert home(known(replace(pool(), cloud="")), book) == US_EAST_1
    assert home(known(), book) is None


AMOUNTS = st.decimals("0.001", 200, places=3)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_pod_that_asks_more_of_a_mix_never_costs_less(priced, workload, cpu, memory, more) -> None:
    pools = (pool(), pool("c5.xlarge", "4", "8"), gpus())
    less, grown = (priced(workload(cpu=asked, memory=memory), *pools).total for asked in (cpu, cpu + more))
    assert grown.expected >= less.expected


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_pod_with_a_gpu_that_asks_more_than_any_node_has_never_costs_less(priced, workload, cpu, memory, more) -> None:
    asked = {"extended": {"nvidia.com/gpu": 1}}
    less, grown = (priced(workload(cpu=cpu, memory=size, **asked), pool(), gpus()) for size in (memory, memory + more))
    assert grown.unpriced or grown.total.expected >= less.total.expected


@given(st.lists(st.sampled_from([pool(), pool("c5.xlarge", "4", "8"), gpus(), pool("none")]), max_size=4), AMOUNTS, AMOUNTS)
def test_amounts_rise_from_low_to_high_on_any_nodes(priced, workload, pools, cpu, memory) -> None:
    total = priced(workload(cpu=cpu, memory=memory), *pools).total
    assert total.low <= total.expected <= total.high
