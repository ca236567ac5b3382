"""Where a price comes from when its own region has none: from the cloud's reference region, and said so."""

from __future__ import annotations

from collections.abc import Sequence

from pricing.rate import Location
from pricing.sources.connection import Connection, Row

EVERYWHERE = "default"
"""The region of prices that hold in all regions of a cloud."""


class Fallback:
    """Chooses among rows of several regions."""

    def __init__(self, connection: Connection) -> None:
        self._regions = frozenset((cloud, name) for cloud, name in connection.rows("SELECT cloud, name FROM region"))
        self._reference: dict[str, str] = dict(connection.rows("SELECT cloud, region FROM reference"))  # type: ignore[arg-type]

    def known(self, location: Location) -> bool:
        """Whether the book has machines there: a misspelt region is not priced by another's prices."""
        return location in self._regions

    def nearest(self, location: Location, rows: Sequence[Row]) -> Row | None:
        """The first row of the region, of everywhere, of the reference region, else of any region of machines.

        Each row begins with its region.
        """
        for region in (location.region, EVERYWHERE, self._reference.get(location.cloud)):
            for row in rows:
                if row[0] == region:
                    return row
        return next((row for row in rows if (location.cloud, row[0]) in self._regions), None)

    def text(self, source: str, priced_in: str, location: Location) -> str:
        """A source's text for a price taken from elsewhere."""
        return f"{source}; {priced_in}'s price, {location.region} is not in the book"
