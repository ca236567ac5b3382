"""Spot prices: which quotes to believe, and how far below on-demand a pod runs where no machine is named."""

from __future__ import annotations

from decimal import Decimal

from pricing.book import Machine, PriceBook
from pricing.rate import Confidence, Location, Rate

_CAP = Decimal("0.105")
"""AWS's advisor says at most 90 % off; savings are whole per cents, prices rounded: under 10.5 % it is at the cap."""

_USUAL = {"aws": "m7i.xlarge", "gcp": "n2-standard-4", "azure": "Standard_D4s_v5"}
"""A machine of each cloud whose spot discount stands for its general-purpose ones, which have no spot rate of their own."""


def quote(machine: Machine) -> Rate | None:
    """The spot price of a machine; None where there is none, or where it only says "at least this much off".

    The AWS spot advisor caps savings at 90 %: a price at that cap is a bound and no quote.
    """
    if machine.spot is None or machine.on_demand is None or machine.spot.value >= machine.on_demand.value:
        return None
    if machine.location.cloud == "aws" and machine.spot.value <= machine.on_demand.value * _CAP:
        return None
    return machine.spot


def usual_factor(prices: PriceBook, location: Location) -> Rate | None:
    """What spot costs against on-demand for general-purpose machines of a region: the ratio of one usual machine.

    A rate of unit ``of on-demand``, modelled; None where the region has no quote.
    """
    machine = prices.machine(location, _USUAL.get(location.cloud, ""))
    spot = quote(machine) if machine else None
    if machine is None or spot is None or machine.on_demand is None:
        return None
    ratio = (spot.value / machine.on_demand.value).quantize(Decimal("0.0001"))
    confidence = Confidence.least(spot.confidence, Confidence.MODELLED)
    return Rate(ratio, "of on-demand", f"spot of {machine.type}", spot.date, confidence)
