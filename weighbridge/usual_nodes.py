"""The machines that weighbridge.yaml says a cluster's nodes usually are (``clusters[].nodes``), held against what is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pricing.book import PriceBook
from pricing.machines.near_name import near_machine
from pricing.rate import Location
from weighbridge.configuration.settings import NOT_STATED, Settings
from weighbridge.output.failure import Failure
from workloads.problem import Problem, Severity
from workloads.settings.configuration import ClusterSettings
from workloads.settings.usual_nodes import USUAL_NODES, Place, UsualNodes
from workloads.snapshots.snapshot import Snapshot
from workloads.text.near_word import near_word

_MOST_NAMED = 80


def with_usual_nodes(
    snapshot: Snapshot, cluster: ClusterSettings | None, settings: Settings, prices: PriceBook
) -> tuple[Snapshot, tuple[Problem, ...]]:
    """What is known of a cluster with the machine types that are listed for it, and what is to be said of them.

    A flag that names a machine series, or another cloud, sets the list aside: flags are stronger than the file.

    :raises Failure: when the cloud has no such type, or the nodes of a snapshot are meant and there is none: to leave that out
        would give figures for other nodes.
    """
    if cluster is None or cluster.nodes.of_snapshot:
        return snapshot, tuple(_of_snapshot(cluster.nodes, snapshot)) if cluster is not None else ()
    if not cluster.nodes.types:
        return snapshot, ()
    location, _ = settings.location(cluster, prices, snapshot.pools)
    if because := set_aside(cluster, location, settings, prices):
        words = f"{USUAL_NODES} of {cluster.name} has no say: {because} is stronger than the file"
        return snapshot, (_warning(words, cluster.nodes.places[0], "leave the flag out to price pods on these machines"),)
    told = tuple(_not_sold(cluster.nodes, location, prices))
    return replace(snapshot, pools=replace(snapshot.pools, types=cluster.nodes.types)), told


def _of_snapshot(stated: UsualNodes, snapshot: Snapshot) -> Iterator[Problem]:
    """That a snapshot tells of no nodes.

    :raises Failure: when there is no snapshot.
    """
    (place,) = stated.places
    if snapshot.taken is None:
        raise Failure(
            f"{place}: {USUAL_NODES}: snapshot, and none is named: name its file (clusters[].snapshot, --snapshot), "
            "or list machine types"
        )
    if not snapshot.pools.pools:
        words = f"{USUAL_NODES}: snapshot, and {snapshot.taken.words} tells of no nodes: pods are priced on any machine"
        yield _warning(words, place, "take it again with: weighbridge snapshot, or list machine types")


def set_aside(cluster: ClusterSettings, location: Location, settings: Settings, prices: PriceBook) -> str:
    """Which flag or variable says something else than the list; empty where none does."""
    flags = settings.flags
    if flags.machine_series.value:
        return flags.machine_series.because
    given = flags.cloud if flags.cloud.value else flags.region
    of_file = replace(settings, flags=replace(flags, cloud=NOT_STATED, region=NOT_STATED))
    return given.because if given.value and of_file.location(cluster, prices)[0].cloud != location.cloud else ""


def _not_sold(stated: UsualNodes, location: Location, prices: PriceBook) -> Iterator[Problem]:
    """Warnings of the types that are not sold where the cluster is.

    :raises Failure: when one is sold in no region of its cloud.
    """
    for name, place in stated.named():
        if prices.machine(location, name) is not None:
            continue
        regions = prices.regions_of_machine(location.cloud, name)
        if not regions:
            hint = _meant(name, location, prices)
            raise Failure(
                f"{place}: {USUAL_NODES}: {location.cloud} has no machine type {name[:_MOST_NAMED]!r} in the price book: {hint}"
            )
        others = f" and {len(regions) - 3} more" if len(regions) > 3 else ""
        words = f"{USUAL_NODES}: {name} is not sold in {location.region}, but in {', '.join(regions[:3])}{others}"
        sold = prices.machine(Location(location.cloud, regions[0]), name)
        near = _near(name, location, prices, devices=bool(sold and sold.gpu_count))
        hint = f"the nearest by name that is: {near}" if near else ""
        yield _warning(f"{words}; {_priced(name, location, prices)}", place, hint)


def _priced(name: str, location: Location, prices: PriceBook) -> str:
    """What becomes of pods on a type that is not sold."""
    found = prices.stand_in(location, name)
    if found is None:
        return "no pod is priced on it"
    return "no pod with accelerators is priced on it" if found.machine.gpu_count else f"priced at {found.because}"


def _meant(name: str, location: Location, prices: PriceBook) -> str:
    """What a name may mean that no machine of the cloud has."""
    if others := prices.clouds_of_machine(name):
        return f"it is one of {', '.join(others)}"
    near = near_machine(prices, location.cloud, name) or _near(name, location, prices, devices=None)
    return f"did you mean {near!r}?" if near else "prices.overlays can state a machine of your own"


def _near(name: str, location: Location, prices: PriceBook, devices: bool | None) -> str:
    """The type of a region whose name is nearest, of those with or without accelerators where that is known; empty for none."""
    there = prices.machines(location)
    return near_word(name, [each.type for each in there if devices is None or bool(each.gpu_count) is devices])


def _warning(words: str, place: Place, hint: str) -> Problem:
    return Problem(Severity.WARNING, words, *place, hint)
