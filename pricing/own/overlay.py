"""Prices of a company's own, in US dollars: negotiated rates, discounts, machines it owns, commitments, its use of spot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Final

from pricing.book import Machine, ServerlessRates
from pricing.machines.family import family_of
from pricing.precision import exactly
from pricing.rate import Confidence, Location, Rate
from workloads.manifest import Origin
from workloads.problem import Problem

EVERY: Final = "*"
"""The pattern of a discount that holds for all machines, and so for the CPU and memory of those that are not named."""

ANY: Final = ""
"""In the place of a cloud, a region, a provisioner or a GPU model: every one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a price holds: a cloud and a region of it, each of them every one where empty."""

    cloud: str
    region: str = ""

    def holds(self, location: Location) -> bool:
        """Whether a location is meant."""
        return self.cloud in (ANY, location.cloud) and self.region in (ANY, location.region)


@dataclass(frozen=True, slots=True)
class Shape:
    """A machine that no price list has."""

    cpu: Decimal
    memory: Decimal
    """GiB."""
    architecture: str = "amd64"
    gpu_model: str = ""
    gpu_count: Decimal = Decimal(0)
    gpu_memory: Decimal = Decimal(0)
    """GiB of one."""


@dataclass(frozen=True, slots=True)
class OwnMachine:
    """Machine types at a price of one's own."""

    place: Place
    types: tuple[str, ...]
    """With wildcards."""
    on_demand: Rate
    spot: Rate | None = None
    shape: Shape | None = None
    labels: tuple[tuple[str, str], ...] = ()
    """Node labels by which pods select it."""

    def named(self, machine_type: str) -> bool:
        """Whether a type is meant."""
        return any(fnmatchcase(machine_type, pattern) for pattern in self.types)

    def priced(self, listed: Machine) -> Machine:
        """A listed machine at this price, which is never implausible."""
        stated = self.spot is not None or listed.spot_stated
        return replace(listed, on_demand=self.on_demand, spot=self.spot or listed.spot, spot_stated=stated, suspect=False)

    def made(self, location: Location, machine_type: str) -> Machine | None:
        """A machine that no list has; None where nobody says what it is made of."""
        shape = self.shape
        if shape is None:
            return None
        return Machine(
            location=location,
            type=machine_type,
            cpu=shape.cpu,
            memory=shape.memory,
            gpu_count=shape.gpu_count,
            gpu_model=shape.gpu_model,
            gpu_memory=shape.gpu_memory,
            architecture=shape.architecture,
            on_demand=self.on_demand,
            spot=self.spot,
            spot_stated=self.spot is not None,
            allocatable=None,
        )


@dataclass(frozen=True, slots=True)
class Discount:
    """Off the list price of on-demand machines."""

    place: Place
    types: tuple[str, ...]
    factor: Decimal
    """What is left: 0.72 of a price with 28 percent off."""
    because: str
    families: tuple[str, ...] = ()
    """Families meant beside ``types``: ``m5``, ``Ds_v5``."""
    date: str = ""
    """Of the discount; empty where it is as old as the document."""
    confidence: Confidence = Confidence.EXACT
    covered: Decimal = Decimal(1)
    """The part of what runs that it is off; ``factor`` is what is left of all. The rest is bought on demand as ever."""

    def named(self, machine_type: str) -> bool:
        """Whether a type is meant."""
        if self.families and family_of(machine_type) in self.families:
            return True
        return any(fnmatchcase(machine_type, pattern) for pattern in self.types)

    def covers(self, family: str) -> bool:
        """Whether a family is meant as a whole, and so the rates of CPU and memory that are fitted over it."""
        return EVERY in self.types or family in self.families

    def off(self, rate: Rate) -> Rate:
        """A rate with the discount, as old as the older of both and as sure as the less sure."""
        with exactly():
            value = rate.value * self.factor
        date = min(filter(None, (rate.date, self.date)), default="")
        return Rate(value, rate.unit, f"{rate.source}, {self.because}", date, Confidence.least(rate.confidence, self.confidence))


@dataclass(frozen=True, slots=True)
class SpotTerms:
    """How spot machines are used and what they usually cost."""

    place: Place
    family: str
    """Empty for all."""
    factor: Decimal | None
    """Of the list price on demand; None where the quotes of the book stand."""
    share: Decimal
    """The part of the pods that only tolerate spot which is expected to run on it."""

    def named(self, machine_type: str) -> bool:
        """Whether a type is meant."""
        return self.family in ("", family_of(machine_type))


@dataclass(frozen=True, slots=True)
class Overlay:
    """One document."""

    name: str
    date: str
    machines: tuple[OwnMachine, ...] = ()
    compute: tuple[tuple[Place, Rate, Rate], ...] = ()
    """Of a vCPU and of a GiB for an hour."""
    storage: tuple[tuple[Place, str, Rate], ...] = ()
    """By provisioner, of a GiB for a month."""
    gpus: tuple[tuple[Place, str, Rate], ...] = ()
    """By model, of a whole GPU for an hour; with ``compute`` they make up the price of machines that carry it."""
    network: tuple[tuple[Place, str, Rate], ...] = ()
    """By item as the price book names it, for an hour."""
    transfers: tuple[tuple[Place, str, Rate], ...] = ()
    """By item as the price book names it, for a GiB; ``internet-egress`` holds for its larger volumes too."""
    ai: tuple[tuple[str, Discount], ...] = ()
    """By provider, off the list price of the models that the discount's ``types`` name."""
    serverless: tuple[tuple[Place, ServerlessRates], ...] = ()
    """Of services that sell capacity by the pod."""
    discounts: tuple[Discount, ...] = ()
    spot: tuple[SpotTerms, ...] = ()
    digest: str = ""
    origin: Origin | None = None
    """Where it was read; None where nobody wrote it as a document of ours."""
    problems: tuple[Problem, ...] = ()
    """What of it is not used, as warnings."""
