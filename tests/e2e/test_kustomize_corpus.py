"""Every kustomization of the real manifests is built here as kubectl builds it, or not at all, with the reason."""

from __future__ import annotations

import csv
import os
import subprocess
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from control_plane import find_kubectl
from trees import MemoryTree

from workloads.rendering.kustomize_plan import kustomize_render
from workloads.rendering.obstacle import reason
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.provenance import Provenance
from workloads.sources.renderer import Renderer
from workloads.text.reader import read

CORPUS = os.environ.get("WEIGHBRIDGE_CORPUS", "")
LIST = Path(CORPUS) / "kustomize_builds.csv"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.corpus,
    pytest.mark.skipif(not (CORPUS and LIST.is_file()), reason="WEIGHBRIDGE_CORPUS lists no kustomizations"),
]


def _roots(builds: str) -> list[str]:
    if not (CORPUS and LIST.is_file()):
        return []
    with LIST.open(encoding="utf-8", newline="") as stream:
        roots = [row["root"].removeprefix("./") for row in csv.DictReader(stream) if row["builds"] == builds]
    # Components are parts of others: kubectl builds them by themselves, and nobody deploys what comes of it.
    return [root for root in roots if "/components/" not in root]


@lru_cache(maxsize=2)
def _repository(name: str) -> MemoryTree:
    folder = Path(CORPUS) / name
    return MemoryTree({str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()})


def _built(root: str) -> tuple[Counter[tuple[str, ...]], str]:
    """The objects of a root, as they are weighed, and why there are none."""
    name, _, folder = root.partition("/")
    tree = _repository(name)
    plan = Plan(tree, Directions())
    render = kustomize_render(plan.kustomizations, folder)
    if render.obstacles:
        return Counter(), reason(render.obstacles)
    (result,) = Renderer().render([(tree, render)])
    if result.complaint:
        return Counter(), result.complaint
    reading = Provenance(tree, str).traced(render, result.text)
    assert all("config.kubernetes.io/origin" not in str(each.body) for each in reading.manifests)
    return Counter((each.group, each.kind, each.namespace, each.name) for each in reading.manifests), ""


@pytest.mark.parametrize("root", _roots("yes"))
def test_what_kubectl_builds_is_built_alike(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(find_kubectl()).parent}:/usr/bin:/bin")
    told = subprocess.run([find_kubectl(), "kustomize", str(Path(CORPUS) / root)], capture_output=True, check=True).stdout
    theirs = Counter((each.group, each.kind, each.namespace, each.name) for each in read(told, "").manifests)
    assert _built(root) == (theirs, "")


@pytest.mark.parametrize("root", _roots("no"))
def test_what_kubectl_does_not_build_has_a_reason(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(find_kubectl()).parent}:/usr/bin:/bin")
    objects, why = _built(root)
    assert not objects
    assert why
