"""Accelerators are counted by the object that they belong to, at the most that may run, each once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from api_answers import ApiAnswers, api_server
from gating import Body, deployment, gpus, of_kind, owned_by, pod, pod_spec, template

from cluster.accelerators import COUNTED, MOST, Running, counted
from cluster.client import client_of
from cluster.collector import collect
from cluster.lists import Lists
from workloads.manifest import Manifest
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.document import read_snapshot
from workloads.snapshots.snapshot import Target
from workloads.snapshots.writing import write_snapshot
from workloads.surroundings import observe

NOW = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
ONE = pod_spec(gpus(1))
WEB = deployment(pod_spec(gpus(2)), replicas=3)
SETS = owned_by(WEB, deployment(pod_spec(gpus(2)), replicas=3, name="web-7d9f", kind="ReplicaSet"))
TRAINING = of_kind("kubeflow.org/v1", "PyTorchJob", {}, "train")
ROLLOUT = of_kind("argoproj.io/v1alpha1", "Rollout", {}, "canary")


def job(name: str, **status: object) -> Body:
    return {**of_kind("batch/v1", "Job", {"parallelism": 2, "completions": 2, "template": template(ONE)}, name), "status": status}


def found(*bodies: Body, around: tuple[Body, ...] = ()) -> dict[str, int]:
    """By kind and name, what is counted of objects that are seen in the order in which a cluster is read."""
    running = Running(counted(observe(map(Manifest.of, around))))
    order = [kind for _, kind in COUNTED]
    for body in sorted(bodies, key=lambda body: order.index(body["kind"])):
        running.see(body)
    return {f"{target.kind} {target.name}": int(count) for target, count in running.by_root().items()}


SCALER = of_kind(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "minReplicas": 1, "maxReplicas": 10},
)
DONE = {"conditions": [{"type": "Complete", "status": "True"}]}


@pytest.mark.parametrize(
    ("bodies", "around", "counts"),
    [
        pytest.param([deployment()], (), {}, id="what asks for none is left out"),
        pytest.param([WEB], (), {"Deployment web": 6}, id="three pods of two"),
        pytest.param([WEB], (SCALER,), {"Deployment web": 20}, id="ten at the autoscaler's maximum"),
        pytest.param([WEB, SETS, owned_by(SETS, pod(ONE, "web-1"))], (), {"Deployment web": 6}, id="what it has made is in it"),
        pytest.param([pod(ONE, "bare")], (), {"Pod bare": 1}, id="a bare pod"),
        pytest.param([{**pod(ONE, "bare"), "status": {"phase": "Succeeded"}}], (), {}, id="a pod that has ended"),
        pytest.param([job("seed")], (), {"Job seed": 2}, id="a job's pods at one time"),
        pytest.param([job("seed", **DONE)], (), {}, id="a job that has completed"),
        pytest.param(
            [owned_by(TRAINING, pod(ONE, f"train-{number}")) for number in range(4)],
            (),
            {"PyTorchJob train": 4},
            id="pods of a kind that is not looked at are its",
        ),
        pytest.param(
            [owned_by(ROLLOUT, {**SETS, "spec": {**SETS["spec"], "replicas": count}}) for count in (3,)],
            (),
            {"Rollout canary": 6},
            id="ReplicaSets of a Rollout are its",
        ),
        pytest.param([WEB, owned_by(WEB, pod(ONE, "claims"))], (), {"Deployment web": 6, "Pod claims": 1}, id="a Deployment makes no Pod"),
        pytest.param([WEB, WEB], (), {"Deployment web": 6}, id="a list that is begun again shows it twice"),
    ],
)  # fmt: skip
def test_accelerators_are_counted_by_root(bodies: list[Body], around: tuple[Body, ...], counts: dict[str, int]) -> None:
    assert found(*bodies, around=around) == counts


def test_no_object_is_believed_to_have_more_than_a_snapshot_can_say() -> None:
    running = Running(lambda _: Decimal(10) ** 40)
    running.see(WEB)
    running.see(owned_by(TRAINING, pod(ONE)))
    running.see(owned_by(TRAINING, pod(ONE, "more")))
    assert set(running.by_root().values()) == {MOST}
    snapshot = ClusterSnapshot("a", NOW, accelerators=running.by_root())
    assert read_snapshot(write_snapshot(snapshot), "s.yaml") == snapshot


@pytest.mark.parametrize("owners", [None, 3, [3], [{"controller": True}], [{"controller": True, "uid": 3, "kind": []}]])
def test_owners_that_are_none_leave_an_object_its_own(owners: object) -> None:
    running = Running(counted(observe([])))
    running.see(pod(ONE, "bare", ownerReferences=owners))
    assert list(running.by_root().values()) == [1]


@pytest.fixture
def api() -> Iterator[ApiAnswers]:
    """An API server with a Deployment that its autoscaler may take to ten pods, and a bare pod."""
    with api_server() as known:
        known.serve("", nodes=[], pods=[pod(ONE, "bare"), owned_by(SETS, pod(ONE, "web-1"))])
        known.serve("apps", deployments=[WEB], replicasets=[SETS])
        known.serve("autoscaling", "v2", horizontalpodautoscalers=[SCALER])
        yield known


def taken(api: ApiAnswers, folder: Path) -> ClusterSnapshot:
    return collect(Lists(client_of(str(api.kubeconfig(folder))), sleep=lambda _: None), "production", NOW)


def test_a_snapshot_counts_them_by_the_clusters_own_autoscalers(api: ApiAnswers, tmp_path: Path) -> None:
    found = taken(api, tmp_path)
    assert found.accelerators == {Target("apps", "Deployment", "shop", "web"): 20, Target("", "Pod", "shop", "bare"): 1}
    assert found.surroundings().accelerators == found.accelerators


def test_a_list_that_is_begun_again_is_counted_once(api: ApiAnswers, tmp_path: Path) -> None:
    first = 200, {"metadata": {"continue": "next"}, "items": [pod(ONE, "bare")]}
    api.answers["/api/v1/pods"] = first
    api.answers["/api/v1/pods?limit=500&continue=next"] = [(410, {}), (200, {"items": []})]
    assert (taken(api, tmp_path).accelerators or {})[Target("", "Pod", "shop", "bare")] == 1


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/api/v1/pods", "pods may not be read"),
        ("/apis/apps/v1/replicasets", "replicasets.apps may not be read"),
        ("/apis/apps/v1/deployments", "deployments.apps may not be read"),
        ("/apis/autoscaling", "autoscalers are not known"),
    ],
)
def test_where_a_list_may_not_be_read_they_are_not_known(path: str, reason: str, api: ApiAnswers, tmp_path: Path) -> None:
    api.answers[path] = (403, {})
    found = taken(api, tmp_path)
    assert found.accelerators is None
    assert found.not_known["accelerators"] == reason
