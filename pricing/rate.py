"""A price per unit, where it comes from, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Confidence(StrEnum):
    """How sure a figure is. Ordered: a sum is as sure as its least sure part."""

    EXACT = "exact"
    """A list price times a quantity that is stated."""
    MODELLED = "modelled"
    """Computed by a model: fitted rates, a derived price, a searched pod template."""
    ASSUMED = "assumed"
    """Rests on an assumption that the output names."""

    @classmethod
    def least(cls, *several: Confidence) -> Confidence:
        """The least sure of several; exact for none."""
        return max(several, key=_ORDER.__getitem__, default=cls.EXACT)


_ORDER = {Confidence.EXACT: 0, Confidence.MODELLED: 1, Confidence.ASSUMED: 2}


class Location(NamedTuple):
    """Where a workload is bought: a cloud and its region, as the price book spells them (``aws``, ``us-east-1``)."""

    cloud: str
    region: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A price for one unit. Always positive: what has no price is absent, never zero."""

    value: Decimal
    """US dollars a unit."""
    unit: str
    """``vCPU-hour``, ``GiB-hour``, ``GPU-hour``, ``machine-hour``, ``GiB-month``, ``disk-month``, ``hour``."""
    source: str
    """Who says so: ``AWS list``, ``fitted over c7i+m7i+r7i``."""
    date: str
    """ISO date or month of the price, as precise as the source is; empty where the source has none."""
    confidence: Confidence
