"""The currency that costs are shown in, as weighbridge.yaml states it: a code and a dated rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from workloads.field import mapping, text
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.text.location import locate

BASE: Final = "USD"
"""In which prices are."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A currency and what one of it is worth."""

    code: str
    """ISO 4217."""
    usd: Decimal
    """US dollars for one of it."""
    date: str
    """Of the rate, ISO."""


def read_exchange(prices: Mapping[str, object], origin: Origin) -> Exchange | Problem | None:
    """What ``prices.currency`` says, already checked against the schema; None where it is absent."""
    stated = mapping(prices, "currency")
    if not stated:
        return None
    code, written = text(stated, "code"), text(stated, "date")
    if code == BASE:
        return _wrong(origin, "code", f"prices are {BASE} already: leave prices.currency out")
    try:
        date.fromisoformat(written)
    except ValueError:
        return _wrong(origin, "date", f"{written!r} is no day")
    return Exchange(code, Decimal(str(stated["usd"])), written)


def _wrong(origin: Origin, key: str, message: str) -> Problem:
    line, column = locate(origin, ("prices", "currency", key))
    return Problem(Severity.ERROR, f"prices.currency.{key}: {message}", origin.file, line, column)
