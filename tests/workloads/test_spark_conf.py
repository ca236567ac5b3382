"""Spark reads sizes from its configuration as well: those count that Spark would use.

Precedence: kubeflow/spark-operator passes spec fields to spark-submit after ``sparkConf``, so that they win, but its
``memoryOverheadFactor`` before. Amounts: Spark documentation, "Running Spark on Kubernetes" and "Spark Configuration".
"""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from workloads.inventory import take_inventory
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory, PodGroup

MI = 2**20
CORE = {"driver": {"cores": 1, "memory": "1g"}, "executor": {"cores": 2, "memory": "4g", "instances": 3}}


def _taken(conf: object, **spec: object) -> Inventory:
    text = json.dumps(
        {
            "apiVersion": "sparkoperator.k8s.io/v1beta2",
            "kind": "SparkApplication",
            "metadata": {"name": "a", "namespace": "shop"},
            "spec": {"type": "Scala", **CORE, "sparkConf": conf, **spec},
        }
    )
    manifests = read(text.encode(), "a.json").manifests
    return take_inventory(manifests, observe(manifests))


def _groups(inventory: Inventory) -> dict[str, PodGroup]:
    return {group.name: group for workload in inventory.workloads for group in workload.groups}


def _executors(conf: object, **spec: object) -> PodGroup:
    inventory = _taken(conf, **spec)
    assert not inventory.unpriced
    return _groups(inventory)["executors"]


@pytest.mark.parametrize(
    ("conf", "spec", "mebibytes"),
    [
        # 4096 + max(384, 0.1 x 4096 = 409.6)
        ({}, {}, Decimal("4505.6")),
        ({"spark.executor.memoryOverhead": "500m"}, {}, 4596),
        ({"spark.executor.memoryOverhead": "500m"}, {"executor": {**CORE["executor"], "memoryOverhead": "100m"}}, 4196),
        ({"spark.executor.memoryOverheadFactor": "0.5"}, {}, 6144),
        ({"spark.kubernetes.memoryOverheadFactor": "0.5"}, {}, 6144),
        # The operator passes its own factor first, so that sparkConf's wins.
        ({"spark.kubernetes.memoryOverheadFactor": "0.5"}, {"memoryOverheadFactor": "0.25"}, 6144),
        ({}, {"memoryOverheadFactor": "0.25"}, 5120),
        ({"spark.executor.minMemoryOverhead": "1g"}, {}, 5120),
        ({"spark.memory.offHeap.enabled": "true", "spark.memory.offHeap.size": "2g"}, {}, Decimal("6553.6")),
        # A bare number is one of bytes.
        ({"spark.memory.offHeap.enabled": "true", "spark.memory.offHeap.size": str(1024 * MI)}, {}, Decimal("5529.6")),
        ({"spark.memory.offHeap.size": "2g"}, {}, Decimal("4505.6")),
        # Python: 0.4 x 4096 = 1638.4 of overhead.
        ({"spark.executor.pyspark.memory": "1g"}, {"type": "Python"}, Decimal("6758.4")),
        ({"spark.executor.pyspark.memory": "1g"}, {}, Decimal("4505.6")),
        ({"spark.executor.memory": "64g"}, {}, Decimal("4505.6")),
    ],
)
def test_the_memory_of_executors_is_what_spark_asks_for(conf: object, spec: dict, mebibytes: Decimal) -> None:
    assert _executors(conf, **spec).requests.memory == mebibytes * MI


@pytest.mark.parametrize(
    ("conf", "executor", "cores"),
    [
        ({"spark.kubernetes.executor.request.cores": "64"}, {"cores": 2}, 64),
        ({"spark.kubernetes.executor.request.cores": "500m"}, {"cores": 2}, Decimal("0.5")),
        ({"spark.kubernetes.executor.request.cores": "64"}, {"cores": 2, "coreRequest": "1"}, 1),
        ({"spark.executor.cores": "8"}, {}, 8),
        ({"spark.executor.cores": "8"}, {"cores": 2}, 2),
    ],
)
def test_the_cores_of_executors_are_what_spark_asks_for(conf: object, executor: dict, cores: Decimal) -> None:
    assert _executors(conf, executor=executor).requests.cpu == cores


def test_what_a_template_states_of_cpu_and_memory_gives_way_to_what_spark_asks_for() -> None:
    container = {"name": "spark-kubernetes-executor", "resources": {"requests": {"cpu": "64", "memory": "1Gi"}}}
    executor = {**CORE["executor"], "template": {"spec": {"containers": [container]}}}
    assert _executors({}, executor=executor).requests.cpu == 2


def test_the_driver_is_sized_by_keys_of_its_own() -> None:
    conf = {"spark.kubernetes.driver.request.cores": "16", "spark.driver.memoryOverhead": "7g"}
    driver = _groups(_taken(conf))["driver"].requests
    assert (driver.cpu, driver.memory) == (16, 8192 * MI)


def test_executors_that_spark_scales_by_its_configuration_begin_as_stated_and_may_be_more() -> None:
    conf = {
        f"spark.dynamicAllocation.{key}": value
        for key, value in {"enabled": "true", "minExecutors": "2", "maxExecutors": "500"}.items()
    }
    pods = _executors(conf).pods
    assert (pods.expected, pods.high) == (3, 500)


def test_gpus_of_a_known_vendor_are_counted_and_those_of_none_are_told() -> None:
    amount = {"spark.executor.resource.gpu.amount": "8"}
    known = _executors({**amount, "spark.executor.resource.gpu.vendor": "nvidia.com"})
    assert known.requests.extended == {"nvidia.com/gpu": 8}
    (told,) = _taken(amount).unpriced
    assert "spark.executor.resource.gpu.vendor" in told.reason


@pytest.mark.parametrize(
    "key",
    [
        "spark.kubernetes.executor.podTemplateFile",
        "spark.kubernetes.driver.podTemplateFile",
        "spark.executor.resource.fpga.amount",
        "spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.sizeLimit",
    ],
)
def test_what_changes_pods_and_cannot_be_read_is_told(key: str) -> None:
    (told,) = _taken({key: "500"}).unpriced
    assert "sparkConf" in told.reason


@pytest.mark.parametrize("conf", [{"spark.executor.memoryOverhead": "much"}, {"spark.executor.memoryOverheadFactor": "a lot"}])
def test_a_size_that_is_none_is_told(conf: object) -> None:
    assert any("must be" in told.reason for told in _taken(conf).unpriced)


@pytest.mark.parametrize("conf", [None, [], "x", {"": {}}, {"spark.executor.memory": {"a": 1}}, {"spark.executor.cores": -1}])
def test_a_configuration_of_any_shape_raises_nothing(conf: object) -> None:
    inventory = _taken(conf, executor={})
    assert inventory.workloads or inventory.unpriced
