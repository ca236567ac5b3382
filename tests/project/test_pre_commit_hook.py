"""What pre-commit runs of ours: the entry of ``.pre-commit-hooks.yaml``, by pre-commit itself, on what is really staged."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from manifest_texts import deployment, namespace
from pre_commit.clientlib import load_manifest

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
BIN = Path(sys.executable).parent


def _hook() -> Mapping[str, object]:
    (hook,) = load_manifest(str(HOOKS))
    return hook  # type: ignore[no-any-return]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose hooks are ours, of the command line that is installed here: nothing is downloaded."""
    _git(tmp_path, "init", "-q", "-b", "main")
    local = {name: value for name, value in _hook().items() if name in {"id", "name", "entry", "files", "pass_filenames"}}
    configuration = {"repos": [{"repo": "local", "hooks": [{**local, "language": "system"}]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    return tmp_path


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    """What pre-commit answers for what is staged."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WEIGHBRIDGE_", "GIT_"))}
    environment |= {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PRE_COMMIT_HOME": str(folder.parent / "home")}
    command = [str(BIN / "pre-commit"), "run", "--verbose"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_a_denied_change_stops_the_first_commit_of_a_repository(repository: Path) -> None:
    (repository / "app.yaml").write_text(namespace("ml", team="") + deployment("nobodys", team="", space="ml"))
    _git(repository, "add", "-A")
    answer = _run(repository)
    assert answer.returncode == 1
    assert "exit code: 1" in answer.stdout
    assert "denied: ml/nobodys: no team label" in answer.stdout


def test_what_is_not_staged_stops_nothing_and_the_cost_is_shown(repository: Path) -> None:
    (repository / "app.yaml").write_text(namespace("shop") + deployment("web", replicas=2))
    _git(repository, "add", "-A")
    (repository / "later.yaml").write_text(namespace("ml", team="") + deployment("nobodys", team="", space="ml"))
    answer = _run(repository)
    assert answer.returncode == 0, answer.stdout
    assert "shop/web" in answer.stdout
    assert "nobodys" not in answer.stdout


@pytest.mark.parametrize(
    ("name", "weighed"),
    [
        ("apps/web.yaml", True),
        ("apps/web.yml", True),
        ("apps/web.json", True),
        ("charts/web/templates/_helpers.tpl", True),
        ("charts/web/values.yaml", True),
        ("web.yaml.md", False),
        ("main.go", False),
    ],
)
def test_the_hook_runs_for_files_that_may_change_manifests(name: str, weighed: bool) -> None:
    assert bool(re.search(str(_hook()["files"]), name)) is weighed


def test_the_hook_is_installed_from_this_repository_and_shows_figures_of_what_passes() -> None:
    hook = _hook()
    assert (hook["language"], hook["pass_filenames"], hook["verbose"]) == ("python", False, True)
