"""Places a pod on one of the machine types that a cluster's nodes usually are, as weighbridge.yaml lists them.

A pod with accelerators goes where it would without the list, among the types that are on it (`pricing.machines.choice`). Any
other goes on the type on which its CPU and memory cost least among those that hold it: a minimum over a set that shrinks as
requests grow and grows with the list. Machines with accelerators are kept for who asks for them, where the list has others, and
those for arm64 for who selects them, where it has others: images for arm64 are built on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from pricing.book import Machine, PriceBook
from pricing.demand import Demand
from pricing.device import NONE_TAKEN, models, stated
from pricing.machines.choice import allowed, holds
from pricing.machines.named import named_machines
from pricing.machines.site import Site
from pricing.machines.unmet import none_listed
from pricing.placement import Placement, no_price, place

_NOTHING = Decimal(0)
_USUAL = "amd64"


@lru_cache(maxsize=4096)
def place_on_usual(demand: Demand, site: Site, part_of_month: Decimal, prices: PriceBook) -> Placement:
    """What a pod costs an hour on one of the types that a site lists; unpriced, with the reason, where it fits on none.

    Of a pod whose accelerators fit on none, or have no price, its CPU and memory are priced all the same. The caller has set the
    context of exact arithmetic.
    """
    known = {name: named_machines(replace(site, types=(name,)), prices) for name in site.listed}
    sold = [machine for found in known.values() for machine in found.machines]
    site = replace(site, architecture=site.architecture or _built_for(sold), part_of_month=part_of_month)
    lacking = [] if sold else [found.lacking for found in known.values()]
    if not (demand.accelerators or site.models):
        return _cheapest(demand, site, sold, lacking, prices)
    found = place(demand, replace(site, models=site.models or _only_model(demand, site, sold)), prices)
    if found.choice is not None:
        return found
    rest = _cheapest(replace(demand, accelerators=()), site, sold, lacking, prices)
    # That an accelerator is on none of the types says how much CPU and memory goes with it.
    told = () if site.models or not all(map(no_price, demand.accelerators)) else rest.unpriced
    return replace(rest, choice=None, rate=None, because="", unpriced=(*found.unpriced, *told))


def _built_for(sold: Sequence[Machine]) -> str:
    """The architecture of a pod that states none; empty where nothing but the usual one is listed."""
    listed = {machine.architecture for machine in sold}
    return "" if listed <= {_USUAL} else _USUAL if _USUAL in listed else min(listed)


def _only_model(demand: Demand, site: Site, sold: Sequence[Machine]) -> tuple[str, ...]:
    """The one accelerator model of the list that a pod may be given which states none; empty where there are several."""
    if site.unknown_model or stated(demand.accelerators):
        return ()
    possible = set(models(demand.accelerators)) - set(site.excluded_models)
    found = {machine.gpu_model for machine in sold} & possible
    return tuple(found) if len(found) == 1 else ()


def _cheapest(demand: Demand, site: Site, sold: Sequence[Machine], lacking: Sequence[str], prices: PriceBook) -> Placement:
    """A pod without accelerators on the machine on which it costs least."""
    open_to = tuple(_open_to(site, sold))
    found = [
        place(demand, replace(site, types=(machine.type,), models=(), shaped=True), prices)
        for machine in open_to
        if holds(demand, NONE_TAKEN, machine)
    ]
    if not found:
        as_large = (each for each in open_to if holds(demand, NONE_TAKEN, replace(each, allocatable=None)))
        nearly = min(as_large, key=lambda machine: (machine.cpu, machine.memory), default=None)
        return Placement(site.location, site.located, unpriced=("; ".join((none_listed(demand, site, nearly), *lacking)),))
    return replace(min(found, key=_hourly), because=f"cheapest of {site.searched} that holds the pod")


def _open_to(site: Site, sold: Sequence[Machine]) -> Iterator[Machine]:
    """The listed machines that a pod without accelerators may be on."""
    without = [machine for machine in sold if not machine.gpu_count]
    for machine in without or sold:
        if machine.gpu_model not in site.excluded_models and allowed(machine, site, site.architecture):
            yield machine


def _hourly(placement: Placement) -> Decimal:
    return sum((part.cost for part in placement.parts), _NOTHING)
