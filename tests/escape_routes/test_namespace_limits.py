"""A limit on what a whole namespace has: by a snapshot, files get the answer that the gate gives by what runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gating import (
    NAMESPACE,
    NOW,
    PRICES,
    Body,
    cluster_of,
    deployment,
    gate,
    gpus,
    of_kind,
    owned_by,
    pod,
    pod_spec,
    policy,
    review,
    template,
)

from cluster.accelerators import COUNTED, Running, counted
from policies.policy_set import PolicySet
from policies.verdict import Point, Verdict
from policies.weighing import Weighing
from weighbridge.clusters import Clusters
from weighbridge.configuration.settings import Flags, Settings, Value
from weighbridge.rules import Rules
from weighbridge.scales import Scales
from workloads.settings.configuration import Configuration
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.writing import write_snapshot
from workloads.text.reader import Reading, read

LIMIT = policy(limitAccelerators={"maximum": {"namespace": 8}})
TRAINING = of_kind("kubeflow.org/v1", "PyTorchJob", {}, "train")
SEARCH = deployment(pod_spec(gpus(2)), replicas=2, name="search")
MADE = owned_by(SEARCH, deployment(pod_spec(gpus(2)), replicas=2, name="search-7d9f", kind="ReplicaSet"))
RUNNING = (
    SEARCH,
    MADE,
    owned_by(MADE, pod(pod_spec(gpus(2)), "search-1")),
    owned_by(TRAINING, pod(pod_spec(gpus(1)), "train-0")),
)
"""Four in a Deployment, with what it has made, and one in a pod of an operator's."""


def web(count: int, replicas: int = 1) -> Body:
    return deployment(pod_spec(gpus(count)), replicas)


def training(count: int) -> Body:
    spec = {"pytorchReplicaSpecs": {"Worker": {"replicas": count, "template": template(pod_spec(gpus(1)))}}}
    return of_kind("kubeflow.org/v1", "PyTorchJob", spec, "train")


def by_files(folder: Path, running: tuple[Body, ...], after: Body, before: Body | None, *, alone: bool = False) -> Weighing:
    """What ``check``, or ``diff`` where there is an earlier side, answers with a snapshot of what runs."""
    census = Running(counted(ClusterSnapshot("production", NOW).surroundings()))
    for _, kind in COUNTED:
        for body in running:
            if body["kind"] == kind:
                census.see(body)
    path = folder / "snapshot.yaml"
    path.write_bytes(write_snapshot(ClusterSnapshot("production", NOW, accelerators=census.by_root())))
    flags = Flags(snapshot=Value(str(path), "--snapshot"), point=Point.ADMISSION)
    scales = Scales(Settings(flags, Configuration(), folder), PRICES, Rules(PolicySet([LIMIT])), Clusters((), folder))
    sides = None if alone else listed(*([before] if before else [])), listed(after)
    (weighing,) = scales.weigh(*sides, NOW)
    return weighing


def listed(*bodies: Body) -> Reading:
    return read(json.dumps({"apiVersion": "v1", "kind": "List", "items": [NAMESPACE, *bodies]}).encode(), "objects.json")


def words(weighing: Weighing) -> list[str]:
    return [f"{each.verdict} {each.title}: {each.message}" for each in weighing.violations]


CHANGES = [
    pytest.param(web(3), None, RUNNING, "", id="eight are eight"),
    pytest.param(web(4), None, RUNNING, "deny shop/web: 9 accelerators in all", id="nine are too many"),
    pytest.param(web(2, 2), web(1, 2), (*RUNNING, web(1, 2)), "deny shop/web: 9 accelerators in all", id="more of what runs"),
    pytest.param(web(2, 2), web(1, 2), (SEARCH, MADE, web(1, 2)), "", id="a change takes the place of what runs"),
    pytest.param(training(5), training(1), RUNNING, "deny shop/train: 9 accelerators in all", id="an operator's own"),
    pytest.param(training(4), training(1), RUNNING, "", id="whose pods are not counted beside it"),
    pytest.param(deployment(), None, (*RUNNING, pod(pod_spec(gpus(64)), "alone")), "", id="none is never too many"),
]


@pytest.mark.parametrize(("after", "before", "running", "said"), CHANGES)
def test_files_with_a_snapshot_get_the_answer_of_the_gate(
    after: Body, before: Body | None, running: tuple[Body, ...], said: str, tmp_path: Path
) -> None:
    answer = gate([LIMIT], cluster_of(*running)).validate(review(after, before))
    told = words(by_files(tmp_path, running, after, before))
    assert [each.startswith(said) for each in told] == ([True] if said else [])
    assert answer.allowed == (not said)
    for each in told:
        assert each.removeprefix("deny ") in answer.message
    assert answer.warnings == ()


def test_check_takes_what_is_read_as_new_in_place_of_what_runs(tmp_path: Path) -> None:
    running = (*RUNNING, web(1, 2))
    assert words(by_files(tmp_path, running, web(3), None, alone=True)) == []
    (said,) = words(by_files(tmp_path, running, web(4), None, alone=True))
    assert "9 accelerators in all workloads of namespace shop" in said


def test_what_a_change_takes_away_makes_room(tmp_path: Path) -> None:
    moved = {**SEARCH, "metadata": {**SEARCH["metadata"], "name": "found"}}
    assert words(by_files(tmp_path, RUNNING, moved, SEARCH)) == []
    (said,) = words(by_files(tmp_path, RUNNING, moved, None))
    assert "9 accelerators" in said


def test_an_object_of_no_known_namespace_cannot_be_told(tmp_path: Path) -> None:
    after = web(1)
    del after["metadata"]["namespace"]
    weighing = by_files(tmp_path, RUNNING, after, None)
    assert weighing.verdict is Verdict.UNKNOWN
    assert weighing.violations[0].message.endswith("what else runs there: it states none")
    assert weighing.violations[0].fix.startswith("State metadata.namespace")


@pytest.mark.parametrize(
    ("snapshot", "reason", "fix"),
    [
        (None, "no snapshot tells", "Take a snapshot with weighbridge snapshot"),
        (ClusterSnapshot("eu", NOW), "the snapshot does not tell", "Take a snapshot with weighbridge snapshot"),
        (
            ClusterSnapshot("eu", NOW, not_known={"accelerators": "pods may not be read"}),
            "pods may not be read",
            "Let it be listed",
        ),
    ],
)
def test_where_nobody_counted_the_answer_says_how_to_get_it(
    snapshot: ClusterSnapshot | None, reason: str, fix: str, tmp_path: Path
) -> None:
    path = tmp_path / "snapshot.yaml"
    flags = Flags(snapshot=Value(str(path), "--snapshot")) if snapshot else Flags()
    if snapshot:
        path.write_bytes(write_snapshot(snapshot))
    rules = Rules(PolicySet([LIMIT]))
    scales = Scales(Settings(flags, Configuration(), tmp_path), PRICES, rules, Clusters((), tmp_path))
    (weighing,) = scales.weigh(None, listed(web(8)), NOW)
    (violation,) = weighing.violations
    assert violation.verdict is Verdict.UNKNOWN
    assert violation.message.endswith(f"what else runs there: {reason}")
    assert violation.fix.startswith(fix)
    (over,) = scales.weigh(None, listed(web(9)), NOW)
    assert over.verdict is Verdict.DENY


def test_an_explanation_counts_as_check_does(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.yaml"
    path.write_bytes(write_snapshot(ClusterSnapshot("eu", NOW, accelerators={})))
    settings = Settings(Flags(snapshot=Value(str(path), "--snapshot")), Configuration(), tmp_path)
    scales = Scales(settings, PRICES, Rules(PolicySet([LIMIT])), Clusters((), tmp_path))
    found = [subject.context.accelerators for subject, _ in scales.subjects(listed(web(8)), NOW)]
    assert found == [{}, {}]


def test_who_claims_the_owner_of_others_is_counted_beside_them() -> None:
    running = (owned_by(TRAINING, pod(pod_spec(gpus(7)), "train-0")),)
    claimed = owned_by(TRAINING, pod(pod_spec(gpus(2)), "mine"))
    answer = gate([LIMIT], cluster_of(*running)).validate(review(claimed))
    assert not answer.allowed
    assert "9 accelerators in all workloads of namespace shop" in answer.message
