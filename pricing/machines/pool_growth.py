"""What a pool that makes nodes for pods may come to cost: information, which no total counts, since its pods are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from pricing.book import Machine, PriceBook
from pricing.machines.choice import price
from pricing.machines.site import Site, site_of
from pricing.precision import counted
from pricing.rate import Location
from workloads.nodes.provisioner import Growth
from workloads.settings.assumptions import HOURS_PER_MONTH

_GIB = Decimal(2**30)
_GPUS = ("nvidia.com/gpu", "amd.com/gpu", "habana.ai/gaudi", "aws.amazon.com/neuron", "google.com/tpu")
_UNITS = {"cpu": "vCPU", "memory": "GiB", "nodes": "nodes"}


@dataclass(frozen=True, slots=True)
class Bound:
    """How far a pool may grow."""

    words: str
    most: Decimal | None = None
    """US dollars a month at most; None where its limits and machines do not tell."""


def may_grow(growth: Growth, prices: PriceBook, usual: Location, location: Location, series: str) -> Bound:
    """How far a pool may grow, and what that costs a month at most where its limits and machines tell it.

    The caller has set the context of exact arithmetic.
    """
    if not growth.limits:
        return Bound("it has no limits: it may grow as far as pods ask (spec.limits bounds it)")
    limits = {name: amount / _GIB if name == "memory" else amount for name, amount in growth.limits.items()}
    asked = ", ".join(f"{counted(amount)} {_UNITS.get(name, name)[:60]}" for name, amount in limits.items())
    site = site_of(growth.selection, usual, location, series, prices)
    found = max(_on_machines(limits, site, prices), default=None)
    if found is not None:
        cost, machine_type = found
        return Bound(f"it may grow to {asked}: {_money(cost)} a month at most, all on {machine_type}", cost)
    if site.lacking:
        return Bound(f"it may grow to {asked}, but {site.lacking}")
    if site.types or site.models:
        unbound = "which does not bound the machines that it may make: what that costs is not known"
        return Bound(f"it may grow to {asked}, {unbound}")
    return _at_rates(f"it may grow to {asked}", limits, site, prices)


def _on_machines(limits: Mapping[str, Decimal], site: Site, prices: PriceBook) -> Iterator[tuple[Decimal, str]]:
    """What it costs a month to reach the limits on each machine that the pool may make."""
    named = (prices.machine(site.location, name) for name in site.types)
    carrying = (machine for model in site.models for machine in prices.machines_with(site.location, model))
    for machine in named if site.types else carrying:
        if machine is None or machine.on_demand is None or machine.suspect:
            continue
        counts = [amount / each for name, amount in limits.items() if (each := _capacity(machine, name)) > 0]
        if counts:
            yield min(counts) * price(machine, spot=site.spot).value * HOURS_PER_MONTH, machine.type


def _capacity(machine: Machine, name: str) -> Decimal:
    """What one machine has of a limited resource; zero where it has none of it."""
    if name in _GPUS:
        return machine.gpu_count
    return {"cpu": machine.cpu, "memory": machine.memory, "nodes": Decimal(1)}.get(name, Decimal(0))


def _at_rates(words: str, limits: Mapping[str, Decimal], site: Site, prices: PriceBook) -> Bound:
    """What CPU and memory cost at the cloud's usual rates, and what is left open."""
    rates = prices.compute_rates(site.location, site.series) or prices.compute_rates(site.location)
    known = [name for name in ("cpu", "memory") if name in limits]
    if rates is None or not known:
        return Bound(f"{words}: what that costs is not known, since its requirements do not tell of which machines")
    each = {"cpu": rates.cpu.value, "memory": rates.memory.value}
    cost = sum((limits[name] * each[name] for name in known), Decimal(0)) * HOURS_PER_MONTH
    others = [name for name in ("cpu", "memory") if name not in limits] + [name[:60] for name in limits if name in _GPUS]
    left = f", beside {' and '.join(others)}" if others else ""
    told = f"{words}: about {_money(cost)} a month at most at the rates of {rates.family}{left}"
    return Bound(told, cost if not others else None)


def _money(amount: Decimal) -> str:
    return f"${amount.quantize(Decimal(1), ROUND_HALF_EVEN):,}"
