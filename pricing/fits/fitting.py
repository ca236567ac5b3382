"""Every fit over a price book: by cloud, family of machines, architecture and GPU model.

CPU and memory are fitted in each cloud's usual region, GPUs over all its regions, and in each region that sells enough types of
the model. Clouds that sell GPUs and little else are fitted as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from statistics import median

from pricing.book import Machine, PriceBook
from pricing.fits.fit import FAITH, Fit, Rates, Sample, fit_compute, fit_gpu, held_back, misses
from pricing.locality import ANY_CLOUD, EVERY_REGION, USUAL_REGIONS
from pricing.machines.family import GENERAL_PURPOSE, GPU, family_of, general_purpose, irregular, peers_of, regular, series_of
from pricing.rate import Confidence, Location

FIRM = 100.0
"""The faith in the usual price of a host where clouds are fitted as one, whose prices differ for other reasons."""
FEWEST_TYPES = 2
"""A region's own fit of a GPU model is over at least so many types: two unknowns, what a GPU and what its host costs."""

_LOCAL_DISKS = {"gcp": re.compile(r"-lssd\Z"), "azure": re.compile(r"Standard_[A-Z]+\d+[a-z]*d")}
"""General-purpose types whose price holds a local disk, where pods are priced by all general-purpose types: they ask for no disk.
On AWS they are priced by one series, and all types stand for the hosts of GPUs, which have disks."""


@dataclass(frozen=True, slots=True)
class _Cloud:
    """A cloud's machines that have a price to rely on, by region, and what CPU and memory usually cost on them."""

    name: str
    machines: Mapping[str, Sequence[Machine]]
    general: Fit

    @property
    def memory_share(self) -> float:
        """What a GiB costs beside a vCPU."""
        return self.general.rates.memory / self.general.rates.cpu


def fit_book(prices: PriceBook, cloud: str = "") -> tuple[Fit, ...]:
    """Every fit over a price book, or over one cloud of it.

    :raises ImportError: without scipy.
    """
    if cloud in USUAL_REGIONS:
        return tuple(_cloud(prices, cloud))
    among = () if cloud else tuple(fit for name in USUAL_REGIONS for fit in _cloud(prices, name))
    return (*among, *(fit for fit in _gpu_clouds(prices) if cloud in {"", fit.cloud}))


def _cloud(prices: PriceBook, name: str) -> Iterator[Fit]:
    regions = {region: _reliable(prices.machines(Location(name, region))) for region in prices.regions(name)}
    if not any(map(_usual, _plain(name, regions.get(USUAL_REGIONS[name], ())))):
        return
    cloud = _Cloud(name, regions, _general(name, regions.get(USUAL_REGIONS[name], ())))
    yield cloud.general
    yield from _families(cloud)
    yield from _gpu_models(cloud)


def _reliable(machines: Iterable[Machine]) -> list[Machine]:
    return [
        machine
        for machine in machines
        if machine.on_demand
        and machine.on_demand.confidence is not Confidence.ASSUMED
        and not machine.suspect
        and machine.cpu
        and machine.memory
    ]


def _plain(cloud: str, machines: Iterable[Machine]) -> Iterator[Machine]:
    """Machines without GPUs that are priced by their family's rule."""
    return (machine for machine in machines if not machine.gpu_count and regular(cloud, machine.type))


def _general(cloud: str, machines: Iterable[Machine], architecture: str = "") -> Fit:
    chosen = [machine for machine in _plain(cloud, machines) if _usual(machine) and architecture in {"", machine.architecture}]
    return _compute_fit(cloud, f"{GENERAL_PURPOSE} {architecture}".rstrip(), chosen, None)


def _usual(machine: Machine) -> bool:
    """Whether a machine is of a general-purpose family and without a local disk in its price."""
    cloud = machine.location.cloud
    disks = _LOCAL_DISKS.get(cloud)
    return general_purpose(cloud, family_of(machine.type)) and not (disks and disks.search(machine.type))


def _compute_fit(cloud: str, family: str, machines: Sequence[Machine], memory_share: float | None) -> Fit:
    samples = [_sample(machine) for machine in machines]
    fitter = partial(fit_compute, memory_share=memory_share)
    rates = fitter(samples)
    region = USUAL_REGIONS.get(cloud, EVERY_REGION)
    return Fit(cloud, region, family, "", rates, misses(samples, rates), held_back(samples, fitter))


def _families(cloud: _Cloud) -> Iterator[Fit]:
    """Each family of the usual region, each series that joins three of them, and general-purpose machines by architecture."""
    here = cloud.machines.get(USUAL_REGIONS[cloud.name], ())
    families: dict[str, list[Machine]] = {}
    for machine in _plain(cloud.name, here):
        families.setdefault(family_of(machine.type), []).append(machine)
    series = {series_of(cloud.name, family) for family in families}
    whole = [name for name in series if name and all(part in families for part in name.split("+"))]
    families |= {name: [machine for part in name.split("+") for machine in families[part]] for name in whole}
    for name, machines in sorted(families.items()):
        yield _compute_fit(cloud.name, name, machines, cloud.memory_share)
    for architecture in sorted({machine.architecture for machine in _plain(cloud.name, here) if _usual(machine)}):
        yield _general(cloud.name, here, architecture)


def _gpu_models(cloud: _Cloud) -> Iterator[Fit]:
    """Each GPU model over all regions, and in each region with enough types of it."""
    level = lru_cache(maxsize=None)(partial(_level, cloud))
    usual = cloud.general.rates
    models: dict[str, list[Sample]] = {}
    for region, machines in cloud.machines.items():
        for machine in (machine for machine in machines if machine.gpu_count and not _apart(machine)):
            models.setdefault(machine.gpu_model, []).append(_sample(machine, level(region, _peers(machine))))
    for model, samples in sorted(models.items()):
        yield _gpu_fit(cloud.name, EVERY_REGION, model, samples, usual)
        for region in sorted({sample.region for sample in samples}):
            here = [sample for sample in samples if sample.region == region]
            if len(here) >= FEWEST_TYPES:
                # The region's rates are its own: at no level beside another's.
                own = [Sample(each.type, region, each.price, each.cpu, each.memory, each.gpus) for each in here]
                yield _gpu_fit(cloud.name, region, model, own, usual.times(here[0].level))


def _apart(machine: Machine) -> bool:
    """Whether a machine stays out of its model's fit; one with GPUs attached to it has GPUs with prices of their own."""
    return "+" in machine.type or irregular(machine.location.cloud, machine.type)


def _level(cloud: _Cloud, region: str, peers: str) -> float:
    """How dear a region is: the median price ratio of its general-purpose types to the usual region's; 1 where it has none."""
    there = {machine.type: machine for machine in _plain(cloud.name, cloud.machines.get(USUAL_REGIONS[cloud.name], ()))}
    ratios = [
        (_peers(machine), _price(machine) / _price(there[machine.type]))
        for machine in _plain(cloud.name, cloud.machines[region])
        if machine.type in there and general_purpose(cloud.name, family_of(machine.type))
    ]
    own = [ratio for group, ratio in ratios if group == peers]
    return median(own or [ratio for _, ratio in ratios] or [1.0])


def _peers(machine: Machine) -> str:
    cloud = machine.location.cloud
    return peers_of(cloud, family_of(machine.type))


def _gpu_clouds(prices: PriceBook) -> Iterator[Fit]:
    """GPU models over the clouds that sell GPUs and little else, and in each: what hosts cost is told by machines without GPUs.

    Google sells vCPUs and GiB apart, so it is its ratio of their prices that is taken.
    """
    clouds = [name for name in prices.clouds() if name not in USUAL_REGIONS]
    machines = [
        each for name in clouds for region in prices.regions(name) for each in _reliable(prices.machines(Location(name, region)))
    ]
    hosts = [machine for machine in machines if not machine.gpu_count]
    google = _reliable(prices.machines(Location("gcp", USUAL_REGIONS["gcp"])))
    if not hosts or not any(map(_usual, _plain("gcp", google))):
        return
    rates = _general("gcp", google).rates
    usual = fit_compute([_named_by_cloud(machine) for machine in hosts], rates.memory / rates.cpu)
    models: dict[str, list[Sample]] = {}
    for machine in (machine for machine in machines if machine.gpu_count):
        models.setdefault(machine.gpu_model, []).append(_named_by_cloud(machine))
    for model, samples in sorted(models.items()):
        yield _gpu_fit(ANY_CLOUD, EVERY_REGION, model, samples, usual, FIRM)
        for cloud in sorted({_cloud_of(sample) for sample in samples}):
            own = [sample for sample in samples if _cloud_of(sample) == cloud]
            yield _gpu_fit(cloud, EVERY_REGION, model, own, usual, FIRM)


def _gpu_fit(cloud: str, region: str, model: str, samples: Sequence[Sample], usual: Rates, faith: float = FAITH) -> Fit:
    fitter = partial(fit_gpu, usual=usual, faith=faith)
    rates = fitter(samples)
    return Fit(cloud, region, GPU, model, rates, misses(samples, rates), held_back(samples, fitter))


def _sample(machine: Machine, level: float = 1.0) -> Sample:
    figures = (float(machine.cpu), float(machine.memory), float(machine.gpu_count))
    return Sample(machine.type, machine.location.region, _price(machine), *figures, level)


def _named_by_cloud(machine: Machine) -> Sample:
    """A sample whose type tells its cloud: two clouds may give two machines one name."""
    cloud, region = machine.location
    figures = (float(machine.cpu), float(machine.memory), float(machine.gpu_count))
    return Sample(f"{cloud} {machine.type}", f"{cloud} {region}", _price(machine), *figures)


def _cloud_of(sample: Sample) -> str:
    return sample.region.partition(" ")[0]


def _price(machine: Machine) -> float:
    return float(machine.on_demand.value) if machine.on_demand else 0.0
