"""The one file whose change makes a rendering come out differently, and the line of it that sets a value: never a guess.

A rendering is decided by the files it reads and by how its tool is called. Where both sides of a change differ in one of these
files alone, all that comes out differently is caused there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from workloads.field import FieldPath
from workloads.manifest import Manifest, Origin
from workloads.text.location import locate
from workloads.text.reader import read


class Cause(NamedTuple):
    """Where a change is made."""

    file: str
    """As it is shown; empty where what causes it is in none any more."""
    line: int | None
    """Of the file after the change; None where several of its lines may be it."""
    of: str = ""
    """The object beside the workload that causes it: ``LimitRange shop/defaults``; empty where its own text does."""


class _Leaf(NamedTuple):
    """A value that the file has on one side and not, or otherwise, on the other."""

    path: FieldPath
    before: object
    after: object
    origin: Origin
    """Of the object after the change."""


@dataclass(frozen=True, slots=True)
class SingleChange:
    """What a change does to the one file."""

    file: str
    """As it is shown."""
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    literal: bool
    """Whether a value comes out as it stands in the file: of Kustomize it does, of a template nobody can tell."""

    def cause(self, path: FieldPath, before: object, after: object) -> Cause:
        """Where a field of a rendered object is set that was ``before`` and is ``after``."""
        line = _only_line(self)
        return Cause(self.file, line if line is not None else self._line_of(path, before, after))

    def _line_of(self, path: FieldPath, before: object, after: object) -> int | None:
        """The line of the one value that changes as the field does, under a key of its name and its parent's."""
        if not self.literal:
            return None
        alike = [leaf for leaf in _leaves(self) if leaf.path[-2:] == path[-2:] and (leaf.before, leaf.after) == (before, after)]
        return locate(alike[0].origin, alike[0].path)[0] if len(alike) == 1 else None


@lru_cache(maxsize=8)
def _only_line(change: SingleChange) -> int | None:
    """The 1-based number of the line that differs, where it is one alone."""
    old, new = change.before.split(b"\n"), change.after.split(b"\n")
    if len(old) != len(new):
        return None
    different = [number for number, pair in enumerate(zip(old, new, strict=True), 1) if pair[0] != pair[1]]
    return different[0] if len(different) == 1 else None


@lru_cache(maxsize=8)
def _leaves(change: SingleChange) -> Sequence[_Leaf]:
    """What differs between the objects of both sides of the file; nothing where an object comes, goes or is named otherwise."""
    old, new = read(change.before, change.file), read(change.after, change.file)
    if old.problems or new.problems or _identities(old.manifests) != _identities(new.manifests):
        return ()
    pairs = zip(old.manifests, new.manifests, strict=True)
    return [leaf for was, now in pairs if now.origin for leaf in _different(was.body, now.body, (), now.origin)]


def first_difference(before: Mapping[str, object], after: Mapping[str, object]) -> FieldPath:
    """The path of the first value in which two objects differ; empty where they do not."""
    return next((leaf.path for leaf in _different(before, after, (), Origin(""))), ())


def _identities(manifests: Sequence[Manifest]) -> list[object]:
    return [manifest.identity() for manifest in manifests]


def _different(before: object, after: object, path: FieldPath, origin: Origin) -> Iterator[_Leaf]:
    """The values in which two bodies differ. As deep as the reader lets objects be."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in {**before, **after}:
            yield from _different(before.get(key), after.get(key), (*path, key), origin)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (was, now) in enumerate(zip(before, after, strict=True)):
            yield from _different(was, now, (*path, index), origin)
    else:
        yield _Leaf(path, before, after, origin)
