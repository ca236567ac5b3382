"""Where an accelerator is sold that a region lacks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pricing.book import PriceBook
from pricing.nearby import some
from pricing.rate import Location

_MOST = 3
"""Clouds that are named."""


def elsewhere(models: Sequence[str], location: Location, prices: PriceBook) -> str:
    """``; TPU-v4 is sold in us-central2``: regions of the same cloud, else other clouds; empty where it is sold here."""
    model = next(iter(models), "")
    regions = regions_with(model, location.cloud, prices)
    if location.region in regions or not model:
        return ""
    if regions:
        return f"; {model} is sold in {some(regions, location.region)}"
    clouds = tuple(cloud for cloud in prices.clouds() if regions_with(model, cloud, prices))
    return f"; {model} is sold by {', '.join(clouds[:_MOST])}" if clouds else f"; {model} is sold by no cloud of the price book"


@lru_cache(maxsize=1024)
def regions_with(model: str, cloud: str, prices: PriceBook) -> tuple[str, ...]:
    """The regions of a cloud with a priced machine that carries a model, by name."""
    return tuple(
        region
        for region in prices.regions(cloud)
        if any(machine.on_demand for machine in prices.machines_with(Location(cloud, region), model))
    )
