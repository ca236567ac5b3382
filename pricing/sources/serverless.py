"""Serverless prices of a price book: what a vCPU, a GiB of memory and a GiB of disk cost where capacity is sold by the pod."""

from __future__ import annotations

from collections.abc import Mapping

from pricing.book import ServerlessRates
from pricing.rate import Confidence, Location
from pricing.sources.attribution import Attribution
from pricing.sources.connection import Connection
from pricing.sources.decimals import decimal
from pricing.sources.fallback import EVERYWHERE, Fallback

_PRICE = (
    "SELECT region, cpu_hour, memory_hour, ephemeral_hour, source FROM serverless WHERE cloud = ? AND service = ? ORDER BY region"
)


class ServerlessTable:
    """Reads serverless prices; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection, sources: Mapping[int, Attribution], fallback: Fallback) -> None:
        self._connection = connection
        self._sources = sources
        self._fallback = fallback

    def rates(self, location: Location, service: str) -> ServerlessRates | None:
        """A service's rates an hour: the region's own, else another region's as modelled."""
        if not self._fallback.known(location):
            return None
        row = self._fallback.nearest(location, self._connection.rows(_PRICE, location.cloud, service))
        if row is None:
            return None
        region, cpu_hour, memory_hour, disk_hour, source = row
        who = self._sources[source]
        if region not in {location.region, EVERYWHERE}:
            who = who.less_sure(self._fallback.text(who.text, region, location), Confidence.MODELLED)
        cpu, memory = who.rate(decimal(cpu_hour), "vCPU-hour"), who.rate(decimal(memory_hour), "GiB-hour")
        if cpu is None or memory is None:
            return None
        return ServerlessRates(service, cpu, memory, who.rate(decimal(disk_hour), "GiB-hour"))
