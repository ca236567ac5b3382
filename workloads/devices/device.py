"""Devices as their drivers publish them to dynamic resource allocation: one of each model, to try a claim's selectors on.

The facts are in ``data/devices.json``. Attributes are those that tell one model from another; what tells one device from its
neighbour (an address, a serial number) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

import orjson

from workloads.field import mapping, sequence, text
from workloads.quantity import parse_quantity

_FILE = Path(__file__).parents[1] / "data" / "devices.json"


@dataclass(frozen=True, slots=True)
class CapacityPolicy:
    """How a claim consumes one capacity of a device that several may have parts of (KEP-5075, ``requestPolicy``)."""

    default: int | None = None
    """What is consumed where nothing is requested; all of it where this is None."""
    values: tuple[int, ...] = ()
    """The amounts that there are, rising; a request is rounded up to one."""
    minimum: int = 0
    step: int = 0
    maximum: int | None = None

    def consumed(self, requested: int) -> int | None:
        """What a request comes to; None where the device does not give so much."""
        if self.values:
            return next((value for value in self.values if value >= requested), None)
        amount = max(requested, self.minimum)
        if self.step:
            amount = self.minimum - (self.minimum - amount) // self.step * self.step
        return amount if self.maximum is None or amount <= self.maximum else None


@dataclass(frozen=True, slots=True, eq=False)
class Device:
    """One device that a driver may offer. Two are the same only where they are one: answers are kept by them."""

    driver: str
    model: str
    """As the price book spells it."""
    profile: str
    """Of a MIG slice; empty for a whole device."""
    attributes: Mapping[str, object]
    """By name, without the driver's domain."""
    capacity: Mapping[str, int]
    """Bytes or units, by name."""
    multiple: bool | None = None
    """Whether several claims may have parts of it (KEP-5075); None where nobody knows."""
    part: Decimal = Decimal(1)
    """What of its model it is, where it is a partition: the largest part of any counter that it consumes (KEP-4815)."""
    policies: Mapping[str, CapacityPolicy] = field(default_factory=dict)
    """How requests consume its capacity, by name."""
    title: str = ""
    """How it names its model itself; empty where ``model`` does."""


@dataclass(frozen=True, slots=True)
class KnownClass:
    """A DeviceClass that a driver's own installation makes."""

    driver: str
    type: str = ""
    """``gpu`` or ``mig`` where the driver has both; empty for any."""


@cache
def devices_of(driver: str) -> tuple[Device, ...]:
    """Every device that a driver may offer, MIG slices among them; empty for a driver that nobody has described."""
    rows = [mapping(row) for row in sequence(_data(), "devices") if text(row, "driver") == driver]
    return tuple(device for row in rows for device in _devices(driver, row))


def _devices(driver: str, row: Mapping[str, object]) -> Iterator[Device]:
    stated = mapping(row, "attributes")
    memory = {"memory": int(parse_quantity(row["memory"]))} if "memory" in row else {}
    yield Device(driver, text(row, "model"), "", {"type": "gpu", **stated}, memory)
    for profile in sequence(row, "profiles"):
        # 1g.10gb has 10 GB, as its name says.
        size = int(str(profile).partition(".")[2].removesuffix("gb")) * 2**30
        slice_ = {"type": "mig", "profile": str(profile), **stated}
        yield Device(driver, text(row, "model"), str(profile), slice_, {"memory": size})


def drivers() -> tuple[str, ...]:
    """Every driver that is described."""
    return tuple(mapping(_data(), "drivers"))


def vendor_of(driver: str) -> str:
    """Whose devices a driver offers; empty for a driver that nobody has described."""
    return text(_data(), "drivers", driver)


def known_class(name: str) -> KnownClass | None:
    """What a class of this name is where a driver's installation made it."""
    found = mapping(_data(), "classes", name)
    return KnownClass(text(found, "driver"), text(found, "type")) if found else None


def is_free(name: str) -> bool:
    """Whether a class or a driver offers something of the node that has no price of its own: a network card, a channel."""
    return name in sequence(_data(), "withoutOwnPrice")


@cache
def _data() -> Mapping[str, object]:
    data: Mapping[str, object] = orjson.loads(_FILE.read_bytes())
    return data
