"""Pods that could run on spot machines: Jobs and what has accelerators from small sums on, services from larger ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from policies.advice.proposal import LEAST_SAVING, Changed, Edits, Proposal
from policies.spot_placement import NODES, SpotNodes, is_open, usual_nodes
from pricing.estimate import WorkloadEstimate
from workloads.edit import Edit
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.kinds.kind import Period
from workloads.kinds.registry import find
from workloads.nodes.selection import select
from workloads.workload import PodGroup

LEAST_FOR_SERVICES: Final = Decimal(50)
"""US dollars a month below which nobody is asked to have a service interrupted."""
_STAYING: Final = frozenset(("StatefulSet", "DaemonSet", "Pod"))
"""Kinds whose pods are not simply started elsewhere: they have a disk, a node or nobody who starts them again."""
WORTH: Final = Decimal("0.1")
"""Share of a workload's cost below which neither what a change adds to it nor what spot saves is worth an interruption."""
_IN_GROUPS: Final = "LeaderWorkerSet"
"""The kind whose pods serve only in groups."""
_EKS: Final = "eks.amazonaws.com/"
_KARPENTER: Final = f"{NODES['karpenter'].label}: {NODES['karpenter'].value}"


def proposals(changed: Changed) -> Iterator[Proposal]:
    """Each group of pods on spot, where nothing says which nodes it needs."""
    if changed.manifest.kind in _STAYING:
        return
    for group in changed.workload.groups:
        path = changed.spec_of(group)
        spec = mapping(changed.manifest.body, *path) if path else {}
        nodes = _nodes(changed, spec)
        ends = _ends(changed, group)
        gangs = _gangs(changed)
        lone = not ends and (group.pods.expected < 2 or gangs == 1)
        if nodes is None or not spec or group.serverless is not None or lone or not _on_demand(group, spec):
            continue
        settled = next((each for each in changed.violations if each.required.startswith("spot") and each.path == path), None)
        least = LEAST_SAVING if ends or group.accelerators else LEAST_FOR_SERVICES
        if settled is None and not _dearer(changed, least):
            continue
        yield Proposal(
            settled.policy if settled else "prefer-spot",
            f"{changed.named(group)}on spot",
            changed.manifest,
            (_edits(path, spec, nodes),),
            condition=_condition(gangs, ends=ends),
            why=_needed(nodes),
            settles=settled,
            least=least if settled else max(least, _cost(changed.estimate) * WORTH),
        )


def _condition(gangs: int, *, ends: bool) -> str:
    if ends:
        return "if it may be interrupted"
    return f"if its {'groups of pods' if gangs else 'pods'} may be interrupted one by one"


def _gangs(changed: Changed) -> int:
    """How many groups there are of pods that serve only together; zero where each pod serves by itself.

    A group of a LeaderWorkerSet that loses a pod starts anew (https://lws.sigs.k8s.io/docs/concepts/).
    """
    body, scaler = changed.manifest.body, changed.workload.autoscaler
    size, stated = dig(body, "spec", "leaderWorkerTemplate", "size"), dig(body, "spec", "replicas")
    if changed.manifest.kind != _IN_GROUPS or not isinstance(size, int) or size < 2:
        return 0
    return scaler.minimum if scaler is not None else stated if isinstance(stated, int) else 1


def _dearer(changed: Changed, least: Decimal) -> bool:
    """Whether the change brings the workload, or enough of what it costs: else how it runs was settled before."""
    if changed.before is None:
        return True
    before = _cost(changed.before)
    return _cost(changed.estimate) - before >= max(least, before * WORTH)


def _cost(estimate: WorkloadEstimate) -> Decimal:
    return estimate.total.expected + estimate.one_off.expected


def _needed(nodes: SpotNodes) -> str:
    """What the cluster has to have, in sentences. On EKS the label depends on what makes the nodes."""
    if nodes is NODES["karpenter"]:
        return "It needs Karpenter nodes of capacity type spot."
    if nodes is NODES["eks"]:
        return f"It needs a managed node group of capacity type SPOT; on Karpenter's nodes the label is {_KARPENTER}."
    return f"The cluster needs nodes with {nodes.label}={nodes.value}."


def _on_demand(group: PodGroup, spec: Mapping[str, object]) -> bool:
    return is_open(spec) and select(mapping(group.template, "spec")).spot == "no"


def _ends(changed: Changed, group: PodGroup) -> bool:
    """Whether the group's pods run to an end, so that one that is interrupted is just started again."""
    kind = find(changed.manifest.group, changed.manifest.kind)
    periods = {rule.period.period for rule in kind.pods} if kind is not None else set()
    return group.one_off or Period.SCHEDULE in periods


def _nodes(changed: Changed, spec: Mapping[str, object]) -> SpotNodes | None:
    """How the cluster's spot nodes are told; None where nobody said in which cloud it is."""
    context, location = changed.context, changed.estimate.location
    if context.location_because == "default" and location == context.location:
        return None
    if location.cloud == "aws":
        return NODES["karpenter" if _on_karpenter(changed, spec) else "eks"]
    return usual_nodes(location.cloud)


def _on_karpenter(changed: Changed, spec: Mapping[str, object]) -> bool:
    """Whether pods select nodes of Karpenter's, or of no managed node group where a NodePool is known."""
    selected = mapping(spec, "nodeSelector")
    if any(key.startswith("karpenter") for key in selected):
        return True
    return bool(changed.context.snapshot.node_requirements) and not any(key.startswith(_EKS) for key in selected)


def _edits(path: FieldPath, spec: Mapping[str, object], nodes: SpotNodes) -> Edits:
    found = [Edit((*path, "nodeSelector", nodes.label), nodes.value)]
    tolerated = sequence(spec, "tolerations")
    if nodes.taint and not any(text(each, "key") == nodes.taint for each in tolerated):
        toleration = {"key": nodes.taint, "operator": "Equal", "value": nodes.value, "effect": "NoSchedule"}
        stated = isinstance(dig(spec, "tolerations"), list) and tolerated
        place: FieldPath = (*path, "tolerations", len(tolerated)) if stated else (*path, "tolerations")
        found.append(Edit(place, toleration if stated else [toleration]))
    return tuple(found)
