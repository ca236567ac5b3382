"""Prices a pod that runs on capacity bought by the pod: the size that the service makes of it, at the service's rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from pricing.book import PriceBook, ServerlessRates
from pricing.charge import Part
from pricing.locality import in_cloud, moved
from pricing.machines.site import Site
from pricing.placement import Placement
from pricing.pod_size import CLASSES, FARGATE_FREE, Size, sized
from pricing.precision import exactly
from pricing.rate import Confidence, Location, Rate
from workloads.nodes.serverless import AUTOPILOT, FARGATE, VIRTUAL_NODES, ServerlessPod

SPOT_SUFFIX = "-spot"
"""Ends the name of a service's spot rates: ``gke-autopilot-spot``."""

_CLOUDS = {FARGATE: "aws", AUTOPILOT: "gcp"}
_NAMES = {FARGATE: "Fargate", AUTOPILOT: "Autopilot", VIRTUAL_NODES: "virtual nodes"}

PREMIUM = "Autopilot's premium on a machine's price is not in the price book: without it"
"""Said of a pod that Autopilot sells by the machine."""


def by_the_machine(pod: ServerlessPod, site: Site, *, devices: bool) -> bool:
    """Whether a pod is sold with the machine it runs on: Autopilot's with accelerators, or one that names a machine."""
    return pod.service == AUTOPILOT and (devices or bool(site.types or site.models))


def on_its_cloud(pod: ServerlessPod, site: Site, usual: Location) -> Site:
    """A pod's site on the cloud of its service: ``usual`` where that is there and the pod's labels are another cloud's."""
    cloud = _CLOUDS.get(pod.service, site.location.cloud)
    there = site.location.cloud == cloud or usual.cloud != cloud
    return site if there else replace(site, location=usual, located="")


@lru_cache(maxsize=4096)
def by_the_pod(pod: ServerlessPod, site: Site, prices: PriceBook) -> Placement:
    """What a pod costs an hour on a serverless service: one answer for all pods that ask the same."""
    place = in_cloud(_CLOUDS.get(pod.service, ""), site.location)
    located = moved(place.cloud, site.location) or site.located
    with exactly():
        size = _refused(pod) or sized(pod)
        if isinstance(size, str):
            return Placement(place, located, unpriced=(size,))
        rates = prices.serverless(place, _rates_of(pod))
        if rates is None:
            return Placement(place, located, unpriced=(_no_rates(pod, place.region or place.cloud),))
        required = site.spot or pod.compute_class == "autopilot-spot"
        spot = _spot(pod, place, rates, prices) if required or site.spot_permitted else None
        missing = f"no spot price of {_NAMES[pod.service]} below on-demand is in the price book: on-demand"
        words = (located, site.assumption, missing if required and spot is None else "")
        parts = _parts(pod, size, spot or rates if required else rates, None if required else spot)
        assumed = "; ".join(filter(None, words))
        told = (replace(part, confidence=Confidence.least(part.confidence, Confidence.MODELLED)) for part in parts)
        return Placement(place, located, tuple(part.resting_on(assumed) for part in (told if size.modelled else parts)))


def _rates_of(pod: ServerlessPod) -> str:
    return CLASSES[pod.compute_class][0] if pod.service == AUTOPILOT else pod.service


def _refused(pod: ServerlessPod) -> str:
    """Why a pod has no size on its service; empty where it has one."""
    if pod.service == AUTOPILOT and pod.compute_class not in CLASSES:
        return (
            f"Autopilot's compute class {pod.compute_class} is not sold by the size of its pods at rates in the price book: "
            "name the machine type or state accelerators"
        )
    return "; ".join(pod.refused)


def _no_rates(pod: ServerlessPod, where: str) -> str:
    name = _rates_of(pod)
    return f"{_NAMES[pod.service]} ({pod.because}): no price of {name} in {where}; state yours as serverless in prices.overlays"


def _spot(pod: ServerlessPod, place: Location, rates: ServerlessRates, prices: PriceBook) -> ServerlessRates | None:
    """A service's spot rates; what is not below on-demand is none."""
    spot = prices.serverless(place, _rates_of(pod) + SPOT_SUFFIX)
    below = spot is not None and spot.cpu.value <= rates.cpu.value and spot.memory.value <= rates.memory.value
    return spot if below else None


def _parts(pod: ServerlessPod, size: Size, rates: ServerlessRates, least: ServerlessRates | None) -> Iterator[Part]:
    """The parts of a pod at its service's rates; ``least`` where spot rates are only permitted."""
    lowest = least or rates
    yield _part("cpu", size.cpu, rates.cpu, lowest.cpu, size.because)
    yield _part("memory", size.memory, rates.memory, lowest.memory, size.because)
    if size.disk and rates.ephemeral_storage is not None:
        free = (
            f"{FARGATE_FREE} GiB of ephemeral storage are free"
            if pod.service == FARGATE
            else "ephemeral storage, as it is asked for or given"
        )
        lowest_disk = lowest.ephemeral_storage or rates.ephemeral_storage
        yield _part("ephemeralStorage", size.disk, rates.ephemeral_storage, lowest_disk, free)


def _part(what: str, quantity: Decimal, rate: Rate, lowest: Rate, because: str) -> Part:
    cost = quantity * rate.value
    unit = rate.unit.removesuffix("-hour")
    return Part(what, quantity, unit, rate, cost, min(cost, quantity * lowest.value), rate.confidence, "", (because,))
