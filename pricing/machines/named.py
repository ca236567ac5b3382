"""The machines that a pod names: as its region lists them, else at a modelled price, else the reason why they have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pricing.book import Machine, PriceBook, StandIn
from pricing.machines.near_name import near_machine
from pricing.machines.site import Site
from pricing.nearby import some


@dataclass(frozen=True, slots=True)
class NamedMachines:
    """What the price book knows of the machine types that a pod names."""

    machines: tuple[Machine, ...] = ()
    """Those with a price and a shape."""
    modelled: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By type, that the region's list lacks it, and where its price is from instead."""
    lacking: str = ""
    """Why there is none with a price."""


def named_machines(site: Site, prices: PriceBook) -> NamedMachines:
    """The machines that a site names; none of their prices is modelled where the region lists one of them."""
    listed = [machine for name in site.types if (machine := prices.machine(site.location, name))]
    sold = tuple(machine for machine in listed if machine.on_demand and machine.cpu > 0 and machine.memory > 0)
    if sold:
        return NamedMachines(sold)
    stand_ins = [found for name in site.types if (found := prices.stand_in(site.location, name))] if not listed else []
    if stand_ins:
        machines = tuple(each.machine for each in stand_ins)
        return NamedMachines(machines, MappingProxyType({each.machine.type: stood_in(each) for each in stand_ins}))
    return NamedMachines(lacking=_not_sold(site, listed, prices))


def stood_in(found: StandIn) -> str:
    """Says that a region's list lacks a type, and how it is priced all the same."""
    region = found.machine.location.region
    others = "" if found.family_listed else f", nor others of {found.family}: it may not be sold there"
    return f"{found.machine.type} is not listed in {region}{others}; priced at {found.because}"


def _not_sold(site: Site, listed: Sequence[Machine], prices: PriceBook) -> str:
    """Says that no named machine type has a price in the region, and where the first one has."""
    if site.lacking:
        return site.lacking
    names, (cloud, region) = " or ".join(site.types), site.location
    if listed:
        return f"machine type {names}: no price in {region or cloud}"
    regions = prices.regions_of_machine(cloud, site.types[0])
    if not regions:
        near = near_machine(prices, cloud, site.types[0])
        meant = f" (did you mean {near}?)" if near else ""
        return f"machine type {names}: not in the price book of {cloud or 'any cloud'}{meant}"
    return f"machine type {names}: not sold in {region or cloud}, but in {some(regions, region)}"
