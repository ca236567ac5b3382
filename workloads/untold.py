"""What an object may ask for beyond its groups of pods: sizes that stand elsewhere, templates that nobody could read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workloads.counting.count import Field, Scope, holds
from workloads.counting.pattern import expand
from workloads.field import FieldPath
from workloads.kinds.kind import Kind
from workloads.kinds.unread import Value
from workloads.resource_list import Misread


@dataclass(frozen=True, slots=True)
class Untold:
    """Why pods of an object may be larger, or more, than its groups tell: rules about sizes cannot be decided then."""

    words: str
    path: FieldPath = ()
    """Of the field that says so; empty where no single one does."""

    @classmethod
    def misread(cls, found: Misread, base: FieldPath) -> Untold:
        """What of a template could not be read, in the object that has it at a path."""
        inside = found.below(base)
        return cls(str(inside), inside.path)


def untold_of(kind: Kind, scope: Scope, missing: Iterable[str]) -> Iterator[Untold | str]:
    """Why an object, or a part of it, cannot be told: by what its kind's rules say, and by what it refers to and is missing."""
    for words in (*missing, *_by_rules(kind, scope)):
        yield Untold(words) if kind.pods or kind.embedded else words


def unread_of(kind: Kind, scope: Scope) -> Iterator[Value]:
    """The fields for which a part of an object cannot be told, with what they state: another value may ask for something else."""
    for rule in kind.unpriced:
        for path, value in expand(scope.body, rule.item.steps):
            here = scope.at(rule.item, path)
            if rule.where is not None and holds(rule.where, here):
                yield path, value if path else None
                fields = (Field(pattern) for pattern in rule.where.patterns() if not pattern.root)
                yield from ((field.place(here), field.evaluate(here)) for field in fields)


def _by_rules(kind: Kind, scope: Scope) -> Iterator[str]:
    for rule in kind.unpriced:
        for path, _ in expand(scope.body, rule.item.steps):
            if rule.where is None or holds(rule.where, scope.at(rule.item, path)):
                yield rule.text
