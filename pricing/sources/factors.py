"""How dear a region is beside the region of the fits, by family of machines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pricing.machines.family import GENERAL_PURPOSE, peers_of
from pricing.rate import Location
from pricing.sources.connection import Connection
from pricing.sources.decimals import decimal

_MEDIAN = "SELECT factor, types FROM factors WHERE cloud = ? AND region = ? AND family = ?"
_COLLECTED = "SELECT factor, evidence FROM family_factors WHERE cloud = ? AND region = ? AND family = ?"


@dataclass(frozen=True, slots=True)
class Factor:
    """A region's prices beside those of the region of the fits."""

    value: Decimal
    because: str
    """What it rests on: ``median of 8 m7g types in af-south-1``; empty for the region of the fits itself."""


SAME_REGION = Factor(Decimal(1), "")


class FactorTable:
    """Reads factors; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_rates(self, location: Location, family: str, peers: str) -> Factor | None:
        """For fitted rates: the family's own where the region sells it; else its peers'; else all general-purpose machines'."""
        groups = ((family, ""), (peers, peers), (GENERAL_PURPOSE, GENERAL_PURPOSE))
        return next((found for group, words in groups if (found := self._median(location, group, words))), None)

    def of_machines(self, location: Location, family: str) -> Factor | None:
        """For a machine's price: as for rates, with the factors collected by family before those of the peers."""
        own = self._median(location, family, family) or self._collected(location, family)
        return own or self.of_rates(location, "", peers_of(location.cloud, family))

    def _median(self, location: Location, group: str, words: str) -> Factor | None:
        rows = self._connection.rows(_MEDIAN, *location, group)
        if not rows:
            return None
        over = f"{words} types".lstrip()
        return Factor(decimal(rows[0][0]), f"median of {rows[0][1]} {over} in {location.region}")

    def _collected(self, location: Location, family: str) -> Factor | None:
        rows = self._connection.rows(_COLLECTED, *location, family)
        if not rows:
            return None
        return Factor(decimal(rows[0][0]), f"the factor of {family} in {location.region}, {rows[0][1]}")
