"""Places a pod on the node pools that a cluster has: on the machine of the pool that takes it, or at the mix of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pricing.book import Allocatable, PriceBook
from pricing.demand import GIB, Demand, shared_by
from pricing.machines.choice import room
from pricing.machines.mix import ALL_MONTH, Stocked, mix, stock
from pricing.machines.site import Site, anywhere, site_of
from pricing.placement import Placement, place
from pricing.rate import Location
from workloads.field import mapping, text
from workloads.nodes.match import matching_nodes
from workloads.nodes.pool import NodePool, NodePools
from workloads.nodes.selection import NodeSelection, select
from workloads.quick_dataclass import quick_dataclass
from workloads.workload import PodGroup

_ZERO = Decimal(0)
_NOBODY = "no nodes of {} carry and hold it: priced as on a new one"


@quick_dataclass(frozen=True, slots=True)
class Grounds:
    """Where a cluster's pods are priced: on its nodes, where they are known."""

    pools: NodePools
    prices: PriceBook
    usual: Location
    """Where the workload's volumes are, else ``location``."""
    location: Location
    """What the caller said."""
    series: str


@dataclass(frozen=True, slots=True)
class NewNode:
    """The node that a pod is priced on which none of the cluster's own takes."""

    because: str = ""
    """Why it is not one of them, in words."""
    models: tuple[str, ...] = ()
    """The accelerators it carries, where it is like nodes that are there but too small; empty for any."""
    location: Location | None = None
    """Where these are; None for the usual place."""


ANY_NODE = NewNode()


def place_on_nodes(group: PodGroup, demand: Demand, grounds: Grounds) -> Placement | NewNode:
    """What a pod costs an hour on the cluster's own nodes, or on which new one it is priced because none of them will do.

    A pod with accelerators is placed on the pool on which it costs least among those that carry them and hold it: a minimum over
    a set that shrinks as requests grow. Any other pays the mix of all pools that take it, whatever its size, so that to ask for
    more never costs less. The caller has set the context of exact arithmetic.
    """
    spec = mapping(group.template, "spec")
    if text(spec, "nodeName") or group.whole_machine:
        return ANY_NODE
    taking = _taking(group, spec, grounds.pools)
    if not taking:
        return NewNode(f"no nodes of {grounds.pools.because} take it: priced as on a new one")
    if demand.accelerators:
        return _with_accelerators(group, demand, taking, grounds)
    stocked = stock(grounds.pools, grounds.prices, grounds.usual)
    kinds = {stocked[number].kind for number in taking}
    if len(kinds) == 1 and stocked[taking[0]].machine is not None:
        return _on_pool(demand, taking[0], grounds)
    rates = mix(grounds.pools, taking, grounds.prices, grounds.usual, grounds.series)
    if rates is None:
        return _unsold([stocked[number] for number in taking], grounds)
    home = next(stocked[number].location for number in taking if stocked[number].machine is not None)
    return place(demand, replace(anywhere(home, home, grounds.series), mix=rates), grounds.prices)


def _taking(group: PodGroup, spec: Mapping[str, object], pools: NodePools) -> tuple[int, ...]:
    """The pools that take a group's pods, by number. A claim that pods share has no template: its devices may be anywhere."""
    requested, left_out = group.requests.extended, pools.labels_left_out
    return tuple(
        number for number, pool in enumerate(pools.pools) if not group.template or matching_nodes(pool, spec, requested, left_out)
    )


def _with_accelerators(group: PodGroup, demand: Demand, taking: tuple[int, ...], grounds: Grounds) -> Placement | NewNode:
    stocked = stock(grounds.pools, grounds.prices, grounds.usual)
    carrying = [number for number in taking if _carries(stocked[number], group, demand)]
    if not carrying:
        return _larger_one(group, [stocked[number] for number in taking], grounds)
    sold = [number for number in carrying if stocked[number].machine is not None]
    if not sold:
        return _unsold([stocked[number] for number in carrying], grounds)
    found = [placement for number in sold if not (placement := _on_pool(demand, number, grounds)).unpriced]
    return min(found, key=_hourly) if found else NewNode(_NOBODY.format(grounds.pools.because))


def _larger_one(group: PodGroup, taking: list[Stocked], grounds: Grounds) -> NewNode:
    """A node with the accelerators of those that have any of what is asked for, though too few or with too little room."""
    asked = group.requests.extended
    alike = [each for each in taking if each.machine is not None and any(each.pool.capacity.get(name) for name in asked)]
    models = tuple(dict.fromkeys(each.machine.gpu_model for each in alike if each.machine and each.machine.gpu_model))
    return NewNode(_NOBODY.format(grounds.pools.because), models, alike[0].location if models else None)


def _carries(stocked: Stocked, group: PodGroup, demand: Demand) -> bool:
    """Whether one node of a pool has the devices and the room that a pod asks for, as far as the nodes tell."""
    devices: Mapping[str, Decimal] = stocked.pool.allocatable or stocked.pool.capacity
    for request in demand.accelerators:
        asked = group.requests.extended.get(request.resource)
        if asked is not None and request.kind in {"whole", "mig"} and devices and devices.get(request.resource, _ZERO) < asked:
            return False
    cpu, memory = _room(stocked)
    return (cpu is None or demand.cpu <= cpu) and (memory is None or demand.memory <= memory)


def _room(stocked: Stocked) -> tuple[Decimal | None, Decimal | None]:
    """The CPU and the GiB that pods can have of a pool's node, by the node, else by its machine; None where neither tells."""
    stated, machine = _stated(stocked.pool), stocked.machine
    if stated is not None:
        return stated.cpu, stated.memory
    if machine is not None:
        return room(machine)
    memory = stocked.pool.capacity.get("memory")
    return stocked.pool.capacity.get("cpu"), None if memory is None else memory / GIB


def _stated(pool: NodePool) -> Allocatable | None:
    """What pods can have of a pool's node, as the nodes state it; None where they do not."""
    cpu, memory = pool.allocatable.get("cpu"), pool.allocatable.get("memory")
    return None if cpu is None or memory is None else Allocatable(cpu, memory / GIB, "as its nodes state it")


def _on_pool(demand: Demand, number: int, grounds: Grounds) -> Placement:
    selection, site = _site(grounds.pools, number, grounds.prices, grounds.usual, grounds.location, grounds.series)
    found = place(shared_by(selection, demand), site, grounds.prices)
    pool = grounds.pools.pools[number]
    return replace(found, because=f"node pool {pool.title}, {grounds.pools.because}") if found.choice is not None else found


@lru_cache(maxsize=1024)
def _site(
    pools: NodePools, number: int, prices: PriceBook, usual: Location, location: Location, series: str
) -> tuple[NodeSelection, Site]:
    """A pool's nodes as if a pod's selector named all of their labels: what cuts and shares their GPUs, spot, the machine."""
    stocked = stock(pools, prices, usual)[number]
    selection = select({"nodeSelector": dict(stocked.pool.labels)})
    site = site_of(selection, usual, location, series, prices)
    machine = replace(
        site, types=(stocked.pool.machine_type,), spot=stocked.pool.spot, spot_permitted=False, part_of_month=ALL_MONTH
    )
    machine = replace(machine, allocatable=_stated(stocked.pool))
    return selection, replace(machine, location=stocked.location, located="", models=(), unknown_model="")


def _unsold(stocked: list[Stocked], grounds: Grounds) -> NewNode:
    names = ", ".join(dict.fromkeys(each.pool.title for each in stocked))
    return NewNode(f"its nodes of {grounds.pools.because} have no price in the book ({names}): priced as on others")


def _hourly(placement: Placement) -> Decimal:
    return sum((part.cost for part in placement.parts), _ZERO)
