"""What one pod asks of a machine, in the units that machines are sold in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from workloads.accelerator import AcceleratorRequest
from workloads.node_selection import NodeSelection
from workloads.share import one_of
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
    def of(cls, requests: PodRequests, accelerators: tuple[AcceleratorRequest, ...] = ()) -> Demand:
        """What requests in cores and bytes ask for. The caller has set the context of exact arithmetic."""
        memory = requests.memory
        if requests.extended:
            memory += sum((size for name, size in requests.extended.items() if name.startswith(_HUGE_PAGES)), Decimal(0))
        return cls(requests.cpu, memory / GIB, requests.assumed_cpu, requests.assumed_memory / GIB, accelerators)


def shared_by(selection: NodeSelection, demand: Demand) -> Demand:
    """What a pod asks for on nodes that cut or share their GPUs: one ``nvidia.com/gpu`` is a MIG slice there, or a share."""
    if not demand.accelerators:
        return demand
    accelerators = tuple(_cut(request, selection) for request in demand.accelerators)
    return demand if accelerators == demand.accelerators else replace(demand, accelerators=accelerators)


def _cut(request: AcceleratorRequest, selection: NodeSelection) -> AcceleratorRequest:
    if request.resource not in {"nvidia.com/gpu", "nvidia.com/gpu.shared"} or request.share.known:
        return request
    if selection.gpu_partition and request.kind == "whole":
        return replace(request, kind="mig", profile=selection.gpu_partition)
    if selection.gpu_sharing or selection.gpu_replicas or request.kind == "shared":
        profile = selection.gpu_sharing or request.profile
        return replace(request, kind="shared", profile=profile, share=one_of(selection.gpu_replicas))
    return request
