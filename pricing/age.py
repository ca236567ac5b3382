"""How old a price is, and from which age on that is told: lists change, and what nobody dated may be of any year."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Final

from pricing.rate import Confidence, Rate

STALE_YEARS: Final = 2
"""Age from which on a price, or a rate of exchange, is old."""


@lru_cache(maxsize=1024)
def is_old(written: str, today: datetime.date) -> bool:
    """Whether an ISO date, month or year is too long ago; a date that is only a year is taken for its end."""
    return f"{written}-12"[:7] < f"{today.year - STALE_YEARS}-{today.month:02}"


def sureness(confidence: Confidence, written: str, today: datetime.date) -> str:
    """How sure a figure is, in words: by an old price nothing is exact, so that its date is said: ``price of 2021-03-01``."""
    stale = confidence is Confidence.EXACT and written and is_old(written, today)
    return f"price of {written}" if stale else str(confidence)


def doubt(rate: Rate, today: datetime.date) -> str:
    """What there is to say of a price's age: that it is old, or of nobody knows when; empty where there is nothing."""
    if not rate.date:
        return f"a price has no date, so that nobody can tell how old it is: {rate.source}"
    return f"a price is more than {STALE_YEARS} years old: {rate.source}, {rate.date}" if is_old(rate.date, today) else ""
