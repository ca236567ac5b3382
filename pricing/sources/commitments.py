"""Commitments of a price book: how much less a family of machines costs whoever commits to it."""

from __future__ import annotations

from collections.abc import Mapping

from pricing.book import CommitmentOffer
from pricing.rate import Confidence
from pricing.sources.attribution import Attribution
from pricing.sources.connection import Connection, Row
from pricing.sources.decimals import optional

_OFFERS = (
    "SELECT family, instrument, years, payment, low, percent, high, types, source FROM commitments WHERE cloud = ?"
    " ORDER BY family, instrument, years, payment"
)


class CommitmentTable:
    """Reads commitments; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection, sources: Mapping[int, Attribution]) -> None:
        self._connection = connection
        self._sources = sources

    def of(self, cloud: str) -> tuple[CommitmentOffer, ...]:
        """Every commitment that a cloud sells."""
        return tuple(self._offer(cloud, row) for row in self._connection.rows(_OFFERS, cloud))

    def _offer(self, cloud: str, row: Row) -> CommitmentOffer:
        family, instrument, years, payment, low, percent, high, types, source = row
        who = self._sources[source]
        return CommitmentOffer(
            cloud=cloud,
            family=family,
            instrument=instrument,
            years=years,
            payment=payment,
            percent=optional(percent),
            lowest=optional(low),
            highest=optional(high),
            types=int(types or 0),
            source=who.text,
            date=who.date,
            confidence=who.confidence or Confidence.ASSUMED,
        )
