"""Machines that a region's price list lacks, at the price of the cloud's reference region times the region's factor."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pricing.book import Machine, StandIn
from pricing.machines.family import family_of
from pricing.rate import Confidence, Location, Rate
from pricing.sources.connection import Connection
from pricing.sources.decimals import plain
from pricing.sources.factors import Factor, FactorTable
from pricing.sources.machines import MachineTable

_KNOWN = "SELECT 1 FROM region WHERE cloud = ? AND name = ?"
_REFERENCE = "SELECT region FROM reference WHERE cloud = ?"
_NAMES = (
    "SELECT t.name FROM region r JOIN machine m ON m.region = r.id JOIN machine_type t ON t.id = m.type"
    " WHERE r.cloud = ? AND r.name = ?"
)


class StandInTable:
    """Makes stand-ins; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection, machines: MachineTable, factors: FactorTable) -> None:
        self._connection = connection
        self._machines = machines
        self._factors = factors
        self._families = lru_cache(maxsize=128)(self._listed_families)

    def of(self, location: Location, machine_type: str) -> StandIn | None:
        """A type in a region whose list lacks it; None for accelerator machines, which few regions have."""
        machine = self._in_reference(location, machine_type)
        if machine is None or machine.on_demand is None or machine.suspect or machine.gpu_count:
            return None
        family = family_of(machine_type)
        factor = self._factors.of_machines(location, family)
        if factor is None or self._machines.one(location, machine_type):
            return None
        because = f"{machine.location.region}'s price × {plain(factor.value):f}, {factor.because}"
        priced = replace(machine, location=location, on_demand=_times(machine.on_demand, factor, because), spot=None)
        return StandIn(priced, because, family in self._families(location), family)

    def _listed_families(self, location: Location) -> frozenset[str]:
        return frozenset(family_of(name) for (name,) in self._connection.rows(_NAMES, *location))

    def _in_reference(self, location: Location, machine_type: str) -> Machine | None:
        known = self._connection.rows(_KNOWN, *location)
        reference = self._connection.rows(_REFERENCE, location.cloud) if known else ()
        return self._machines.one(Location(location.cloud, reference[0][0]), machine_type) if reference else None


def _times(rate: Rate, factor: Factor, because: str) -> Rate:
    sure = Confidence.least(rate.confidence, Confidence.MODELLED)
    return replace(rate, value=plain(rate.value * factor.value), source=f"{rate.source}, {because}", confidence=sure)
