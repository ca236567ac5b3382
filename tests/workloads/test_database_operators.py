"""Databases whose operators multiply what they state: shards times replicas, members and arbiters.

Source: Altinity's clickhouse-operator, "ClickHouse Installation Custom Resource explained"; MongoDB's Kubernetes operator,
"Deploy and Configure a MongoDB Resource", and the requests that its containers have by default.
"""

from __future__ import annotations

import json

import pytest

from tests.conftest import Weigher
from workloads.inventory import take_inventory
from workloads.text.reader import read
from workloads.workload import Inventory

POD = {"containers": [{"name": "clickhouse", "image": "x", "resources": {"requests": {"cpu": "2", "memory": "4Gi"}}}]}
STORAGE = {"spec": {"resources": {"requests": {"storage": "100Gi"}}}}


def _text(version: str, kind: str, spec: object) -> str:
    return json.dumps({"apiVersion": version, "kind": kind, "metadata": {"name": "a", "namespace": "shop"}, "spec": spec})


def _house(layout: object, *clusters: object, **spec: object) -> str:
    first = {"name": "c", "layout": layout, "templates": {"podTemplate": "p"}}
    templates = {"podTemplates": [{"name": "other", "spec": {"containers": []}}, {"name": "p", "spec": POD}]}
    stated = {"configuration": {"clusters": [first, *clusters]}, "templates": templates, **spec}
    return _text("clickhouse.altinity.com/v1", "ClickHouseInstallation", stated)


def _mongo(**spec: object) -> str:
    return _text("mongodbcommunity.mongodb.com/v1", "MongoDBCommunity", spec)


def _taken(text: str) -> Inventory:
    return take_inventory(read(text.encode(), "a.json").manifests)


def _pods(text: str) -> list[tuple[str, int, float]]:
    inventory = _taken(text)
    assert not inventory.unpriced
    return [
        (each.name, int(each.pods.expected), float(each.requests.cpu)) for work in inventory.workloads for each in work.groups
    ]


def _volumes(text: str) -> list[tuple[str, int, int]]:
    return [(each.name, int(each.count.expected), int(each.size)) for work in _taken(text).workloads for each in work.claims]


@pytest.mark.parametrize(
    ("layout", "pods"),
    [
        ({"shardsCount": 90, "replicasCount": 2}, 180),
        ({"shardsCount": 3}, 3),
        ({"replicasCount": 3}, 3),
        ({"shards": [{"name": "a"}, {"name": "b"}], "replicasCount": 2}, 4),
        ({}, 1),
    ],
)
def test_a_clickhouse_cluster_has_its_shards_times_its_replicas(layout: object, pods: int) -> None:
    assert _pods(_house(layout)) == [("c", pods, 2.0)]


def test_each_cluster_of_an_installation_has_the_template_that_it_names_or_the_default_one() -> None:
    second = {"name": "d", "layout": {"shardsCount": 5}}
    assert _pods(_house({}, second, defaults={"templates": {"podTemplate": "p"}})) == [("c", 1, 2.0), ("d", 5, 2.0)]


def test_an_installation_without_clusters_has_one_pod() -> None:
    text = _text("clickhouse.altinity.com/v1", "ClickHouseInstallation", {"configuration": {}})
    assert [(name, pods) for name, pods, _ in _pods(text)] == [("cluster", 1)]


def test_a_stopped_installation_runs_nothing() -> None:
    assert _pods(_house({}, stop="yes")) == [("c", 0, 2.0)]


@pytest.mark.parametrize(
    "names", [{"defaults": {"templates": {"dataVolumeClaimTemplate": "disk"}}}, {}], ids=["named", "mounted"]
)
def test_every_pod_of_clickhouse_has_its_volume(names: dict[str, object]) -> None:
    templates = {"podTemplates": [{"name": "p", "spec": POD}], "volumeClaimTemplates": [{"name": "disk", **STORAGE}]}
    text = _house({"shardsCount": 3, "replicasCount": 2}, templates=templates, **names)
    assert [(count, size) for _, count, size in _volumes(text)] == [(6, 100 * 2**30)]


def test_shards_with_counts_of_their_own_are_told_and_a_change_of_them_too(weighed: Weigher) -> None:
    few, many = (_house({"shards": [{"name": "a", "replicasCount": count}]}) for count in (1, 90))
    assert any("counts or templates of their own" in told.reason for told in _taken(few).unpriced)
    assert weighed(few, many).delta.workloads[0].in_part


def test_a_mongodb_has_its_members_and_arbiters_with_the_requests_that_its_operator_gives_them() -> None:
    assert _pods(_mongo(members=90, arbiters=1)) == [("members", 90, 1.0), ("arbiters", 1, 1.0)]
    assert _volumes(_mongo(members=3)) == [("data-volume", 3, 10**10), ("logs-volume", 3, 2 * 10**9)]


def test_what_a_mongodb_states_of_its_pods_and_volumes_goes_before() -> None:
    container = {"name": "mongod", "resources": {"requests": {"cpu": "8", "memory": "32Gi"}}}
    claim = {"metadata": {"name": "data-volume"}, **STORAGE}
    stated = {"spec": {"template": {"spec": {"containers": [container]}}, "volumeClaimTemplates": [claim]}}
    assert _pods(_mongo(members=3, statefulSet=stated)) == [("members", 3, 8.5)]
    assert _volumes(_mongo(members=3, statefulSet=stated)) == [("data-volume", 3, 100 * 2**30), ("logs-volume", 3, 2 * 10**9)]


def test_a_mongodb_that_states_no_members_is_told() -> None:
    assert any("spec.members" in told.reason for told in _taken(_mongo(type="ReplicaSet")).unpriced)


def test_another_value_of_what_cannot_be_read_cannot_be_told_either(weighed: Weigher) -> None:
    def spark(file: str) -> str:
        conf = {"spark.kubernetes.executor.podTemplateFile": file}
        return _text("sparkoperator.k8s.io/v1beta2", "SparkApplication", {"driver": {}, "executor": {}, "sparkConf": conf})

    assert weighed(spark("small.yaml"), spark("large.yaml")).delta.workloads[0].in_part
    assert not weighed(spark("small.yaml"), spark("small.yaml")).delta.workloads[0].in_part
