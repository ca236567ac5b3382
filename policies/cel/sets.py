"""CEL's set functions over lists, as the API server has them: ``sets.contains``, ``sets.equivalent``, ``sets.intersects``.

Functions as in github.com/google/cel-go/ext/sets.go. Each value of a list counts once, in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from policies.cel.declaration import Declared, Kinds, function
from policies.cel.sequence import equal

MOST: Final = 1_000_000
"""Comparisons that one call may take: values need not be hashable, so that each is held against each."""


def declared(kinds: Kinds) -> list[Declared]:
    """The library's functions. Each takes one list's length times the other's."""
    several = [kinds.list_of(kinds.dynamic), kinds.list_of(kinds.dynamic)]
    return [
        function("sets.contains", kinds.boolean, several, _contains),
        function("sets.equivalent", kinds.boolean, several, lambda one, other: _contains(one, other) and _contains(other, one)),
        function("sets.intersects", kinds.boolean, several, _intersects),
    ]


def _contains(whole: Sequence[Any], part: Sequence[Any]) -> bool:
    _bound(whole, part)
    return all(_among(value, whole) for value in part)


def _intersects(one: Sequence[Any], other: Sequence[Any]) -> bool:
    _bound(one, other)
    return any(_among(value, other) for value in one)


def _among(value: object, values: Sequence[Any]) -> bool:
    return any(equal(value, each) for each in values)


def _bound(one: Sequence[Any], other: Sequence[Any]) -> None:
    if len(one) * len(other) > MOST:
        raise ValueError(f"more than {MOST:,} comparisons")
