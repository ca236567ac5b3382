"""What CPU and memory cost on a cluster's own nodes: the mean of its machines' prices, weighted by their capacity.

Each machine's price is split over CPU, memory and accelerators as everywhere (`pricing.fits.split`); the parts of all machines
together, over all their vCPUs and GiB, are the rates. Nodes are taken to run all month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pricing.book import ComputeRates, Machine, PriceBook
from pricing.fits.split import proportions, split
from pricing.machines.choice import price
from pricing.machines.home import location_of
from pricing.precision import RATE_STEP, exactly
from pricing.rate import Confidence, Location, Rate
from pricing.spot import quote
from pricing.sustained_use import less_sustained_use
from workloads.nodes.pool import NodePool, NodePools

_NOTHING = Decimal(0)
ALL_MONTH = Decimal(1)
_MOST_NAMED = 6
"""Machine types that are named in words."""


@dataclass(frozen=True, slots=True)
class Stocked:
    """A pool of a cluster and the machine that its nodes are."""

    pool: NodePool
    location: Location
    machine: Machine | None
    """None where the price book has no price of it."""

    def hour(self, prices: PriceBook) -> Rate:
        """What an hour of its machine costs. A pool that has none must not be asked."""
        if self.machine is None:
            raise ValueError(f"{self.pool.title} has no price")
        rate = price(self.machine, spot=self.pool.spot)
        return rate if self.pool.spot else less_sustained_use(rate, self.machine, ALL_MONTH, prices)

    @property
    def kind(self) -> tuple[str, Location, bool]:
        """What pools of one price have in common."""
        return self.pool.machine_type, self.location, self.pool.spot


@lru_cache(maxsize=64)
def stock(pools: NodePools, prices: PriceBook, usual: Location) -> tuple[Stocked, ...]:
    """The machines of a cluster's pools; those that do not tell where they are bought are priced at ``usual``."""
    return tuple(_stocked(pool, prices, usual) for pool in pools.pools)


def _stocked(pool: NodePool, prices: PriceBook, usual: Location) -> Stocked:
    location = location_of(pool, prices) or usual
    machine = prices.machine(location, pool.machine_type) if pool.machine_type else None
    sold = machine is not None and machine.on_demand is not None and machine.cpu > 0 and machine.memory > 0
    return Stocked(pool, location, machine if sold else None)


@lru_cache(maxsize=1024)
def mix(pools: NodePools, chosen: tuple[int, ...], prices: PriceBook, usual: Location, series: str) -> ComputeRates | None:
    """The rates of CPU and memory over some of a cluster's pools, by their numbers; None where none of them has a price."""
    stocked = [stock(pools, prices, usual)[number] for number in chosen]
    priced = [(each, each.machine, each.hour(prices)) for each in stocked if each.machine is not None]
    if not priced:
        return None
    with exactly():
        sums = [_NOTHING] * 4
        for each, machine, rate in priced:
            parts = split(rate.value, machine, proportions(machine, prices, series))
            for place, value in enumerate((parts.cpu, machine.cpu, parts.memory, machine.memory)):
                sums[place] += value * each.pool.nodes
        cpu, memory = ((sums[place] / sums[place + 1]).quantize(RATE_STEP) for place in (0, 2))
    date = min((rate.date for _, _, rate in priced if rate.date), default="")
    confidence = Confidence.least(Confidence.MODELLED, *(rate.confidence for _, _, rate in priced))
    source = "prices of the cluster's nodes"
    return ComputeRates(
        family=f"the mix of {pools.because}: {_words(stocked)}",
        cpu=Rate(cpu, "vCPU-hour", source, date, confidence),
        memory=Rate(memory, "GiB-hour", source, date, confidence),
        gpu=None,
        median_error=_NOTHING,
    )


def _words(stocked: Sequence[Stocked]) -> str:
    """``3 × m5.large, 2 × g6.xlarge spot; without pool lab (dgx), which has no price``."""
    counted: Counter[str] = Counter()
    for each in stocked:
        if each.machine is not None:
            counted[f"{each.machine.type}{_spot(each, each.machine)}"] += each.pool.nodes
    largest = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
    named = [f"{count:,} × {kind}" for kind, count in largest[:_MOST_NAMED]]
    if len(largest) > _MOST_NAMED:
        named.append(f"{len(largest) - _MOST_NAMED} more types")
    without = [each.pool.title for each in stocked if each.machine is None]
    left_out = f"; without {', '.join(without[:_MOST_NAMED])}, which have no price" if without else ""
    return ", ".join(named) + left_out


def _spot(stocked: Stocked, machine: Machine) -> str:
    if not stocked.pool.spot:
        return ""
    return " spot" if quote(machine) else " spot, at the on-demand price since none is quoted"
