"""What containers were seen to use, in place of requests that nobody states."""

from __future__ import annotations

from decimal import Decimal

from workloads.requests import ContainerResources, PodResources
from workloads.resource_list import CPU, MEMORY, ResourceList
from workloads.snapshots.snapshot import ContainerUsage, Observations, Target

_MEBI = 1024**2


def with_usage(resources: PodResources, observed: Observations, workload: Target) -> tuple[PodResources, str]:
    """A pod's requests with the median use of its containers where they state none, and in words what was taken."""
    known = observed.usage.get(workload)
    if not known:
        return resources, ""
    running = (*resources.containers, *(each for each in resources.initial if each.sidecar))
    named: dict[str, ResourceList] = {}
    words: list[str] = []
    for container in running:
        used = known.get(container.name)
        taken = _absent(container, used) if used is not None else {}
        if used is not None and taken:
            named[container.name] = taken
            words.append(f"container {container.name} uses {_told(taken)}, the median of {_pods(used.pods)}")
    if not words:
        return resources, ""
    return resources.at_least({}, named), f"no request is stated: {'; '.join(words)}, one reading of {observed.on}"


def _absent(container: ContainerResources, used: ContainerUsage) -> ResourceList:
    """What a container uses of what it does not state; a use of nothing is no figure."""
    amounts = {CPU: used.cpu.p50, MEMORY: used.memory.p50}
    return {name: amount for name, amount in amounts.items() if name not in container.amounts and amount > 0}


def _told(amounts: ResourceList) -> str:
    return " and ".join(
        f"{amount.normalize():f} vCPU" if name == CPU else f"{(amount / _MEBI).quantize(Decimal(1)):f} MiB"
        for name, amount in amounts.items()
    )


def _pods(count: int) -> str:
    return "1 pod" if count == 1 else f"{count:,} pods"
