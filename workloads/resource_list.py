"""Resource lists (``{cpu: 500m, memory: 1Gi}``): read into exact amounts, summed, and held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from workloads.field import FieldPath, render, shown
from workloads.quantity import QuantityError, parse_quantity

ResourceList = dict[str, Decimal]
"""Amounts by resource name: cores for ``cpu``, bytes for memory, storage and huge pages, else devices."""

CPU = "cpu"
MEMORY = "memory"
EPHEMERAL_STORAGE = "ephemeral-storage"
_HUGE_PAGES = "hugepages-"

EXACT = Context(prec=256)
"""Enough for a sum of very many of the largest quantities (2^63, to the nano) without rounding."""

_ZERO = Decimal(0)
_MILLI = Decimal("0.001")
_LONGEST_SHOWN = 40
_LONGEST_KEPT = 64

MOST_PROBLEMS = 20
"""Problems told of one pod."""


class Misread(NamedTuple):
    """What of a pod cannot be read."""

    path: FieldPath
    """From the pod template on."""
    words: str

    def below(self, base: FieldPath) -> Misread:
        """The same in an object that has the template at a path."""
        return Misread((*base, *self.path), self.words)

    def __str__(self) -> str:
        return f"{render(self.path)}: {self.words}"


@dataclass(slots=True)
class Reader:
    """Reads the resource lists of one pod and gathers what is wrong with them."""

    problems: list[Misread] = field(default_factory=list)

    def read(self, stated: object, path: FieldPath) -> ResourceList:
        """The amounts of a list as the API server stores them: rounded up to thousandths.

        What cannot be read, or is negative, is left out and told of: it is not zero, it is not known.
        """
        if stated is None:
            return {}
        if not isinstance(stated, dict):
            self.tell(path, f"must be keys with values, such as {{cpu: 500m, memory: 1Gi}}, not {shown(stated)}")
            return {}
        amounts: ResourceList = {}
        for name, value in stated.items():
            amount = amount_of(value)
            if isinstance(amount, Decimal):
                amounts[str(name)] = amount
            else:
                self.tell((*path, str(name)), amount)
        return amounts

    def tell(self, path: FieldPath, message: str) -> None:
        """Gather a problem; a pod with very many of them is told of the first."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Misread(path, message))


def amount_of(value: object) -> Decimal | str:
    """A stated quantity as the API server stores it, or in words why it is none."""
    if isinstance(value, str):
        # What is too long to be a quantity is not kept in memory.
        return _amount_of(value) if len(value) <= _LONGEST_KEPT else _read_amount(value)
    if isinstance(value, int | float | None):
        return _amount_of(value)
    return "a quantity is a text or a number"


def _read_amount(value: str | float | None) -> Decimal | str:
    if value is None:
        # The API server reads null as a quantity of zero.
        return _ZERO
    try:
        amount = parse_quantity(value)
    except QuantityError as error:
        return str(error)
    if amount < 0:
        return f"{str(value)[:_LONGEST_SHOWN]!r} is negative"
    stored = amount.quantize(_MILLI, ROUND_CEILING, EXACT)
    return amount if amount == stored else stored


_amount_of = lru_cache(maxsize=8192, typed=True)(_read_amount)


def written(amount: Decimal) -> str:
    """An amount as a quantity that reads as the same: plain digits."""
    return f"{amount:f}"


def add(into: ResourceList, more: Mapping[str, Decimal]) -> None:
    """Add a list to another, in place."""
    for name, amount in more.items():
        into[name] = EXACT.add(into[name], amount) if name in into else amount


def raise_to(into: ResourceList, other: Mapping[str, Decimal]) -> None:
    """Make each amount at least as large as in another list, in place."""
    for name, amount in other.items():
        if name not in into or amount > into[name]:
            into[name] = amount


def total(lists: Iterable[Mapping[str, Decimal]]) -> ResourceList:
    """The sum of several lists."""
    found: ResourceList = {}
    for amounts in lists:
        add(found, amounts)
    return found


def is_pod_level(resource: str) -> bool:
    """Whether a resource may be requested for the pod as a whole (KEP-2837)."""
    return resource in (CPU, MEMORY) or resource.startswith(_HUGE_PAGES)


def is_huge_pages(resource: str) -> bool:
    """Whether a resource is huge pages of some size."""
    return resource.startswith(_HUGE_PAGES)
