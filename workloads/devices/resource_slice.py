"""The devices that a cluster's own drivers publish: ResourceSlices, read into one device of every kind that they hold.

Read are ``resource.k8s.io`` v1 and v1beta2, v1beta1 (a device's facts under ``basic``) and v1alpha3 (plain capacities), with
capacities that several claims share (KEP-5075) and partitions that consume the counters of a set (KEP-4815).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from workloads.devices.device import CapacityPolicy, Device, devices_of
from workloads.devices.gpu_label import models_in
from workloads.field import dig, mapping, sequence, text
from workloads.nodes.pool import NodePools
from workloads.quantity import QuantityError, parse_quantity

MOST_KINDS = 512
"""Kinds of devices that are kept of one driver."""

_OF_ONE = frozenset({"uuid", "minor", "index", "serial", "pciBusID", "pciAddress", "pcieRoot", "parentUUID", "parentIndex"})
"""Attributes that tell a device from its neighbour, not one model from another."""
_NAMES = ("productName", "model", "product", "productFamily", "name")
"""Attributes by which drivers name the model of a device."""
_KINDS_OF_VALUE = ("string", "int", "bool", "version")
_ONE = Decimal(1)

Counters = Mapping[tuple[str, str, str], Mapping[str, int]]
"""The counters of a set, by driver, pool and the set's name."""


def published(specs: Iterable[Mapping[str, object]]) -> Mapping[str, tuple[Device, ...]]:
    """The kinds of devices in the ``spec`` of ResourceSlices, by driver. Linear in their size. Never raises."""
    slices = list(specs)
    counters = {
        (*_pool(spec), text(counter_set, "name")): _amounts(counter_set, "counters")
        for spec in slices
        for counter_set in sequence(spec, "sharedCounters")
    }
    found: dict[str, dict[object, Device]] = {}
    for spec in slices:
        kinds = found.setdefault(text(spec, "driver"), {})
        for device in sequence(spec, "devices"):
            if len(kinds) < MOST_KINDS:
                read = _device(spec, device, counters)
                kinds.setdefault(_kind(read), read)
    return {driver: tuple(kinds.values()) for driver, kinds in found.items() if driver and kinds}


@lru_cache(maxsize=64)
def of_pools(pools: NodePools, driver: str) -> tuple[Device, ...]:
    """The known devices of the models that a snapshot's node pools publish of a driver; none where none is known."""
    products = (each.product for pool in pools.pools for each in pool.devices if each.driver == driver)
    models = frozenset(model for product in products for model in models_in(product))
    return tuple(device for device in devices_of(driver) if device.model in models)


def _kind(device: Device) -> object:
    """What two devices have in common that are of one kind."""
    return (*sorted(device.attributes.items(), key=str), *sorted(device.capacity.items()), device.part, device.multiple)


def _pool(spec: Mapping[str, object]) -> tuple[str, str]:
    return text(spec, "driver"), text(spec, "pool", "name")


def _device(spec: Mapping[str, object], device: object, counters: Counters) -> Device:
    # v1alpha3 and v1beta1 keep the facts of a device under its one kind.
    stated = mapping(device, "basic") or mapping(device)
    prefix = f"{text(spec, 'driver')}/"
    attributes = {name.removeprefix(prefix): value for name, value in _attributes(mapping(stated, "attributes"))}
    title = next((str(attributes[name]) for name in _NAMES if isinstance(attributes.get(name), str)), "")
    models = models_in(title)
    return Device(
        driver=text(spec, "driver"),
        model=models[0] if len(models) == 1 else "",
        profile=str(attributes.get("profile", "")) if attributes.get("type") == "mig" else "",
        attributes=attributes,
        capacity={name.removeprefix(prefix): amount for name, amount in _amounts(stated, "capacity").items()},
        multiple=dig(stated, "allowMultipleAllocations") is True,
        part=_part(spec, stated, counters),
        policies={name.removeprefix(prefix): policy for name, policy in _policies(mapping(stated, "capacity"))},
        title=title,
    )


def _attributes(stated: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in stated.items():
        found = next((dig(value, kind) for kind in _KINDS_OF_VALUE if dig(value, kind) is not None), None)
        if isinstance(found, str | int) and name.rpartition("/")[2] not in _OF_ONE:
            yield name, found


def _amounts(stated: object, key: str) -> dict[str, int]:
    """Quantities by name, as plain values or under ``value``; what cannot be read is left out."""
    found = {
        name: _amount(dig(value, "value") if isinstance(value, dict) else value) for name, value in mapping(stated, key).items()
    }
    return {name: amount for name, amount in found.items() if amount is not None}


def _amount(written: object) -> int | None:
    try:
        return int(parse_quantity(written)) if written is not None else None
    except QuantityError:
        return None


def _part(spec: Mapping[str, object], stated: Mapping[str, object], counters: Counters) -> Decimal:
    """The largest part that a device consumes of any counter of its sets; all of it where it consumes none."""
    parts = [
        Decimal(amount) / total
        for each in sequence(stated, "consumesCounters")
        for name, amount in _amounts(each, "counters").items()
        if (total := counters.get((*_pool(spec), text(each, "counterSet")), {}).get(name, 0)) > 0
    ]
    return min(max(parts), _ONE) if parts and max(parts) > 0 else _ONE


def _policies(stated: Mapping[str, object]) -> Iterator[tuple[str, CapacityPolicy]]:
    for name, capacity in stated.items():
        policy = mapping(capacity, "requestPolicy")
        if policy:
            allowed = mapping(policy, "validRange")
            values = (_amount(value) for value in sequence(policy, "validValues"))
            yield (
                name,
                CapacityPolicy(
                    _amount(policy.get("default")),
                    tuple(sorted(value for value in values if value is not None)),
                    _amount(allowed.get("min")) or 0,
                    _amount(allowed.get("step")) or 0,
                    _amount(allowed.get("max")),
                ),
            )
