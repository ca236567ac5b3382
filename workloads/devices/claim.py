"""What a claim asks for through dynamic resource allocation (KEP-4381), as requests for accelerators.

Read are ``resource.k8s.io`` v1, v1beta2 (``exactly``, ``firstAvailable``), v1beta1 and v1alpha3 (flat). What drivers, classes and
selectors mean is tried on the devices that the cluster publishes, where those are known, else on those of
`workloads.devices.device`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice, product

from workloads.devices.accelerator import AcceleratorRequest
from workloads.devices.capacity import consumed_part, requested_capacity
from workloads.devices.device import Device, devices_of, drivers, is_free, known_class, vendor_of
from workloads.devices.resource_slice import of_pools
from workloads.devices.selector import matches
from workloads.devices.share import NOT_KNOWN, Share
from workloads.field import dig, mapping, sequence, text
from workloads.snapshots.snapshot import DeviceClass, Snapshot

MOST_ALTERNATIVES = 16
"""Combinations of alternatives that are priced."""
MOST_REQUESTS = 32
"""Requests of a claim, and alternatives of a request, as Kubernetes allows at most."""

Alternative = AcceleratorRequest | str | None
"""What a request may come to: devices; nothing that has a price; or in words, what cannot be told."""

_ONE = Decimal(1)
_TOO_MANY = f"claimed devices: more than {MOST_ALTERNATIVES} combinations of alternatives"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What claims come to."""

    choices: tuple[tuple[AcceleratorRequest, ...], ...] = ((),)
    """Each combination of alternatives that may be allocated, the preferred one first."""
    reasons: tuple[str, ...] = ()
    """What of them cannot be told, in words."""


NOTHING_CLAIMED = Claimed()


def together(claims: Iterable[Claimed]) -> Claimed:
    """What several claims come to. Linear in them: each may bring a reason of its own."""
    choices = NOTHING_CLAIMED.choices
    reasons: dict[str, None] = {}
    for claim in claims:
        reasons.update(dict.fromkeys(claim.reasons))
        if len(choices) * len(claim.choices) > MOST_ALTERNATIVES:
            reasons[_TOO_MANY] = None
        choices = tuple(islice((one + two for one, two in product(choices, claim.choices)), MOST_ALTERNATIVES))
    return Claimed(choices, tuple(reasons))


def read_claim(spec: Mapping[str, object], snapshot: Snapshot) -> Claimed:
    """What a ResourceClaim's ``spec`` asks for. Never raises."""
    former = text(spec, "resourceClassName")
    if former:
        words = f"devices of class {former[:60]}: resource.k8s.io/v1alpha2 is no longer served; write the claim as v1 has it"
        return Claimed(reasons=(words,))
    return together(_asked(request, snapshot) for request in sequence(spec, "devices", "requests")[:MOST_REQUESTS])


def _asked(request: object, snapshot: Snapshot) -> Claimed:
    alternatives = sequence(request, "firstAvailable")[:MOST_REQUESTS] or [mapping(request, "exactly") or request]
    return _of_alternatives(each for alternative in alternatives for each in _read(alternative, snapshot))


def of_class(name: str, count: Decimal, snapshot: Snapshot) -> Claimed:
    """So many devices of a class, as an extended resource that a class backs asks for them (KEP-5004)."""
    return _of_alternatives(_read({"deviceClassName": name, "count": int(count)}, snapshot))


def _of_alternatives(alternatives: Iterable[Alternative]) -> Claimed:
    """One request's alternatives: those that can be told, and why the others cannot."""
    listed = list(islice(alternatives, MOST_ALTERNATIVES + 1))
    told = [() if each is None else (each,) for each in listed[:MOST_ALTERNATIVES] if not isinstance(each, str)]
    reasons = [each for each in listed if isinstance(each, str)] + ([_TOO_MANY] if len(listed) > MOST_ALTERNATIVES else [])
    return Claimed(tuple(told) or ((),), tuple(dict.fromkeys(reasons)))


def _read(request: object, snapshot: Snapshot) -> Sequence[Alternative]:
    """What one request, or one of its alternatives, may come to."""
    name = text(request, "deviceClassName")
    if dig(request, "adminAccess") is True or is_free(name):
        return (None,)
    if not _is_count(dig(request, "count")):
        return (f"devices of class {name[:60] or 'unknown'}: their count is no positive whole number",)
    definition = snapshot.device_classes.get(name)
    known = known_class(name)
    selectors = (*(definition.selectors if definition else ()), *_expressions(sequence(request, "selectors")))
    driver = _driver(name, definition, selectors, snapshot)
    if not driver:
        words = "neither the class nor a driver of that name is known; the cluster's DeviceClass and ResourceSlices tell"
        return (f"devices of class {name[:60] or 'unknown'}: {words}",)
    if is_free(driver):
        return (None,)
    wanted = known.type if known is not None and definition is None else ""
    return _requests(name, driver, wanted, selectors, request, snapshot)


def _driver(name: str, definition: DeviceClass | None, selectors: Sequence[str], snapshot: Snapshot) -> str:
    """Which driver serves a class: as its selector says, else as its name does."""
    known = known_class(name)
    if known is not None:
        return known.driver
    for driver in (*snapshot.devices, *drivers()):
        if definition is not None and any(f"'{driver}'" in each or f'"{driver}"' in each for each in selectors):
            return driver
    return name if vendor_of(name) or name in snapshot.devices else ""


def _requests(
    name: str, driver: str, wanted: str, selectors: tuple[str, ...], request: object, snapshot: Snapshot
) -> Sequence[Alternative]:
    vendor = vendor_of(driver) or driver
    whole = AcceleratorRequest(name, vendor, "whole", "", _count(request), every=dig(request, "allocationMode") == "All")
    own = snapshot.devices.get(driver, ())
    there = own or of_pools(snapshot.pools, driver) or devices_of(driver)
    offered = tuple(device for device in there if wanted in ("", device.attributes.get("type", wanted)))
    if not offered:
        return (whole,)
    requested = requested_capacity(request, driver)
    fitting = [device for device in _fitting(offered, selectors) if consumed_part(device, requested) is not None]
    if not fitting:
        where = "the cluster publishes" if own else "is known"
        return (f"devices of class {name[:60]}: no device of {driver} that {where} meets its selectors",)
    if own:
        return _of_cluster(whole, fitting, requested)
    return (_of_models(whole, fitting, wanted, driver, request),)


def _of_models(
    whole: AcceleratorRequest, fitting: Sequence[Device], wanted: str, driver: str, request: object
) -> AcceleratorRequest | str:
    """A request for devices of a driver whose models are known, of a cluster that is not."""
    profiles = {device.profile for device in fitting}
    models = tuple(dict.fromkeys(device.model for device in fitting))
    every = {device.model for device in devices_of(driver)}
    models = () if set(models) == every else models
    if profiles == {""}:
        return _shared(replace(whole, models=models), request)
    if len(profiles) == 1:
        return replace(whole, kind="mig", profile=profiles.pop(), models=models)
    if "" in profiles and not wanted:
        # The class takes whole GPUs and slices alike: the whole one is what it may cost.
        return replace(whole, models=models)
    return f"devices of class {whole.resource[:60]}: which MIG profile is not stated"


def _of_cluster(whole: AcceleratorRequest, fitting: Sequence[Device], requested: Mapping[str, int]) -> Sequence[Alternative]:
    """A request for devices that the cluster publishes: whole ones, slices, partitions and parts, each an alternative."""
    found: dict[tuple[str, str, Decimal], list[str]] = {}
    for device in fitting:
        consumed = consumed_part(device, requested) or _ONE
        part = consumed if device.profile else consumed * device.part
        kind = "mig" if device.profile else "whole" if part == 1 else "shared"
        if device.model:
            found.setdefault((kind, device.profile, part), []).append(device.model)
    if not found:
        titles = ", ".join(dict.fromkeys(device.title[:40] or "without a name" for device in fitting[:4]))
        return (f"devices of class {whole.resource[:60]}: no price for what the cluster publishes: {titles}",)
    return tuple(
        replace(whole, kind=kind, profile=profile, share=NOT_KNOWN if kind == "whole" else Share(part), models=_once(models))
        for (kind, profile, part), models in found.items()
    )


def _once(models: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(models))


@lru_cache(maxsize=64)
def _fitting(offered: tuple[Device, ...], selectors: tuple[str, ...]) -> tuple[Device, ...]:
    """The devices that meet the selectors, as far as that can be told."""
    return tuple(device for device in offered if matches(device, selectors) is not False)


def _expressions(selectors: Iterable[object]) -> Iterator[str]:
    return (text(selector, "cel", "expression") for selector in selectors if text(selector, "cel", "expression"))


def _is_count(stated: object) -> bool:
    """Whether the API server takes it for a count: absent and zero are one, and an integer has 64 bits."""
    return stated is None or (isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated < 2**63)


def _count(request: object) -> Decimal:
    stated = dig(request, "count")
    return Decimal(stated) if isinstance(stated, int) and stated else _ONE


def _shared(whole: AcceleratorRequest, request: object) -> AcceleratorRequest:
    """The part of each device that a claim for some of its memory takes; all of it where none is stated."""
    memory = requested_capacity(request, "").get("memory", 0)
    if memory <= 0:
        return whole
    stated = dig(request, "capacity", "requests", "memory")
    return replace(whole, kind="shared", share=Share(None, Decimal(memory)), profile=f"memory {stated}")
