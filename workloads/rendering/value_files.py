"""The files of values that an Application names: beside its chart, from the repository's top, of another source, or by a pattern.

Patterns: argo-cd.readthedocs.io/en/stable/user-guide/helm, glob patterns in value files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.field import sequence, text
from workloads.rendering.build_environment import BuildEnvironment
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
    environment: BuildEnvironment
    """What variables in their names come to."""

    def named(self, helm: Mapping[str, object]) -> tuple[list[str], list[Obstacle]]:
        """The files, from the tree's top, each once, later ones winning, and why others are not known."""
        paths = [self.path(str(each)) for each in sequence(helm, "valueFiles")]
        obstacles = [path for path in paths if isinstance(path, Obstacle)]
        known = [path for path in paths if isinstance(path, str)]
        plain = [path for path in known if not _PATTERN.search(path)]
        optional = helm.get("ignoreMissingValueFiles") is True
        listed = (file for path in known for file in self._meant(path, frozenset(plain), optional=optional))
        return list(dict.fromkeys(listed)), [*obstacles, *(_moving(plain) if plain == known else ())]

    def there(self, path: str) -> bool:
        """Whether a file is in the tree."""
        tree = self.world.plan.tree
        return path in tree.files or path in tree.links

    def _meant(self, path: str, taken: frozenset[str], *, optional: bool) -> Iterator[str]:
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

    def path(self, stated: str) -> str | Obstacle:
        """The path from the tree's top, as it is written; why it is not known."""
        unknown = Obstacle(f"values of {stated[:200]} are not in the repository")
        if "://" in stated:
            return unknown
        if stated.startswith("$") and stated[1:].partition("/")[0] in self.references:
            return self._of_another(stated, unknown)
        filled = self._filled(stated)
        if self.folder is None or isinstance(filled, Obstacle) or (filled.startswith("/") and stated.startswith("$")):
            # What a variable that nobody gives leaves of a path begins at the top: most probably a source was misspelt.
            return filled if isinstance(filled, Obstacle) else unknown
        path = self.world.path(filled.lstrip("/")) if filled.startswith("/") else self.world.path(self.folder, filled)
        return path if path is not None else unknown

    def _filled(self, stated: str) -> str | Obstacle:
        """A name with its variables filled in; why that cannot be done here."""
        varying = self.environment.obstacle(f"the name of values {stated[:200]}", stated)
        return self.environment.filled(stated) if varying is None else varying

    def _of_another(self, stated: str, unknown: Obstacle) -> str | Obstacle:
        """The path of a file that another source holds."""
        name, _, rest = stated[1:].partition("/")
        held, filled = self.references[name], self._filled(rest)
        if isinstance(filled, Obstacle):
            return filled
        if self.world.elsewhere(text(held, "repoURL")) is not None:
            return unknown
        fixed = pinned(text(held, "targetRevision"))
        if fixed is not None:
            return Obstacle(f"values of {stated[:200]}: {fixed.message}", fixed.hint)
        path = self.world.path(filled)
        return path if path is not None else unknown


def _moving(paths: Sequence[str]) -> Iterator[Obstacle]:
    """That a file is named twice, with others between: its last place counted until Argo CD took patterns, its first since."""
    if list(dict.fromkeys(paths)) != list(dict.fromkeys(reversed(paths)))[::-1]:
        name = next(path for path in paths if paths.count(path) > 1)
        words = f"helm.valueFiles name {name[:200]} twice: its last place counts in older versions of Argo CD, its first in newer"
        yield Obstacle(words, "name it once")
