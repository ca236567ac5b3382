"""E46: a submodule that something is rendered of is unknown where it changes, even where its folder is not looked at."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from weighbridge.cli import run

pytestmark = pytest.mark.whole

IGNORING = 'version: 1\nignore: [lib, "lib/**"]\n'
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\n"
    "spec: {source: {repoURL: 'https://example.com/a/b', path: %s}, destination: {namespace: shop}}\n"
)
KUSTOMIZATION = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: flux-system}\n"
    "spec: {path: ./lib/apps, sourceRef: {kind: GitRepository, name: here}}\n"
)


def _git(*arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def _weighed(files: dict[str, str], capfd: pytest.CaptureFixture[str]) -> dict:
    """What is said of a change of the submodule ``lib`` alone."""
    _git("init", "-q", "-b", "main")
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)
    _git("add", "-A")
    for digit in "ab":
        _git("update-index", "--add", "--cacheinfo", f"160000,{digit * 40},lib")
        _git("commit", "-q", "-m", "state")
    capfd.readouterr()
    run(["diff", "--git", "HEAD~1..HEAD", "--format", "json"])
    return json.loads(capfd.readouterr().out)


@pytest.mark.parametrize(
    "files",
    [
        {"k/kustomization.yaml": "resources: [../lib/base]"},
        {"k/kustomization.yaml": "patches: [{path: ../lib/p.yaml}]"},
        {"argo/a.yaml": APPLICATION % "lib/app"},
        {"argo/a.yaml": APPLICATION % "lib"},
        {"flux/a.yaml": KUSTOMIZATION},
    ],
    ids=["base", "patch", "folder of an Application", "all of it", "path of Flux"],
)
@pytest.mark.parametrize("ignored", [True, False])
def test_e46_what_is_rendered_of_a_submodule_is_unknown_where_that_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], files: dict[str, str], ignored: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    told = _weighed({**files, **({"weighbridge.yaml": IGNORING} if ignored else {})}, capfd)
    assert told["verdict"] == "unknown"
    assert ("lib", "error") in [(each["file"], each["severity"]) for each in told["problems"]]


def test_e46_a_submodule_that_nothing_is_rendered_of_may_be_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"argo/a.yaml": APPLICATION % "apps", "apps/library/a.yaml": "", "weighbridge.yaml": IGNORING}
    assert _weighed(files, capfd)["verdict"] == "pass"
