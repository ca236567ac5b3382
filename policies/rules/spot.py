"""``preferSpot``: what runs to its end, and can start again, runs where machines are cheap and may be taken away."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from policies.finding import Finding, untold
from policies.matching.match import selects
from policies.message import dollars, quoted
from policies.policy import PreferSpot
from policies.spot_placement import fix_of, places
from policies.subject import Subject
from pricing.estimate import WorkloadEstimate
from pricing.on_spot import on_spot, without_quote
from workloads.field import mapping
from workloads.kinds.kind import Kind, Period
from workloads.kinds.registry import find as kind_of
from workloads.nodes.selection import select
from workloads.workload import PodGroup

_OF_PODS: Final = frozenset(("cpu", "memory", "ephemeralStorage", "accelerator", "stranded"))
"""The lines of an estimate that pods are charged by: volumes and load balancers cost the same on any machine."""


def find(check: PreferSpot, subject: Subject) -> list[Finding]:
    """At most one finding for each group of pods that is meant and not on spot, with what spot would save."""
    if check.kinds and subject.manifest.kind not in check.kinds:
        return []
    if subject.unsized and _perhaps(check, subject):
        return [untold("spot", "where it runs", subject.unpriced[0].reason)]
    groups = [group for group in subject.groups if _concerns(check, subject, group)]
    if not groups:
        return []
    now, then = subject.estimate, _on_spot(subject)
    if now is None or then is None or subject.unpriced:
        reason = subject.unpriced[0].reason if subject.unpriced else "it has no price"
        return [_untold(group, reason) for group in groups]
    found = (_judge(check, group, now, then) for group in groups)
    return [finding for finding in found if finding is not None]


def _concerns(check: PreferSpot, subject: Subject, group: PodGroup) -> bool:
    """Whether a group is meant, runs at all, and is not where the rule wants it."""
    runs = group.pods.high or group.hours.high
    return bool(runs and _meant(check, subject, group)) and not (_settled(check, group) or places(check, subject, group))


def _on_spot(subject: Subject) -> WorkloadEstimate | None:
    """What an object would cost with its pods on spot, by the prices and on the nodes that it was weighed by."""
    if subject.workload is None or subject.side is None:
        return None
    context = subject.context
    return on_spot(subject.workload, subject.side.prices, context.location, context.series, context.snapshot.pools)


def _meant(check: PreferSpot, subject: Subject, group: PodGroup) -> bool:
    """Whether a group is meant: by its labels, and, where neither kinds nor labels are stated, because its pods end."""
    if check.labels is None:
        return bool(check.kinds) or _ends(subject, group)
    template = mapping(group.template, "metadata", "labels")
    return selects(check.labels, {**template, **subject.labels})


def _perhaps(check: PreferSpot, subject: Subject) -> bool:
    """Whether an object whose pods nobody could read may be meant."""
    kind = kind_of(subject.manifest.group, subject.manifest.kind)
    return bool(check.kinds) or check.labels is not None or kind is None or bool(_periods(kind) - {Period.ALWAYS})


def _ends(subject: Subject, group: PodGroup) -> bool:
    kind = kind_of(subject.manifest.group, subject.manifest.kind)
    return group.one_off or (kind is not None and Period.SCHEDULE in _periods(kind))


def _periods(kind: Kind) -> set[Period]:
    """For how long the pods of a kind run."""
    periods = [rule.period.period for rule in kind.pods]
    return {*periods, *(rule.period.period for rule in kind.embedded if rule.period is not None)}


def _settled(check: PreferSpot, group: PodGroup) -> bool:
    """Whether a group's pods are on spot, or may be where that is enough. What is sold by the pod has no nodes to choose."""
    spot = select(mapping(group.template, "spec")).spot
    return group.serverless is not None or spot == "required" or (spot == "permitted" and not check.required)


def _untold(group: PodGroup, reason: str) -> Finding:
    name = quoted(group.name)
    return untold(f"spot {group.name}", f"what spot would save{f' of {name}' if name else ''}", reason, names=(name,))


def _title(group: PodGroup) -> str:
    return f"{quoted(group.name)}: " if group.name else ""


def _judge(check: PreferSpot, group: PodGroup, now: WorkloadEstimate, then: WorkloadEstimate) -> Finding | None:
    cost = _of_group(now, group)
    saved = cost - _of_group(then, group)
    if not group.hours.expected:
        return None  # suspended: it is judged when it is resumed
    if missing := without_quote(then, group.name):
        return _untold(group, missing)
    if saved <= 0:
        return _untold(group, "no spot price below what it pays is known")
    if saved < check.least_saving:
        return None
    period = "a run" if group.one_off else "a month"
    return Finding(
        f"spot {group.name}",
        f"{_title(group)}runs on demand at {dollars(cost)} {period}; spot would save {dollars(saved)} of it",
        fix_of(now.location.cloud),
        "on demand",
        "spot" if check.required else "spot, or allowed on spot",
        (*group.path, "spec"),
        parts=(quoted(group.name),),
    )


def _of_group(estimate: WorkloadEstimate, group: PodGroup) -> Decimal:
    """What a group's pods are expected to cost, in US dollars a month or, where they run once, a run."""
    own = (line.amount.expected for line in estimate.lines if line.group == group.name and line.what in _OF_PODS)
    return sum(own, Decimal(0))
