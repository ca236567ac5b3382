"""Spot prices: which quotes to believe, and how far below on-demand a pod runs where no machine is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pricing.book import Machine, PriceBook
from pricing.precision import tidy
from pricing.rate import Confidence, Location, Rate

_CAP = Decimal("0.105")
"""AWS's advisor says at most 90 % off; savings are whole per cents, prices rounded: under 10.5 % it is at the cap."""

_USUAL = {"aws": "m7i.xlarge", "gcp": "n2-standard-4", "azure": "Standard_D4s_v5"}
"""A machine of each cloud whose spot discount stands for its general-purpose ones, which have no spot rate of their own."""


def quote(machine: Machine) -> Rate | None:
    """The spot price of a machine; None where there is none, or where it only says "at least this much off".

    The AWS spot advisor caps savings at 90 %: a price at that cap is a bound and no quote, unless the company states it.
    """
    if machine.spot is None or machine.on_demand is None or machine.spot.value >= machine.on_demand.value:
        return None
    bounded = machine.location.cloud == "aws" and not machine.spot_stated
    if bounded and machine.spot.value <= machine.on_demand.value * _CAP:
        return None
    return machine.spot


def usual_machine(prices: PriceBook, location: Location) -> Machine | None:
    """The machine of a region whose spot discount stands for all general-purpose ones; None where it is not sold."""
    return prices.machine(location, _USUAL.get(location.cloud, ""))


def shared(on_demand: Rate, spot: Rate, share: Decimal) -> Rate:
    """The mean price where a part of what runs is on spot and the rest on demand."""
    value = tidy(spot.value * share + on_demand.value * (1 - share))
    return replace(
        on_demand, value=value, source=f"{on_demand.source}, {tidy(share * 100):f} % of it on spot at {tidy(spot.value):f}"
    )


def expected_on_spot(share: Decimal) -> str:
    """Says that a part of the pods that only tolerate spot is expected there, as an assumption."""
    return f"{tidy(share * 100):f} % of such pods are expected on spot (prices.spot)"


def usual_factor(prices: PriceBook, location: Location) -> Rate | None:
    """What spot costs against on-demand for general-purpose machines of a region: the ratio of one usual machine.

    A rate of unit ``of on-demand``, modelled; None where the region has no quote.
    """
    machine = usual_machine(prices, location)
    spot = quote(machine) if machine else None
    if machine is None or spot is None or machine.on_demand is None:
        return None
    ratio = (spot.value / machine.on_demand.value).quantize(Decimal("0.0001"))
    confidence = Confidence.least(spot.confidence, Confidence.MODELLED)
    return Rate(ratio, "of on-demand", f"spot of {machine.type}", spot.date, confidence)
