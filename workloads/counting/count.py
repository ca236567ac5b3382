"""How many: expressions over the fields of an object, as the data file of kinds writes them.

An expression is a tree of nodes read by `workloads.counting.grammar`. Its values are those of YAML (text, mapping, list, bool,
None for what is absent or null) and Decimal for every number. Arithmetic with something absent is absent; arithmetic with
something that is no number raises `CountError` with the field's path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from workloads.counting.pattern import Item, Pattern, Wildcard, expand
from workloads.field import FieldPath, dig, render, shown
from workloads.quick_dataclass import quick_dataclass

LARGEST = 2**31 - 1
"""Kubernetes' counts are int32."""


class CountError(ValueError):
    """A field that should be a number is not."""

    def __init__(self, path: FieldPath, complaint: str) -> None:
        super().__init__(f"{render(path)} {complaint}" if path else complaint)
        self.path = path


WHOLE = Item(Pattern(), ())
"""The object itself, as the thing at hand."""


@quick_dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is evaluated over."""

    body: Mapping[str, object]
    item: Item = field(default=WHOLE)
    """The thing at hand: what relative paths and shared wildcards refer to."""
    references: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Referenced objects by the name their rule gives them."""
    nodes: int = 1
    """Nodes that a pod on every node runs on."""
    scaled: tuple[FieldPath, Decimal] | None = None
    """The field that an autoscaler writes, and the value it writes."""

    def at(self, pattern: Pattern, path: FieldPath) -> Scope:
        """The same with another thing at hand: what of ``pattern`` stands at ``path``."""
        return Scope(self.body, Item(pattern, path), self.references, self.nodes, self.scaled)

    def scaled_to(self, path: FieldPath, value: Decimal) -> Scope:
        """The same as an autoscaler makes it that writes ``value`` at ``path``."""
        return Scope(self.body, self.item, self.references, self.nodes, (path, value))

    def root(self, name: str) -> Mapping[str, object]:
        """The object that a path starts from."""
        return self.references.get(name, {}) if name else self.body


class Expression(Protocol):
    """A node of an expression."""

    def evaluate(self, scope: Scope) -> object:
        """The value; None where it is absent. Raises `CountError`."""

    def patterns(self) -> Iterator[Pattern]:
        """Every path it reads, in reading order."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text."""

    value: object

    def evaluate(self, scope: Scope) -> object:  # noqa: ARG002
        """The constant."""
        return self.value

    def patterns(self) -> Iterator[Pattern]:
        """None."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Nodes:
    """``$nodes``: on how many nodes a pod on every node runs."""

    def evaluate(self, scope: Scope) -> object:
        """The number of nodes."""
        return Decimal(scope.nodes)

    def patterns(self) -> Iterator[Pattern]:
        """None."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Key:
    """``$key``: the key under which the item at hand stands in its mapping, or its number in its list."""

    def evaluate(self, scope: Scope) -> object:
        """The key as text; None for the object itself."""
        return str(scope.item.path[-1]) if scope.item.path else None

    def patterns(self) -> Iterator[Pattern]:
        """None."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Field:
    """A field, or a list of what stands at all its places where wildcards are left open."""

    pattern: Pattern

    def evaluate(self, scope: Scope) -> object:
        """The field's value; a list of values where the pattern is still wild beside the scope's item."""
        path, rest = scope.item.place(self.pattern)
        if any(isinstance(step, Wildcard) for step in rest):
            start = dig(scope.root(self.pattern.root), *path)
            return [value for _, value in expand(start, rest)]
        path = path + rest  # type: ignore[operator]
        if scope.scaled is not None and scope.scaled[0] == path and not self.pattern.root:
            return scope.scaled[1]
        return dig(scope.root(self.pattern.root), *path)

    def place(self, scope: Scope) -> FieldPath:
        """The concrete path; cut before the first wildcard that is left open."""
        path, rest = scope.item.place(self.pattern)
        for step in rest:
            if isinstance(step, Wildcard):
                break
            path = (*path, step)
        return path

    def patterns(self) -> Iterator[Pattern]:
        """Itself."""
        yield self.pattern


@dataclass(frozen=True, slots=True)
class Default:
    """``a ?? b``: the first that is not absent."""

    options: tuple[Expression, ...]

    def evaluate(self, scope: Scope) -> object:
        """The first option's value that is not None."""
        for option in self.options:
            value = option.evaluate(scope)
            if value is not None:
                _check(option, value, scope)
                return value
        return None

    def patterns(self) -> Iterator[Pattern]:
        """Those of all options."""
        for option in self.options:
            yield from option.patterns()


def _check(option: Expression, value: object, scope: Scope) -> None:
    """A number in a default is checked where its path is still known."""
    if isinstance(option, Field) and isinstance(value, int | float):
        whole(value, option.place(scope))


def whole(value: object, path: FieldPath = ()) -> Decimal:
    """A count as Kubernetes accepts one: a whole number from 0 to 2,147,483,647. Raises `CountError`."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST or value % 1:
        raise CountError(path, f"must be a whole number from 0 to {LARGEST}, not {shown(value)}")
    return Decimal(int(value))


def number(expression: Expression, scope: Scope) -> Decimal | None:
    """The value of an expression as a number; None where it is absent. Raises `CountError` for anything else."""
    value = expression.evaluate(scope)
    if value is None or isinstance(value, Decimal):
        return value
    if type(value) is int and 0 <= value <= LARGEST:
        return Decimal(value)
    # Where it stands is worked out only for the message.
    places = (Field(pattern).place(scope) for pattern in expression.patterns() if not pattern.root)
    return whole(value, next(places, ()))


def holds(expression: Expression, scope: Scope) -> bool:
    """Whether a condition is met: true, or a number above zero."""
    value = expression.evaluate(scope)
    return value is True or (isinstance(value, Decimal | int | float) and not isinstance(value, bool) and value > 0)


def text(expression: Expression, scope: Scope) -> str:
    """The value of an expression as text; empty where it is none."""
    value = expression.evaluate(scope)
    return value if isinstance(value, str) else ""
