"""Small stand-ins for kustomize and helm: programs on PATH that lay their input out as the real ones do, and nothing more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

KUSTOMIZE = """\
#!{python} -I
import json, os, pathlib, sys
if sys.argv[1] == "version":
    print("v9.9.9")
    sys.exit()

def build(folder):
    text = next(f for f in folder.iterdir() if f.name.lower().startswith("kustomization")).read_text()
    named = json.loads(text)["resources"] if text.startswith("{{") else [l[2:] for l in text.splitlines() if l.startswith("- ")]
    for name in named:
        path = folder / name
        if path.is_dir():
            yield from build(path)
        else:
            yield os.path.relpath(path, "overlay"), path.read_text()

for origin, text in build(pathlib.Path(sys.argv[2])):
    mark = "annotations: {{config.kubernetes.io/origin: 'path: " + origin + "'}}"
    print("---\\n" + text.replace("metadata: {{", "metadata: {{" + mark + ", "))
"""

Commit = Callable[[dict[str, str | None]], None]


@pytest.fixture
def tools(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of stand-ins, first on PATH."""
    folder = tmp_path_factory.mktemp("tools")
    program = folder / "kustomize"
    program.write_text(KUSTOMIZE.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits files, by path, in a fresh repository that is the current folder; None removes one."""
    monkeypatch.chdir(tmp_path)
    _git("init", "-q", "-b", "main")

    def commit_(files: dict[str, str | None]) -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        _git("add", "-A")
        _git("commit", "-q", "-m", "change", "--allow-empty")

    return commit_


def _git(*arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)
