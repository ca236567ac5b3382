"""``from: snapshot``: pull requests are judged by what is in force in the cluster that they go to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from weighbridge.cli import CANNOT_TELL, DENIED, PASSED, run

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 5
  template: {spec: {containers: [{name: web, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}
"""
NOW = datetime.now(UTC)


def policy(name: str, replicas: int) -> dict:
    spec = {"rules": [{"name": "replicas", "limitResources": {"replicas": replicas}}]}
    return {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": name}, "spec": spec}


def exemption(days: int = 9, approved: int = 2) -> dict:
    metadata = {
        "name": "launch",
        "namespace": "shop",
        "generation": 2,
        "annotations": {"weighbridge.dev/requested-by": "jane"},
    }
    ends = (NOW + timedelta(days=days)).isoformat(timespec="seconds").replace("+00:00", "Z")
    spec = {"rules": ["few/*"], "names": ["web"], "reason": "A launch.", "expiresAt": ends}
    status = {"approval": {"by": "joe", "generation": approved}}
    kind = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostExemption"}
    return {**kind, "metadata": metadata, "spec": spec, "status": status}


def snapshot(*objects: dict, **more: object) -> str:
    taken = (NOW - timedelta(days=1)).isoformat(timespec="seconds")
    head = {"schema": "weighbridge.dev/snapshot/v1", "name": "production", "takenAt": taken}
    return json.dumps({**head, **more, "objects": list(objects)})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of two clusters, the first of which has a snapshot."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WEIGHBRIDGE_SNAPSHOT", raising=False)
    for cluster in ("production", "staging"):
        (tmp_path / cluster).mkdir()
        (tmp_path / cluster / "web.yaml").write_text(WEB)
    configure(tmp_path)
    return tmp_path


def configure(folder: Path, policies: str = "[{from: snapshot}]", exemptions: str = "[]", staging: str = "") -> None:
    (folder / "weighbridge.yaml").write_text(
        "version: 1\nclusters:\n"
        "- {name: production, paths: [production/], snapshot: production.yaml}\n"
        f"- {{name: staging, paths: [staging/]{staging}}}\n"
        f"policies: {policies}\nexemptions: {exemptions}\n"
    )


def checked(capsys: pytest.CaptureFixture[str], expected: int, *arguments: str) -> list[tuple[str, str, str | None]]:
    """What is said of the rules, by cluster."""
    assert run(["check", *(arguments or ("production",)), "--format", "json"]) == expected
    told = json.loads(capsys.readouterr().out)
    return [(each["cluster"], f"{each['policy']}/{each['rule']}", each["exemption"]) for each in told["violations"]]


def test_policies_are_those_of_the_cluster(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "production.yaml").write_text(snapshot(policy("few", 3)))
    assert checked(capsys, DENIED) == [("production", "few/replicas", None)]


def test_each_clusters_files_are_held_against_its_own(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(here, staging=", snapshot: staging.yaml")
    (here / "production.yaml").write_text(snapshot(policy("few", 3)))
    (here / "staging.yaml").write_text(snapshot(policy("many", 30), policy("fewer", 4)))
    assert checked(capsys, DENIED, "production", "staging") == [
        ("production", "few/replicas", None),
        ("staging", "fewer/replicas", None),
    ]


def test_files_hold_beside_them(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(here, policies="[rules.yaml, {from: snapshot}]")
    (here / "rules.yaml").write_text(json.dumps(policy("file", 4)))
    (here / "production.yaml").write_text(snapshot(policy("few", 3)))
    assert {rule for _, rule, _ in checked(capsys, DENIED)} == {"few/replicas", "file/replicas"}


def test_a_flag_stands_in_their_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "rules.yaml").write_text(json.dumps(policy("file", 4)))
    (here / "production.yaml").write_text(snapshot(policy("few", 3)))
    assert checked(capsys, DENIED, "production", "--policies", "rules.yaml") == [("production", "file/replicas", None)]


def test_exemptions_hold_by_the_clock_and_by_the_approval_of_what_stands_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(here, exemptions="[{from: snapshot}]")

    def told(found: dict, expected: int) -> str | None:
        (here / "production.yaml").write_text(snapshot(policy("few", 3), found))
        ((_, _, words),) = checked(capsys, expected)
        return words

    assert "shop/launch until" in (told(exemption(), PASSED) or "")
    assert told(exemption(days=-1), DENIED) is None
    assert told(exemption(approved=1), DENIED) is None


def test_exemptions_are_left_where_they_are_unless_they_are_asked_for(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "production.yaml").write_text(snapshot(policy("few", 3), exemption()))
    assert checked(capsys, DENIED) == [("production", "few/replicas", None)]


def test_explain_exemptions_and_config_tell_of_them(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(here, exemptions="[{from: snapshot}]")
    (here / "production.yaml").write_text(snapshot(policy("few", 3), exemption()))
    (here / "staging").joinpath("web.yaml").unlink()
    assert run(["policies", "explain", "production"]) == PASSED
    assert "exempted: few/replicas: shop/launch until " in capsys.readouterr().out
    assert run(["config", "."]) == PASSED
    assert capsys.readouterr().out.count("from: snapshot") == 2
    configure(here, exemptions="[{from: snapshot}]", staging=", snapshot: production.yaml")
    assert run(["policies", "exemptions", "production"]) == PASSED
    told = capsys.readouterr().out
    assert "shop/launch" in told
    assert "1 exemption" in told


BROKEN = [
    ("without a snapshot", None, "staging", "none is named for cluster staging: name it under clusters[].snapshot"),
    (
        "where it may not be listed",
        snapshot(notKnown={"policies": "forbidden"}),
        "production",
        "does not tell policies (forbidden)",
    ),
    ("where there are none", snapshot(), "production", "no CostPolicy in "),
    ("where one is broken", snapshot({**policy("few", 3), "spec": {"rules": []}}), "production", "CostPolicy few: spec.rules: "),
]


@pytest.mark.parametrize(("text", "path", "words"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_is_to_come_from_a_snapshot_and_does_not_stops_the_run(
    text: str | None, path: str, words: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "production.yaml").write_text(text or snapshot(policy("few", 3)))
    assert run(["check", path]) == CANNOT_TELL
    assert words in capsys.readouterr().err


def test_a_policy_in_a_file_and_in_the_cluster_is_told_of(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(here, policies="[rules.yaml, {from: snapshot}]")
    (here / "rules.yaml").write_text(json.dumps(policy("few", 4)))
    (here / "production.yaml").write_text(snapshot(policy("few", 3)))
    assert run(["check", "production"]) == CANNOT_TELL
    assert "both have few: name one of the two" in capsys.readouterr().err


@pytest.mark.parametrize("entry", ["{from: cluster}", "{of: snapshot}", "{from: snapshot, name: a}", "7"])
def test_another_entry_is_an_error_with_its_line(entry: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(here, policies=f"[{entry}]")
    assert run(["check", "production"]) == CANNOT_TELL
    assert "weighbridge.yaml:5:" in capsys.readouterr().err
