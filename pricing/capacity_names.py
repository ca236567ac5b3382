"""What changed of how a pod's capacity is bought: the service, the region, the machine, spot; else what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pricing.estimate import WorkloadEstimate
from pricing.field_names import Named, Pair, machine_of
from workloads.field import FieldPath, mapping
from workloads.nodes.affinity import required_keys
from workloads.nodes.capacity_type import CAPACITY_TYPE
from workloads.nodes.selection import select
from workloads.pod_place import pod_spec
from workloads.workload import PodGroup

_CAPACITY: Final[Mapping[str, str]] = {"no": "on-demand", "permitted": "spot or on-demand", "required": "spot"}
_OPEN: Final = "on demand is expected until prices.spot states a share"
"""What is assumed of pods that may run on spot."""
_SHARED: Final = "(prices.spot)"
"""How it is told that a share is stated."""


def price(pair: Pair) -> Named:
    """What changed a price: the service, the region, the machine, spot, or else only what it costs."""
    before, after, old, new = pair
    then, now = machine_of(before, old.name), machine_of(after, new.name)
    path = _path(after, new)
    if _service(old) != _service(new):
        return Named(new.name, path, "runs on", _service(old), _service(new))
    if before.location != after.location:
        return Named(new.name, path, "region", before.location.region, after.location.region)
    bought, buys = _capacity(old), _capacity(new)
    was, is_ = (use.type if use else "any" for use in (then, now))
    if was != is_:
        machines = (was, is_) if bought == buys else (f"{was} ({bought})", f"{is_} ({buys})")
        return Named(new.name, path, "machine", *machines)
    if bought != buys:
        return Named(new.name, path, "capacity type", bought, buys, _assumed(after, new, buys))
    if then and now and then.rate != now.rate:
        return Named(new.name, path, "price", f"${then.rate.value:f} an hour", f"${now.rate.value:f} an hour")
    return Named(new.name, path, "price", *(_rate(estimate, group.name) for estimate, group in ((before, old), (after, new))))


def _path(estimate: WorkloadEstimate, group: PodGroup) -> FieldPath:
    """Where a pod says which nodes it wants; empty where it does not."""
    spec = pod_spec(estimate.workload.manifest.body, group.path)
    stated = (key for key in ("nodeSelector", "affinity") if mapping(estimate.workload.manifest.body, *spec, key))
    key = next(stated, "")
    return (*spec, key) if key else ()


def _capacity(group: PodGroup) -> str:
    """What a group's pods may run on, as they and their node pool say."""
    return _CAPACITY[select(mapping(group.template, "spec")).spot]


def _assumed(estimate: WorkloadEstimate, group: PodGroup, buys: str) -> str:
    """What is expected of pods that may run on spot. Karpenter tries spot first (https://karpenter.sh/docs/concepts/nodepools/)."""
    if buys != _CAPACITY["permitted"]:
        return ""
    assumptions = (words for line in estimate.lines if line.group == group.name for words in line.assumption.split("; "))
    shared = next((words for words in assumptions if words.endswith(_SHARED)), "")
    first = ", though Karpenter takes spot while it gets any" if CAPACITY_TYPE in _stated(group) else ""
    return shared or f"{_OPEN}{first}"


def _stated(group: PodGroup) -> frozenset[str]:
    """The labels that a group's pods ask of their nodes."""
    return frozenset(key for keys in required_keys(mapping(group.template, "spec")) for key in keys)


def _service(group: PodGroup) -> str:
    return group.serverless.service if group.serverless else "nodes"


def _rate(estimate: WorkloadEstimate, group: str) -> str:
    line = next((line for line in estimate.lines if line.group == group and line.what == "cpu"), None)
    return f"${line.rate.value:f} a vCPU-hour" if line else ""
