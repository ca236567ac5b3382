"""The sets of parameters that generators of an ApplicationSet make, as far as they look at themselves and the repository alone.

Source: argo-cd.readthedocs.io, ApplicationSet, generators.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.rendering.go_template import NotKnownError
from workloads.rendering.parameter_sets import Parameters, crossed, merged, selector_of
from workloads.rendering.path_pattern import takes
from workloads.rendering.revision import pinned
from workloads.rendering.world import World
from workloads.text.document import read_documents

MOST: Final = 5_000
"""Sets that the generators of one ApplicationSet make, those that are not kept among them."""
DEEPEST: Final = 2
"""Generators inside one another."""


@dataclass(slots=True)
class Generation:
    """What is made for one ApplicationSet: a count keeps it from going on for ever."""

    world: World
    fill: Callable[[object, Parameters, bool], object]
    """Fills parameters in, wherever a value holds templates."""
    go: bool
    """Whether these are Go templates."""
    made: int = 0

    def made_by(self, generator: object, depth: int = 0) -> Iterator[dict[str, object]]:
        """The parameters that a generator makes and keeps.

        :raises NotKnownError: where that is told elsewhere, or is more than is looked at.
        """
        stated = generator if isinstance(generator, dict) else {}
        if any(mapping(each, "template") for each in stated.values()):
            raise NotKnownError("a generator with a template of its own")
        selector = selector_of(stated.get("selector"))
        for found in self._every(stated, depth):
            self.made += 1
            if self.made > MOST:
                raise NotKnownError(f"its generators make more than {MOST:,} sets of parameters")
            if selector.takes(found):
                yield found

    def _every(self, stated: Mapping[str, object], depth: int) -> Iterator[dict[str, object]]:
        """Those, whatever they are selected by."""
        if "list" in stated and not text(stated, "list", "elementsYaml"):
            for element in sequence(stated, "list", "elements"):
                yield dict(_flat(element, ""))
        elif "git" in stated:
            yield from self._of_git(mapping(stated, "git"))
        elif "matrix" in stated and depth < DEEPEST:
            yield from self._matrix(sequence(stated, "matrix", "generators"), depth + 1)
        elif "merge" in stated and depth < DEEPEST:
            sets = [list(self.made_by(each, depth + 1)) for each in sequence(stated, "merge", "generators")]
            yield from merged(sets, sequence(stated, "merge", "mergeKeys"), go=self.go)
        else:
            raise NotKnownError(f"what its generator {next(iter(stated), 'without a kind')!s:.40} finds is not in the repository")

    def _matrix(self, generators: Sequence[object], depth: int) -> Iterator[dict[str, object]]:
        """All of the first with each of the second, which may name parameters of the first."""
        if len(generators) != 2:
            raise NotKnownError("a matrix of other than two generators")
        for one in self.made_by(generators[0], depth):
            for other in self.made_by(self.fill(generators[1], one, self.go), depth):
                yield crossed(one, other, go=self.go)

    def _of_git(self, stated: Mapping[str, object]) -> Iterator[dict[str, object]]:
        elsewhere = self.world.elsewhere(text(stated, "repoURL"))
        if elsewhere is not None:
            raise NotKnownError(elsewhere.message)
        fixed = pinned(text(stated, "revision"))
        if fixed is not None:
            raise NotKnownError(f"its generator looks at another revision: {fixed.message}")
        plan, folders = self.world.plan, sequence(stated, "directories")
        for folder in _matching(plan.folders.names(), folders) if folders else ():
            yield self._with_values(_of_path(folder, self.go), stated)
        for file in _matching(plan.tree.files, sequence(stated, "files")):
            for document in read_documents(plan.tree.read(file) or b"", file).documents:
                entries = document.value if isinstance(document.value, list) else [document.value]
                for entry in entries:
                    yield self._with_values({**dict(_flat(entry, "")), **_of_path(posixpath.dirname(file), self.go)}, stated)

    def _with_values(self, parameters: Parameters, stated: Mapping[str, object]) -> dict[str, object]:
        """Parameters with the values that a generator states beside them, which may name these."""
        values = {f"values.{key}": self.fill(value, parameters, self.go) for key, value in mapping(stated, "values").items()}
        return {**parameters, **values}


def _matching(paths: Iterable[str], wanted: Sequence[object]) -> list[str]:
    """The paths that a list of patterns takes, without those it excludes. A star takes one part of a path, two take any."""
    kept = [text(each, "path") for each in wanted if not (isinstance(each, dict) and each.get("exclude") is True)]
    out = [text(each, "path") for each in wanted if isinstance(each, dict) and each.get("exclude") is True]
    return [
        path
        for path in sorted(paths)
        if path and any(takes(each, path) for each in kept) and not any(takes(each, path) for each in out)
    ]


def _of_path(folder: str, go: bool) -> dict[str, object]:
    """What a folder is called in templates."""
    name = posixpath.basename(folder)
    normal = re.sub(r"[^a-z0-9.-]", "-", name.lower())
    if not go:
        parts = {f"path[{number}]": part for number, part in enumerate(folder.split("/"))}
        return {"path": folder, "path.basename": name, "path.basenameNormalized": normal, **parts}
    parts = {f"path.segments.{number}": part for number, part in enumerate(folder.split("/"))}
    return {"path.path": folder, "path.basename": name, "path.basenameNormalized": normal, **parts}


def _flat(value: object, prefix: str) -> Iterator[tuple[str, object]]:
    """Nested mappings as dotted names."""
    if not isinstance(value, dict):
        return
    for key, entry in value.items():
        if isinstance(entry, dict):
            yield from _flat(entry, f"{prefix}{key}.")
        elif isinstance(entry, str | int | float | bool):
            yield f"{prefix}{key}", entry
