"""What a pod's annotations say of its devices: fractions for the KAI and Run:ai schedulers, and HAMi's choice of a model.

``gpu-fraction: "0.5"``, or ``gpu-memory: "2000"`` (MiB, or with a suffix), of one device or of ``gpu-fraction-num-devices``;
``nvidia.com/use-gputype: A100,V100``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workloads.devices.accelerator import AcceleratorRequest
from workloads.devices.gpu_label import models_in
from workloads.devices.share import Share, amount
from workloads.field import text
from workloads.quantity import QuantityError, parse_quantity

_FRACTION, _MEMORY, _DEVICES = "gpu-fraction", "gpu-memory", "gpu-fraction-num-devices"
_USE = "nvidia.com/use-gputype"
_SCHEDULERS = ("kai-scheduler", "runai-scheduler")
_ONE = Decimal(1)
_MEBIBYTE = Decimal(2**20)
_LARGEST = Decimal(2**63)


def asks_for_a_part(annotations: Mapping[str, object]) -> bool:
    """Whether annotations ask for a part of a GPU, be it read or not."""
    return _FRACTION in annotations or _MEMORY in annotations


def by_annotation(annotations: Mapping[str, object], scheduler: str) -> tuple[AcceleratorRequest, ...] | str:
    """The part of GPUs that annotations ask for; in words, why a stated part counts for nothing.

    Any other scheduler does not read them. A pod that names none may have one set by its operator, or when it is admitted.
    """
    stated = next((name for name in (_FRACTION, _MEMORY) if name in annotations), "")
    if not stated:
        return ()
    shown = f"annotation {stated}: {str(annotations[stated])[:40]}"
    if scheduler and not scheduler.startswith(_SCHEDULERS):
        return f"{shown} counts for nothing: only the KAI and Run:ai schedulers read it, and the pod names {scheduler[:60]}"
    share = _share(stated, annotations[stated])
    if share is None:
        return f"{shown} is no part of a GPU that its scheduler takes"
    devices = amount(annotations.get(_DEVICES)) or _ONE
    return (AcceleratorRequest(stated, "NVIDIA", "shared", f"{stated} {annotations[stated]}", devices, share),)


def _share(name: str, value: object) -> Share | None:
    number = amount(value)
    if name == _FRACTION:
        return Share(number) if number is not None and number <= 1 else None
    if number is not None:
        return Share(None, number * _MEBIBYTE)
    try:
        memory = parse_quantity(value)
    except QuantityError:
        return None
    return Share(None, memory) if 0 < memory < _LARGEST else None


def models_by_annotation(annotations: Mapping[str, object]) -> tuple[str, ...]:
    """The models that HAMi may give a pod of NVIDIA's; empty where any."""
    named = (models_in(each) for each in text(annotations, _USE)[:253].split(","))
    return tuple(dict.fromkeys(model for models in named for model in models))
