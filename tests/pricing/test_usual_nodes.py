"""Pods that name no machine are priced on the machine types that a cluster's nodes usually are, where these are listed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.estimator import estimate
from pricing.rate import Location
from workloads.nodes.pool import NodePool, NodePools
from workloads.workload import Inventory

US_EAST_1 = Location("aws", "us-east-1")
US_CENTRAL1 = Location("gcp", "us-central1")
L4 = {"nvidia.com/gpu": 1}


@pytest.fixture(scope="session")
def listed(book):
    """Estimates one workload in us-east-1 on the types listed; on any machine where none is."""

    def pricing(workload, *types, location=US_EAST_1, pools=()):
        return estimate(Inventory((workload,)), book, location, "", NodePools(pools, "snapshot main", types=types))

    return pricing


def test_a_pod_half_as_large_as_the_one_listed_machine_costs_half_of_it(listed, workload) -> None:
    found = listed(workload(cpu=1, memory=4), "m5.large")
    assert abs(found.total.expected - Decimal("0.048") * 730) < Decimal("0.000001")
    (machine,) = found.workloads[0].machines
    assert (machine.type, machine.because) == ("m5.large", "cheapest of clusters[].nodes that holds the pod")


def test_a_pod_with_a_gpu_goes_on_the_cheapest_listed_type_that_carries_it(listed, workload) -> None:
    found = listed(workload(cpu=2, memory=8, extended=L4), "m5.large", "g5.xlarge", "p5.48xlarge")
    (machine,) = found.workloads[0].machines
    # one g5.xlarge at 1.006 an hour
    assert (machine.type, found.total.expected) == ("g5.xlarge", Decimal("1.006") * 730)
    assert "clusters[].nodes" in machine.because


def test_machines_with_gpus_are_kept_for_who_asks_for_them_unless_all_have_some(listed, workload) -> None:
    plain = workload(cpu=1, memory=4)
    assert listed(plain, "m5.large", "g6.xlarge").total == listed(plain, "m5.large").total
    assert listed(plain, "g6.xlarge").workloads[0].machines[0].type == "g6.xlarge"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"cpu": 20, "memory": 4}, "fits on none of clusters[].nodes (m5.large) in us-east-1: it asks 20 vCPU and 4.00 GiB"),
        ({"cpu": 1, "memory": 4, "extended": L4}, "it asks 1 × nvidia.com/gpu with 1 vCPU and 4.00 GiB"),
        (
            {"cpu": 1, "memory": 4, "spec": {"nodeSelector": {"kubernetes.io/arch": "arm64"}}},
            "4.00 GiB on arm64 (kubernetes.io/arch)",
        ),
    ],
)
def test_what_fits_on_none_is_unpriced_with_the_reason(listed, workload, asked, words) -> None:
    (unpriced,) = listed(workload(**asked), "m5.large").unpriced
    assert words in unpriced.reason


@pytest.mark.parametrize("extended", [{}, L4])
def test_a_pod_as_large_as_the_listed_machine_does_not_fit_beside_its_node_and_that_is_said(listed, workload, extended) -> None:
    pod = workload(cpu=4, memory=16, extended=extended)
    reasons = [each.reason for each in listed(pod, "g2-standard-4", location=US_CENTRAL1).unpriced]
    told = "; of a g2-standard-4, which has that much, pods can have 3.92 vCPU and 13.30 GiB"
    assert [told in reason for reason in reasons] == [True] * len(reasons) != []
    (machine,) = listed(pod, "g2-standard-4", "g2-standard-8", location=US_CENTRAL1).workloads[0].machines
    assert machine.type == "g2-standard-8"


def test_a_type_that_the_region_does_not_sell_is_named_beside_what_fits_on_none(listed, workload) -> None:
    (unpriced,) = listed(workload(cpu=1, memory=1), "n2-standard-4").unpriced
    assert "machine type n2-standard-4: not in the price book of aws" in unpriced.reason


def test_a_pod_that_names_its_machine_runs_on_that_listed_or_not(listed, workload) -> None:
    named = workload(cpu=1, memory=4, spec={"nodeSelector": {"node.kubernetes.io/instance-type": "m5.large"}})
    assert listed(named, "c5.xlarge") == listed(named)


def test_a_list_is_stronger_than_the_nodes_of_a_snapshot(listed, workload) -> None:
    nodes = NodePool(machine_type="r5.large", cloud="aws", region="us-east-1")
    pod = workload(cpu=1, memory=4)
    assert listed(pod, "m5.large", pools=(nodes,)) == listed(pod, "m5.large")


@pytest.mark.parametrize("count", [1, 2, 8])
def test_a_list_of_every_type_changes_nothing_for_a_pod_with_gpus(book, listed, workload, count) -> None:
    every = tuple(machine.type for machine in book.machines(US_EAST_1))
    pod = workload(cpu=4, memory=8, extended={"nvidia.com/gpu": count})
    found = listed(pod, *every)
    assert found.total == listed(pod).total
    assert found.total.expected > 0


def test_the_one_accelerator_model_that_is_listed_is_no_assumption(listed, workload) -> None:
    pod = workload(cpu=2, memory=8, extended=L4)
    assert not [line for line in listed(pod, "m5.large", "g5.xlarge").workloads[0].lines if line.assumption]
    found = listed(pod, "m5.large", "g5.xlarge", "g6.xlarge").workloads[0]
    assert "L4, the cheapest that holds the pod in clusters[].nodes" in found.lines[0].assumption


def test_a_pod_whose_gpu_is_not_listed_pays_its_cpu_and_memory_and_is_on_no_machine(listed, workload) -> None:
    pod, rest = workload(cpu=1, memory=4, extended=L4), workload(cpu=1, memory=4)
    found = listed(pod, "m5.large")
    assert found.total == listed(rest, "m5.large").total
    assert found.unpriced
    assert found.workloads[0].machines == ()


def test_what_fits_on_none_for_its_accelerators_or_for_its_size_is_told_once(listed, workload) -> None:
    (unpriced,) = listed(workload(cpu=20, memory=4, extended=L4), "m5.large").unpriced
    assert unpriced.reason.partition("; ")[0].endswith("it asks 1 × nvidia.com/gpu with 20 vCPU and 4.00 GiB")
    both = listed(workload(cpu=20, memory=4, extended={"acme.example/fpga": 1}), "m5.large").unpriced
    assert [each.reason.split()[0] for each in both] == ["acme.example/fpga:", "fits"]


def test_a_resource_that_nobody_knows_is_told_and_the_rest_goes_on_the_list(listed, workload) -> None:
    found = listed(workload(cpu=1, memory=4, extended={"acme.example/fpga": 1}), "m5.large")
    assert found.total == listed(workload(cpu=1, memory=4), "m5.large").total
    assert "acme.example/fpga: not a resource that is known here" in found.unpriced[0].reason


def test_pods_that_state_no_architecture_go_on_amd64_where_the_list_has_both(listed, workload) -> None:
    pod, arm = workload(cpu=1, memory=4), {"nodeSelector": {"kubernetes.io/arch": "arm64"}}
    assert listed(pod, "m5.large", "m7g.large").workloads[0].machines[0].type == "m5.large"
    assert listed(pod, "m7g.large").workloads[0].machines[0].type == "m7g.large"
    assert listed(workload(cpu=1, memory=4, spec=arm), "m5.large", "m7g.large").workloads[0].machines[0].type == "m7g.large"
    # A GPU pod of a cluster that is for arm64 altogether is too.
    gpu = workload(cpu=1, memory=4, extended=L4)
    assert listed(gpu, "m7g.large", "g5g.xlarge").workloads[0].machines[0].type == "g5g.xlarge"
    assert (
        listed(gpu, "m5.large", "g5g.xlarge")
        .unpriced[0]
        .reason.endswith("on amd64 (kubernetes.io/arch); list a type there that holds it, or ask for less")
    )


def test_a_pod_of_another_cloud_is_priced_there_as_without_the_list(listed, workload) -> None:
    there = workload(cpu=1, memory=4, spec={"nodeSelector": {"topology.kubernetes.io/region": "europe-west4"}})
    found = listed(there, "m5.large")
    assert found.total == listed(there).total
    assert found.workloads[0].location.cloud == "gcp"


def test_on_spot_the_listed_types_pay_their_own_spot_prices(listed, workload) -> None:
    spot = workload(cpu=1, memory=4, spec={"nodeSelector": {"karpenter.sh/capacity-type": "spot"}})
    found = listed(spot, "m5.large", "m6i.large")
    assert 0 < found.total.expected < listed(workload(cpu=1, memory=4), "m5.large", "m6i.large").total.expected


TYPES = ("m5.large", "m7i.2xlarge", "c5.xlarge", "r5.large", "m6i.large", "t3.large")
GPUS = ("g5.xlarge", "g6.xlarge", "g6.12xlarge", "p5.48xlarge")


@given(
    st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
    st.lists(st.sampled_from(GPUS), unique=True),
    st.sampled_from(TYPES + GPUS),
    st.integers(1, 12),
    st.integers(1, 48),
    st.integers(0, 4),
)
def test_to_add_a_type_never_raises_the_price(listed, workload, plain, gpus, more, cpu, memory, devices) -> None:
    pod = workload(cpu=cpu, memory=memory, extended={"nvidia.com/gpu": devices} if devices else {})
    few, many = listed(pod, *plain, *gpus), listed(pod, *plain, *gpus, more)
    assert few.unpriced or (many.total.expected <= few.total.expected and not many.unpriced)
    assert few.total.expected > 0 or few.unpriced


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 8), st.integers(1, 8))
def test_a_pod_that_asks_more_never_costs_less(listed, workload, cpu, memory, more_cpu, more_memory) -> None:
    less = listed(workload(cpu=cpu, memory=memory), *TYPES)
    grown = listed(workload(cpu=cpu + more_cpu, memory=memory + more_memory), *TYPES)
    assert grown.unpriced or grown.total.expected >= less.total.expected
