"""Which cluster a file goes to, and the manifests of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workloads.copies import distinct, key_of, places_apart, prefixes
from workloads.inventory import may_cost
from workloads.manifest import Identity, Manifest, Origin
from workloads.settings.configuration import ClusterSettings

if TYPE_CHECKING:
    from pathspec import PathSpec


ByCluster = dict[ClusterSettings | None, list[Manifest]]
"""Manifests by their cluster; None for those of no cluster."""
Apart = dict[ClusterSettings | None, set[str]]
"""By cluster the folders that stand for clusters of their own."""
MOST_LOOKS = 1_000_000
"""Folders that stand apart, times objects, up to which each is weighed by itself. Beyond that all count in one cluster."""
_ANY_FILE = "kustomization.yaml"
"""Stands for the files of a folder where patterns are about files."""


class Clusters:
    """The clusters of a configuration, asked by file. The first whose paths match has the file."""

    def __init__(self, clusters: Sequence[ClusterSettings], folder: Path, roots: Sequence[str] = ()) -> None:
        """Patterns are relative to ``folder``, where the configuration stands.

        ``roots`` are folders whose files stand for those of ``folder``: another checkout that a change is compared with.
        """
        self.clusters = tuple(clusters)
        self.folders = [os.path.realpath(folder), *(os.path.realpath(root) for root in roots)]
        """The folder of the configuration, and those that stand for it."""
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
        home = next((folder for folder in self.folders if file.startswith(folder + os.sep)), self.folders[0])
        return os.path.relpath(file, home)

    def split(self, *sides: Iterable[Manifest]) -> list[ByCluster]:
        """Each side's manifests by cluster, in the order read.

        What no file states goes with the rest where that is all of one cluster.

        What is written in two folders, or rendered from two, and is one and the same object in a cluster cannot be for one:
        each folder then stands for a cluster of its own, named by it, on all sides. What one says twice is there once.
        """
        listed = [distinct(side, lambda each: self._of(each.origin) if each.origin else None) for side in sides]
        apart = self._apart(listed)
        split: list[ByCluster] = []
        for side in listed:
            found: ByCluster = {}
            for manifest in side:
                if manifest.origin:
                    found.setdefault(self._part(manifest.origin, apart), []).append(manifest)
            unfiled = [manifest for manifest in side if not manifest.origin]
            if unfiled:
                found.setdefault(next(iter(found)) if len(found) == 1 else None, []).extend(unfiled)
            split.append(found)
        return split

    def _part(self, origin: Origin, apart: Apart) -> ClusterSettings | None:
        """The cluster of an object, or what of it the object's folder stands for by itself."""
        cluster = self._of(origin)
        places = apart.get(cluster)
        if not places:
            return cluster
        if origin.root:
            return _own(_place(origin), cluster) if _place(origin) in places else cluster
        inward = prefixes(self._relative(os.path.realpath(origin.file)))
        found = next((place for place in reversed(inward) if place in places), None)
        return _own(found, cluster) if found is not None else cluster

    def _apart(self, sides: Sequence[Sequence[Manifest]]) -> Apart:
        """By cluster the folders that make an object which another folder makes too."""
        made = [self._made(side) for side in sides]
        apart: Apart = {}
        for side in made:
            for (cluster, _), origins in side.items():
                if len(origins) > 1:
                    files = [self._relative(os.path.realpath(each.file)) for each in origins if not each.root]
                    found = [*(_place(each) for each in origins if each.root), *places_apart(files)]
                    if len(set(found)) > 1:
                        apart.setdefault(cluster, set()).update(found)
        size = sum(map(len, sides))
        return {cluster: places for cluster, places in apart.items() if len(places) * size <= MOST_LOOKS}

    def _made(self, side: Sequence[Manifest]) -> dict[tuple[ClusterSettings | None, Identity | int], list[Origin]]:
        """Where the objects of a side that cost are made, by cluster and identity."""
        made: dict[tuple[ClusterSettings | None, Identity | int], list[Origin]] = {}
        for manifest in side:
            if manifest.origin and manifest.unrendered is None and (manifest.origin.root or may_cost(manifest)):
                made.setdefault((self._of(manifest.origin), key_of(manifest)), []).append(manifest.origin)
        return made

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
    if cluster is None:
        return ClusterSettings(root, (), part_of="")
    return replace(cluster, name=f"{cluster.name}: {root}", part_of=cluster.name)


@lru_cache(maxsize=128)
def _patterns(paths: tuple[str, ...]) -> PathSpec[Any]:
    from pathspec import PathSpec as Spec  # noqa: PLC0415 - only where there are clusters

    return Spec.from_lines("gitignore", paths)
