"""What an autoscaler left goes on running when it is taken away, as Kubernetes has it: no count is stated, and none is reset."""

from __future__ import annotations

from dataclasses import replace

import pytest
from manifest_texts import deployment

from workloads.inventory import take_inventory
from workloads.left_behind import left_behind
from workloads.manifest import Manifest
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import PodGroup

BARE = deployment("web").replace("  replicas: 2\n", "")
SCALER = (
    "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\n"
    "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 10}\n"
)


def _read(text: str) -> list[Manifest]:
    return list(read(text.encode(), "a.yaml").manifests)


def _after(before: str, after: str) -> PodGroup:
    """How many pods there are after a change, as a weighing of it counts them."""
    then, now = observe(_read(before)), observe(_read(after))
    (workload,) = take_inventory(_read(after), replace(now, left=left_behind(then, now, _read(before)))).workloads
    return workload.groups[0]


@pytest.mark.parametrize(
    ("before", "after", "pods"),
    [
        (BARE + SCALER, BARE, (2, 2, 10)),
        (BARE + SCALER, deployment("web", replicas=3), (3, 3, 3)),
        (BARE + SCALER, BARE + SCALER, (2, 2, 10)),
        (BARE, BARE, (1, 1, 1)),
        (SCALER, BARE, (1, 1, 1)),
        (BARE + SCALER, BARE.replace("name: web", "name: api"), (1, 1, 1)),
    ],
)
def test_without_a_count_as_many_pods_stay_as_the_autoscaler_left(before: str, after: str, pods: tuple[int, int, int]) -> None:
    found = _after(before, after).pods
    assert (found.low, found.expected, found.high) == pods


def test_what_left_them_is_named_and_what_is_assumed_told() -> None:
    found = _after(BARE + SCALER, BARE)
    assert "as left by HorizontalPodAutoscaler" in found.because
    assert "2 to 10" in found.assumption
