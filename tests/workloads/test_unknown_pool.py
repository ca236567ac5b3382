"""A pod that selects a node pool which its cluster does not have is told, and one that may have it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.nodes.affinity import REQUIRED
from workloads.nodes.pool import NodePool, NodePools
from workloads.nodes.provisioner import NODE_POOL
from workloads.nodes.unknown_pool import unknown_pool
from workloads.snapshots.change import both_sides
from workloads.snapshots.snapshot import UNKNOWN, Snapshot

FAMILY = {"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["g5"]}
MADE = Snapshot(node_requirements={"gpu": (FAMILY,), "general": ()})
GKE, EKS, AKS = "cloud.google.com/gke-nodepool", "eks.amazonaws.com/nodegroup", "kubernetes.azure.com/agentpool"


def selecting(name: object, label: str = NODE_POOL, **more: str) -> dict[str, object]:
    return {"nodeSelector": {label: name, **more}}


def requiring(*names: str) -> dict[str, object]:
    term = {"matchExpressions": [{"key": NODE_POOL, "operator": "In", "values": list(names)}]}
    return {"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}}


def seen(label: str, *names: str, types: tuple[str, ...] = ()) -> Snapshot:
    pools = tuple(NodePool(name=name, labels={label: name}) for name in names)
    return Snapshot(pools=NodePools(pools, "snapshot production of 2026-11-26", types=types))


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (selecting("gpuu"), f"no NodePool gpuu is known here ({NODE_POOL}); did you mean gpu?"),
        (requiring("gpuu"), f"no NodePool gpuu is known here ({NODE_POOL}); did you mean gpu?"),
    ],
)
def test_a_pool_that_is_nearly_one_of_those_known_is_told_with_the_one_that_is_meant(
    spec: dict[str, object], reason: str
) -> None:
    assert unknown_pool(spec, MADE) == reason


@pytest.mark.parametrize(
    "spec",
    [
        {},
        selecting("gpu"),
        requiring("gpuu", "gpu"),
        selecting("batch"),
        requiring("x", "y"),
        selecting("ssd", "disktype"),
        selecting(3),
        {"nodeSelector": []},
        {"affinity": {"nodeAffinity": 3}},
    ],
)
def test_a_pod_that_selects_none_or_a_known_one_or_one_of_another_name_is_left_alone(spec: dict[str, object]) -> None:
    assert unknown_pool(spec, MADE) == ""


def test_where_no_pool_is_known_nothing_is_said_of_names() -> None:
    assert unknown_pool(selecting("gpu"), UNKNOWN) == ""


def test_a_pool_that_the_change_removes_is_told_though_no_other_is_left() -> None:
    after = both_sides(MADE, UNKNOWN)[1]
    assert unknown_pool(selecting("gpu"), after) == f"this change leaves no NodePool gpu for its pods ({NODE_POOL})"


def test_where_pods_ran_before_their_pool_came_is_not_known() -> None:
    before = both_sides(UNKNOWN, MADE)[0]
    reason = f"NodePool gpu ({NODE_POOL}) comes with this change: where its pods ran before is not known"
    assert unknown_pool(selecting("gpu"), before) == reason


def test_what_is_not_known_is_said_alike_on_both_sides_of_a_change() -> None:
    old, new = Snapshot(node_requirements={"gpu": ()}), Snapshot(node_requirements={"cpu": ()})
    then, now = (unknown_pool(selecting("batch"), side) for side in both_sides(old, new))
    assert then == now


@pytest.mark.parametrize("label", [NODE_POOL, GKE, EKS, AKS])
def test_a_pool_of_which_a_snapshot_has_no_node_is_told(label: str) -> None:
    reason = f"no node of snapshot production of 2026-11-26 is of pool gpuu ({label}); did you mean gpu?"
    assert unknown_pool(selecting("gpuu", label), seen(label, "gpu", "general")) == reason
    assert unknown_pool(selecting("gpu", label), seen(label, "gpu", "general")) == ""


@pytest.mark.parametrize(
    ("spec", "there"),
    [
        (selecting("gpuu", GKE, **{"node.kubernetes.io/instance-type": "a2-highgpu-1g"}), seen(GKE, "gpu")),
        (selecting("gpuu", GKE, **{"cloud.google.com/gke-accelerator": "nvidia-l4"}), seen(GKE, "gpu")),
        (selecting("gpuu", EKS), seen(GKE, "gpu")),
        (selecting("gpuu", GKE), seen(GKE, "gpu", types=("g2-standard-4",))),
    ],
    ids=["it names its machine", "it names its accelerator", "nodes are told apart by another label", "the types are stated"],
)
def test_a_pool_that_may_have_no_node_now_leaves_a_pod_its_price(spec: dict[str, object], there: Snapshot) -> None:
    assert unknown_pool(spec, there) == ""


def test_a_nodepool_among_the_objects_needs_no_node_yet() -> None:
    assert unknown_pool(selecting("gpu"), seen(NODE_POOL, "general").under(MADE)) == ""


def test_nodes_of_a_pool_that_the_change_removes_do_not_keep_it() -> None:
    after = both_sides(MADE, seen(NODE_POOL, "gpu"))[1]
    assert unknown_pool(selecting("gpu"), after).startswith("this change leaves no NodePool gpu")


def test_long_and_many_names_are_told_in_short() -> None:
    there = seen(GKE, *(f"pool-{number}-{'x' * 300}" for number in range(9)))
    reason = unknown_pool(selecting("y" * 4000, GKE), there)
    assert len(reason) < 500
    assert reason.endswith("and 6 more")


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=4) | st.sampled_from((NODE_POOL, "In", "gpu")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from((NODE_POOL, "key", "operator", "values", "matchExpressions", REQUIRED)), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(("nodeSelector", "affinity")), anything))
def test_nothing_that_stands_there_raises(spec: dict[str, object]) -> None:
    assert isinstance(unknown_pool(spec, MADE), str)
