"""Who says a price: the sources of a price book, as numbered in its rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pricing.rate import Confidence, Rate
from pricing.sources.connection import Connection

UNPRICED = "unpriced"
"""Stands in the place of a confidence where a figure is no price: a shape alone, a spot estimate at its cap."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """One source: its text for people, its date, and how sure a price from it is."""

    text: str
    date: str
    confidence: Confidence | None
    """None where the source gives no price."""

    def rate(self, value: Decimal, unit: str) -> Rate | None:
        """A price from this source; None where the value or the source is no price."""
        if value <= 0 or self.confidence is None:
            return None
        return Rate(value, unit, self.text, self.date, self.confidence)

    def less_sure(self, text: str, confidence: Confidence) -> Attribution:
        """The same source, used for what it does not say itself: at most ``confidence`` sure."""
        known = self.confidence
        return Attribution(text, self.date, None if known is None else Confidence.least(known, confidence))


def attributions(connection: Connection) -> dict[int, Attribution]:
    """Every source by its number.

    Raises:
        BookError: the file cannot be read.
    """
    rows = connection.rows("SELECT id, text, date, confidence FROM source")
    return {number: Attribution(text, date, _confidence(word)) for number, text, date, word in rows}


def _confidence(word: str) -> Confidence | None:
    return None if word == UNPRICED else Confidence(word)
