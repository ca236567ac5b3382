"""The files that hold the ConfigMaps and Secrets which objects that deploy others take values or variables of."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from workloads.manifest import Manifest
from workloads.rendering.kustomization import NAMES
from workloads.rendering.plan import Plan
from workloads.rendering.provenance import Shown
from workloads.text.reader import read

Search = Callable[[frozenset[str]], Iterable[str]]
"""Finds the manifests of a tree whose text holds one of some words."""
MOST: Final = 1_000
"""Names that are searched for; what has others is not known."""
_LONGEST: Final = 253
"""Characters of a name that Kubernetes takes."""
_KINDS: Final = ("ConfigMap", "Secret")
_GENERATORS: Final = (b"configMapGenerator", b"secretGenerator")


@dataclass(frozen=True, slots=True)
class Given:
    """What one file holds of them."""

    names: frozenset[str]
    manifests: tuple[Manifest, ...] = ()
    sources: frozenset[str] = frozenset()
    """The files that it makes them of: those of a kustomization that generates them, else itself."""


def given(plan: Plan, names: frozenset[str], search: Search, shown: Shown) -> dict[str, Given]:
    """The ConfigMaps and Secrets of these names, and the kustomizations that may generate some, by file."""
    names = frozenset(sorted(name for name in names if len(name) <= _LONGEST)[:MOST])
    if not names:
        return {}
    tree, ignored = plan.tree, plan.directions.ignored
    found = {path for path in search(names) if path in tree.files and not ignored(path) and plan.chart_files.of(path) is None}
    tree.load(found)
    held = {path: _held(plan, path, names, shown) for path in sorted(found)}
    return {path: each for path, each in held.items() if each.names}


def _held(plan: Plan, path: str, names: frozenset[str], shown: Shown) -> Given:
    data = plan.tree.read(path) or b""
    folder, name = posixpath.split(path)
    if name in NAMES and folder in plan.kustomizations:
        generates = any(word in data for word in _GENERATORS)
        told = frozenset(each for each in names if each.encode("utf-8", "replace") in data) if generates else frozenset()
        return Given(told, sources=plan.kustomizations.closure(folder).files)
    if not any(kind.encode() in data for kind in _KINDS):
        return Given(frozenset())
    manifests = tuple(each for each in read(data, shown(path)).manifests if each.kind in _KINDS and each.name in names)
    return Given(frozenset(each.name for each in manifests), manifests, frozenset({path}))
