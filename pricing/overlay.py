"""Prices of a company's own, as a YAML document: negotiated rates, discounts, machines it owns, in its own currency.

A document like a policy: checked against a published JSON Schema, with the line of what is wrong. Every amount becomes US dollars
here, by the dated rate that the document states.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from pricing.book import ServerlessRates
from pricing.machine_family import family_of
from pricing.precision import exactly, tidy
from pricing.rate import Confidence, Location, Rate
from workloads.assumptions import HOURS_PER_MONTH
from workloads.field import mapping, sequence, text
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.quantity import QuantityError, parse_quantity
from workloads.reader import parse_document
from workloads.schema import check

SCHEMA_FILE: Final = Path(__file__).parent / "schemas" / "overlay.schema.json"
HOURS_PER_YEAR: Final = HOURS_PER_MONTH * 12

EVERY: Final = "*"
"""The pattern of a discount that holds for all machines, and so for the CPU and memory of those that are not named."""

_GIB = Decimal(2**30)
_KILO = Decimal(1000)
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a price holds: a cloud, and one region of it or, where empty, every one."""

    cloud: str
    region: str = ""

    def holds(self, location: Location) -> bool:
        """Whether a location is meant."""
        return self.cloud == location.cloud and self.region in ("", location.region)


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

    def named(self, machine_type: str) -> bool:
        """Whether a type is meant."""
        return any(fnmatchcase(machine_type, pattern) for pattern in self.types)


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
    serverless: tuple[tuple[Place, ServerlessRates], ...] = ()
    """Of services that sell capacity by the pod."""
    discounts: tuple[Discount, ...] = ()
    spot: tuple[SpotTerms, ...] = ()
    digest: str = ""


@cache
def overlay_schema() -> Mapping[str, object]:
    """The published JSON Schema of such a document."""
    schema: Mapping[str, object] = orjson.loads(SCHEMA_FILE.read_bytes())
    return schema


def read_overlay(data: bytes, file: str) -> Overlay | tuple[Problem, ...]:
    """The prices in a document, or everything that is wrong with it. Never raises."""
    document, problems = parse_document(data, file)
    if problems:
        return problems
    origin = Origin(file, source=data)
    found = check(overlay_schema(), document, origin)
    if found:
        return found
    try:
        with exactly():
            return _overlay(mapping(document), hashlib.sha256(data).hexdigest())
    except QuantityError as error:
        return (Problem(Severity.ERROR, f"a shape's memory: {error}", file, 1),)


def _overlay(document: Mapping[str, object], digest: str) -> Overlay:
    money = _Money(document)
    return Overlay(
        name=text(document, "name"),
        date=text(document, "date"),
        machines=tuple(_machine(mapping(row), money) for row in sequence(document, "machines")),
        compute=tuple(
            (_place(row), money.rate(mapping(row)["vcpuHour"], "vCPU-hour"), money.rate(mapping(row)["gibHour"], "GiB-hour"))
            for row in sequence(document, "compute")
        ),
        storage=tuple(
            (_place(row), text(row, "provisioner"), money.rate(mapping(row)["gibMonth"], "GiB-month"))
            for row in sequence(document, "storage")
        ),
        serverless=tuple((_place(row), _serverless(mapping(row), money)) for row in sequence(document, "serverless")),
        discounts=tuple(_discount(mapping(row), text(document, "name")) for row in sequence(document, "discounts")),
        digest=digest,
    )


class _Money:
    """Amounts of a document as US dollars, with its name and date as their source."""

    def __init__(self, document: Mapping[str, object]) -> None:
        currency = mapping(document, "currency")
        self._factor = _number(currency["usd"]) if currency else Decimal(1)
        converted = f", {currency['code']} at {tidy(self._factor):f} USD of {currency['date']}" if currency else ""
        self._source = f"{text(document, 'name')}{converted}"
        self._date = text(document, "date")

    def rate(self, amount: object, unit: str, words: str = "") -> Rate:
        value = _number(amount) * self._factor
        return Rate(value, unit, f"{self._source}{words}", self._date, Confidence.EXACT)


def _number(value: object) -> Decimal:
    """A number of the document as it is written; what a double would make of it is not what was agreed."""
    return Decimal(str(value))


def _place(row: object) -> Place:
    return Place(text(row, "cloud"), text(row, "region"))


def _machine(row: Mapping[str, object], money: _Money) -> OwnMachine:
    unit = "machine-hour"
    bought = mapping(row, "bought")
    on_demand = money.rate(_owned(bought), unit, _owned_words(bought)) if bought else money.rate(row["hourly"], unit)
    spot = money.rate(row["spot"], unit) if "spot" in row else None
    shape = mapping(row, "shape")
    return OwnMachine(_place(row), _texts(row["types"]), on_demand, spot, _shape(shape) if shape else None)


def _serverless(row: Mapping[str, object], money: _Money) -> ServerlessRates:
    disk = money.rate(row["ephemeralGibHour"], "GiB-hour") if "ephemeralGibHour" in row else None
    cpu, memory = money.rate(row["vcpuHour"], "vCPU-hour"), money.rate(row["gibHour"], "GiB-hour")
    return ServerlessRates(text(row, "service"), cpu, memory, disk)


def _owned(bought: Mapping[str, object]) -> Decimal:
    """What a machine of one's own costs an hour: ``price / (years x 8760) + kW x price of a kWh + hosting / 730``."""
    written_off = _number(bought["price"]) / (_number(bought["years"]) * HOURS_PER_YEAR)
    power = _number(bought.get("watts", 0)) / _KILO * _number(bought.get("kilowattHour", 0))
    return tidy(written_off + power + _number(bought.get("hostingMonth", 0)) / HOURS_PER_MONTH)


def _owned_words(bought: Mapping[str, object]) -> str:
    parts = [f"{bought['price']:,} over {bought['years']} years"]
    parts += [f"{bought['watts']} W at {bought.get('kilowattHour', 0)} a kWh"] if bought.get("watts") else []
    parts += [f"{bought['hostingMonth']} a month for hosting"] if bought.get("hostingMonth") else []
    return f": {', '.join(parts)}"


def _shape(shape: Mapping[str, object]) -> Shape:
    gpu = mapping(shape, "gpu")
    return Shape(
        _number(shape["cpu"]),
        parse_quantity(shape["memory"]) / _GIB,
        text(shape, "architecture") or "amd64",
        text(gpu, "model"),
        _number(gpu["count"]) if gpu else Decimal(0),
        parse_quantity(gpu["memory"]) / _GIB if "memory" in gpu else Decimal(0),
    )


def _discount(row: Mapping[str, object], name: str) -> Discount:
    percent = _number(row["percent"])
    reason = text(row, "because") or name
    words = f"less {tidy(percent):f} % ({reason})"
    return Discount(_place(row), _texts(row["types"]), (_PERCENT - percent) / _PERCENT, words)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, Sequence) else ()
