"""Accelerators: which extended resources are one, how much of one a pod asks for, and which model a node label names.

The facts are in ``data/accelerators.json``: resource names as device plugins register them, label values as nodes carry them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

import orjson

from workloads.field import mapping, sequence, text
from workloads.share import NOT_KNOWN, Share, amount, read_share

_FILE = Path(__file__).parent / "data" / "accelerators.json"
_WORDS = re.compile(r"[A-Za-z0-9.+]+")
_MIG_SUFFIX = re.compile(r"-MIG-(\d+[A-Za-z0-9.+]*)\Z")
_SHARED_SUFFIX = "-SHARED"
_ONE = Decimal(1)
_FRACTION_SCHEDULERS = ("kai-scheduler", "runai-scheduler")


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
    """What of each is asked for, where it is ``shared``."""
    models: tuple[str, ...] = ()
    """Models that the request itself allows, as the price book spells them; empty for any."""
    every: bool = False
    """Whether it asks for every device of its node."""


@dataclass(frozen=True, slots=True)
class GpuLabel:
    """What a node label's value says of a GPU."""

    models: tuple[str, ...] = ()
    """The models it can mean: one where it is plain, several for a bare ``a100``, none for a value that is not known."""
    partition: str = ""
    """The MIG profile that the node's GPUs are cut into, where the value tells."""
    shared: bool = False
    """Whether the node's GPUs are shared by time-slicing or MPS."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The data file, arranged for looking up."""

    exact: Mapping[str, tuple[str, str]]
    """Vendor and kind by resource name."""
    units: Mapping[str, str]
    """What an attribute counts, by resource name."""
    prefixes: tuple[tuple[str, str, str], ...]
    """Start of the resource name, vendor, kind."""
    free: frozenset[str]
    free_prefixes: tuple[str, ...]
    labels: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Models by value by label."""
    word_labels: frozenset[str]
    """Labels whose values people write freely: the model is looked for among the value's words."""
    words: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    """Words and the models they mean together, most words first."""
    free_form_labels: frozenset[str]
    """Labels that need not name a model at all: ``accelerator: "true"``."""
    memory_labels: tuple[str, ...]


def accelerators(extended: Mapping[str, Decimal]) -> tuple[AcceleratorRequest, ...]:
    """The accelerators among the extended resources that a pod asks for, by name; a count of zero is none.

    Huge pages, network devices and other things of the host without a price of their own are left out. Every other extended
    resource that is not described is there with kind ``unknown``, so that nobody takes it for free.
    """
    if not extended:
        return ()
    described = [(name, *_describe(name), count) for name, count in sorted(extended.items()) if count > 0]
    attributes = [(name, vendor, count) for name, vendor, kind, count in described if kind == "attribute"]
    asked = [
        AcceleratorRequest(name, vendor, kind, name.rpartition("/mig-")[2] if kind == "mig" else "", count)
        for name, vendor, kind, count in described
        if kind not in ("free", "attribute")
    ]
    return tuple(_shared(asked, attributes)) if attributes else tuple(asked)


def is_accelerator(resource: str) -> bool:
    """Whether an extended resource is, or may be, an accelerator: it has a price of its own."""
    return _describe(resource)[1] != "free"


def is_described(resource: str) -> bool:
    """Whether an extended resource is an accelerator for certain: one that the data file describes."""
    return _describe(resource)[1] not in ("free", "unknown")


def model_of(label: str, value: str) -> str | None:
    """The GPU model that a node label's value names; None where it names none or can mean several.

    ``nvidia.com/gpu.product``, ``NVIDIA-H100-80GB-HBM3-SHARED`` is ``H100``. Models are spelt as the price book spells them.
    """
    models = read_label(label, value).models
    return models[0] if len(models) == 1 else None


@lru_cache(maxsize=1024)
def read_label(label: str, value: str) -> GpuLabel:
    """Everything that a node label's value says of a GPU; an empty answer for a label that says nothing of GPUs."""
    table = _table()
    known = table.labels.get(label, {})
    if value in known:
        return GpuLabel(known[value])
    shared = value.endswith(_SHARED_SUFFIX)
    plain = value.removesuffix(_SHARED_SUFFIX)
    cut = _MIG_SUFFIX.search(plain)
    plain = plain[: cut.start()] if cut else plain
    models = known.get(plain) or (_by_words(plain) if label in table.word_labels else ())
    return GpuLabel(models, cut.group(1).lower() if cut else "", shared)


@cache
def gpu_labels() -> frozenset[str]:
    """The labels whose values name GPU or accelerator models."""
    return _table().word_labels.union(_table().labels)


def names_model(label: str, value: str) -> bool:
    """Whether a label's value names a GPU model, be it known or not."""
    table = _table()
    return bool(read_label(label, value).models) or (label in gpu_labels() and label not in table.free_form_labels)


def memory_labels() -> tuple[str, ...]:
    """The labels that give the memory of one GPU in MiB."""
    return _table().memory_labels


def with_memory(models: Sequence[str], mebibytes: str) -> tuple[str, ...]:
    """Of several models, those with so much memory by their name (``A100-80GB``); all of them where that tells nothing."""
    if len(models) < 2 or not (mebibytes.isascii() and mebibytes.isdigit() and len(mebibytes) < 9):
        return tuple(models)
    # Rounded up, because drivers keep a few hundred MiB for themselves: 81251 is 80 GB.
    gigabytes = -(-int(mebibytes) // 1024)
    return tuple(model for model in models if model.endswith(f"-{gigabytes}GB")) or tuple(models)


def _shared(asked: list[AcceleratorRequest], attributes: list[tuple[str, str, Decimal]]) -> list[AcceleratorRequest]:
    """Requests where devices are shared: memory and cores are said of each device asked for, of one where no count is given."""
    profile = ", ".join(f"{name.rpartition('/')[2]} {count:f}" for name, _, count in attributes)
    vendors = {vendor for _, vendor, _ in attributes}
    units = _table().units
    shares = {
        vendor: read_share((units[name], count) for name, owner, count in attributes if owner == vendor) for vendor in vendors
    }
    found = [
        AcceleratorRequest(request.resource, request.vendor, "shared", profile, request.count, shares[request.vendor])
        if request.vendor in vendors and request.kind in ("whole", "shared")
        else request
        for request in asked
    ]
    given = {request.vendor for request in found if request.kind == "shared"}
    for name, vendor, _ in attributes:
        if vendor not in given:
            given.add(vendor)
            found.append(AcceleratorRequest(name, vendor, "shared", profile, _ONE, shares[vendor]))
    return found


@lru_cache(maxsize=1024)
def _describe(resource: str) -> tuple[str, str]:
    """The vendor of a resource and its kind, ``attribute`` and ``free`` among the kinds."""
    table = _table()
    if resource in table.exact:
        return table.exact[resource]
    for start, vendor, kind in table.prefixes:
        if resource.startswith(start):
            return vendor, kind
    if resource in table.free or resource.startswith(table.free_prefixes):
        return "", "free"
    return resource.rpartition("/")[0], "unknown"


def _by_words(value: str) -> tuple[str, ...]:
    said = frozenset(word.upper() for word in _WORDS.findall(value[:253]))
    return next((models for words, models in _table().words if words <= said), ())


@cache
def _table() -> _Table:
    data = orjson.loads(_FILE.read_bytes())
    resources = [(text(row, "name"), text(row, "vendor"), text(row, "kind")) for row in sequence(data, "resources")]
    free = [text(row, "name") for row in sequence(data, "withoutOwnPrice")]
    labels = {label: {value: tuple(models) for value, models in values.items()} for label, values in data["labels"].items()}
    labels |= {label: labels[same] for label, same in mapping(data, "sameLabels").items() if isinstance(same, str)}
    words = [(frozenset(row["words"]), tuple(row["models"])) for row in data["words"]]
    return _Table(
        units={text(row, "name"): text(row, "unit") for row in sequence(data, "resources") if text(row, "unit")},
        exact={name: (vendor, kind) for name, vendor, kind in resources if not name.endswith("*")},
        prefixes=tuple((name[:-1], vendor, kind) for name, vendor, kind in resources if name.endswith("*")),
        free=frozenset(name for name in free if not name.endswith("*")),
        free_prefixes=("hugepages-", "attachable-volumes-", *(name[:-1] for name in free if name.endswith("*"))),
        labels=labels,
        word_labels=frozenset(data["wordLabels"]),
        words=tuple(sorted(words, key=lambda row: -len(row[0]))),
        free_form_labels=frozenset(data["freeFormLabels"]),
        memory_labels=tuple(data["memoryLabels"]),
    )


def by_annotation(annotations: Mapping[str, object], scheduler: str) -> tuple[AcceleratorRequest, ...]:
    """The part of GPUs that annotations ask the KAI or Run:ai scheduler for; nothing with any other, which does not read them.

    ``gpu-fraction: "0.5"`` or ``gpu-memory: "2000"`` (MiB), of one device or of ``gpu-fraction-num-devices``.
    """
    if not scheduler.startswith(_FRACTION_SCHEDULERS):
        return ()
    fraction, memory = amount(annotations.get("gpu-fraction")), amount(annotations.get("gpu-memory"))
    if fraction is None and memory is None:
        return ()
    stated = read_share([("part of memory", fraction)] if fraction is not None else [("MiB", memory or _ONE)])
    name = "gpu-fraction" if fraction is not None else "gpu-memory"
    devices = amount(annotations.get("gpu-fraction-num-devices")) or _ONE
    return (AcceleratorRequest(name, "NVIDIA", "shared", f"{name} {fraction or memory:f}", devices, stated),)
