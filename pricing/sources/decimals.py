"""Exact decimals as a price book stores them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

MILLIONTHS = -6
"""Machine prices are whole numbers of 10^-6 dollars."""
ZERO = Decimal(0)


@lru_cache(maxsize=4096)
def decimal(text: str) -> Decimal:
    """A decimal from its text; zero from empty text."""
    return Decimal(text) if text else ZERO


def optional(text: str) -> Decimal | None:
    """A decimal from its text; None from empty text."""
    return decimal(text) if text else None


@lru_cache(maxsize=4096)
def dollars(millionths: int) -> Decimal:
    """A price from millionths, without trailing zeros: 96000 is 0.096, 55040000 is 55.04."""
    return plain(Decimal(millionths).scaleb(MILLIONTHS))


def plain(value: Decimal) -> Decimal:
    """The same value without trailing zeros and without an exponent: 10.50 is 10.5, 1E+2 is 100."""
    shortest = value.normalize()
    return shortest.quantize(Decimal(1)) if int(shortest.as_tuple().exponent) > 0 else shortest
