"""Prices one pod for one hour: on the machine it names, on the one its accelerators lead to, or at the cloud's fitted rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pricing.book import Machine, PriceBook
from pricing.charge import Offer, Part, at_rates, on_machine, share
from pricing.demand import Demand
from pricing.device import NONE_TAKEN, Take, models, own_models, stated
from pricing.fits.split import proportions
from pricing.machines.choice import (
    Choice,
    charged,
    cheapest,
    cheapest_by_the_chip,
    excess,
    just_too_small,
    named,
    pods_per_machine,
    price,
    takes_whole_machines,
)
from pricing.machines.named import named_machines
from pricing.machines.site import Site
from pricing.machines.unmet import asked, no_machine
from pricing.precision import exactly, tidy
from pricing.rate import Confidence, Location, Rate
from pricing.sold import regions_with
from pricing.spot import expected_on_spot, quote, shared, usual_factor, usual_machine
from pricing.sustained_use import less_sustained_use
from workloads.devices.accelerator import AcceleratorRequest

REPLICAS = "nvidia.com/gpu.replicas"
"""The label by which nodes say how many share one of their GPUs."""
NOT_STATED = "accelerator model not stated"
"""How it is told that a machine was chosen for any accelerator of those that do."""
OF_POOL = "what nodes of pool "
"""How it is told that a machine was chosen for a pod of a node pool of which nothing is known."""
PROFILE = "node label nvidia.com/gpu.product or nvidia.com/mig.config"


@dataclass(frozen=True, slots=True)
class Placement:
    """What one pod costs for one hour, and where."""

    location: Location
    located: str = ""
    """What was assumed of the location, in words."""
    parts: tuple[Part, ...] = ()
    choice: Choice | None = None
    """The machine; None where fitted rates were taken."""
    rate: Rate | None = None
    """What that machine costs an hour."""
    per_machine: int = 1
    """How many such pods one machine holds."""
    because: str = ""
    named: bool = False
    """Whether the pod itself names that machine: one has to be there, whatever else runs."""
    warning: str = ""
    unpriced: tuple[str, ...] = ()
    """What of the pod has no price, each in words."""


@lru_cache(maxsize=4096)
def place(demand: Demand, site: Site, prices: PriceBook) -> Placement:
    """Where a pod runs and what it costs there an hour: one answer for all pods that ask the same."""
    with exactly():
        reasons = tuple(words for request in demand.accelerators if (words := no_price(request)))
        known = tuple(request for request in demand.accelerators if not no_price(request))
        demand = replace(demand, accelerators=known) if reasons else demand
        site = _where_sold(site, prices)
        found = _placed(demand, site, prices)
        parts = tuple(part.resting_on(site.located) for part in found.parts)
        return replace(found, located=site.located, parts=parts, unpriced=(*reasons, *found.unpriced))


def _where_sold(site: Site, prices: PriceBook) -> Site:
    """A site whose region was only assumed, moved to one that sells the accelerator it names."""
    model = site.models[0] if len(site.models) == 1 and site.region_assumed and not site.types else ""
    regions = regions_with(model, site.location.cloud, prices) if model else ()
    if not regions or site.location.region in regions:
        return site
    words = f"region {regions[0]} assumed: only the cloud, {site.location.cloud}, is known, and that region sells {model}"
    return replace(site, location=site.location._replace(region=regions[0]), located=f"{words} (clusters[].region)")


def no_price(request: AcceleratorRequest) -> str:
    """Why a requested resource has no price; empty where it may have one."""
    if request.kind == "shared" and not request.share.known:
        return f"{request.resource}: a shared accelerator, and how many share one is not known: node label {REPLICAS} tells it"
    if request.kind == "mig" and not request.profile:
        return f"{request.resource}: its nodes cut GPUs by MIG, and into which profile is not stated: {PROFILE} tells it"
    if request.kind not in {"whole", "mig", "shared"}:
        return (
            f"{request.resource}: not a resource that is known here: it may cost, and how much of a machine it takes is not told"
        )
    return ""


def _placed(demand: Demand, site: Site, prices: PriceBook) -> Placement:
    if site.types:
        return _on_named(demand, site, prices)
    if demand.accelerators or site.models:
        return _by_accelerator(demand, site, prices)
    return _at_fitted_rates(demand, site, prices)


def _on_named(demand: Demand, site: Site, prices: PriceBook) -> Placement:
    """On a machine type that the pod names: its price, over its capacity."""
    found = named_machines(site, prices)
    sold = found.machines
    if site.allocatable is not None:
        sold = tuple(replace(machine, allocatable=site.allocatable) for machine in sold)
    if not sold:
        return Placement(site.location, unpriced=(found.lacking,))
    if site.whole:
        own = _own_machine(demand, sold, site)
        return replace(_on_own_machine(own, site, prices), warning=found.modelled.get(own.type, ""))
    choice = named(demand, sold, prices, site)
    if choice is None:
        resources = ", ".join(request.resource for request in demand.accelerators)
        plain = _on(replace(demand, accelerators=()), Choice(sold[0], NONE_TAKEN), site, prices)
        return replace(plain, unpriced=(f"asks {resources}, which {sold[0].type} does not have",))
    because = "the pod names it" if len(site.types) == 1 else f"cheapest of {len(site.types)} that the pod names"
    if site.shaped:
        because = f"cheapest of {len(site.types)} of the shape that its node labels ask for"
    sure = Confidence.MODELLED if site.shaped else Confidence.EXACT
    warnings = (found.modelled.get(choice.machine.type, ""), excess(demand, choice))
    placed = _on(demand, choice, site, prices, sure)
    if site.spot_permitted and len(sold) > 1:
        placed = _least_on_named(named(demand, sold, prices, replace(site, spot=True)), placed, demand, site, prices)
    return replace(placed, because=because, warning="; ".join(filter(None, warnings)))


def _own_machine(demand: Demand, sold: Sequence[Machine], site: Site) -> Machine:
    """The cheapest machine that holds what is asked of it; the dearest where none does, so that to ask more never costs less."""
    least, most = site.device_counts
    costs = sorted(sold, key=lambda machine: (price(machine, spot=site.spot).value, machine.type))
    holding = (
        each for each in costs if demand.cpu <= each.cpu and demand.memory <= each.memory and least <= each.gpu_count <= most
    )
    return next(holding, costs[-1])


def _on_own_machine(machine: Machine, site: Site, prices: PriceBook) -> Placement:
    """On a machine that one pod has to itself: all of its price, whatever the pod asks for."""
    everything = Take(machine.gpu_count, machine.gpu_count)
    sure = Confidence.EXACT if len(site.types) == 1 else Confidence.MODELLED
    found = _on(Demand(machine.cpu, machine.memory, whole=True), Choice(machine, everything), site, prices, sure)
    because = "taken whole" if len(site.types) == 1 else f"taken whole, the cheapest of {len(site.types)} that it may be"
    return replace(found, because=because, per_machine=1)


def _by_accelerator(demand: Demand, site: Site, prices: PriceBook) -> Placement:
    """On the machine of the region on which the pod costs least among those that carry the accelerator and hold the pod."""
    if site.unknown_model and demand.accelerators:
        found = _at_fitted_rates(replace(demand, accelerators=()), site, prices)
        return replace(found, unpriced=(*found.unpriced, f"accelerator model {site.unknown_model} is not known"))
    if not site.models:
        site = replace(site, models=stated(demand.accelerators))
    wanted = tuple(model for model in site.models or models(demand.accelerators) if model not in site.excluded_models)
    # Images for arm64 are built on purpose: a pod that names neither model nor architecture is taken to be amd64.
    architecture = site.architecture or ("" if site.models else "amd64")
    if takes_whole_machines(demand) and len(wanted) > 1:
        wanted = cheapest_by_the_chip(wanted, prices, site, architecture)
    choice = cheapest(demand, wanted, prices, site, architecture)
    if choice is None and not site.models:
        choice = cheapest(demand, own_models(demand.accelerators), prices, site, site.architecture)
    if choice is None:
        plain = replace(demand, accelerators=())
        found = _at_fitted_rates(plain, site, prices)
        nearly = just_too_small(demand, wanted, prices, site, architecture)
        return replace(found, unpriced=(*found.unpriced, no_machine(demand, site, wanted, prices, nearly)))
    spot = cheapest(demand, wanted, prices, replace(site, spot=True), architecture) if site.spot_permitted else None
    return _least_on(spot, _on_cheapest(demand, choice, site, prices), demand)


def _on_cheapest(demand: Demand, choice: Choice, site: Site, prices: PriceBook) -> Placement:
    """On the machine that was found to be cheapest, with how sure that is."""
    model = choice.machine.gpu_model
    if len(site.models) == 1:
        because = f"cheapest for {asked(demand, model)} in {site.searched}"
        return replace(_on(demand, choice, site, prices, Confidence.MODELLED), because=because)
    how = "whose chips cost least" if takes_whole_machines(demand) else "the cheapest that holds the pod"
    words = f"{NOT_STATED}: {model}, {how} in {site.searched}; state it with a node selector"
    if site.models:
        words = f"which of {', '.join(site.models)} is not stated: {model}, {how} in {site.searched}"
    if site.pools:
        words = f"{words}; {OF_POOL}{' or '.join(site.pools)[:80]} have is known only from a snapshot of the cluster"
    found = _on(demand, choice, _assuming(site, words), prices, Confidence.ASSUMED)
    return replace(found, because=f"cheapest for {asked(demand, '')} in {site.searched}")


def _least_on(spot: Choice | None, found: Placement, demand: Demand) -> Placement:
    """A placement whose least is what the pod costs on the machine that is cheapest on spot, where it may run on that."""
    if spot is None or not demand.accelerators:
        return found
    cost = share(demand, spot.taken, spot.machine) * price(spot.machine, spot=True).value
    return _at_least(cost, spot.machine.type, found) if cost < _least(found) else found


def _least_on_named(spot: Choice | None, found: Placement, demand: Demand, site: Site, prices: PriceBook) -> Placement:
    """A placement whose least is what the pod costs on the machine, of those it may be on, that is chosen for spot.

    Also where that is more than on spot of the machine it was placed on: of machines that do not hold the pod the dearest counts.
    """
    if spot is None or spot == found.choice:
        return found
    cost = charged(demand, spot, prices, replace(site, spot=True))
    return _at_least(cost, spot.machine.type, found) if cost != _least(found) else found


def _least(found: Placement) -> Decimal:
    return sum((part.least for part in found.parts), Decimal(0))


def _at_least(cost: Decimal, machine: str, found: Placement) -> Placement:
    """A placement that costs ``cost`` an hour at least, on spot of a machine."""
    least = _least(found)
    if not least:
        return found
    words = f"at least: on spot it costs least on {machine}"
    parts = (replace(part, least=part.least * cost / least, derivation=(*part.derivation, words)) for part in found.parts)
    return replace(found, parts=tuple(parts))


def _assuming(site: Site, words: str) -> Site:
    return replace(site, assumption="; ".join(part for part in (site.assumption, words) if part))


def _on(demand: Demand, choice: Choice, site: Site, prices: PriceBook, confidence: Confidence = Confidence.EXACT) -> Placement:
    """A pod's parts of a machine's price."""
    machine = choice.machine
    rate, spot = price(machine, spot=site.spot), quote(machine)
    if site.spot and spot is None:
        site = _assuming(site, f"no spot price is quoted for {machine.type}: on-demand")
    if spot is None or not site.spot:
        rate = less_sustained_use(rate, machine, site.part_of_month, prices)
    permitted = spot if site.spot_permitted and not site.spot else None
    offer = Offer(machine, rate, proportions(machine, prices, site.series), permitted, confidence)
    parts = on_machine(demand, choice.taken, offer)
    if permitted and machine.spot_share:
        rate = shared(rate, permitted, machine.spot_share)
        expected = on_machine(demand, choice.taken, replace(offer, rate=rate))
        parts = tuple(part.dearest(most) for part, most in zip(expected, parts, strict=True))
        site = _assuming(site, expected_on_spot(machine.spot_share))
    return Placement(
        location=site.location,
        parts=tuple(part.resting_on(site.assumption) for part in parts),
        choice=choice,
        rate=rate,
        per_machine=pods_per_machine(demand, choice),
    )


def _at_fitted_rates(demand: Demand, site: Site, prices: PriceBook) -> Placement:
    """CPU and memory at the rates of the cluster's own nodes, else at those of the cloud's general-purpose machines."""
    location = site.location
    if site.mix is not None:
        return Placement(location, parts=at_rates(demand, site.mix, None, None))
    rates = prices.compute_rates(location, site.series)
    if rates is None and site.series:
        site = _assuming(
            site,
            f"no rates of machine series {site.series} in {location.region}: the cloud's usual ones (clusters[].machineSeries)",
        )
        rates = prices.compute_rates(location)
    if rates is None:
        return Placement(location, unpriced=(_no_rates(location, prices),))
    factor = usual_factor(prices, location) if site.spot or site.spot_permitted else None
    if site.spot and factor is None:
        site = _assuming(site, f"no spot price is quoted in {location.region}: on-demand")
    parts = at_rates(demand, rates, factor if site.spot else None, None if site.spot else factor)
    usual = usual_machine(prices, location)
    if factor and usual and usual.spot_share and not site.spot:
        expected = at_rates(demand, rates, _mixed(factor, usual.spot_share), None)
        parts = tuple(replace(part, least=most.least).dearest(most) for part, most in zip(expected, parts, strict=True))
        site = _assuming(site, expected_on_spot(usual.spot_share))
    return Placement(location, parts=tuple(part.resting_on(site.assumption) for part in parts))


def _mixed(factor: Rate, share: Decimal) -> Rate:
    """What a pod costs against on-demand where a part of such pods is on spot."""
    value = tidy(factor.value * share + (1 - share))
    return replace(factor, value=value, source=f"{tidy(share * 100):f} % {factor.source}")


def _no_rates(location: Location, prices: PriceBook) -> str:
    cloud, region = location
    if cloud not in prices.clouds():
        return f"no prices for cloud {cloud or 'unknown'}"
    if region not in prices.regions(cloud):
        return f"no prices for region {region or 'unknown'} of {cloud}"
    named = "a pod that names its machine type has a price; prices.overlays can state rates of your own (compute)"
    return f"no CPU and memory rates for {cloud} {region}: {named}"
