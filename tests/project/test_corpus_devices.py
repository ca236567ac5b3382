"""Real manifests that ask for GPUs or claim devices: each gets a priced accelerator, or a reason that is true and says what to do."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from pricing.estimate import Estimate
from pricing.estimator import estimate
from pricing.rate import Location
from workloads.inventory import take_inventory
from workloads.sources.files import read_paths
from workloads.surroundings import observe

CORPUS = os.environ.get("WEIGHBRIDGE_CORPUS", "")
LIST = Path(CORPUS) / "manifest.csv"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not (CORPUS and LIST.is_file()), reason="WEIGHBRIDGE_CORPUS lists no manifests"),
]

REASONS = {
    "the example driver's devices are no product, and its class is not among the files": (
        r"devices of class (gpu|net|cpu)\.example\.com: neither the class nor a driver of that name is known; .* tell"
    ),
    "the template stands in a file of its own": r"devices of ResourceClaimTemplate .* it is not among the objects read",
    "no cloud of the price book sells an Intel GPU": r"gpu\.intel\.com\S*: no machine of the price book has an accelerator of Intel; .*",
    "a model that no cloud of the price book sells": r"no machine in us-east-1 holds 1 × L20 .*; L20 is sold by no cloud of the price book",
    "a model that other clouds sell": r"no machine in us-east-1 holds 1 × mig-1g\.12gb of H100-NVL or GH200 .*; H100-NVL is sold by .*",
    "a chart that somebody else renders": r"Flux renders its chart, .*",
    "a configuration that is merged in elsewhere": r"the configurations named in spec\.baseRefs are merged in .*",
    "a runtime that stands in a file of its own": r"ClusterTrainingRuntime flux-distributed, .* is not among the objects read",
}
"""Why an object that asks for devices may have no price."""


def _files() -> list[str]:
    with LIST.open(encoding="utf-8") as lines:
        return [row["path"] for row in csv.DictReader(lines) if row["gpu_or_claim"] == "yes"]


@pytest.fixture(scope="module")
def weighed(prices) -> list[Estimate]:
    """Each file by itself, in a region that sells most."""
    found = []
    for path in _files():
        reading = read_paths([str(Path(CORPUS) / path)])
        inventory = take_inventory(reading.manifests, observe(reading.manifests))
        found.append(estimate(inventory, prices, Location("aws", "us-east-1")))
    return found


def test_every_object_that_asks_for_devices_has_a_machine_with_them_or_a_reason(weighed: list[Estimate]) -> None:
    for found in weighed:
        reasons = {id(entry.manifest) for entry in found.unpriced}
        for one in found.workloads:
            asking = {group.name for group in one.workload.groups if group.accelerators and group.hours.high}
            priced = {use.group for use in one.machines if use.accelerators}
            assert asking <= priced or id(one.workload.manifest) in reasons, one.workload.manifest.title


def test_devices_that_stand_where_only_an_operator_looks_are_found(prices) -> None:
    for path in (
        "dynamo/examples/backends/vllm/deploy/disagg_hami.yaml",
        "kuberay/ray-operator/config/samples/ray-cluster.kai-gpu-sharing.yaml",
    ):
        reading = read_paths([str(Path(CORPUS) / path)])
        found = estimate(take_inventory(reading.manifests, observe(reading.manifests)), prices, Location("aws", "us-east-1"))
        assert any(use.accelerators for one in found.workloads for use in one.machines)


def test_every_reason_is_one_that_is_known_to_be_true(weighed: list[Estimate]) -> None:
    counted: Counter[str] = Counter()
    for found in weighed:
        for entry in found.unpriced:
            fitting = [name for name, pattern in REASONS.items() if re.fullmatch(pattern, entry.reason)]
            assert len(fitting) == 1, entry.reason
            counted[fitting[0]] += 1
    assert set(counted) == set(REASONS)
    assert sum(counted.values()) < 70


def test_most_are_priced(weighed: list[Estimate]) -> None:
    priced = sum(1 for found in weighed for one in found.workloads if any(use.accelerators for use in one.machines))
    assert priced >= 140
