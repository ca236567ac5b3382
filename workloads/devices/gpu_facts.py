"""GPU models told by what they are: node labels that give family, memory or compute capability in place of a name.

The labels are those of NVIDIA's GPU feature discovery and of Karpenter; what each model has is in ``data/devices.json``.
"""

from __future__ import annotations

from functools import cache

from workloads.devices.device import Device, devices_of
from workloads.nodes.affinity import Alternative, LabelValues

FAMILY = "nvidia.com/gpu.family"
MAJOR, MINOR = "nvidia.com/gpu.compute.major", "nvidia.com/gpu.compute.minor"
MEMORY = ("nvidia.com/gpu.memory", "karpenter.k8s.aws/instance-gpu-memory", "eks.amazonaws.com/instance-gpu-memory")
"""Labels with MiB of one GPU: as the driver reports it, or as the cloud's list has it."""
FACTS = frozenset((FAMILY, MAJOR, MINOR, *MEMORY))

_TOLERANCE = 10
"""A stated memory means a model whose own is within a tenth: drivers keep some for themselves, lists round."""
_MEBIBYTE = 2**20


def told_by_facts(alternative: Alternative) -> tuple[str, ...]:
    """What is said of such labels, as people write it; empty where nothing is."""
    return tuple(f"{label}{values.words}" for label, values in alternative.items() if label in FACTS and values.words)


def models_by_facts(alternative: Alternative) -> tuple[str, ...]:
    """The models that have what the labels say; all where they say nothing."""
    stated = {label: values for label, values in alternative.items() if label in FACTS}
    return tuple(device.model for device in _gpus() if all(_meets(device, label, values) for label, values in stated.items()))


@cache
def _gpus() -> tuple[Device, ...]:
    return tuple(device for device in devices_of("gpu.nvidia.com") if not device.profile)


def _meets(device: Device, label: str, values: LabelValues) -> bool:
    if label == FAMILY:
        return values.takes(str(device.attributes["architecture"]).lower().replace(" ", "-"))
    if label in MEMORY:
        return values.takes_number(device.capacity["memory"] // _MEBIBYTE, _TOLERANCE)
    major, minor, *_ = str(device.attributes["cudaComputeCapability"]).split(".")
    return values.takes_number(int(major if label == MAJOR else minor))
