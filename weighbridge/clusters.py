"""Which cluster a file goes to, and the manifests of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workloads.manifest import Manifest
from workloads.settings.configuration import ClusterSettings

if TYPE_CHECKING:
    from pathspec import PathSpec


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

    def split(self, manifests: Iterable[Manifest]) -> dict[ClusterSettings | None, list[Manifest]]:
        """Manifests by cluster, in the order read. What no file states goes with the rest where that is all of one cluster."""
        found: dict[ClusterSettings | None, list[Manifest]] = {}
        unfiled = []
        for manifest in manifests:
            if manifest.origin:
                found.setdefault(self.of(manifest.origin.file), []).append(manifest)
            else:
                unfiled.append(manifest)
        if unfiled:
            found.setdefault(next(iter(found)) if len(found) == 1 else None, []).extend(unfiled)
        return found


@lru_cache(maxsize=128)
def _patterns(paths: tuple[str, ...]) -> PathSpec[Any]:
    from pathspec import PathSpec as Spec  # noqa: PLC0415 - only where there are clusters

    return Spec.from_lines("gitignore", paths)
