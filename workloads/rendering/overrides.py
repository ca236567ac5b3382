"""Parameters that Argo CD reads from files beside what it renders, over those that the Application states.

``.argocd-source.yaml``, then ``.argocd-source-<application>.yaml``, each a merge patch (RFC 7386) of the source
(argo-cd.readthedocs.io/en/stable/user-guide/parameters, "Store Overrides In Git").
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workloads.manifest import Manifest
from workloads.problem import Severity
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.tree import Tree, real_path
from workloads.text.reader import parse_document

_FIXED: Final = ("repoURL", "path", "chart", "targetRevision")
"""What of a source Argo CD takes from the Application, whatever its files say."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """A source with what files lay over it."""

    stated: Mapping[str, object]
    files: frozenset[str] = frozenset()
    """The files that do, from the tree's top."""
    obstacles: tuple[Obstacle, ...] = ()


def overridden(stated: Mapping[str, object], application: Manifest, folder: str, tree: Tree) -> Overridden:
    """A source of an Application that names a folder, with what the folder's files lay over it."""
    files = [path for path in _names(application, folder) if path in tree.files]
    found: dict[str, object] = dict(stated)
    obstacles: list[Obstacle] = []
    for file in files:
        patch = _patch(file, tree)
        if isinstance(patch, Obstacle):
            obstacles.append(patch)
        else:
            found = _merged(found, {key: value for key, value in patch.items() if key not in _FIXED})
    return Overridden(found, frozenset(files), tuple(obstacles))


def _names(application: Manifest, folder: str) -> Iterator[str]:
    """The files in the order in which they are laid over; an Application of another namespace is known by both names."""
    for name in ("", f"-{application.namespace}_{application.name}", f"-{application.name}"):
        yield posixpath.join(folder, f".argocd-source{name}.yaml")


def _patch(file: str, tree: Tree) -> Mapping[str, object] | Obstacle:
    data = tree.read(real_path(tree.links, file) or file)
    value, problems = parse_document(data, file) if data is not None else (None, ())
    wrong = [each for each in problems if each.severity is Severity.ERROR]
    if data is None or wrong or not isinstance(value, dict | None):
        return Obstacle("parameters that Argo CD cannot read either", "correct the file, or remove it", file)
    return value or {}


def _merged(target: Mapping[str, object], patch: Mapping[str, object]) -> dict[str, object]:
    """A merge patch applied: null removes, a mapping is merged, all else goes in place. As deep as documents are read."""
    found = dict(target)
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict):
            inner = found.get(key)
            found[key] = _merged(inner if isinstance(inner, dict) else {}, value)
        else:
            found[key] = value
    return found
