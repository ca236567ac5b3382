"""The files of values that an Application names: beside its chart, from the repository's top, of another source, or by a pattern.

Patterns: argo-cd.readthedocs.io/en/stable/user-guide/helm, glob patterns in value files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workloads.field import sequence, text
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.path_pattern import matching
from workloads.rendering.revision import pinned
from workloads.rendering.tree import inside
from workloads.rendering.world import World

_PATTERN: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class ValueFiles:
    """Where the value files of one source are looked for."""

    world: World
    folder: str | None
    """The chart's, from the tree's top; None where it is elsewhere."""
    references: Mapping[str, Mapping[str, object]]
    """The sources that others may name, by their ``ref``."""

    def named(self, helm: Mapping[str, object]) -> tuple[list[str], list[Obstacle]]:
        """The files, from the tree's top, later ones winning, and why others are not known."""
        files: list[str] = []
        obstacles: list[Obstacle] = []
        stated = [str(each) for each in sequence(helm, "valueFiles")]
        explicit = {path for each in stated if isinstance(path := self._path(each), str) and not _PATTERN.search(path)}
        for path in map(self._path, stated):
            if isinstance(path, Obstacle):
                obstacles.append(path)
            else:
                files += self._there(path, explicit.union(files), optional=helm.get("ignoreMissingValueFiles") is True)
        return files, obstacles

    def _there(self, path: str, taken: set[str], *, optional: bool) -> Iterator[str]:
        """The files that a path means: itself, or what a pattern takes that is not named otherwise."""
        tree = self.world.plan.tree
        known = tree.files.keys() | tree.links.keys() if tree.links else tree.files.keys()
        if not _PATTERN.search(path) or path in known:
            yield from [path] if path in known or not optional else []
            return
        found = matching(path, (file for file in known if inside(_PATTERN.split(path)[0].rpartition("/")[0], file)))
        yield from [file for file in found if file not in taken]
        if not found and not optional:
            yield path

    def _path(self, stated: str) -> str | Obstacle:
        """The path from the tree's top, as it is written; why it is not known."""
        unknown = Obstacle(f"values of {stated[:200]} are not in the repository")
        if "://" in stated:
            return unknown
        if stated.startswith("$"):
            return self._of_another(stated, unknown)
        if self.folder is None:
            return unknown
        path = self.world.path(stated.lstrip("/")) if stated.startswith("/") else self.world.path(self.folder, stated)
        return path if path is not None else unknown

    def _of_another(self, stated: str, unknown: Obstacle) -> str | Obstacle:
        """The path of a file that another source holds."""
        name, _, rest = stated[1:].partition("/")
        held = self.references.get(name)
        if held is None or self.world.elsewhere(text(held, "repoURL")) is not None:
            return unknown
        fixed = pinned(text(held, "targetRevision"))
        if fixed is not None:
            return Obstacle(f"values of {stated[:200]}: {fixed.message}", fixed.hint)
        path = self.world.path(rest)
        return path if path is not None else unknown
