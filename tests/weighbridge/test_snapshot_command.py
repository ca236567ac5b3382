"""``weighbridge snapshot``: a file of a cluster, whole or not there, and never over what is something else."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from api_answers import ApiAnswers, api_server

from cluster.client import name_of_context
from cluster.collector import EVERY
from weighbridge import snapshot_file
from weighbridge.cli import CANNOT_TELL, MISUSED, PASSED, run
from weighbridge.commands.snapshot import snapshot as command
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.document import read_snapshot
from workloads.text.document import ReadLimits

ROOT = Path(__file__).parents[2]
NODE = {"metadata": {"name": "a", "labels": {"node.kubernetes.io/instance-type": "m5.large"}}}


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiAnswers]:
    """A cluster of one node, which the kubeconfig in this folder leads to."""
    monkeypatch.chdir(tmp_path)
    with api_server() as known:
        known.serve("", nodes=[NODE])
        known.kubeconfig(tmp_path)
        yield known


def take(*more: str) -> int:
    return run(["snapshot", "--kubeconfig", "kubeconfig", *more])


def test_it_prints_a_snapshot_and_says_what_it_does_not_know(api: ApiAnswers, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    api.answers["/api/v1/namespaces"] = (403, {})
    assert take() == PASSED
    printed = capfdbinary.readouterr()
    found = read_snapshot(printed.out, "s.yaml")
    assert isinstance(found, ClusterSnapshot)
    assert (found.name, found.pools[0].machine_type) == ("production", "m5.large")
    assert b"not known: namespaces (namespaces may not be read)" in printed.err


def test_it_writes_a_file_that_others_may_read_and_replaces_it(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    assert take("--output", "s.yaml", "--name", "eu") == PASSED
    assert "Wrote s.yaml: 1 nodes in 1 pools" in capfd.readouterr().err
    first = Path("s.yaml").read_text()
    assert stat.S_IMODE(Path("s.yaml").stat().st_mode) & stat.S_IRUSR
    assert "name: eu\n" in first
    api.serve("", nodes=[NODE, NODE])
    assert take("--output", "s.yaml") == PASSED
    assert "Replaced s.yaml: 2 nodes in 1 pools" in capfd.readouterr().err
    assert Path("s.yaml").read_text() != first
    assert sorted(path.name for path in Path().iterdir()) == ["kubeconfig", "s.yaml"]


def test_what_is_something_else_is_not_written_over(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    Path("web.yaml").write_text("kind: Deployment\n")
    assert take("--output", "web.yaml") == CANNOT_TELL
    assert "is no snapshot: it was not written over" in capfd.readouterr().err
    assert Path("web.yaml").read_text() == "kind: Deployment\n"


def test_a_folder_that_is_not_there_is_said(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    assert take("--output", "none/s.yaml") == CANNOT_TELL
    assert "cannot write none/s.yaml" in capfd.readouterr().err


def test_a_cluster_that_cannot_be_reached_leaves_the_old_file(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    assert take("--output", "s.yaml") == PASSED
    before = Path("s.yaml").read_bytes()
    api.answers["/version"] = (500, {})
    assert take("--output", "s.yaml") == CANNOT_TELL
    assert "no snapshot was taken: the API server answered 500" in capfd.readouterr().err
    assert Path("s.yaml").read_bytes() == before


def test_too_large_a_snapshot_is_written_without_the_use_of_containers(
    api: ApiAnswers, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "controller": True}
    meta = {"name": "db-0", "namespace": "shop"}
    api.serve("apps", replicasets=[], deployments=[{"metadata": {"name": "web", "namespace": "shop"}}])
    api.serve("", pods=[{"metadata": {**meta, "ownerReferences": [owner]}}], nodes=[NODE])
    used = [{"name": f"c{number}", "usage": {"cpu": "1m", "memory": "1Mi"}} for number in range(100)]
    api.serve("metrics.k8s.io", "v1beta1", pods=[{"metadata": meta, "containers": used}])
    monkeypatch.setattr(snapshot_file, "DEFAULT_LIMITS", ReadLimits(size=2000))
    assert take("--output", "s.yaml") == PASSED
    found = read_snapshot(Path("s.yaml").read_bytes(), "s.yaml")
    assert isinstance(found, ClusterSnapshot)
    assert (found.usage, len(found.replicas)) == ({}, 1)
    assert "would be larger" in found.not_known["usage"]
    assert "not known: usage" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--context", "none"], "kubeconfig has no context 'none': it has"),
        (["--kubeconfig", "absent"], "no such kubeconfig file: absent"),
    ],
)
def test_a_cluster_that_is_not_there_is_said(
    api: ApiAnswers, arguments: list[str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert take(*arguments) == CANNOT_TELL
    assert words in capfd.readouterr().err


def test_in_cluster_goes_without_a_context(api: ApiAnswers, capfd: pytest.CaptureFixture[str]) -> None:
    assert take("--in-cluster") == MISUSED
    assert "--in-cluster goes without" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("context", "name"),
    [
        ("production", "production"),
        ("arn:aws:eks:us-east-1:123456789012:cluster/prod", "prod"),
        ("gke_my-project_us-central1_main_two", "main_two"),
        ("user@prod", "user@prod"),
    ],
)
def test_a_clusters_name_is_its_contexts_without_account_and_project(tmp_path: Path, context: str, name: str) -> None:
    path = ApiAnswers(port=1).kubeconfig(tmp_path, context)
    assert name_of_context(str(path)) == name


def role() -> dict:
    text = (ROOT / "docs" / "snapshot.md").read_text(encoding="utf-8")
    block = next(block for block in text.split("```yaml\n")[1:] if "kind: ClusterRole\n" in block)
    return yaml.safe_load(block.partition("```")[0])


def test_the_role_in_the_documentation_allows_what_is_asked_for_and_nothing_else() -> None:
    allowed = {(group, resource) for rule in role()["rules"] for group in rule["apiGroups"] for resource in rule["resources"]}
    assert allowed == {(resource.group, resource.plural) for resource in EVERY}
    assert all(rule["verbs"] == ["list"] for rule in role()["rules"])


def test_help_names_everything_that_is_asked_for() -> None:
    assert command.help is not None
    for resource in EVERY:
        assert resource.plural in command.help
        assert not resource.group or f"({resource.group})" in command.help
