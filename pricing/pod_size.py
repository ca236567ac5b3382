"""The size that a serverless service makes of what a pod asks, and charges for.

Fargate: Amazon EKS User Guide, "Understand Fargate Pod configuration details". Autopilot: Google Kubernetes Engine documentation,
"Resource requests in Autopilot", for clusters whose pods may burst, which is every one made since 1.30.2: there a pod is rounded
up to the least size and into the ratio of memory to CPU, and not to quarters of a vCPU.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from pricing.precision import EXACT, tidy
from workloads.nodes.serverless import AUTOPILOT, FARGATE, VIRTUAL_NODES, ServerlessPod

_NOTHING = Decimal(0)
_MEBIBYTE, _GIB = Decimal(2**20), Decimal(2**30)
_MEBIBYTES_OF_GIB = Decimal(1024)
_MILLI = Decimal("0.001")

_FARGATE_SIZES = (
    (Decimal("0.25"), (Decimal("0.5"), Decimal(1), Decimal(2))),
    (Decimal("0.5"), tuple(map(Decimal, range(1, 5)))),
    (Decimal(1), tuple(map(Decimal, range(2, 9)))),
    (Decimal(2), tuple(map(Decimal, range(4, 17)))),
    (Decimal(4), tuple(map(Decimal, range(8, 31)))),
    (Decimal(8), tuple(map(Decimal, range(16, 61, 4)))),
    (Decimal(16), tuple(map(Decimal, range(32, 121, 8)))),
)
"""Of each number of vCPUs, the GiB that Fargate sells with it."""
_FARGATE_OVERHEAD = Decimal("0.25")
"""GiB that Fargate adds for kubelet, kube-proxy and containerd."""
FARGATE_FREE, _FARGATE_DISK = Decimal(20), Decimal(175)
"""GiB of ephemeral storage that every pod has without a charge, and the most that one can have."""


_QUARTER, _HALF = Decimal("0.25"), Decimal("0.5")
"""vCPUs in whole steps of which, and GiB from which on, clusters without bursting sell a pod: there the rules are the same."""
_AUTOPILOT_DISK = Decimal(10)
"""GiB of ephemeral storage that a pod can have in the classes that are sold by the pod."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one compute class of Autopilot allows a pod: vCPUs, GiB, and GiB for each vCPU."""

    least_cpu: Decimal
    least_memory: Decimal
    most_cpu: Decimal
    most_memory: Decimal
    least_ratio: Decimal
    most_ratio: Decimal

    @classmethod
    def of(cls, *figures: str) -> Limits:
        """From figures as they are written."""
        return cls(*map(Decimal, figures))


_GENERAL_PURPOSE = Limits.of("0.05", "0.05078125", "30", "110", "1", "6.5")
"""50m and 52 MiB at least."""
CLASSES = {
    "": (AUTOPILOT, _GENERAL_PURPOSE),
    "autopilot": (AUTOPILOT, _GENERAL_PURPOSE),
    "autopilot-spot": (AUTOPILOT, _GENERAL_PURPOSE),
    "Balanced": ("gke-autopilot-balanced", Limits.of("0.25", "0.5", "222", "851", "1", "8")),
    "Scale-Out": ("gke-autopilot-scale-out", Limits.of("0.25", "1", "54", "216", "4", "4")),
}
"""The name of each class's rates, and its limits. Performance and Accelerator are sold by the machine."""
_DAEMONS = Limits.of("0.001", "0.001953125", "30", "110", "0", "1000000")
"""Autopilot leaves a DaemonSet's size as it is, from 1m and 2 MiB on."""


@dataclass(frozen=True, slots=True)
class Size:
    """What a pod is charged for, and how that came about."""

    cpu: Decimal
    """vCPUs."""
    memory: Decimal
    """GiB."""
    disk: Decimal
    """GiB of ephemeral storage that are charged."""
    because: str
    modelled: bool = False
    """Whether another cluster of the service would make another size of it."""


def sized(pod: ServerlessPod) -> Size | str:
    """The size that a service makes of what a pod asks, or in words why it has none."""
    memory = pod.memory / _GIB
    if pod.service == FARGATE:
        return _on_fargate(pod, memory)
    if pod.service == VIRTUAL_NODES:
        return Size(pod.cpu, memory, _NOTHING, f"virtual nodes ({pod.because}): charged for what it asks")
    return _on_autopilot(pod, memory)


def _on_fargate(pod: ServerlessPod, memory: Decimal) -> Size | str:
    disk = pod.ephemeral_storage / _GIB
    needed = memory + _FARGATE_OVERHEAD
    fitting = ((cpu, size) for cpu, sizes in _FARGATE_SIZES if cpu >= pod.cpu for size in sizes if size >= needed)
    found = next(fitting, None)
    asked = f"asks {_figures(pod.cpu, memory)}"
    if found is None:
        return f"Fargate ({pod.because}): {asked}, and with 0.25 GiB for Kubernetes no size up to 16 vCPU and 120 GiB holds it"
    if disk > _FARGATE_DISK:
        return f"Fargate ({pod.because}): asks {tidy(disk):f} GiB of ephemeral storage, more than the {_FARGATE_DISK} that it has"
    words = f"Fargate ({pod.because}): {asked}, plus 0.25 GiB for Kubernetes, rounded up to {_figures(*found)}"
    return Size(*found, max(disk - FARGATE_FREE, _NOTHING), words)


def _on_autopilot(pod: ServerlessPod, memory: Decimal) -> Size | str:
    limits = _DAEMONS if pod.daemon else CLASSES[pod.compute_class][1]
    cpu, size = autopilot_size(pod.cpu, memory, limits)
    asked = f"asks {_figures(pod.cpu, memory)}" + (", with Autopilot's own sizes for what states none" if pod.given else "")
    if cpu > limits.most_cpu or size > limits.most_memory:
        most = _figures(limits.most_cpu, limits.most_memory)
        return f"Autopilot ({pod.because}): {asked}, more than the {most} that its class allows a pod"
    disk = pod.ephemeral_storage / _GIB
    if disk > _AUTOPILOT_DISK:
        most = f"more than the {_AUTOPILOT_DISK} of its class"
        return f"Autopilot ({pod.because}): asks {tidy(disk):f} GiB of ephemeral storage, {most}"
    rounded = "as it is" if (cpu, size) == (pod.cpu, memory) else f"made {_figures(cpu, size)}"
    modelled = not pod.daemon and (bool(cpu % _QUARTER) or size < _HALF)
    where = ": by the rules of clusters whose pods may burst" if modelled else ""
    return Size(cpu, size, disk, f"Autopilot ({pod.because}): {asked}, {rounded}{where}", modelled)


def autopilot_size(cpu: Decimal, memory: Decimal, limits: Limits = _GENERAL_PURPOSE) -> tuple[Decimal, Decimal]:
    """What Autopilot makes of vCPUs and GiB: at least the least, and the smaller of both raised until their ratio is allowed.

    CPU in whole thousandths, memory in whole MiB. The caller has set the context of exact arithmetic.
    """
    cpu, memory = max(_thousandths(cpu), limits.least_cpu), max(_mebibytes(memory), limits.least_memory)
    if memory > cpu * limits.most_ratio:
        cpu = _thousandths(memory / limits.most_ratio)
    return cpu, max(memory, _mebibytes(cpu * limits.least_ratio))


def _thousandths(cpu: Decimal) -> Decimal:
    return cpu.quantize(_MILLI, ROUND_CEILING, EXACT)


def _mebibytes(memory: Decimal) -> Decimal:
    return (memory * _MEBIBYTES_OF_GIB).to_integral_value(ROUND_CEILING) / _MEBIBYTES_OF_GIB


def _figures(cpu: Decimal, memory: Decimal) -> str:
    size = f"{tidy(memory * _MEBIBYTES_OF_GIB):f} MiB" if _NOTHING < memory < 1 else f"{tidy(memory):f} GiB"
    return f"{tidy(cpu):f} vCPU and {size}"
