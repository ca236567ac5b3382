"""What a node leaves to pods of its machine's CPU and memory, as the makers of managed Kubernetes publish it.

A kubelet keeps a part of both for itself and the system (``kube-reserved``) and evicts pods before the last 100 MiB of memory are
gone. What the kernel takes beside that nobody publishes, so that real nodes leave a little less: a node of GKE on a machine of
16 GiB states 12.87 GiB where its reservations leave 13.30. What nodes state themselves goes before all of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from pricing.book import Allocatable

_Bands = Sequence[tuple[Decimal, Decimal]]
"""Up to which amount, and what part is kept of what lies between the band before and that."""

_Rule = Callable[[str, Decimal, Decimal], tuple[Decimal, Decimal]]
"""What is kept of a type's CPU and memory."""

_NOTHING = Decimal(0)
_MEBIBYTE = 1 / Decimal(1024)
"""In GiB."""
_EVICTION = 100 * _MEBIBYTE
"""Of memory, below which the kubelet evicts pods, on all three."""
_REST = Decimal("Infinity")

_GKE_CPU: _Bands = (
    (Decimal(1), Decimal("0.06")),
    (Decimal(2), Decimal("0.01")),
    (Decimal(4), Decimal("0.005")),
    (_REST, Decimal("0.0025")),
)
_GKE_MEMORY: _Bands = (
    (Decimal(4), Decimal("0.25")),
    (Decimal(8), Decimal("0.20")),
    (Decimal(16), Decimal("0.10")),
    (Decimal(128), Decimal("0.06")),
    (_REST, Decimal("0.02")),
)
_GKE_SMALLEST = 255 * _MEBIBYTE
"""Kept of machines with less than 1 GiB."""
_SHARED_CORE = frozenset(("e2-micro", "e2-small", "e2-medium"))
_SHARED_CORE_CPU = Decimal("1.06")

_AKS_CPU: _Bands = (
    (Decimal(1), Decimal("0.06")),
    (Decimal(2), Decimal("0.04")),
    (Decimal(4), Decimal("0.02")),
    (_REST, Decimal("0.01")),
)
_AKS_PODS = 110
"""Pods a node, as Kubernetes has it where nobody says otherwise, and AKS where its network is not an overlay."""

_EKS_PODS, _EKS_PODS_OF_LARGE, _LARGE = 110, 250, 30
"""Pods a node of EKS, and from how many vCPUs it is the larger number."""


@lru_cache(maxsize=4096)
def allocatable(cloud: str, machine_type: str, cpu: Decimal, memory: Decimal) -> Allocatable | None:
    """What pods can have of a machine as a node of its cloud's own Kubernetes; None for clouds that publish no rule.

    ``cpu`` in vCPUs, ``memory`` in GiB; exact, and never more than the machine has.
    """
    published = _PUBLISHED.get(cloud)
    if published is None:
        return None
    reserved, because = published
    kept_cpu, kept_memory = reserved(machine_type, cpu, memory)
    return Allocatable(max(cpu - kept_cpu, _NOTHING), max(memory - kept_memory - _EVICTION, _NOTHING), because)


def _by_gke(machine_type: str, cpu: Decimal, memory: Decimal) -> tuple[Decimal, Decimal]:
    """6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest; memory by bands as well.

    Source: "About GKE node sizing", Google Kubernetes Engine documentation (memory and CPU reservations).
    """
    kept_cpu = _SHARED_CORE_CPU if machine_type in _SHARED_CORE else _banded(cpu, _GKE_CPU)
    return kept_cpu, _GKE_SMALLEST if memory < 1 else _banded(memory, _GKE_MEMORY)


def _by_aks(_: str, cpu: Decimal, memory: Decimal) -> tuple[Decimal, Decimal]:
    """60, 100, 140, 180, 260 millicores of 1, 2, 4, 8, 16 cores and so on; 20 MiB a pod and 50 MiB, at most a quarter.

    Source: "Node resource reservations in Azure Kubernetes Service", which is so from version 1.29 on. What it calls MB is taken
    for MiB, as kubelets are told it.
    """
    return _banded(cpu, _AKS_CPU), min(memory / 4, (20 * _AKS_PODS + 50) * _MEBIBYTE)


def _by_eks(_: str, cpu: Decimal, memory: Decimal) -> tuple[Decimal, Decimal]:
    """CPU as GKE does; of memory 11 MiB a pod and 255 MiB, with as many pods as managed node groups allow at most.

    Source: awslabs/amazon-eks-ami (reserved resources of its nodes), and "Choosing an Amazon EC2 instance type" in the user guide
    of EKS for the number of pods.
    """
    pods = _EKS_PODS if cpu < _LARGE else _EKS_PODS_OF_LARGE
    return _banded(cpu, _GKE_CPU), min(memory, (11 * pods + 255) * _MEBIBYTE)


def _banded(amount: Decimal, bands: _Bands) -> Decimal:
    """What is kept of an amount, each band at its own part."""
    kept, below = _NOTHING, _NOTHING
    for upper, part in bands:
        kept += (min(amount, upper) - below) * part
        if amount <= upper:
            return kept
        below = upper
    return kept


_PUBLISHED: Mapping[str, tuple[_Rule, str]] = {
    "aws": (_by_eks, "by what EKS keeps of a node"),
    "azure": (_by_aks, f"by what AKS keeps of a node of {_AKS_PODS} pods"),
    "gcp": (_by_gke, "by what GKE keeps of a node"),
}
