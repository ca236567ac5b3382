"""The sets of parameters that generators of an ApplicationSet make, as far as they look at themselves and the repository alone.

Source: argo-cd.readthedocs.io, ApplicationSet, generators.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.rendering.not_known import NotKnownError
from workloads.rendering.parameter_sets import DOT, Parameters, crossed, merged, selector_of
from workloads.rendering.path_pattern import takes, takes_folder, takes_loosely
from workloads.rendering.revision import pinned
from workloads.rendering.template_functions import normalized
from workloads.rendering.world import World
from workloads.text.document import read_documents

MOST: Final = 5_000
"""Sets that the generators of one ApplicationSet make, those that are not kept among them."""
DEEPEST: Final = 2
"""Generators inside one another."""
_EXACT: Final = 2**53
"""Up to here whole numbers are the same as floats, which they are to Go; of a larger one nothing is made."""


@dataclass(slots=True)
class Generation:
    """What is made for one ApplicationSet: a count keeps it from going on for ever."""

    world: World
    fill: Callable[[object, Parameters], object]
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
                yield dict(flat(element, go=self.go))
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
            for other in self.made_by(self.fill(generators[1], one), depth):
                yield crossed(one, other, go=self.go)

    def _of_git(self, stated: Mapping[str, object]) -> Iterator[dict[str, object]]:
        elsewhere = self.world.elsewhere(text(stated, "repoURL"))
        if elsewhere is not None:
            raise NotKnownError(elsewhere.message)
        fixed = pinned(text(stated, "revision"))
        if fixed is not None:
            raise NotKnownError(f"its generator looks at another revision: {fixed.message}")
        plan, folders = self.world.plan, sequence(stated, "directories")
        prefix = text(stated, "pathParamPrefix")
        for folder in _folders(plan.folders.names(), folders) if folders else ():
            yield self._with_values(_of_path(folder, prefix, go=self.go), stated)
        for file in _files(plan.tree.files, sequence(stated, "files")):
            for document in read_documents(plan.tree.read(file) or b"", file).documents:
                entries = document.value if isinstance(document.value, list) else [document.value]
                for entry in entries:
                    names = _of_path(posixpath.dirname(file), prefix, posixpath.basename(file), go=self.go)
                    yield self._with_values({**dict(flat(entry, go=self.go)), **names}, stated)

    def _with_values(self, parameters: Parameters, stated: Mapping[str, object]) -> dict[str, object]:
        """Parameters with the values that a generator states beside them, which may name these."""
        stated_values = mapping(stated, "values").items()
        values = {f"values.{_name(key, go=self.go)}": self.fill(value, parameters) for key, value in stated_values}
        return {**parameters, **values}


def _folders(paths: Iterable[str], wanted: Sequence[object]) -> list[str]:
    """The folders that a list of patterns takes, without those it excludes, and without hidden ones."""
    kept, out = _parted(wanted)
    seen = (path for path in sorted(paths) if path and not any(part.startswith(".") for part in path.split("/")))
    return [
        path
        for path in seen
        if any(takes_folder(each, path) for each in kept) and not any(takes_folder(each, path) for each in out)
    ]


def _files(paths: Iterable[str], wanted: Sequence[object]) -> list[str]:
    """The files that a list of patterns takes, without those it excludes.

    :raises NotKnownError: where a pattern takes other files by the new way that Argo CD may be set up for than by the old one.
    """
    listed = sorted(paths) if wanted else []
    kept, out = (frozenset().union(*(_taken(each, listed) for each in patterns)) for patterns in _parted(wanted))
    return [path for path in listed if path in kept and path not in out]


def _taken(pattern: str, paths: Sequence[str]) -> frozenset[str]:
    loosely = frozenset(path for path in paths if takes_loosely(pattern, path))
    if loosely != frozenset(path for path in paths if takes(pattern, path)):
        words = f"which files its generator finds by {pattern[:100]} depends on how Argo CD is set up (new Git file globbing)"
        raise NotKnownError(words)
    return loosely


def _parted(wanted: Sequence[object]) -> tuple[list[str], list[str]]:
    """The patterns of a list, and those of what it excludes."""
    stated = [each for each in wanted if isinstance(each, dict)]
    kept = [text(each, "path") for each in stated if each.get("exclude") is not True]
    return kept, [text(each, "path") for each in stated if each.get("exclude") is True]


def _of_path(folder: str, prefix: str, file: str = "", *, go: bool) -> dict[str, object]:
    """What a folder is called in templates, and a file in it."""
    start = f"{prefix}.path" if prefix else "path"
    shown_folder = folder or "."
    name = posixpath.basename(folder) or "."
    found: dict[str, object] = {
        f"{start}.path" if go else start: shown_folder,
        f"{start}.basename": name,
        f"{start}.basenameNormalized": normalized(name),
    }
    if file:
        found |= {f"{start}.filename": file, f"{start}.filenameNormalized": normalized(file)}
    parts = shown_folder.split("/")
    return found | ({f"{start}.segments": parts} if go else {f"{start}[{number}]": part for number, part in enumerate(parts)})


def flat(value: object, prefix: str = "", *, go: bool = False) -> Iterator[tuple[str, object]]:
    """Nested mappings as dotted names; for Go templates with lists, as they are."""
    if not isinstance(value, dict):
        return
    for key, entry in value.items():
        name = f"{prefix}{_name(key, go=go)}"
        if isinstance(entry, dict):
            yield from flat(entry, f"{name}.", go=go)
        elif (go and isinstance(entry, list)) or isinstance(entry, str | float | bool) or _is_exact(entry):
            yield name, _of_yaml(entry)


def _name(key: object, *, go: bool) -> str:
    """A key as a part of a name: to Go templates, a dot in it parts nothing."""
    return str(key).replace(".", DOT) if go else str(key)


def _of_yaml(value: object) -> object:
    """A value as Go reads it: whole numbers are floats; of a larger one nothing is made."""
    if isinstance(value, list):
        return [_of_yaml(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _of_yaml(entry) for key, entry in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value) if _is_exact(value) else None
    return value


def _is_exact(value: object) -> bool:
    return isinstance(value, int) and abs(value) < _EXACT
