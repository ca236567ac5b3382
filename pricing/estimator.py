"""Prices an inventory: every workload's pods, volumes and load balancers, line by line, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pricing.ai.model import UsedModel
from pricing.ai.part import with_ai_models
from pricing.ai.tokens import price_ai_usage, used_models
from pricing.alternatives import with_alternatives
from pricing.bill import Bill
from pricing.book import PriceBook
from pricing.charge import Part
from pricing.demand import Demand, shared_by
from pricing.device import cloud_of_vendors
from pricing.ephemeral_storage import free_storage
from pricing.estimate import Estimate, Line, WorkloadEstimate
from pricing.locality import in_cloud, moved
from pricing.machines.node_pools import ANY_NODE, Grounds, NewNode, place_on_nodes
from pricing.machines.pool_growth import may_grow
from pricing.machines.site import Site, anywhere, site_of
from pricing.machines.use import machine_use, of_whole, whole
from pricing.machines.usual_nodes import place_on_usual
from pricing.network.fee import place_of, price_fee
from pricing.network.load_balancer import cloud_of_balancer, price_load_balancer
from pricing.network.traffic import price_traffic
from pricing.own.nodes import on_own_nodes
from pricing.part import AI_MODELS, FEES, LOAD_BALANCERS, PODS, TRAFFIC, VOLUMES, PartName
from pricing.placement import Placement, place
from pricing.precision import exactly, tidy
from pricing.rate import Confidence, Location
from pricing.serverless import PREMIUM, by_the_machine, by_the_pod, on_its_cloud
from pricing.sums import estimate_of, workload_estimate
from pricing.volumes.storage_class import cloud_of
from pricing.volumes.volume import price_claim
from workloads.devices.accelerator import AcceleratorRequest
from workloads.field import mapping
from workloads.nodes.pool import NO_POOLS, NodePools
from workloads.nodes.selection import ANYWHERE, select
from workloads.nodes.serverless import ServerlessPod
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import Inventory, PodGroup, Unpriced, Workload

_ZERO = Decimal(0)
_OF_MODELS, _OF_BALANCERS, _OF_TRAFFIC, _OF_FEES = map(PartName, (AI_MODELS, LOAD_BALANCERS, TRAFFIC, FEES))


def estimate(
    inventory: Inventory, prices: PriceBook, location: Location, series: str = "", pools: NodePools = NO_POOLS
) -> Estimate:
    """What an inventory costs a month, and once, in US dollars.

    ``location`` is where a workload is priced that does not say otherwise, ``series`` the machine series whose rates CPU and
    memory are priced by (empty for the cloud's usual one). On ``pools``, the nodes that the cluster has, every pod is priced that
    they take, whatever was said; where they list machine types, on these alone, unless it names its
    machine. What has no rate is listed as unpriced, never as zero. Sums are exact; the cost is linear in what is weighed.
    """
    with exactly():
        workloads = [_workload(workload, Grounds(pools, prices, location, location, series)) for workload in inventory.workloads]
        unpriced = [*inventory.unpriced, *(part for workload in workloads for part in workload.unpriced)]
        return estimate_of(workloads, unpriced, location)


def _workload(workload: Workload, grounds: Grounds) -> WorkloadEstimate:
    prices, location = grounds.prices, grounds.location
    usual = place_of(workload.fees[0], location) if workload.fees else in_cloud(_cloud_by_class(workload), location)
    grounds = replace(grounds, usual=usual) if usual != location else grounds
    placed = _placed(workload, grounds)
    elsewhere = next((each.location for _, each in placed if each.location.cloud != usual.cloud), None)
    if elsewhere is not None and len(placed) > 1 and usual == location:
        # What one object runs, it runs in one cluster: what says nothing of its place is where the rest is.
        # A region that sells TPUs and little else has no rates for what needs none of them.
        usual = elsewhere if prices.compute_rates(elsewhere) is not None else in_cloud(elsewhere.cloud, location)
        grounds = replace(grounds, usual=usual)
        placed = _placed(workload, grounds)
    here, located = (placed[0][1].location, placed[0][1].located) if placed else (usual, moved(usual.cloud, location))
    used = used_models(workload, prices) if workload.models else ()
    bills = [*_of_pods(workload, placed, grounds), *_beside(workload, used, grounds, here, located)]
    found = workload_estimate(
        workload,
        here,
        tuple(line for bill in bills for line in bill.lines),
        tuple(bill.machine for bill in bills if bill.machine),
        tuple(_unpriced(workload, bills)),
        tuple(dict.fromkeys(words for bill in bills for words in bill.free)),
    )
    if found.unpriced:
        found = replace(found, lacking=tuple((bill.part, reason) for bill in bills for reason in bill.unpriced))
    if disagreement := tuple(_one_cloud(workload, placed, usual)):
        found = replace(found, disagreement=disagreement)
    if workload.growth is not None:
        bound = may_grow(workload.growth, prices, usual, location, grounds.series)
        found = replace(found, notes=(bound.words,), most=bound.most)
    return with_ai_models(found, used, prices) if used else found


def _of_pods(workload: Workload, placed: Sequence[tuple[PodGroup, Placement]], grounds: Grounds) -> Iterator[Bill]:
    """The bill of each group, over all devices that it may get."""
    for group, placement in placed:
        bill = _pods(group, placement, workload.manifest.kind, _modelled(workload, group))
        others = [_placement(group, choice, grounds) for choice in group.alternatives]
        yield (with_alternatives(bill, group, placement, others) if others else bill).of(PartName(PODS, group.name))


def _beside(workload: Workload, used: Sequence[UsedModel], grounds: Grounds, here: Location, located: str) -> Iterator[Bill]:
    """The bills of what a workload pays for beside its pods."""
    prices, balancers = grounds.prices, workload.load_balancers
    yield from (price_claim(claim, prices, here, located).of(PartName(VOLUMES, claim.name)) for claim in workload.claims)
    yield from (bill.of(_OF_MODELS) for bill in (price_ai_usage(workload, used, prices) if workload.ai_usage else ()))
    declared = workload.traffic is not None
    yield from (price_load_balancer(each, prices, here, located, declared=declared).of(_OF_BALANCERS) for each in balancers)
    if workload.traffic is not None:
        yield price_traffic(workload.traffic, balancers, prices, here, located).of(_OF_TRAFFIC)
    yield from (price_fee(fee, prices, grounds.location).of(_OF_FEES) for fee in workload.fees)


def _placed(workload: Workload, grounds: Grounds) -> list[tuple[PodGroup, Placement]]:
    return [(group, _placement(group, group.accelerators, grounds)) for group in workload.groups]


def _one_cloud(workload: Workload, placed: Sequence[tuple[PodGroup, Placement]], usual: Location) -> Iterator[str]:
    """That an object's parts are said to be in several clouds, which no cluster is, and what decided."""
    clouds = list(dict.fromkeys((*(each.location.cloud for _, each in placed), *_clouds_by_class(workload))))
    if len(clouds) > 1:
        told = " and ".join(sorted(clouds))
        yield f"its parts say that they are in {told}, as no cluster is: what says nothing of that is priced in {usual.cloud}"


def _cloud_by_class(workload: Workload) -> str:
    """The cloud that the classes of a workload's volumes and load balancers belong to; empty where they tell none."""
    return next(iter(_clouds_by_class(workload)), "")


def _clouds_by_class(workload: Workload) -> list[str]:
    clouds = (*map(cloud_of, workload.claims), *map(cloud_of_balancer, workload.load_balancers))
    return [cloud for cloud in clouds if cloud]


def _unpriced(workload: Workload, bills: Iterable[Bill]) -> Iterable[Unpriced]:
    reasons = dict.fromkeys(reason for bill in bills for reason in bill.unpriced)
    return (Unpriced(workload.manifest, reason, workload.cluster) for reason in reasons)


def _placement(group: PodGroup, devices: tuple[AcceleratorRequest, ...], grounds: Grounds) -> Placement:
    if group.unknown_pool and group.serverless is None:
        return Placement(grounds.usual, unpriced=(group.unknown_pool,))
    demand = Demand.of(group.requests, devices)
    if not grounds.pools.pools or grounds.pools.types or group.serverless is not None:
        return _anywhere(group, demand, grounds)
    found = place_on_nodes(group, demand, grounds)
    return found if isinstance(found, Placement) else _anywhere(group, demand, grounds, found)


def _anywhere(group: PodGroup, demand: Demand, grounds: Grounds, node: NewNode = ANY_NODE) -> Placement:
    """A pod's placement where its nodes are not known, or it is none of these.

    A pod that names its machine runs on such a one, whether or not the cluster has one already.
    """
    prices, location, series = grounds.prices, grounds.location, grounds.series
    spec = mapping(group.template, "spec")
    selection, usual = on_own_nodes(spec, select(spec), prices), grounds.usual
    if demand.accelerators:
        usual = in_cloud(cloud_of_vendors(demand.accelerators), usual)
    if group.serverless is not None:
        site = on_its_cloud(group.serverless, site_of(selection, usual, location, series, prices), usual)
        return _serverless(group.serverless, demand, site, prices)
    if selection is ANYWHERE and not (node.because or grounds.pools.types):
        return place(demand, anywhere(usual, location, series), prices)
    site = site_of(selection, usual, location, series, prices)
    if site.types:
        site = replace(site, part_of_month=_part_of_month(group))
    elif grounds.pools.types and site.location.cloud == location.cloud and not group.whole_machine:
        site = replace(site, listed=grounds.pools.types)
        return place_on_usual(shared_by(selection, demand), site, _part_of_month(group), prices)
    elif node.because:
        site = _like(node, site, usual)
    if group.whole_machine:
        return place(shared_by(selection, demand), replace(site, whole=True), prices)
    found = place(shared_by(selection, demand), site, prices)
    return replace(found, named=True) if site.types and not site.shaped else found


def _like(node: NewNode, site: Site, usual: Location) -> Site:
    """A pod's site on a new node, which has the accelerators of those that are there where the pod does not say which."""
    site = replace(site, assumption="; ".join(filter(None, (site.assumption, node.because))))
    if not node.models or site.models or site.unknown_model:
        return site
    there = node.location if node.location and site.location == usual else site.location
    return replace(site, models=node.models, location=there)


def _part_of_month(group: PodGroup) -> Decimal:
    """For which part of every month each of a group's pods runs, as is expected."""
    if group.one_off or not group.pods.expected:
        return _ZERO
    return tidy(min(group.hours.expected / (group.pods.expected * HOURS_PER_MONTH), Decimal(1)))


def _serverless(pod: ServerlessPod, demand: Demand, site: Site, prices: PriceBook) -> Placement:
    if not by_the_machine(pod, site, devices=bool(demand.accelerators)):
        return by_the_pod(pod, site, prices)
    return place(demand, replace(site, assumption="; ".join(filter(None, (site.assumption, PREMIUM)))), prices)


def _modelled(workload: Workload, group: PodGroup) -> str:
    """Why a group's pods or hours are only modelled."""
    both = workload.modelled and group.modelled
    return f"{workload.modelled}; {group.modelled}" if both else workload.modelled or group.modelled


def _pods(group: PodGroup, placement: Placement, kind: str, modelled: str) -> Bill:
    """The bill of a group of like pods."""
    if not group.hours.high:
        return Bill(unpriced=placement.unpriced)
    doubt = Confidence.ASSUMED if group.assumption else Confidence.MODELLED if modelled or group.observed else Confidence.EXACT
    machine = machine_use(group, placement, kind)
    told = whole(machine, group, placement) if machine else ()
    beside = next((part for part in placement.parts if of_whole(part, machine)), None) if machine and told else None
    lines = tuple(_line(part, group, doubt, modelled, told if part is beside else ()) for part in placement.parts)
    return Bill(lines, machine, placement.unpriced, free_storage(group, placement))


def _line(part: Part, group: PodGroup, doubt: Confidence, modelled: str, told: tuple[str, ...]) -> Line:
    hours = group.hours
    assumption = part.assumption
    if group.assumption:
        assumption = f"{assumption}; {group.assumption}" if assumption else group.assumption
    words = (*part.derivation, *filter(None, (modelled, group.observed)), *told)
    return Line(
        part.what,
        group.name,
        part.quantity,
        part.unit,
        hours,
        part.rate,
        Span(part.least * hours.low, part.cost * hours.expected, part.most * hours.high),
        part.confidence if doubt is Confidence.EXACT else Confidence.least(part.confidence, doubt),
        group.one_off,
        assumption,
        words,
        "node" if group.machines_alone else "pod",
    )
