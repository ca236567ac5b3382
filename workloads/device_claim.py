"""What a claim asks for through dynamic resource allocation (KEP-4381), as requests for accelerators.

Read are ``resource.k8s.io`` v1, v1beta2 (``exactly``, ``firstAvailable``) and v1beta1 (flat). What drivers, classes and selectors
mean is tried on the devices of ``workloads.device``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice, product

from workloads.accelerator import AcceleratorRequest
from workloads.device import devices_of, drivers, is_free, known_class, vendor_of
from workloads.device_selector import matches
from workloads.field import dig, mapping, sequence, text
from workloads.quantity import QuantityError, parse_quantity
from workloads.share import Share
from workloads.snapshot import DeviceClass, Snapshot

MOST_ALTERNATIVES = 16
"""Combinations of alternatives that are priced."""
MOST_REQUESTS = 32
"""Requests of a claim, and alternatives of a request, as Kubernetes allows at most."""

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What claims come to."""

    choices: tuple[tuple[AcceleratorRequest, ...], ...] = ((),)
    """Each combination of alternatives that may be allocated, the preferred one first."""
    reasons: tuple[str, ...] = ()
    """What of them cannot be told, in words."""

    def __add__(self, other: Claimed) -> Claimed:
        joined = islice((one + two for one, two in product(self.choices, other.choices)), MOST_ALTERNATIVES)
        return Claimed(tuple(joined), self.reasons + other.reasons)


NOTHING_CLAIMED = Claimed()


def read_claim(spec: Mapping[str, object], snapshot: Snapshot) -> Claimed:
    """What a ResourceClaim's ``spec`` asks for. Never raises."""
    found = NOTHING_CLAIMED
    for request in sequence(spec, "devices", "requests")[:MOST_REQUESTS]:
        alternatives = sequence(request, "firstAvailable")[:MOST_REQUESTS] or [mapping(request, "exactly") or request]
        found += _of_alternatives([_read(alternative, snapshot) for alternative in alternatives])
    return found


def class_names(spec: Mapping[str, object]) -> frozenset[str]:
    """The classes that a claim's ``spec`` names."""
    requests = sequence(spec, "devices", "requests")[:MOST_REQUESTS]
    stated = [each for request in requests for each in (request, dig(request, "exactly"), *sequence(request, "firstAvailable"))]
    return frozenset(name for each in stated if (name := text(each, "deviceClassName")))


def of_class(name: str, count: Decimal, snapshot: Snapshot) -> Claimed:
    """So many devices of a class, as an extended resource that a class backs asks for them (KEP-5004)."""
    request = {"deviceClassName": name, "count": int(count)}
    return _of_alternatives([_read(request, snapshot)])


def _of_alternatives(alternatives: Iterable[AcceleratorRequest | str | None]) -> Claimed:
    """One request's alternatives: those that can be told, and why the others cannot."""
    listed = list(alternatives)
    told = [() if each is None else (each,) for each in listed if not isinstance(each, str)]
    reasons = tuple(each for each in listed if isinstance(each, str))
    return Claimed(tuple(told) or ((),), reasons)


def _read(request: object, snapshot: Snapshot) -> AcceleratorRequest | str | None:
    """One alternative as a request for accelerators; None for what has no price, and in words what cannot be told."""
    name = text(request, "deviceClassName")
    if dig(request, "adminAccess") is True or is_free(name):
        return None
    definition = snapshot.device_classes.get(name)
    known = known_class(name)
    selectors = (*(definition.selectors if definition else ()), *_expressions(sequence(request, "selectors")))
    driver = _driver(name, definition, selectors)
    if not driver:
        return f"devices of class {name[:60] or 'unknown'}: neither the class nor a driver of that name is known"
    if is_free(driver):
        return None
    wanted = known.type if known is not None and definition is None else ""
    return _request(name, driver, wanted, selectors, request)


def _driver(name: str, definition: DeviceClass | None, selectors: Sequence[str]) -> str:
    """Which driver serves a class: as its selector says, else as its name does."""
    known = known_class(name)
    if known is not None:
        return known.driver
    for driver in drivers():
        if definition is not None and any(f"'{driver}'" in each or f'"{driver}"' in each for each in selectors):
            return driver
    return name if vendor_of(name) else ""


def _request(name: str, driver: str, wanted: str, selectors: tuple[str, ...], request: object) -> AcceleratorRequest | str:
    fitting = _fitting(driver, wanted, selectors)
    vendor = vendor_of(driver)
    whole = AcceleratorRequest(name, vendor, "whole", "", _count(request), every=dig(request, "allocationMode") == "All")
    if fitting is None:
        return whole
    if not fitting:
        return f"devices of class {name[:60]}: no device of {driver} that is known meets its selectors"
    profiles = {profile for _, profile in fitting}
    models = tuple(dict.fromkeys(model for model, _ in fitting))
    every = {device.model for device in devices_of(driver)}
    models = () if set(models) == every else models
    if profiles == {""}:
        return _shared(replace(whole, models=models), request)
    if len(profiles) == 1:
        return replace(whole, kind="mig", profile=profiles.pop(), models=models)
    if "" in profiles and not wanted:
        # The class takes whole GPUs and slices alike: the whole one is what it may cost.
        return replace(whole, models=models)
    return f"devices of class {name[:60]}: which MIG profile is not stated"


@lru_cache(maxsize=1024)
def _fitting(driver: str, wanted: str, selectors: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    """Model and profile of the devices that meet the selectors; None where nothing is known of the driver's devices."""
    offered = [device for device in devices_of(driver) if wanted in ("", device.attributes["type"])]
    if not offered:
        return None
    return tuple((device.model, device.profile) for device in offered if matches(device, selectors) is not False)


def _expressions(selectors: Iterable[object]) -> Iterator[str]:
    return (text(selector, "cel", "expression") for selector in selectors if text(selector, "cel", "expression"))


def _count(request: object) -> Decimal:
    stated = dig(request, "count")
    return Decimal(stated) if isinstance(stated, int) and not isinstance(stated, bool) and 0 < stated < 2**31 else _ONE


def _shared(whole: AcceleratorRequest, request: object) -> AcceleratorRequest:
    """The part of each device that a claim for some of its memory takes (KEP-5075); all of it where none is stated."""
    stated = dig(request, "capacity", "requests", "memory")
    try:
        memory = parse_quantity(stated) if stated is not None else None
    except QuantityError:
        memory = None
    if memory is None or memory <= 0:
        return whole
    return replace(whole, kind="shared", share=Share(None, memory), profile=f"memory {stated}")
