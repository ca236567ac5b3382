"""Which objects a change leaves as they are, also where it stamps them anew: what is wrong with those is not the change's."""

from __future__ import annotations

from dataclasses import replace

from policies.subject import Subject
from workloads.stamp import alike_but_for_stamps


def left_alone(before: Subject, after: Subject) -> bool:
    """Whether a change leaves an object as it was, and what it costs and inherits: what was wrong with it is not the change's."""
    return (
        alike_but_for_stamps(before.manifest.body, after.manifest.body)
        and before.namespace_labels == after.namespace_labels
        and _costs_alike(before, after)
        and len(before.unpriced) == len(after.unpriced)
    )


def _costs_alike(before: Subject, after: Subject) -> bool:
    """Whether what costs of an object is as it was, and how much; what charts stamp on its pods is not looked at."""
    then, now = _costing(before), _costing(after)
    return then == now or (_templates_alike(before, after) and _costing(before, bare=True) == _costing(after, bare=True))


def _templates_alike(before: Subject, after: Subject) -> bool:
    pairs = zip(before.groups, after.groups, strict=False)
    return len(before.groups) == len(after.groups) and all(alike_but_for_stamps(old.template, new.template) for old, new in pairs)


def _costing(subject: Subject, *, bare: bool = False) -> tuple[object, ...]:
    """What of an object costs, and how much: an autoscaler may run more of what has no price. ``bare`` leaves templates out."""
    workload, estimate = subject.workload, subject.estimate
    groups = tuple(replace(group, template={}) for group in subject.groups) if bare else subject.groups
    what = (
        (groups, workload.claims, workload.load_balancers, workload.ai_usage, workload.traffic, workload.fees) if workload else ()
    )
    return (*what, estimate.total, estimate.one_off) if estimate else what
