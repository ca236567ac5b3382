"""Kubernetes' list library of CEL: ``isSorted``, ``sum``, ``min``, ``max``, ``indexOf``, ``lastIndexOf``.

Functions and errors as in k8s.io/apiserver/pkg/cel/library/lists.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from policies.cel.declaration import Declared, Kinds, function


def declared(kinds: Kinds) -> list[Declared]:
    """The library's functions. Each is linear in its list."""
    anything = kinds.list_of(kinds.dynamic)
    return [
        function("isSorted", kinds.boolean, [anything], _is_sorted, member=True),
        function("sum", kinds.dynamic, [anything], _sum, member=True),
        function("min", kinds.dynamic, [anything], lambda values: min(_comparable(values, "min")), member=True),
        function("max", kinds.dynamic, [anything], lambda values: max(_comparable(values, "max")), member=True),
        function("indexOf", kinds.integer, [anything, kinds.dynamic], _index, member=True),
        function("lastIndexOf", kinds.integer, [anything, kinds.dynamic], _last_index, member=True),
    ]


def _is_sorted(values: Sequence[Any]) -> bool:
    return all(one <= other for one, other in pairwise(_alike(values)))


def _sum(values: Sequence[Any]) -> object:
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        raise TypeError("sum takes numbers")
    return sum(_alike(values))


def _comparable(values: Sequence[Any], name: str) -> Sequence[Any]:
    if not values:
        raise ValueError(f"{name} called on empty list")
    return _alike(values)


def _alike(values: Sequence[Any]) -> Sequence[Any]:
    """The values, where they are of one type: CEL does not compare a number with a text."""
    if len({type(value) for value in values}) > 1:
        raise TypeError("no such overload: the list holds values of several types")
    return values


def _index(values: Sequence[Any], wanted: object) -> int:
    return next((place for place, value in enumerate(values) if equal(value, wanted)), -1)


def _last_index(values: Sequence[Any], wanted: object) -> int:
    return next((place for place in range(len(values) - 1, -1, -1) if equal(values[place], wanted)), -1)


def equal(one: object, other: object) -> bool:
    """Equal as CEL has it: true is not one."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
