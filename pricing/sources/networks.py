"""Network prices of a price book: load balancers, addresses and gateways by the hour, traffic by the GiB."""

from __future__ import annotations

from collections.abc import Mapping

from pricing.rate import Confidence, Location, Rate
from pricing.sources.attribution import Attribution
from pricing.sources.connection import Connection
from pricing.sources.decimals import decimal
from pricing.sources.fallback import EVERYWHERE, Fallback

_PRICE = "SELECT region, hour, source FROM network WHERE cloud = ? AND item = ? AND hour <> '' ORDER BY region"
_TRANSFER = "SELECT region, gib, source FROM network WHERE cloud = ? AND item = ? AND gib <> '' ORDER BY region"
_ITEMS = "SELECT DISTINCT item FROM network WHERE cloud = ? AND hour <> '' ORDER BY item"


class NetworkTable:
    """Reads network prices; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection, sources: Mapping[int, Attribution], fallback: Fallback) -> None:
        self._connection = connection
        self._sources = sources
        self._fallback = fallback

    def rate(self, location: Location, item: str) -> Rate | None:
        """An item's price an hour: the region's own, the cloud's for all regions, else another region's as modelled."""
        return self._read(location, item, _PRICE, "hour")

    def transfer(self, location: Location, item: str) -> Rate | None:
        """An item's price a GiB, found likewise; None for one that is not charged."""
        return self._read(location, item, _TRANSFER, "GiB")

    def _read(self, location: Location, item: str, statement: str, unit: str) -> Rate | None:
        if not self._fallback.known(location):
            return None
        row = self._fallback.nearest(location, self._connection.rows(statement, location.cloud, item))
        if row is None:
            return None
        region, price, source = row
        who = self._sources[source]
        if region not in {location.region, EVERYWHERE}:
            who = who.less_sure(self._fallback.text(who.text, region, location), Confidence.MODELLED)
        return who.rate(decimal(price), unit)

    def items(self, location: Location) -> tuple[str, ...]:
        """Every item with an hourly price in a region."""
        names = (row[0] for row in self._connection.rows(_ITEMS, location.cloud))
        return tuple(name for name in names if self.rate(location, name) is not None)
