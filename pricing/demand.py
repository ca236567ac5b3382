"""What one pod asks of a machine, in the units that machines are sold in."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from workloads.devices.accelerator import AcceleratorRequest, accelerators
from workloads.devices.gpu_selection import UNSTATED
from workloads.devices.share import Share, one_of
from workloads.devices.tpu_slice import RESOURCE, TpuSlice, tpu_slice
from workloads.nodes.selection import NodeSelection
from workloads.quick_dataclass import quick_dataclass
from workloads.workload import PodRequests

GIB = Decimal(2**30)
_HUGE_PAGES = "hugepages-"
_SLICE = "nvidia.com/mig-"


@quick_dataclass(frozen=True, slots=True)
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
    if request.share.known:
        return request
    if request.resource == "amd.com/gpu":
        return _partition(request, selection.gpu_partition)
    if request.resource == RESOURCE:
        found = slice_of(request, selection)
        return replace(request, count=Decimal(found.per_host)) if found else request
    share = one_of(selection.gpu_replicas)
    if request.resource.startswith(_SLICE):
        # A replica of a slice: .shared at the end of its name says that it is one.
        return replace(request, kind="mig", share=share) if request.kind == "shared" and share.known else request
    return _gpu(request, selection, share) if request.resource in {"nvidia.com/gpu", "nvidia.com/gpu.shared"} else request


def _gpu(request: AcceleratorRequest, selection: NodeSelection, share: Share) -> AcceleratorRequest:
    """One ``nvidia.com/gpu``: a slice where nodes cut all GPUs alike, a replica where they share them, or of a slice."""
    shared = bool(selection.gpu_sharing or selection.gpu_replicas)
    if selection.gpu_partition and (share.known or not shared):
        profile = "" if selection.gpu_partition == UNSTATED else selection.gpu_partition
        return replace(request, kind="mig", profile=profile, share=share)
    if shared or request.kind == "shared":
        return replace(request, kind="shared", profile=selection.gpu_sharing or request.profile, share=share)
    return request


def slice_of(request: AcceleratorRequest, selection: NodeSelection) -> TpuSlice | None:
    """The TPU slice whose host a pod takes; None for other accelerators, and where the labels name no slice that there is."""
    if request.resource != RESOURCE or len(selection.gpu_models) != 1:
        return None
    return tpu_slice(selection.gpu_models[0], selection.tpu_topology, request.count)


def _partition(request: AcceleratorRequest, mode: str) -> AcceleratorRequest:
    """One ``amd.com/gpu`` on nodes that cut their GPUs: a partition of the mode that their label names (``cpx_nps4``)."""
    (partition, *_) = accelerators({f"amd.com/{mode}": request.count}) if mode else (request,)
    known = partition.kind == "shared" and partition.share.known
    return replace(partition, resource=request.resource, profile=mode) if known else request
