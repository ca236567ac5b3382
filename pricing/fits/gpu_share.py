"""What part of a machine's price its accelerators take: the split of every machine with GPUs, and a summary by model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from pricing.book import Machine, PriceBook
from pricing.fits.split import Weights, proportions, split
from pricing.precision import exactly
from pricing.rate import Location


@dataclass(frozen=True, slots=True)
class GpuShare:
    """One machine and the part of its price that all its accelerators take."""

    machine: Machine
    share: Decimal
    by: Weights
    """The rates that the price is divided by."""


@dataclass(frozen=True, slots=True)
class ModelShares:
    """The shares of all machines of one cloud with one accelerator model."""

    cloud: str
    model: str
    types: int
    prices: int
    """Machines: a type counts once a region."""
    least: GpuShare
    middle: Decimal
    """The median share."""
    most: GpuShare


def gpu_shares(prices: PriceBook, places: Iterable[Location], gpu_model: str = "") -> tuple[GpuShare, ...]:
    """The share of every machine with accelerators in some places, that has a price and a shape."""
    with exactly():
        return tuple(
            _share(machine, prices)
            for place in places
            for machine in prices.machines(place)
            if machine.gpu_count and machine.on_demand and machine.cpu and machine.memory and gpu_model in {"", machine.gpu_model}
        )


def by_model(shares: Iterable[GpuShare]) -> tuple[ModelShares, ...]:
    """A summary by cloud and model."""
    groups: dict[tuple[str, str], list[GpuShare]] = {}
    for each in shares:
        groups.setdefault((each.machine.location.cloud, each.machine.gpu_model), []).append(each)
    return tuple(_summary(*names, sorted(several, key=lambda each: each.share)) for names, several in sorted(groups.items()))


def _share(machine: Machine, prices: PriceBook) -> GpuShare:
    by = proportions(machine, prices)
    price = machine.on_demand.value if machine.on_demand else Decimal(0)
    return GpuShare(machine, split(price, machine, by).accelerators / price, by)


def _summary(cloud: str, model: str, several: list[GpuShare]) -> ModelShares:
    types = {each.machine.type for each in several}
    return ModelShares(cloud, model, len(types), len(several), several[0], median(each.share for each in several), several[-1])
