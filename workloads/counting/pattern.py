"""Where fields of a kind stand: a path with wildcards, and the concrete paths it stands for in one object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from workloads.field import FieldPath


class Wildcard(Enum):
    """A step that stands for many."""

    ITEMS = "[]"
    """Each item of a list."""
    VALUES = "*"
    """Each value of a mapping."""


Step = str | Wildcard


@dataclass(frozen=True, slots=True)
class Pattern:
    """A path such as ``spec.workerGroupSpecs[].template``."""

    steps: tuple[Step, ...] = ()
    root: str = ""
    """The name of the referenced object that the path starts from; empty for the object itself."""

    def __add__(self, steps: tuple[Step, ...]) -> Pattern:
        return Pattern(self.steps + steps, self.root)

    @property
    def wild(self) -> bool:
        """Whether it may stand for more than one path."""
        return any(isinstance(step, Wildcard) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things a pattern stands for in an object: what the relative paths of a rule start from."""

    pattern: Pattern
    path: FieldPath

    def place(self, pattern: Pattern) -> tuple[FieldPath, tuple[Step, ...]]:
        """The concrete start of another pattern, as far as this item decides it, and the steps that are left.

        With the item ``spec.groups[2]`` of ``spec.groups[]``, the pattern ``spec.groups[].size`` starts at ``spec.groups[2]``.
        """
        if not self.pattern.steps:
            return (), pattern.steps
        shared = _shared(pattern, self.pattern)
        return self.path[:shared], pattern.steps[shared:]


def _shared(pattern: Pattern, other: Pattern) -> int:
    """How many steps two patterns have in common from the start."""
    if pattern.root != other.root:
        return 0
    count = 0
    for mine, theirs in zip(pattern.steps, other.steps, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def expand(value: object, steps: tuple[Step, ...], path: FieldPath = ()) -> Iterator[tuple[FieldPath, object]]:
    """Every path below ``value`` that the steps stand for, with what stands there; nothing where a step is absent or null."""
    for index, step in enumerate(steps):
        if isinstance(step, Wildcard):
            for key, child in _children(value, step):
                yield from expand(child, steps[index + 1 :], (*path, key))
            return
        value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return
        path = (*path, step)
    if value is not None:
        yield path, value


def _children(value: object, step: Wildcard) -> Iterator[tuple[str | int, object]]:
    if step is Wildcard.ITEMS:
        if isinstance(value, list):
            yield from enumerate(value)
    elif isinstance(value, dict):
        yield from ((str(key), child) for key, child in value.items() if isinstance(key, str))
