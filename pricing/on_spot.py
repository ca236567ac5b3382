"""What a workload would cost on spot machines: the same pods, placed as if they required spot."""

from __future__ import annotations

from dataclasses import replace

from pricing.book import PriceBook
from pricing.estimate import WorkloadEstimate
from pricing.estimator import estimate
from pricing.rate import Location
from workloads.field import mapping
from workloads.nodes.capacity_type import SPOT_VALUES
from workloads.nodes.pool import NO_POOLS, NodePools
from workloads.workload import Inventory, PodGroup, Workload

_LABEL = "node.kubernetes.io/lifecycle"
"""A label of spot nodes that belongs to no cloud: it moves no pod to another one."""
NO_QUOTE = "no spot price is quoted"
"""How the placement of pods begins to say that spot costs what on-demand does."""


def on_spot(
    workload: Workload, prices: PriceBook, location: Location, series: str = "", pools: NodePools = NO_POOLS
) -> WorkloadEstimate:
    """A workload's estimate with all its pods on spot; where no spot price is quoted, at on-demand prices, and said so."""
    moved = replace(workload, groups=tuple(_moved(group) for group in workload.groups))
    return estimate(Inventory((moved,)), prices, location, series, pools).workloads[0]


def _moved(group: PodGroup) -> PodGroup:
    """A group whose pods require spot, whatever they said of it."""
    if group.serverless is not None:
        return group
    spec = mapping(group.template, "spec")
    selector = {key: value for key, value in mapping(spec, "nodeSelector").items() if key not in SPOT_VALUES}
    selector[_LABEL] = "spot"
    return replace(group, template={**group.template, "spec": {**spec, "nodeSelector": selector}})


def without_quote(estimated: WorkloadEstimate, group: str) -> str:
    """Why a group's spot price is none, in the words of its placement; empty where it has one."""
    words = (part for line in estimated.lines if line.group == group for part in line.assumption.split("; "))
    return next((part.removesuffix(": on-demand") for part in words if part.startswith(NO_QUOTE)), "")
