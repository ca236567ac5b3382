"""Where a pod may run, as far as its own node selection and the caller say: cloud, region, machines, accelerator models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pricing.book import Allocatable, ComputeRates, Machine, PriceBook
from pricing.locality import MAIN_CLOUDS, in_cloud, moved_to
from pricing.nearby import some
from pricing.rate import Location
from workloads.devices.gpu_selection import MOST_DEVICES
from workloads.nodes.selection import NodeSelection
from workloads.settings.usual_nodes import USUAL_NODES


@dataclass(frozen=True, slots=True)
class Site:
    """What decides which machine a pod is priced on."""

    location: Location
    series: str = ""
    """Machine series whose rates CPU and memory are priced by; empty for the cloud's usual one."""
    located: str = ""
    """What was assumed of the location, in words."""
    region_assumed: bool = False
    """Whether only the cloud is known."""
    assumption: str = ""
    """What else was assumed, in words."""
    whole: bool = False
    """Each pod takes a machine of its own, one of ``types``."""
    types: tuple[str, ...] = ()
    """Machine types the pod may run on; empty for any."""
    shaped: bool = False
    """Whether those are all of a shape that the pod asks for, rather than named."""
    lacking: str = ""
    """That no machine of this shape is sold there, in words, and where one is; empty where one is, or none is asked for."""
    listed: tuple[str, ...] = ()
    """The machine types that the cluster's nodes usually are, of which a pod that names none is on one; empty for any."""
    models: tuple[str, ...] = ()
    """Accelerator models the pod may run on; empty where it names none."""
    excluded_models: tuple[str, ...] = ()
    """Accelerator models that the pod may not run on."""
    excluded_types: tuple[str, ...] = ()
    """Machine types that it may not run on."""
    allocatable: Allocatable | None = None
    """What pods can have of a node of ``types``, as such nodes state it; None where none is known."""
    mix: ComputeRates | None = None
    """What CPU and memory cost on the nodes that the pod may run on; None where these are not known."""
    device_counts: tuple[int, int] = (0, MOST_DEVICES)
    """The least and the most accelerators that its machine may have."""
    families: tuple[str, ...] = ()
    """Machine families that it may run on; empty for any."""
    pools: tuple[str, ...] = ()
    """Node pools that it may run on, by name: nothing of them is known here."""
    unknown_model: str = ""
    """The label that names an accelerator model nobody knows; empty where there is none."""
    architecture: str = ""
    """Empty for any."""
    spot: bool = False
    """The pod runs on spot machines."""
    spot_permitted: bool = False
    """It may run on them, and on others."""
    part_of_month: Decimal = Decimal(0)
    """Of every month that the pod runs, from 0 to 1; 0 for what runs once."""

    @property
    def searched(self) -> str:
        """Where a machine is looked for, in words: ``us-east-1``, ``clusters[].nodes``."""
        return USUAL_NODES if self.listed else self.location.region


@lru_cache(maxsize=256)
def anywhere(usual: Location, location: Location, series: str) -> Site:
    """The site of a pod that says nothing of its node: where its volumes are, else where the caller says."""
    located = moved_to(usual, location)
    return Site(usual, series, located=located, region_assumed=bool(located))


@lru_cache(maxsize=1024)
def site_of(selection: NodeSelection, usual: Location, location: Location, series: str, prices: PriceBook) -> Site:
    """Where a pod's own node selection puts it.

    Its region label decides the region, and its labels, zone or machine type the cloud; ``usual`` is where its volumes are, else
    ``location``, what the caller said. Where only the cloud is known, its usual region is assumed, and of several regions the
    first is taken; both are said.
    """
    place, located = _location(selection, usual, location, prices)
    shaped = () if selection.machine_types else _of_shape(selection, place, prices)
    lacking = _not_sold(selection, place, prices) if shaped == _NONE_SOLD else ""
    windows = selection.operating_system == "windows"
    return replace(
        anywhere(usual, location, series),
        location=place,
        located=located,
        region_assumed=bool(located) and not selection.regions,
        assumption="price of a Linux machine: Windows licences are not in the price book" if windows else "",
        types=selection.machine_types or shaped,
        shaped=not selection.machine_types,
        lacking=lacking,
        models=selection.gpu_models,
        excluded_models=selection.excluded_gpu_models,
        excluded_types=selection.excluded_machine_types,
        device_counts=selection.device_counts,
        families=selection.machine_families,
        pools=selection.node_pools,
        unknown_model=", ".join(selection.gpu_labels) if not selection.gpu_models else "",
        architecture=selection.architecture,
        spot=selection.spot == "required",
        spot_permitted=selection.spot == "permitted",
    )


def _of_shape(selection: NodeSelection, place: Location, prices: PriceBook) -> tuple[str, ...]:
    """The machine types of a place that have the shape a pod asks for; empty where it asks for none, or for a size alone."""
    shape = selection.shape
    if shape is None or not shape.fixes or shape.cloud != place.cloud:
        return ()
    selected = (machine for machine in _sold(place, prices) if _is_selected(machine, selection))
    found = [machine for machine in selected if shape.holds(machine.type, machine.cpu, machine.memory)]
    # Images for arm64 are built on purpose: where either will do, and there is a choice, amd64 is taken.
    usual = [machine for machine in found if machine.architecture == "amd64"]
    return tuple(machine.type for machine in usual or found) or _NONE_SOLD


def _not_sold(selection: NodeSelection, place: Location, prices: PriceBook) -> str:
    """That a place sells no machine of a shape, and which regions do, as far as the cloud's usual one lists such types."""
    shape = selection.shape
    asked = shape.words if shape else ""
    of = f", as node pool {' or '.join(selection.node_pools)[:80]} asks" if selection.node_pools else ""
    usual = in_cloud(place.cloud, Location("", ""))
    types = () if usual == place else _of_shape(selection, usual, prices)
    regions = {region for name in types[:_MOST_TYPES] for region in prices.regions_of_machine(place.cloud, name)} - {place.region}
    elsewhere = f"; such are sold in {some(regions, place.region)}" if regions else ""
    return f"no machine with {asked} is sold in {place.region or place.cloud}{of}{elsewhere}"


_MOST_TYPES = 16
"""Machine types of a shape whose regions are looked up."""
_NONE_SOLD = ("of the shape that its node labels ask for",)
"""Stands for the name of a machine type where a place sells none that is asked for."""


@lru_cache(maxsize=4)
def _sold(place: Location, prices: PriceBook) -> tuple[Machine, ...]:
    """The machines of a place that are chosen from where none is named: whole servers are not, and no doubtful price."""
    found = (machine for machine in prices.machines(place) if machine.on_demand is not None and not machine.suspect)
    return tuple(machine for machine in found if ".metal" not in machine.type)


def _is_selected(machine: Machine, selection: NodeSelection) -> bool:
    if machine.type in selection.excluded_machine_types or machine.gpu_model in selection.excluded_gpu_models:
        return False
    models = selection.gpu_models
    return (not models or machine.gpu_model in models) and selection.architecture in ("", machine.architecture)


def _location(selection: NodeSelection, usual: Location, location: Location, prices: PriceBook) -> tuple[Location, str]:
    if selection.regions:
        region = selection.regions[0]
        cloud = selection.cloud or _cloud_of_region(region, usual.cloud, prices)
        several = f"one of {len(selection.regions)} regions the pod may run in: {region}"
        return Location(cloud, region), several if len(selection.regions) > 1 else ""
    cloud = selection.cloud or _cloud_of_machine(selection.machine_types, usual.cloud, prices)
    place = in_cloud(cloud, usual)
    return place, moved_to(place, location)


def _cloud_of_region(region: str, usual: str, prices: PriceBook) -> str:
    return next((cloud for cloud in _by_likelihood(usual, prices.clouds()) if region in prices.regions(cloud)), usual)


def _cloud_of_machine(types: Sequence[str], usual: str, prices: PriceBook) -> str:
    """The cloud that sells one of several machine types; empty where none does."""
    clouds = [cloud for name in types for cloud in prices.clouds_of_machine(name)]
    return next((cloud for cloud in _by_likelihood(usual, clouds) if cloud in clouds), "")


def _by_likelihood(usual: str, clouds: Sequence[str]) -> tuple[str, ...]:
    """The cloud that is meant anyway, then the large ones, then the others."""
    return tuple(dict.fromkeys((usual, *MAIN_CLOUDS, *clouds)))
