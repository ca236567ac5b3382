"""Looking into a price book: which machines there are, what they cost, and how one machine's price comes about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pricing.book import Machine, PriceBook
from pricing.fits.split import Parts, Weights, proportions, split
from pricing.machines.named import stood_in
from pricing.machines.near_name import near_machine
from pricing.precision import RATE_STEP, exactly
from pricing.rate import Location, Rate
from pricing.sustained_use import less_sustained_use
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.text.near_word import near_word

_NOTHING, _ALL = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Offer:
    """One machine type in one region, as listed."""

    machine: Machine
    per_gpu: Decimal | None
    """US dollars an hour of the whole machine for each GPU it has; None without GPUs or price."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found for a question to the price book."""

    offers: tuple[Offer, ...]
    """Cheapest first, by GPU where a GPU was asked for; those without a price last."""
    missing: tuple[str, ...] = ()
    """What was not found, a sentence each."""


@dataclass(frozen=True, slots=True)
class Share:
    """One resource's part of a machine's price."""

    resource: str
    """``cpu``, ``memory`` or ``accelerators``."""
    quantity: Decimal
    """All that the machine has: vCPUs, GiB or devices."""
    unit: str
    each: Decimal
    """US dollars an hour for one unit."""
    whole: Decimal
    """US dollars an hour for all of it."""
    unallocatable: Decimal | None
    """How much of the quantity pods cannot have; None where not known."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one machine's price comes about and divides."""

    offer: Offer
    month: Decimal | None
    """US dollars for 730 hours; None without a price."""
    by: Weights | None
    """The rates that the price is divided by; None without a price."""
    shares: tuple[Share, ...]
    """Together exactly the price; empty without one."""
    regions: tuple[str, ...]
    """Where else in the cloud the type is sold."""
    sustained: Rate | None = None
    """What is left where the cloud takes something off by itself, for a machine that runs all month."""
    modelled: str = ""
    """That the region's list lacks the type, and how it is priced all the same; empty where it is listed."""


def show(prices: PriceBook, types: Sequence[str] = (), cloud: str = "", region: str = "", gpu_model: str = "") -> Listing:
    """Machines by type or GPU model, in a region, a cloud, or everywhere; every machine of a region where neither is named."""
    locations = places(prices, cloud, region)
    if not locations:
        return Listing((), (_no_place(prices, cloud, region),))
    if types:
        machines, missing = _by_type(prices, types, locations, gpu_model)
    elif gpu_model:
        machines = [machine for place in locations for machine in prices.machines_with(place, gpu_model)]
        missing = () if machines else (_no_machine_with(prices, gpu_model, _words(cloud, region)),)
    elif region:
        machines, missing = [machine for place in locations for machine in prices.machines(place)], ()
    else:
        machines, missing = [], ("name a machine type, a GPU model or a region",)
    return Listing(tuple(sorted(map(_offer, machines), key=lambda offer: _order(offer, bool(gpu_model)))), missing)


def explain(prices: PriceBook, machine_type: str, location: Location) -> Explanation | None:
    """How a machine type's price in a region comes about; None where the region does not list it (``whereabouts`` says why)."""
    stand_in = prices.stand_in(location, machine_type)
    machine = stand_in.machine if stand_in else prices.machine(location, machine_type)
    if machine is None:
        return None
    modelled = stood_in(stand_in) if stand_in else ""
    others = tuple(name for name in prices.regions_of_machine(location.cloud, machine_type) if name != location.region)
    if machine.on_demand is None or not (machine.cpu and machine.memory):
        return Explanation(_offer(machine), _month(machine), None, (), others, modelled=modelled)
    with exactly():
        by = proportions(machine, prices)
        parts = split(machine.on_demand.value, machine, by)
        whole = less_sustained_use(machine.on_demand, machine, _ALL, prices)
        sustained = whole if whole != machine.on_demand else None
        return Explanation(_offer(machine), _month(machine), by, _shares(machine, parts), others, sustained, modelled)


def whereabouts(prices: PriceBook, machine_type: str, location: Location) -> str:
    """Why a machine type has no price in a region, in a sentence: where it is sold instead, or that no list has it."""
    regions = prices.regions_of_machine(location.cloud, machine_type)
    if regions:
        return f"{machine_type} is not sold in {location.region}; {location.cloud} sells it in {', '.join(regions)}"
    clouds = prices.clouds_of_machine(machine_type)
    if clouds:
        return f"{machine_type} is not a type of {location.cloud}; {', '.join(clouds)} has it"
    near = near_machine(prices, location.cloud, machine_type)
    return f"{machine_type} is in no price list of the book{f' (did you mean {near}?)' if near else ''}"


def places(prices: PriceBook, cloud: str = "", region: str = "") -> list[Location]:
    """The locations of a cloud, of a region, or all; none where the book does not have them."""
    every = (Location(name, place) for name in prices.clouds() for place in prices.regions(name))
    return [place for place in every if cloud in {"", place.cloud} and region in {"", place.region}]


def _by_type(
    prices: PriceBook, types: Sequence[str], places: Sequence[Location], gpu_model: str
) -> tuple[list[Machine], tuple[str, ...]]:
    found: dict[str, list[Machine]] = {name: [] for name in types}
    for name in found:
        listed = (prices.machine(place, name) for place in places)
        found[name] += [machine for machine in listed if machine and gpu_model in {"", machine.gpu_model}]
    machines = [machine for several in found.values() for machine in several]
    return machines, tuple(_absent(prices, name, places, gpu_model) for name, several in found.items() if not several)


def _absent(prices: PriceBook, name: str, places: Sequence[Location], gpu_model: str) -> str:
    if any(prices.machine(place, name) for place in places):
        return f"{name} has no {gpu_model}"
    sold = [place for place in places if prices.regions_of_machine(place.cloud, name)]
    if sold:
        return whereabouts(prices, name, sold[0])
    model = name.upper()
    if any(prices.machines_with(place, model) for place in places):
        return f"{name} is a GPU and no machine type: --gpu {model} lists the machines that have it"
    return whereabouts(prices, name, places[0])


def _no_machine_with(prices: PriceBook, gpu_model: str, where: str) -> str:
    """Says that no machine has a GPU model, and which model may be meant: one that some machine of the book has."""
    models = {machine.gpu_model for place in places(prices) for machine in prices.machines(place) if machine.gpu_model}
    meant = "" if gpu_model in models else _meant(gpu_model, models)
    return f"no machine with {gpu_model} is in the price book for {where}{meant}"


def _no_place(prices: PriceBook, cloud: str, region: str) -> str:
    clouds = prices.clouds()
    if cloud and cloud not in clouds:
        return f"cloud {cloud} is not in the price book{_meant(cloud, clouds)}; it has {', '.join(clouds)}"
    known = [name for each in ([cloud] if cloud else clouds) for name in prices.regions(each)]
    return f"region {region} is not in the price book for {cloud or 'any cloud'}{_meant(region, known)}"


def _meant(word: str, known: Iterable[str]) -> str:
    near = near_word(word, known)
    return f" (did you mean {near}?)" if near else ""


def _words(cloud: str, region: str) -> str:
    return " ".join(filter(None, (cloud, region))) or "any cloud"


def _offer(machine: Machine) -> Offer:
    if machine.on_demand is None or not machine.gpu_count:
        return Offer(machine, None)
    with exactly():
        return Offer(machine, (machine.on_demand.value / machine.gpu_count).quantize(RATE_STEP))


def _order(offer: Offer, by_gpu: bool) -> tuple[bool, Decimal, Decimal, Location, str]:
    machine = offer.machine
    price = machine.on_demand.value if machine.on_demand else _NOTHING
    each = offer.per_gpu if by_gpu and offer.per_gpu is not None else price
    return (machine.on_demand is None, each, price, machine.location, machine.type)


def _month(machine: Machine) -> Decimal | None:
    return machine.on_demand.value * HOURS_PER_MONTH if machine.on_demand else None


def _shares(machine: Machine, parts: Parts) -> tuple[Share, ...]:
    left = machine.allocatable
    rows = (
        ("cpu", machine.cpu, "vCPU", parts.cpu, left.cpu if left else None),
        ("memory", machine.memory, "GiB", parts.memory, left.memory if left else None),
        ("accelerators", machine.gpu_count, machine.gpu_model or "accelerator", parts.accelerators, machine.gpu_count),
    )
    return tuple(
        Share(resource, quantity, unit, (whole / quantity).quantize(RATE_STEP), whole, _beyond(quantity, allocatable))
        for resource, quantity, unit, whole, allocatable in rows
        if quantity
    )


def _beyond(quantity: Decimal, allocatable: Decimal | None) -> Decimal | None:
    return None if allocatable is None else quantity - allocatable
