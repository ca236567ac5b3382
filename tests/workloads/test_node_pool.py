"""Nodes become pools of nodes that are alike; a pod finds those that take it as the scheduler would."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.nodes.grouping import labels_left_out, pools_of
from workloads.nodes.match import matching_nodes, not_kept
from workloads.nodes.pool import NodePool, PublishedDevices, Taint
from workloads.schedule.job_series import series_of


def node(name: str = "n", **more: object) -> dict[str, object]:
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": more.pop("type", "m5.large"),
        "topology.kubernetes.io/region": "us-east-1",
        "topology.kubernetes.io/zone": more.pop("zone", "us-east-1a"),
        **more.pop("labels", {}),
    }
    return {
        "metadata": {"name": name, "labels": labels, "annotations": {"secret": "hunter2"}},
        "spec": {"providerID": f"aws:///us-east-1a/i-0{name}", "taints": more.pop("taints", [])},
        "status": {
            "capacity": {"cpu": "2", "memory": more.pop("memory", "8Gi"), **more.pop("extended", {})},
            "allocatable": {"cpu": "1930m", "memory": "7Gi"},
            "addresses": [{"type": "InternalIP", "address": "10.0.0.7"}, {"type": "Hostname", "address": name}],
        },
    }


def test_nodes_that_differ_in_name_and_zone_are_one_pool() -> None:
    (pool,) = pools_of([node("a"), node("b", zone="us-east-1b"), node("c")])
    assert (pool.nodes, pool.zones) == (3, {"us-east-1a": 2, "us-east-1b": 1})
    assert (pool.cloud, pool.region, pool.machine_type, pool.architecture) == ("aws", "us-east-1", "m5.large", "amd64")
    assert pool.allocatable == {"cpu": Decimal("1.93"), "memory": Decimal(7 * 2**30)}


def test_nothing_of_a_node_is_kept_that_names_it() -> None:
    labels = {
        "example.com/address": "10.0.0.7",
        "example.com/private-dns": "ip-10-0-0-7.ec2.internal",
        "example.com/machine": "i-0123456789abcdef0",
        "example.com/same": "worker-a",
        "example.com/disk": "disk-of-worker-a-1",
        "example.com/instance-id": "x",
        "node.kubernetes.io/instance-id": "x",
        "team": "shop",
    }
    (pool,) = pools_of([node("worker-a", labels=labels)])
    assert {key for key in pool.labels if "/" not in key or key.startswith("example")} == {"team"}
    told = repr(pool)
    for secret in ("worker-a", "10.0.0.7", "10-0-0-7", "i-0", "hunter2", "hostname"):
        assert secret not in told


@pytest.mark.parametrize(
    "other",
    [
        {"type": "m5.xlarge"},
        {"labels": {"eks.amazonaws.com/nodegroup": "blue"}},
        {"labels": {"team": "shop"}},
        {"labels": {"karpenter.sh/capacity-type": "spot"}},
        {"taints": [{"key": "gpu", "effect": "NoSchedule"}]},
    ],
)
def test_nodes_that_differ_in_what_decides_prices_or_places_are_two_pools(other: dict[str, object]) -> None:
    assert len(pools_of([node("a"), node("b", **other)])) == 2


def test_a_label_that_tells_nodes_apart_makes_no_pools() -> None:
    pools = pools_of([node(f"n{index}", labels={"rack-slot": f"s{index}"}) for index in range(40)])
    assert [pool.nodes for pool in pools] == [40]
    assert "rack-slot" not in pools[0].labels
    assert labels_left_out([node(f"n{index}", labels={"rack-slot": f"s{index}"}) for index in range(40)]) == ("rack-slot",)
    assert matching_nodes(pools[0], {"nodeSelector": {"rack-slot": "s1"}}, (), {"rack-slot"}) == 40
    assert matching_nodes(pools[0], {"nodeSelector": {"rack-slot": "s1"}}) == 0


def test_taints_of_a_moment_make_no_pools() -> None:
    passing = [{"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}]
    (pool,) = pools_of([node("a"), node("b", taints=passing)])
    assert pool.taints == ()


def test_of_nodes_with_almost_the_same_memory_the_usual_amount_counts() -> None:
    (pool,) = pools_of([node("a", memory="8Gi"), node("b", memory="8388604Ki"), node("c", memory="8Gi")])
    assert pool.capacity["memory"] == 8 * 2**30


def test_a_spot_node_is_told_by_any_clouds_label() -> None:
    spot = [{"cloud.google.com/gke-spot": "true"}, {"eks.amazonaws.com/capacityType": "SPOT"}]
    assert all(pools_of([node("a", labels=labels)])[0].spot for labels in spot)
    assert not pools_of([node("a")])[0].spot


def test_devices_that_drivers_publish_are_counted_by_pool() -> None:
    devices = [{"name": "gpu-0", "attributes": {"productName": {"string": "NVIDIA L4"}, "uuid": {"string": "GPU-1"}}}] * 2
    slices = [{"spec": {"nodeName": name, "driver": "gpu.nvidia.com", "devices": devices}} for name in ("a", "b")]
    pools = pools_of([node("a"), node("b")], slices)
    assert pools[0].devices == (PublishedDevices("gpu.nvidia.com", "NVIDIA L4", 4),)


@pytest.mark.parametrize("junk", [{}, {"metadata": []}, {"status": {"capacity": {"cpu": "a lot"}}}, {"spec": {"taints": [1]}}])
def test_a_node_that_is_none_is_still_a_node(junk: dict[str, object]) -> None:
    assert pools_of([junk])[0].nodes == 1


POOL = NodePool(nodes=3, zones={"us-east-1a": 2}, labels={"team": "shop", "size": "4"})
GPU = NodePool(nodes=2, taints=(Taint("nvidia.com/gpu", "present", "NoSchedule"),))


def terms(*expressions: dict[str, object]) -> dict[str, object]:
    required = {"nodeSelectorTerms": [{"matchExpressions": [expression]} for expression in expressions]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}


def op(key: str, operator: str, *values: str) -> dict[str, object]:
    return {"key": key, "operator": operator, "values": list(values)}


@pytest.mark.parametrize(
    ("spec", "nodes"),
    [
        ({}, 3),
        ({"nodeSelector": {"team": "shop"}}, 3),
        ({"nodeSelector": {"team": "bank"}}, 0),
        ({"nodeSelector": {"topology.kubernetes.io/zone": "us-east-1a"}}, 2),
        ({"nodeSelector": {"topology.kubernetes.io/zone": "us-east-1b"}}, 0),
        (terms(op("team", "In", "bank", "shop")), 3),
        (terms(op("team", "NotIn", "shop")), 0),
        (terms(op("none", "NotIn", "shop")), 3),
        (terms(op("topology.kubernetes.io/zone", "NotIn", "us-east-1a")), 1),
        (terms(op("team", "Exists")), 3),
        (terms(op("team", "DoesNotExist")), 0),
        (terms(op("size", "Gt", "3")), 3),
        (terms(op("size", "Lt", "4")), 0),
        (terms(op("team", "Gt", "3")), 0),
        (terms(op("team", "In", "bank"), op("size", "Exists")), 3),
        (terms({}), 0),
        ({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{}]}}}}, 0),
        ({"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}}}, 3),
        ({"affinity": 3, "nodeSelector": [], "tolerations": {}}, 3),
    ],
)
def test_selector_and_required_affinity_choose_nodes_as_the_scheduler_does(spec: dict[str, object], nodes: int) -> None:
    assert matching_nodes(POOL, spec) == nodes


@pytest.mark.parametrize(
    ("tolerations", "nodes"),
    [
        ([], 0),
        ([{"operator": "Exists"}], 2),
        ([{"key": "nvidia.com/gpu", "operator": "Exists"}], 2),
        ([{"key": "nvidia.com/gpu", "value": "present"}], 2),
        ([{"key": "nvidia.com/gpu", "value": "absent"}], 0),
        ([{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoExecute"}], 0),
        ([{"key": "other", "operator": "Exists"}], 0),
        ([{"value": "present"}], 0),
    ],
)
def test_a_taint_keeps_away_what_does_not_tolerate_it(tolerations: list[object], nodes: int) -> None:
    assert matching_nodes(GPU, {"tolerations": tolerations}) == nodes


def test_a_taint_named_like_a_resource_lets_in_who_asks_for_it() -> None:
    assert matching_nodes(GPU, {}, {"nvidia.com/gpu"}) == 2


def test_what_is_said_of_labels_that_are_not_kept_is_taken_as_met_and_named() -> None:
    spec = {
        "nodeSelector": {"kubernetes.io/hostname": "a", "team": "shop"},
        **terms(op("node.kubernetes.io/instance-id", "In", "x")),
    }
    assert matching_nodes(POOL, spec) == 3
    assert not_kept(spec) == ("kubernetes.io/hostname", "node.kubernetes.io/instance-id")
    assert not_kept({"nodeSelector": {"team": "shop", "topology.kubernetes.io/zone": "a"}}) == ()


def test_a_preference_keeps_nobody_away() -> None:
    assert matching_nodes(NodePool(taints=(Taint("old", "", "PreferNoSchedule"),)), {}) == 1


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("migrate-20261101", "migrate"),
        ("migrate-v2", "migrate"),
        ("migrate-x7k2p", "migrate"),
        ("report-29384750-bcdfg", "report"),
        ("db-migrate", "db-migrate"),
        ("seed", "seed"),
        ("2", "2"),
        ("", ""),
    ],
)
def test_jobs_of_one_series_differ_in_how_their_names_end(name: str, series: str) -> None:
    assert series_of(name) == series
