"""What node labels say of the GPUs of the nodes that a pod may run on: models, number, how they are cut and shared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workloads.devices.gpu_facts import FACTS, models_by_facts, told_by_facts
from workloads.devices.gpu_label import gpu_labels, names_model, read_label
from workloads.nodes.affinity import Alternative, common, either, unique

_PARTITION = (
    *("cloud.google.com/gke-gpu-partition-size", "nvidia.com/mig.config"),
    *("amd.com/compute-memory-partition", "amd.com/gpu.compute-memory-partition"),
)
_STRATEGY = "nvidia.com/mig.strategy"
_PROFILE = re.compile(r"(?:all-)?(\d{1,2}g\.\d{1,4}gb\S{0,16}|[sdtqc]px_nps\d)\Z")
_COUNT = (
    *("nvidia.com/gpu.count", "cloud.google.com/gke-accelerator-count", "karpenter.azure.com/sku-gpu-count"),
    *("karpenter.k8s.aws/instance-gpu-count", "eks.amazonaws.com/instance-gpu-count"),
)
UNSTATED = "unstated"
"""The MIG profile of nodes that cut all their GPUs alike, and of which nobody says how."""
MOST_DEVICES = 64
"""More accelerators than any machine has."""
NO_COUNT = (1, 0)
"""Bounds that no machine is within."""


@dataclass(frozen=True, slots=True)
class GpuSelection:
    """What is said of GPUs."""

    labels: tuple[str, ...] = ()
    """As written: ``cloud.google.com/gke-accelerator=nvidia-l4``, ``nvidia.com/gpu.memory > 40000``."""
    models: tuple[str, ...] = ()
    """The models that they can mean; empty beside labels where nobody knows one."""
    partition: str = ""
    """The MIG profile, or AMD's mode, that nodes cut all their GPUs into."""
    sharing: tuple[str, ...] = ()
    counts: tuple[int, int] = (0, MOST_DEVICES)
    """The least and the most GPUs of a machine."""


def labels_of_gpus() -> frozenset[str]:
    """Every label that is looked at here."""
    return gpu_labels() | FACTS | {*_PARTITION, *_COUNT, _STRATEGY}


def select_gpu(found: Sequence[Alternative]) -> GpuSelection:
    """What all alternatives say together. Where one of them names no model none is named: the pod may run without."""
    labels: list[str] = []
    models: list[str] = []
    partitions: list[str] = []
    sharing: list[str] = []
    for alternative in found:
        named = [
            (key, values.allowed) for key, values in alternative.items() if values.allowed and _names_gpu(key, values.allowed)
        ]
        facts = told_by_facts(alternative)
        if not named and not facts:
            return GpuSelection(partition=_partition(found, ()), counts=_counts(found))
        read = [(key, value, read_label(key, value)) for key, values in named for value in values]
        labels += [*(f"{key}={value}" for key, value, _ in read), *facts]
        partitions += [gpu.partition for _, _, gpu in read if gpu.partition]
        sharing += ["shared" for _, _, gpu in read if gpu.shared]
        models += _models(alternative, named)
    return GpuSelection(unique(labels), unique(models), _partition(found, unique(partitions)), unique(sharing), _counts(found))


def _partition(found: Sequence[Alternative], by_product: tuple[str, ...]) -> str:
    """What the nodes cut their GPUs into: a MIG profile, or one of AMD's modes; empty where they may be whole or cut variously.

    ``all-1g.10gb`` is a layout of the GPU operator's MIG manager. With the strategy ``single`` all slices of a node are alike.
    """
    stated = _PROFILE.match(_single(either(found, _PARTITION) or by_product))
    if stated is not None:
        return stated.group(1)
    return UNSTATED if either(found, (_STRATEGY,)) == ("single",) and not either(found, _PARTITION) else ""


def _single(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else ""


def _names_gpu(key: str, values: Sequence[str]) -> bool:
    return key in gpu_labels() and all(names_model(key, value) for value in values)


def _models(alternative: Alternative, named: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """The models that all labels of one alternative agree on: by name, and of those the ones that have what it states."""
    by_facts = models_by_facts(alternative)
    each = [unique(model for value in values for model in read_label(key, value).models) for key, values in named]
    known = [models for models in each if models]
    if not known:
        return () if named else by_facts
    by_name = common(known)
    return tuple(model for model in by_name if model in by_facts) or by_name


def _counts(found: Sequence[Alternative]) -> tuple[int, int]:
    """The least and the most accelerators of a machine that some alternative allows."""
    each = [[values for label in _COUNT if (values := alternative.get(label))] for alternative in found]
    if not all(each):
        return 0, MOST_DEVICES
    counts = [
        count for stated in each for count in range(1, MOST_DEVICES + 1) if all(values.takes_number(count) for values in stated)
    ]
    return (min(counts), max(counts)) if counts else NO_COUNT
