"""Storage prices of a price book: what a provisioner's parameters select, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pricing.book import StorageRates
from pricing.rate import Confidence, Location
from pricing.sources.attribution import Attribution
from pricing.sources.connection import Connection, Row
from pricing.sources.decimals import ZERO, decimal
from pricing.sources.fallback import Fallback

_PROVISIONER = "SELECT driver, default_kind FROM provisioners WHERE provisioner = ?"
_KINDS = "SELECT parameters, kind FROM volume_kinds WHERE cloud = ? AND driver = ?"
_PRICE = (
    "SELECT region, month, iops_month, free_iops, mibps_month, free_mibps, billing, note, mibps_source, source"
    " FROM storage WHERE cloud = ? AND kind = ? ORDER BY region"
)
_TIERS = (
    "SELECT region, tier, size, month, source FROM disk_tiers WHERE cloud = ? AND kind = ? AND size >= ? ORDER BY size, region"
)

_SAME_PARAMETER = {"storageaccounttype": "skuname", "sku": "skuname"}
"""Other names under which drivers read a parameter."""
_SELECTING = frozenset({"type", "replication-type", "skuname", "accesstier"})
"""Parameters that decide what is bought; all others (fsType, encrypted, …) do not change the price for capacity."""
_NO_CHOICE = frozenset({("replication-type", "none")})
"""Values that say what an absent parameter says."""
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class _Volume:
    cloud: str
    region: str
    kind: str
    size: Decimal


class VolumeTable:
    """Reads storage prices; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection, sources: Mapping[int, Attribution], fallback: Fallback) -> None:
        self._connection = connection
        self._sources = sources
        self._fallback = fallback

    def rates(self, location: Location, provisioner: str, parameters: Mapping[str, str], size: Decimal) -> StorageRates | None:
        """What a volume costs: by the GiB, or by the next tier up. None for an unknown type and beyond the largest tier."""
        kind = self.kind(location.cloud, provisioner, parameters)
        if not kind or not self._fallback.known(location):
            return None
        volume = _Volume(*location, kind, size)
        return self._by_capacity(volume) or self._by_tier(volume)

    def kind(self, cloud: str, provisioner: str, parameters: Mapping[str, str]) -> str:
        """The kind of volume that parameters select of a provisioner, its default where they select none; empty where unknown."""
        rows = self._connection.rows(_PROVISIONER, provisioner)
        if not rows:
            return ""
        driver, usual = rows[0]
        kinds = {frozenset(_pairs(text)): str(kind) for text, kind in self._connection.rows(_KINDS, cloud, driver)}
        chosen = _selection(parameters)
        if not any(key in {"type", "skuname"} for key, _ in chosen):
            chosen |= next((pairs for pairs, kind in kinds.items() if kind == usual), frozenset())
        return kinds.get(chosen, "")

    def _by_capacity(self, volume: _Volume) -> StorageRates | None:
        row, who = self._nearest(volume, self._connection.rows(_PRICE, volume.cloud, volume.kind))
        capacity = who.rate(decimal(row[1]), "GiB-month") if row and who else None
        if row is None or who is None or capacity is None:
            return None
        _, _, operations, free_operations, throughput, free_throughput, billing, note, throughput_source, _ = row
        throughput_who = self._attributed(volume, row[0], throughput_source)
        return StorageRates(
            kind=volume.kind,
            capacity=capacity,
            note="; ".join(filter(None, ("" if billing == "provisioned" else f"billed on {billing}", note))),
            operations=who.rate(decimal(operations), "IOPS-month"),
            free_operations=decimal(free_operations),
            throughput=throughput_who.rate(decimal(throughput), "MiB/s-month"),
            free_throughput=decimal(free_throughput),
        )

    def _by_tier(self, volume: _Volume) -> StorageRates | None:
        least = min(_LARGEST, int(max(ZERO, volume.size).to_integral_value(rounding="ROUND_CEILING")))
        row, who = self._nearest(volume, self._connection.rows(_TIERS, volume.cloud, volume.kind, least))
        if row is None or who is None:
            return None
        capacity = who.rate(decimal(row[3]), "disk-month")
        if capacity is None:
            return None
        return StorageRates(volume.kind, capacity, row[1], Decimal(row[2]), "sold by tier: the next size up")

    def _nearest(self, volume: _Volume, rows: list[Row]) -> tuple[Row | None, Attribution | None]:
        """The region's own row, else the reference region's, else any other's, with who says so."""
        row = self._fallback.nearest(Location(volume.cloud, volume.region), rows)
        return (row, self._attributed(volume, row[0], row[-1])) if row is not None else (None, None)

    def _attributed(self, volume: _Volume, priced_in: str, source: int) -> Attribution:
        """Who says a price; at most modelled where it is another region's."""
        who = self._sources[source]
        if priced_in == volume.region:
            return who
        return who.less_sure(self._fallback.text(who.text, priced_in, Location(volume.cloud, volume.region)), Confidence.MODELLED)


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((key, value) for key, _, value in (part.partition("=") for part in text.split(",") if part))


def _selection(parameters: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """The parameters that decide what is bought, as drivers read them: without regard to case."""
    lowered = ((str(key).lower(), str(value).lower()) for key, value in parameters.items())
    named = ((_SAME_PARAMETER.get(key, key), value) for key, value in lowered)
    return frozenset(pair for pair in named if pair[0] in _SELECTING and pair[1] and pair not in _NO_CHOICE)
