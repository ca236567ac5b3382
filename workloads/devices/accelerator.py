"""Accelerators: which extended resources are one, and how much of one a pod asks for.

The facts are in ``data/accelerators.json``: resource names as device plugins register them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import orjson

from workloads.devices.gpu_label import models_in
from workloads.devices.share import NOT_KNOWN, Share, read_share
from workloads.field import sequence, text
from workloads.remembered import remembered

_FILE = Path(__file__).parents[1] / "data" / "accelerators.json"
_ONE = Decimal(1)
_SHARED_SUFFIX = ".shared"
_NVIDIA = "nvidia.com/"
_VGPU = re.compile(r"-(\d{1,3})[QCBA]\Z")
"""The end of a virtual GPU type's name: gigabytes of memory and the series (``NVIDIA_A10-12Q``)."""
_GIBIBYTE = Decimal(2**30)
MOST_OF_A_CLAIM = Decimal(32)
"""Devices that the scheduler gives one claim at the most (``AllocationResultsMaxSize``, KEP-4381), however many its node has."""


@dataclass(frozen=True, slots=True)
class AcceleratorRequest:
    """What one pod asks of one kind of accelerator."""

    resource: str
    """The extended resource: ``nvidia.com/gpu``, ``nvidia.com/mig-1g.10gb``."""
    vendor: str
    """``NVIDIA``, ``AMD``, ``Google`` …; the domain of the resource's name where the vendor is not known."""
    kind: str
    """``whole`` devices, a ``mig`` slice, a ``shared`` part of one, or ``unknown``: a resource nobody has described."""
    profile: str
    """The MIG profile (``1g.10gb``), or what is asked of each shared device (``gpumem 3000``); else empty."""
    count: Decimal
    """Devices, slices or shares; of ``every``, none."""
    share: Share = NOT_KNOWN
    """What of each is asked for, where it is ``shared`` or a slice that is."""
    models: tuple[str, ...] = ()
    """Models that the request itself allows, as the price book spells them; empty for any."""
    every: bool = False
    """Whether it asks for every device of its node."""

    @property
    def most(self) -> Decimal:
        """Devices, slices or shares that it may be given."""
        return MOST_OF_A_CLAIM if self.every else self.count


@dataclass(frozen=True, slots=True)
class _Resource:
    """What an extended resource is."""

    vendor: str
    kind: str
    """As of a request, or ``attribute``: something said of the devices asked for; or ``free``."""
    unit: str = ""
    """What an attribute counts."""
    share: Share = NOT_KNOWN
    """What of a device one of the resource is, where its name says so."""
    models: tuple[str, ...] = ()
    """The models it can be, where its name says so."""


_FREE = _Resource("", "free")


@dataclass(frozen=True, slots=True)
class _Table:
    """The data file, arranged for looking up."""

    exact: Mapping[str, _Resource]
    """By resource name."""
    patterns: tuple[tuple[str, str, _Resource], ...]
    """By start and end of the resource name, the longest first."""


def accelerators(extended: Mapping[str, Decimal]) -> tuple[AcceleratorRequest, ...]:
    """The accelerators among the extended resources that a pod asks for, by name; a count of zero is none.

    Huge pages, network devices and other things of the host without a price of their own are left out. Every other extended
    resource that is not described is there with kind ``unknown``, so that nobody takes it for free.
    """
    if not extended:
        return ()
    described = [(name, _describe(name), count) for name, count in sorted(extended.items()) if count > 0]
    attributes = [(name, found, count) for name, found, count in described if found.kind == "attribute"]
    asked = [_request(name, found, count) for name, found, count in described if found.kind not in ("free", "attribute")]
    return tuple(_shared(asked, attributes)) if attributes else tuple(asked)


def _request(name: str, found: _Resource, count: Decimal) -> AcceleratorRequest:
    profile = name.rpartition("/mig-")[2].removesuffix(_SHARED_SUFFIX) if "/mig-" in name else ""
    return AcceleratorRequest(name, found.vendor, found.kind, profile, count, found.share, found.models)


def is_accelerator(resource: str) -> bool:
    """Whether an extended resource is, or may be, an accelerator: it has a price of its own."""
    return _describe(resource).kind != "free"


def is_described(resource: str) -> bool:
    """Whether an extended resource is an accelerator for certain: one that the data file describes."""
    return _describe(resource).kind not in ("free", "unknown")


def is_device(resource: str) -> bool:
    """Whether an extended resource counts devices, or parts of them that are handed out one by one."""
    return _describe(resource).kind in ("whole", "mig", "shared")


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """By which names devices, or parts of them that are handed out one by one, are asked for: for who cannot ask `is_device`."""

    exact: tuple[str, ...]
    starts: tuple[str, ...]
    """Beginnings of names, but for those of ``attributes`` and with ``attribute_ends``."""
    attributes: tuple[str, ...]
    """What is said of a device, and counts none."""
    attribute_ends: tuple[str, ...]


@cache
def device_names() -> DeviceNames:
    """Every name that the data file has. A GPU whose resource is named after its model is not among them."""
    table, counted = _table(), ("whole", "mig", "shared")
    return DeviceNames(
        tuple(sorted(name for name, found in table.exact.items() if found.kind in counted)),
        tuple(sorted(start for start, _, found in table.patterns if found.kind in counted)),
        tuple(sorted(name for name, found in table.exact.items() if found.kind == "attribute")),
        tuple(sorted({end for _, end, found in table.patterns if found.kind == "attribute"})),
    )


def _shared(asked: list[AcceleratorRequest], attributes: list[tuple[str, _Resource, Decimal]]) -> Iterator[AcceleratorRequest]:
    """Requests where devices are shared: memory and cores are said of each device asked for, of one where no count is given."""
    profile = ", ".join(f"{name.rpartition('/')[2]} {count:f}" for name, _, count in attributes)
    stated: dict[str, list[tuple[str, Decimal]]] = {}
    for _, found, count in attributes:
        stated.setdefault(found.vendor, []).append((found.unit, count))
    shares = {vendor: read_share(amounts) for vendor, amounts in stated.items()}
    given: set[str] = set()
    for request in asked:
        if request.vendor in shares and request.kind in ("whole", "shared"):
            given.add(request.vendor)
            yield replace(request, kind="shared", profile=profile, share=shares[request.vendor])
        else:
            yield request
    for name, found, _ in attributes:
        if found.vendor not in given:
            given.add(found.vendor)
            share = shares[found.vendor]
            # Some count in hundredths of a device, of which two hundred are two devices.
            yield AcceleratorRequest(name, found.vendor, "shared", profile, max(_ONE, share.fraction or _ONE), share)


@remembered(8192)
def _describe(resource: str) -> _Resource:
    """What a resource is, ``attribute`` and ``free`` among the kinds."""
    table = _table()
    if resource in table.exact:
        return table.exact[resource]
    found = next((found for start, end, found in table.patterns if resource.startswith(start) and resource.endswith(end)), None)
    if found is not None:
        shared = resource.startswith(_NVIDIA) and resource.endswith(_SHARED_SUFFIX)
        return replace(found, kind="shared") if shared else found
    return _by_name(resource) or _Resource(resource.rpartition("/")[0], "unknown")


def _by_name(resource: str) -> _Resource | None:
    """A GPU whose resource is named after its model, as device plugins for virtual machines and renamed ones do.

    ``nvidia.com/GA102GL_A10`` is a whole one, ``nvidia.com/NVIDIA_A10-12Q`` a virtual GPU with 12 GB of one.
    """
    models = models_in(resource.removeprefix(_NVIDIA).replace("-", " ")) if resource.startswith(_NVIDIA) else ()
    if not models:
        return None
    virtual = _VGPU.search(resource)
    if virtual is None:
        return _Resource("NVIDIA", "whole", models=models)
    return _Resource("NVIDIA", "shared", share=Share(None, int(virtual.group(1)) * _GIBIBYTE), models=models)


@cache
def _table() -> _Table:
    data = orjson.loads(_FILE.read_bytes())
    rows = [(text(row, "name"), _resource(row)) for row in sequence(data, "resources")]
    rows += [(text(row, "name"), _FREE) for row in sequence(data, "withoutOwnPrice")]
    rows += [("hugepages-*", _FREE), ("attachable-volumes-*", _FREE)]
    patterns = [(name.partition("*")[0], name.partition("*")[2], found) for name, found in rows if "*" in name]
    return _Table(
        exact={name: found for name, found in rows if "*" not in name},
        patterns=tuple(sorted(patterns, key=lambda pattern: -len(pattern[0]) - len(pattern[1]))),
    )


def _resource(row: object) -> _Resource:
    models = tuple(str(model) for model in sequence(row, "models"))
    parts = text(row, "partOf")
    share = Share(1 / Decimal(parts)) if parts else NOT_KNOWN
    return _Resource(text(row, "vendor"), text(row, "kind"), text(row, "unit"), share, models)
