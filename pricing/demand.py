"""What one pod asks of a machine, in the units that machines are sold in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from workloads.accelerator import AcceleratorRequest, accelerators
from workloads.node_selection import NodeSelection
from workloads.workload import PodRequests

GIB = Decimal(2**30)
_HUGE_PAGES = "hugepages-"


@dataclass(frozen=True, slots=True)
class Demand:
    """One pod's requests."""

    cpu: Decimal
    """vCPUs."""
    memory: Decimal
    """GiB, huge pages included: they come out of the same memory."""
    assumed_cpu: Decimal = Decimal(0)
    """The part of ``cpu`` that rests on an assumption."""
    assumed_memory: Decimal = Decimal(0)
    """The part of ``memory`` that rests on an assumption."""
    accelerators: tuple[AcceleratorRequest, ...] = ()
    whole: bool = False
    """It takes all of a machine, accelerators included, whether or not it asks for them."""

    @classmethod
    def of(cls, requests: PodRequests) -> Demand:
        """What requests in cores and bytes ask for. The caller has set the context of exact arithmetic."""
        memory = requests.memory
        if not requests.extended:
            return cls(requests.cpu, memory / GIB, requests.assumed_cpu, requests.assumed_memory / GIB)
        memory += sum((size for name, size in requests.extended.items() if name.startswith(_HUGE_PAGES)), Decimal(0))
        asked = tuple(request for request in accelerators(requests) if request.count > 0)
        return cls(requests.cpu, memory / GIB, requests.assumed_cpu, requests.assumed_memory / GIB, asked)


def shared_by(selection: NodeSelection, demand: Demand) -> Demand:
    """What a pod asks for on nodes that cut or share their GPUs: one ``nvidia.com/gpu`` is a MIG slice there, or a share."""
    kind = "mig" if selection.gpu_partition else "shared" if selection.gpu_sharing else ""
    if not kind or not demand.accelerators:
        return demand
    accelerators = tuple(
        replace(request, kind=kind, profile=selection.gpu_partition or selection.gpu_sharing) if _cut(request) else request
        for request in demand.accelerators
    )
    return replace(demand, accelerators=accelerators)


def _cut(request: AcceleratorRequest) -> bool:
    return request.kind == "whole" and request.resource == "nvidia.com/gpu"
