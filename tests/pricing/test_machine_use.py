"""What is said of the machines that pods are charged by: what one costs whole, and accelerators that nobody asks for."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pricing.estimator import estimate
from pricing.rate import Location
from workloads.nodes.pool import NodePool, NodePools
from workloads.workload import Inventory

US_EAST_1 = Location("aws", "us-east-1")
INSTANCE_TYPE = "node.kubernetes.io/instance-type"
GIB = 2**30
P5 = "asks for none of the 8 × H100 of the p5.48xlarge that it names, which costs $40,179.20 a month whole"


def on(*machines):
    expression = {"key": INSTANCE_TYPE, "operator": "In", "values": list(machines)}
    required = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


@pytest.fixture(scope="session")
def priced(weigh, workload):
    """Estimates one workload in us-east-1."""
    return lambda **asked: weigh(workload(**asked), location=US_EAST_1).workloads[0]


def whole(weighed):
    """What lines say of a machine's whole price."""
    return [words for line in weighed.lines for words in line.derivation if words.endswith("whole")]


def test_a_pod_that_names_a_machine_with_gpus_and_asks_for_none_costs_what_it_asks_and_is_warned_of(priced):
    weighed = priced(cpu=1, memory=2, spec={"nodeSelector": {INSTANCE_TYPE: "p5.48xlarge"}})
    assert weighed.warnings == (P5,)
    assert weighed.stranded.expected == 0
    assert weighed.total.expected < 40
    assert weighed.total.expected == sum(line.amount.expected for line in weighed.lines if line.what in {"cpu", "memory"})


@pytest.mark.parametrize(
    "asked",
    [
        {"extended": {"nvidia.com/gpu": 1}, "spec": on("p5.48xlarge")},
        {"spec": on("m5.large")},
        # the cheapest of them has no accelerators
        {"spec": on("m5.4xlarge", "p5.48xlarge")},
        {"spec": on("p5.48xlarge"), "kind": "DaemonSet"},
        {"spec": on("p5.48xlarge"), "pods": 0},
        {"spec": {"nodeSelector": {"karpenter.k8s.aws/instance-family": "m5"}}},
        {},
    ],
)
def test_nobody_else_is_warned_of_idle_gpus(priced, asked):
    assert priced(**{"cpu": 1, "memory": 2, **asked}).warnings == ()


def test_that_a_pod_exceeds_its_machine_is_said_before_what_it_leaves_idle(priced):
    (warning,) = priced(cpu=200, memory=2, spec=on("p5.48xlarge")).warnings
    assert warning.startswith("does not fit p5.48xlarge: it asks 200 vCPU of 191.")
    assert warning.endswith(f"; {P5}")


def test_a_pod_that_names_a_machine_says_once_what_that_costs_whole(priced):
    # a quarter of the CPU and of the memory of a machine at 0.096 an hour
    weighed = priced(cpu="0.5", memory=2, spec=on("m5.large"))
    assert whole(weighed) == ["a pod takes 25 % of a m5.large, which costs $70.08 a month whole"]
    assumed = priced(cpu="0.5", memory=2, assumed_cpu="0.25", spec=on("m5.large"))
    assert whole(assumed) == whole(weighed)


def test_pods_that_fill_their_machines_do_not(priced):
    assert whole(priced(cpu=2, memory=8, spec=on("m5.large"))) == []
    assert whole(priced(cpu=1, memory=4, pods=2, spec=on("m5.xlarge"))) != []


def test_a_pod_that_names_none_shares_machines_with_others_and_says_nothing_of_them(priced, book, workload):
    assert whole(priced(cpu="0.5", memory=2)) == []
    inventory = Inventory((workload(cpu="0.5", memory=2),))
    listed = estimate(inventory, book, US_EAST_1, "", NodePools(types=("m5.large",))).workloads[0]
    assert (listed.machines[0].type, whole(listed)) == ("m5.large", [])


def test_a_pod_on_nodes_that_are_there_says_nothing_of_what_is_left_of_them(book, workload):
    room = {"cpu": Decimal(191), "memory": Decimal(1900) * GIB, "nvidia.com/gpu": Decimal(8)}
    labels = {INSTANCE_TYPE: "p5.48xlarge", "topology.kubernetes.io/region": "us-east-1"}
    pool = NodePool(machine_type="p5.48xlarge", cloud="aws", region="us-east-1", labels=labels, capacity=room, allocatable=room)
    inventory = Inventory((workload(cpu=1, memory=2, spec=on("p5.48xlarge")),))
    found = estimate(inventory, book, US_EAST_1, "", NodePools((pool,), "snapshot main")).workloads[0]
    assert (found.machines[0].type, found.warnings, whole(found)) == ("p5.48xlarge", (), [])


def test_devices_that_cannot_be_told_are_not_said_to_be_none(weigh, workload):
    pod = workload(cpu=1, memory=2, spec=on("p5.48xlarge"))
    untold = replace(pod, groups=(replace(pod.groups[0], untold_devices="claim shop/gpus: not among the objects"),))
    assert weigh(untold, location=US_EAST_1).workloads[0].warnings == ()
