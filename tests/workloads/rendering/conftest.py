"""Small stand-ins for kustomize and helm: programs on PATH that lay their input out as the real ones do, and nothing more."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from committed import Committed

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

HELM = """\
#!{python} -I
import json, pathlib, re, sys
if sys.argv[1] == "version":
    print("v9.9.9")
    sys.exit()

name, chart, *rest = sys.argv[2:]
values = {{"release": name}}
for text in [p.read_text() for p in [pathlib.Path(chart) / "values.yaml"] if p.exists()] + [
    pathlib.Path(file).read_text() for flag, file in zip(rest, rest[1:]) if flag == "--values"
]:
    pairs = json.loads(text).items() if text.startswith("{{") else re.findall("(\\\\w+): (\\\\S+)", text)
    values.update((key, str(value)) for key, value in pairs)
values.update(pair.split("=") for flag, pair in zip(rest, rest[1:]) if flag == "--set")
for path in sorted((pathlib.Path(chart) / "templates").iterdir()):
    print("---\\n# Source: " + name + "/templates/" + path.name)
    print(re.sub("<(\\\\w+)>", lambda found: values[found[1]], path.read_text()))
"""

Commit = Callable[[dict[str, str | None]], None]


@pytest.fixture
def tools(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of stand-ins, first on PATH."""
    folder = tmp_path_factory.mktemp("tools")
    _program(folder / "kustomize", KUSTOMIZE)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def helm(tools: Path) -> Path:
    """The same folder, with a stand-in for helm in it: a template's ``<name>`` is the value of that name."""
    _program(tools / "helm", HELM)
    return tools


def _program(path: Path, text: str) -> None:
    path.write_text(text.format(python=sys.executable))
    path.chmod(0o755)


@pytest.fixture
def commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits files, by path, in a fresh repository that is the current folder; None removes one."""
    monkeypatch.chdir(tmp_path)
    return Committed.at(tmp_path)
