"""``--snapshot``: what a person names, sees, and is told when it is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from policies.reports.document import weighing_schema
from weighbridge.cli import CANNOT_TELL, PASSED, run

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: web, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}
"""
SCALER = (
    "objects:\n- {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: shop}, "
    "spec: {minReplicas: 2, maxReplicas: 10, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}, "
    "status: {currentReplicas: 7}}\n"
)


def snapshot(name: str = "production", days: int = 1, more: str = SCALER) -> str:
    taken = datetime.now(UTC) - timedelta(days=days)
    return f"schema: weighbridge.dev/snapshot/v1\nname: {name}\ntakenAt: '{taken.isoformat(timespec='seconds')}'\n{more}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a manifest and a snapshot."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WEIGHBRIDGE_SNAPSHOT", raising=False)
    (tmp_path / "web.yaml").write_text(WEB)
    (tmp_path / "snapshot.yaml").write_text(snapshot())
    return tmp_path


def estimated(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert run(["estimate", "web.yaml", "--format", "json", *arguments]) == PASSED
    return json.loads(capsys.readouterr().out)


def test_an_estimate_rests_on_the_snapshot_and_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = estimated(capsys, "--snapshot", "snapshot.yaml")
    assert told["workloads"][0]["replicas"]["expected"] == 7
    assert told["prices"]["snapshot"]["name"] == "production"
    assert told["context"]["snapshots"][0]["ageDays"] == 1
    assert not told["problems"]


def test_what_is_told_of_it_keeps_the_published_schema(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Draft202012Validator(weighing_schema()).validate(estimated(capsys, "--snapshot", "snapshot.yaml"))


def test_without_one_nothing_is_said_of_any(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = estimated(capsys)
    assert (told["prices"]["snapshot"], told["context"]["snapshots"]) == (None, [])


def test_an_empty_snapshot_gives_the_estimate_of_none(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "snapshot.yaml").write_text(snapshot(more=""))
    with_one, without = estimated(capsys, "--snapshot", "snapshot.yaml"), estimated(capsys)
    assert (with_one["workloads"], with_one["total"]) == (without["workloads"], without["total"])


def test_weighbridge_yaml_names_a_clusters_snapshot(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "weighbridge.yaml").write_text("version: 1\nclusters: [{name: prod, paths: ['*'], snapshot: snapshot.yaml}]\n")
    assert estimated(capsys)["workloads"][0]["replicas"]["expected"] == 7


def test_both_sides_of_a_change_rest_on_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "after.yaml").write_text(WEB.replace("cpu: 1", "cpu: 2"))
    assert run(["diff", "web.yaml", "after.yaml", "--snapshot", "snapshot.yaml", "--format", "json"]) == PASSED
    told = json.loads(capsys.readouterr().out)
    assert [change["what"] for change in told["workloads"][0]["changes"]] == ["cpu"]


def test_an_old_snapshot_is_warned_of(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "snapshot.yaml").write_text(snapshot(days=31))
    assert run(["estimate", "web.yaml", "--snapshot", "snapshot.yaml"]) == PASSED
    assert "snapshot.yaml: warning: snapshot production of" in (said := capsys.readouterr().err)
    assert "is 31 days old" in said


def test_a_snapshot_of_a_time_to_come_is_warned_of(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "snapshot.yaml").write_text(snapshot(days=-3))
    assert run(["estimate", "web.yaml", "--snapshot", "snapshot.yaml"]) == PASSED
    assert "is of a time to come" in capsys.readouterr().err


def test_what_it_does_not_tell_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "snapshot.yaml").write_text(snapshot(more="notKnown: {usage: the metrics API is not served}\n"))
    assert run(["estimate", "web.yaml", "--snapshot", "snapshot.yaml"]) == PASSED
    said = " ".join(capsys.readouterr().out.split())
    assert "nodes, replicas and classes are those of snapshot production of" in said
    assert "which does not tell: usage" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("schema: weighbridge.dev/snapshot/v9\n", "snapshot.yaml:1:1: error: not a snapshot that is known"),
        (snapshot(more="nodePools: 3\n"), "snapshot.yaml:4:1: error: nodePools"),
        (snapshot(more="replica: []\n"), "did you mean 'replicas'"),
    ],
)
def test_a_broken_snapshot_weighs_nothing(here: Path, content: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "snapshot.yaml").write_text(content)
    assert run(["estimate", "web.yaml", "--snapshot", "snapshot.yaml"]) == CANNOT_TELL
    printed = capsys.readouterr()
    assert words in printed.err
    assert "nothing was weighed" in printed.err
    assert not printed.out


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("none.yaml", "no such file"),
        (".", "is no plain file"),
        ("https://example.com/s.yaml", "only files are read"),
        ("oci://a/b", "only files"),
    ],
)
def test_what_is_no_file_is_said(here: Path, named: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", "web.yaml", "--snapshot", named]) == CANNOT_TELL
    assert words in capsys.readouterr().err
    (here / "weighbridge.yaml").write_text(f"version: 1\nclusters: [{{name: prod, paths: ['*'], snapshot: '{named}'}}]\n")
    assert run(["estimate", "web.yaml"]) == CANNOT_TELL
    assert words in capsys.readouterr().err


def test_a_flag_names_the_snapshot_of_one_cluster(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "b").mkdir()
    (here / "b" / "web.yaml").write_text(WEB)
    (here / "weighbridge.yaml").write_text("version: 1\nclusters: [{name: a, paths: ['/web.yaml']}, {name: b, paths: ['b/']}]\n")
    assert run(["estimate", "web.yaml", "b", "--snapshot", "snapshot.yaml"]) == CANNOT_TELL
    assert "clusters[].snapshot" in capsys.readouterr().err


def test_a_snapshot_among_the_manifests_is_no_manifest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["estimate", ".", "--format", "json"]) == PASSED
    told = json.loads(capsys.readouterr().out)
    assert (len(told["workloads"]), told["unpriced"], told["problems"]) == (1, [], [])


def test_its_schema_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "snapshot"]) == PASSED
    assert json.loads(capsys.readouterr().out)["title"] == "Cluster snapshot"


POLICY = """\
apiVersion: weighbridge.dev/v1alpha1
kind: CostPolicy
metadata: {name: small}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
  validationActions: [Deny]
  rules: [{name: cost, limitCost: {of: month, maximum: 1}}]
"""


def test_rules_are_explained_by_what_the_snapshot_tells(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "policy.yaml").write_text(POLICY)
    assert run(["policies", "explain", "web.yaml", "--policies", "policy.yaml", "--snapshot", "snapshot.yaml"]) == PASSED
    assert "$207 a month, above the limit" in capsys.readouterr().out
    assert run(["policies", "explain", "web.yaml", "--policies", "policy.yaml"]) == PASSED
    assert "$30 a month, above the limit" in capsys.readouterr().out


def test_a_figure_is_explained_by_what_the_snapshot_tells(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "explain", "web.yaml", "--snapshot", "snapshot.yaml"]) == PASSED
    assert "7 pods" in capsys.readouterr().out


def test_config_shows_the_snapshot_and_what_named_it(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WEIGHBRIDGE_SNAPSHOT", "snapshot.yaml")
    monkeypatch.setenv("WEIGHBRIDGE_POLICIES", "policies")
    assert run(["config"]) == PASSED
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["snapshot", "snapshot.yaml", "WEIGHBRIDGE_SNAPSHOT"] in rows
    assert ["policies", "policies", "WEIGHBRIDGE_POLICIES"] in rows
