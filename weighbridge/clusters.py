"""Which cluster a file goes to, and the manifests of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workloads.manifest import Identity, Manifest, Origin
from workloads.settings.configuration import ClusterSettings

if TYPE_CHECKING:
    from pathspec import PathSpec


ByCluster = dict[ClusterSettings | None, list[Manifest]]
"""Manifests by their cluster; None for those of no cluster."""
_ANY_FILE = "kustomization.yaml"
"""Stands for the files of a folder where patterns are about files."""


class Clusters:
    """The clusters of a configuration, asked by file. The first whose paths match has the file."""

    def __init__(self, clusters: Sequence[ClusterSettings], folder: Path, roots: Sequence[str] = ()) -> None:
        """Patterns are relative to ``folder``, where the configuration stands.

        ``roots`` are folders whose files stand for those of ``folder``: another checkout that a change is compared with.
        """
        self.clusters = tuple(clusters)
        self._folders = [os.path.realpath(folder), *(os.path.realpath(root) for root in roots)]
        self._patterns = [_patterns(cluster.paths) for cluster in clusters]
        self._remembered: dict[str, ClusterSettings | None] = {}

    def of(self, file: str) -> ClusterSettings | None:
        """The cluster of a file given as the reader named it; None where no pattern matches."""
        if not self.clusters:
            return None
        if file not in self._remembered:
            relative = self._relative(os.path.realpath(file))
            matches = (cluster for cluster, spec in zip(self.clusters, self._patterns, strict=True) if spec.match_file(relative))
            self._remembered[file] = next(matches, None)
        return self._remembered[file]

    def _relative(self, file: str) -> str:
        """The file's path from the first folder that contains it; from the configuration's where none does."""
        home = next((folder for folder in self._folders if file.startswith(folder + os.sep)), self._folders[0])
        return os.path.relpath(file, home)

    def split(self, *sides: Iterable[Manifest]) -> list[ByCluster]:
        """Each side's manifests by cluster, in the order read.

        What no file states goes with the rest where that is all of one cluster.

        What is rendered from two folders and is one and the same object in a cluster cannot be for one cluster: each folder then
        stands for a cluster of its own, named by it, on all sides.
        """
        listed = [list(side) for side in sides]
        apart = self._apart(listed)
        split: list[ByCluster] = []
        for side in listed:
            found: ByCluster = {}
            for manifest in side:
                if manifest.origin:
                    cluster, place = self._of(manifest.origin), _place(manifest.origin)
                    found.setdefault(_own(place, cluster) if (place, cluster) in apart else cluster, []).append(manifest)
            unfiled = [manifest for manifest in side if not manifest.origin]
            if unfiled:
                found.setdefault(next(iter(found)) if len(found) == 1 else None, []).extend(unfiled)
            split.append(found)
        return split

    def _apart(self, sides: Sequence[Sequence[Manifest]]) -> set[tuple[str, ClusterSettings | None]]:
        """The rendered folders, and their clusters, that make an object which another folder makes too."""
        apart: set[tuple[str, ClusterSettings | None]] = set()
        for side in sides:
            made: dict[tuple[ClusterSettings | None, Identity], str] = {}
            for manifest in side:
                if manifest.origin and manifest.origin.root and manifest.unrendered is None:
                    cluster, place = self._of(manifest.origin), _place(manifest.origin)
                    other = made.setdefault((cluster, manifest.identity()), place)
                    if other != place:
                        apart |= {(place, cluster), (other, cluster)}
        return apart

    def _of(self, origin: Origin) -> ClusterSettings | None:
        """The cluster of an object: the one that is named with it, else that of what it was rendered from, or of its file."""
        if origin.cluster:
            named = (cluster for cluster in self.clusters if cluster.name == origin.cluster)
            return next(named, None) or ClusterSettings(origin.cluster, ())
        asking = self.of(origin.asked) if origin.asked else None
        return asking or self.of(f"{origin.root}/{_ANY_FILE}" if origin.root else origin.file)


def _place(origin: Origin) -> str:
    """What an object was rendered from, and which rendering of that: ``charts/web (production)``."""
    return f"{origin.root} ({origin.variant})" if origin.variant else origin.root


def _own(root: str, cluster: ClusterSettings | None) -> ClusterSettings:
    """The cluster that a folder stands for by itself, like the one its path names but for the name."""
    return replace(cluster, name=f"{cluster.name}: {root}") if cluster else ClusterSettings(root, ())


@lru_cache(maxsize=128)
def _patterns(paths: tuple[str, ...]) -> PathSpec[Any]:
    from pathspec import PathSpec as Spec  # noqa: PLC0415 - only where there are clusters

    return Spec.from_lines("gitignore", paths)
