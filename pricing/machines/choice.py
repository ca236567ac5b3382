"""Which machine a pod runs on: the one it names, else the one of the region on which it costs least."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pricing.book import Machine, PriceBook
from pricing.charge import Offer, on_machine, share
from pricing.demand import Demand
from pricing.device import Take, take
from pricing.fits.split import proportions
from pricing.machines.site import Site
from pricing.precision import tidy
from pricing.rate import Rate
from pricing.spot import quote
from workloads.devices.tpu_slice import RESOURCE

_EVEN = Decimal("1e-12")
"""Costs that differ by less are the same: a seventh of an eighth is no exact number."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A machine and what one pod takes of its accelerators."""

    machine: Machine
    taken: Take


def cheapest(demand: Demand, models: Iterable[str], prices: PriceBook, site: Site, architecture: str) -> Choice | None:
    """The machine of a site's region, of any of the models, on which a pod costs least; None where none holds it.

    A pod costs its dominant share of a machine. That is a minimum over a set that shrinks as requests grow, so that a pod that
    asks more never costs less. Prices that are implausible are left out, and types of another architecture.
    """
    found: list[tuple[Decimal, Decimal, str, Choice]] = []
    for choice in _carrying(demand, models, prices, site, architecture):
        if holds(demand, choice.taken, choice.machine):
            whole = price(choice.machine, spot=site.spot).value
            cost = (share(demand, choice.taken, choice.machine) * whole).quantize(_EVEN)
            found.append((cost, whole, choice.machine.type, choice))
    # Of two machines on which it costs the same, the smaller one.
    return min(found, key=lambda entry: entry[:3])[3] if found else None


def just_too_small(demand: Demand, models: Iterable[str], prices: PriceBook, site: Site, architecture: str) -> Machine | None:
    """The smallest machine that has what a pod asks for, though its node leaves less of it to pods; None where none has."""
    found = _carrying(demand, models, prices, site, architecture)
    nearly = (each.machine for each in found if holds(demand, each.taken, replace(each.machine, allocatable=None)))
    return min(nearly, key=lambda machine: (machine.cpu, machine.memory, machine.type), default=None)


def _carrying(demand: Demand, models: Iterable[str], prices: PriceBook, site: Site, architecture: str) -> Iterator[Choice]:
    """The machines that may be chosen and have the accelerators that a pod asks for, whatever else it asks for."""
    for model in models:
        for machine in prices.machines_with(site.location, model):
            taken = take(demand, machine, prices) if _eligible(machine, site, architecture) else None
            if taken is not None:
                yield Choice(machine, taken)


def cheapest_by_the_chip(models: Iterable[str], prices: PriceBook, site: Site, architecture: str) -> tuple[str, ...]:
    """The model of which one chip costs least in a site's region, whatever machine it is on; none where none is sold there.

    A pod takes all the chips of a TPU machine, and no generation is sold by every number of them. Were the machine chosen by what
    the pod costs, another number would be another generation, and more chips could cost less than fewer.
    """
    found = [
        (price(machine, spot=site.spot).value / machine.gpu_count, model)
        for model in models
        for machine in prices.machines_with(site.location, model)
        if _eligible(machine, site, architecture)
    ]
    return (min(found)[1],) if found else ()


def takes_whole_machines(demand: Demand) -> bool:
    """Whether a pod takes all the chips of its machine: one on TPUs."""
    return any(request.resource == RESOURCE for request in demand.accelerators)


def _eligible(machine: Machine, site: Site, architecture: str) -> bool:
    """Whether a machine may be chosen: it has a plausible price, whole accelerators and what the site asks for."""
    priced = machine.on_demand is not None and not machine.suspect and machine.gpu_count >= 1
    return priced and allowed(machine, site, architecture)


def allowed(machine: Machine, site: Site, architecture: str) -> bool:
    """Whether a machine is one that a site leaves open: of its list, its families, its architecture, its number of devices."""
    least, most = site.device_counts
    if machine.type in site.excluded_types or not least <= machine.gpu_count <= most:
        return False
    family = re.split(r"[.-]", machine.type, maxsplit=1)[0]
    of_list = not site.listed or machine.type in site.listed
    return of_list and architecture in {"", machine.architecture} and (not site.families or family in site.families)


def price(machine: Machine, *, spot: bool) -> Rate:
    """What an hour of a machine costs: its spot price where that is asked for and quoted, else on-demand."""
    if machine.on_demand is None:
        raise ValueError(f"{machine.type} has no price")
    return (quote(machine) if spot else None) or machine.on_demand


def holds(demand: Demand, taken: Take, machine: Machine) -> bool:
    """Whether a pod fits a machine: what pods can have of it where that is known, else its capacity."""
    if machine.cpu <= 0 or machine.memory <= 0:
        return False
    if takes_whole_machines(demand) and taken.charged != machine.gpu_count:
        return False
    return demand.cpu <= room(machine)[0] and demand.memory <= room(machine)[1] and taken.charged <= machine.gpu_count


def room(machine: Machine) -> tuple[Decimal, Decimal]:
    """The CPU and memory that pods can have of a machine: all of it where nobody says how much its node keeps."""
    left = machine.allocatable
    return (machine.cpu, machine.memory) if left is None else (left.cpu, left.memory)


def named(demand: Demand, types: Sequence[Machine], prices: PriceBook, site: Site) -> Choice | None:
    """Of the machines a pod names, the one on which it costs least among those that hold it.

    Where none holds it, the one on which it costs most: a pod that asks more never costs less.
    """
    choices = [Choice(machine, taken) for machine in types if (taken := take(demand, machine, prices)) is not None]
    if len(choices) < 2:
        return choices[0] if choices else None
    costs = sorted((charged(demand, choice, prices, site), choice.machine.type, index) for index, choice in enumerate(choices))
    holding = [index for _, _, index in costs if holds(demand, choices[index].taken, choices[index].machine)]
    return choices[holding[0] if holding else costs[-1][2]]


def charged(demand: Demand, choice: Choice, prices: PriceBook, site: Site) -> Decimal:
    """What a pod is charged an hour on a machine."""
    offer = Offer(choice.machine, price(choice.machine, spot=site.spot), proportions(choice.machine, prices, site.series))
    return sum((part.cost for part in on_machine(demand, choice.taken, offer)), Decimal(0))


def excess(demand: Demand, choice: Choice) -> str:
    """What a pod asks beyond the machine it names, in words; empty where it fits."""
    machine = choice.machine
    cpu, memory = room(machine)
    over = [
        f"{tidy(asked):f} {unit} of {tidy(has):f}"
        for asked, has, unit in (
            (demand.cpu, cpu, "vCPU"),
            (demand.memory, memory, "GiB"),
            (choice.taken.charged, machine.gpu_count, "GPU"),
        )
        if asked > has
    ]
    return f"does not fit {machine.type}: it asks {', '.join(over)} that pods can have there" if over else ""


def pods_per_machine(demand: Demand, choice: Choice) -> int:
    """How many pods of this size one machine holds, at least one: a pod that is said to run there does."""
    machine = choice.machine
    rooms = zip((demand.cpu, demand.memory, choice.taken.charged), (*room(machine), machine.gpu_count), strict=True)
    return max(1, min((int(has // asked) for asked, has in rooms if asked > 0), default=1))
