"""Real commits of public repositories: the comment names exactly the workloads that each changes, at what they cost after less before."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from change_oracle import Expected, expected, require_exact

from policies.reports.report import Report, report
from weighbridge.configuration.settings import Flags
from weighbridge.preparation import Request, prepare
from weighbridge.reading import Configured, read_revisions

CORPUS = os.environ.get("WEIGHBRIDGE_CORPUS", "")
CHANGES = Path(CORPUS) / "changes"
NOW = datetime(2026, 11, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not (CORPUS and CHANGES.is_dir()), reason="WEIGHBRIDGE_CORPUS holds no changes"),
]

RENDERED = {
    "098": ["kubernetes/apps/ai/toolhive/config"],
    "101": ["llmkube-models"],
    "167": ["system/controller-manager"],
    "215": ["charts/podinfo"],
}
"""What the changes of kustomizations and charts name. Files of all but the third are missing that only the whole repository has."""

NO_CHANGE = ("038", "040", "043", "063", "080", "083", "139", "140", "168", "173", "175", "217", "218")
"""Changes of labels, images, annotations, limits above requests, and what runs nothing by itself."""
VALUES_ALONE = {"030": "helm-chart/values.yaml", "093": "bitnami/postgresql/values.yaml"}
"""Changes of values whose chart is not there."""


def _numbers() -> list[str]:
    return sorted(path.name for path in CHANGES.iterdir() if any(path.rglob("*.y*ml"))) if CHANGES.is_dir() else []


def _side(number: str, side: str) -> dict[str, bytes]:
    folder = CHANGES / number / side
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "core.autocrlf=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def _committed(number: str, folder: Path) -> None:
    """Both sides as two commits."""
    _git(folder, "init", "-q", "-b", "main")
    for side in ("base", "head"):
        for path in list(folder.iterdir()):
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, data in _side(number, side).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        (folder / ".git/index").unlink(missing_ok=True)  # two files of one size and second would pass for one
        _git(folder, "add", "-A", "-f")
        _git(folder, "commit", "-q", "--allow-empty", "-m", side)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Report:
    """The report of one of the changes, as on a pull request."""
    number: str = request.getfixturevalue("number")
    monkeypatch.chdir(tmp_path)
    _committed(number, tmp_path)
    asked = Request(Flags())
    with click.Context(click.Command("diff")) as context:
        change = read_revisions("HEAD~1...HEAD", (), asked, context, Configured.HERE)
    scales = prepare(asked, change.paths, judged=True, roots=change.paths, settings=change.settings)
    return report(scales.weigh(change.before, change.after, NOW), "diff", NOW, rendering=change.rendering)


def _wanted(number: str, prices) -> Expected:
    return expected(_side(number, "base"), _side(number, "head"), prices)


@pytest.mark.parametrize("number", [each for each in _numbers() if each not in RENDERED])
def test_a_comment_names_exactly_what_changes_at_its_price(number: str, told: Report, prices) -> None:
    require_exact(told, _wanted(number, prices))


@pytest.mark.parametrize("number", [each for each in NO_CHANGE if each in _numbers()])
def test_what_costs_nothing_is_told_as_no_change(number: str, told: Report) -> None:
    assert told.delta.nothing
    assert told.one_off_delta.nothing
    assert told.changed == ()
    assert told.unpriced_changes == ()


@pytest.mark.parametrize("number", [each for each in VALUES_ALONE if each in _numbers()])
def test_what_values_without_their_chart_cost_is_not_known(number: str, told: Report) -> None:
    assert told.changed == ()
    assert [(entry.manifest.kind, entry.manifest.name) for entry in told.unpriced_changes] == [("Values", VALUES_ALONE[number])]


@pytest.mark.skipif("226" not in _numbers(), reason="WEIGHBRIDGE_CORPUS has no changes")
@pytest.mark.parametrize("number", ["226"])
def test_a_new_autoscaler_of_what_stands_elsewhere_is_not_known(number: str, told: Report) -> None:
    assert told.changed == ()
    (entry,) = told.unpriced_changes
    assert entry.reason.startswith("Deployment vllm-llama3-deployment-vllm, which it scales, is not among the objects read")


@pytest.mark.skipif(not (shutil.which("kustomize") or shutil.which("kubectl")), reason="neither kustomize nor kubectl is on PATH")
@pytest.mark.parametrize("number", [each for each in RENDERED if each in _numbers()])
def test_what_is_rendered_is_named_as_it_is_made(number: str, told: Report) -> None:
    names = [row.title for row in told.changed] + [entry.manifest.title for entry in told.unpriced_changes]
    assert names == RENDERED[number]


def test_no_change_is_left_out() -> None:
    assert len(_numbers()) >= 62
    assert set(RENDERED) | set(NO_CHANGE) <= set(_numbers())
