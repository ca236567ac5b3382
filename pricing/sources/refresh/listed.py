"""One machine type's price as a cloud's public list states it, and what can be wrong with a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

LONGEST: Final = 128
"""Characters of a type's or a region's name."""
DEAREST: Final = Decimal(100_000)
"""Dollars an hour beyond which a figure is no machine's price."""


class RefreshError(Exception):
    """A price list that cannot be had or cannot be believed: nothing was changed."""


class RefusedError(RefreshError):
    """An answer that says no, and would say so again."""


class UnusableError(ValueError):
    """One row without a price that can be used: zero, negative, no number."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a machine type is made of, as far as its list says."""

    cpu: str
    """vCPUs, decimal text."""
    memory: str
    """GiB, decimal text."""
    gpus: str = "0"
    architecture: str = "amd64"


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """A machine type in a region; US dollars an hour."""

    region: str
    type: str
    on_demand: Decimal | None
    spot: Decimal | None = None
    shape: Shape | None = None
    """None where the list does not say it."""


def price_of(text: object) -> Decimal:
    """A price in dollars.

    :raises UnusableError: when it is not a number above zero and below what any machine costs.
    """
    try:
        value = Decimal(str(text)[:LONGEST])
    except InvalidOperation:
        raise UnusableError(f"{str(text)[:40]!r} is not a price") from None
    if not value.is_finite() or value <= 0 or value > DEAREST:
        raise UnusableError(f"{str(text)[:40]} is not a price above zero and up to {DEAREST:,} an hour")
    return value


def text_in(row: Mapping[str, object], key: str) -> str:
    """A field as a name, empty where it is absent or no name."""
    value = row.get(key)
    return value if isinstance(value, str) and len(value) <= LONGEST and value.isascii() and value.isprintable() else ""
