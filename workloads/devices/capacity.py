"""Capacity that a claim asks of a device, and what of the device it takes where several claims may have parts (KEP-5075)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from workloads.devices.device import Device
from workloads.field import mapping
from workloads.quantity import QuantityError, parse_quantity

_ONE = Decimal(1)


def requested_capacity(request: object, driver: str) -> Mapping[str, int]:
    """The capacity that a request states, by name without the driver's domain; what cannot be read is left out."""
    found: dict[str, int] = {}
    for name, written in mapping(request, "capacity", "requests").items():
        try:
            found[name.removeprefix(f"{driver}/")] = int(parse_quantity(written))
        except QuantityError:
            continue
    return found


def consumed_part(device: Device, requested: Mapping[str, int]) -> Decimal | None:
    """What of a device a claim takes: the largest part of any capacity; None where the device does not give so much.

    A device that one claim has to itself is taken whole, and so is one of which nobody knows whether several may share it.
    """
    if device.multiple is None:
        return _ONE
    if any(amount > device.capacity.get(name, 0) for name, amount in requested.items()):
        return None
    parts = list(_parts(device, requested)) if device.multiple else []
    if None in parts:
        return None
    return min(max((part for part in parts if part is not None), default=_ONE), _ONE)


def _parts(device: Device, requested: Mapping[str, int]) -> Iterator[Decimal | None]:
    """The part of each capacity: as requested and rounded by its policy, else the policy's default, else all of it."""
    for name, capacity in device.capacity.items():
        policy = device.policies.get(name)
        default = capacity if policy is None or policy.default is None else policy.default
        amount = policy.consumed(requested[name]) if policy and name in requested else requested.get(name, default)
        if amount is None:
            yield None
        elif capacity > 0:
            yield Decimal(amount) / capacity
