"""Compares two estimates: which workloads were added, removed or changed, by how much, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from pricing.ai.swap import swaps
from pricing.cause import causes
from pricing.delta import Delta, Kind, WorkloadDelta
from pricing.estimate import Change, Estimate, WorkloadEstimate
from pricing.precision import exactly
from pricing.sums import estimate_of
from pricing.volumes.retention import Retained, after_change, after_removal
from workloads.manifest import Identity
from workloads.span import NOTHING


def compare(before: Estimate | None, after: Estimate) -> Delta:
    """The difference between two estimates, matched by identity (cluster, group, kind, namespace, name).

    Volumes that the change does not free stay in the ``after`` of the answer, with a note: those of a StatefulSet that is scaled
    down or removed. Its estimate then holds what is left of the removed too, so that ``after - before`` is the change. Objects of
    one identity are matched in their order. Without a ``before`` everything is added.
    """
    with exactly():
        if before is None:
            added = tuple(_added(_identity(workload), workload) for workload in after.workloads)
            return Delta(None, after, added, Change.all_of(after.total), Change.all_of(after.one_off))
        waiting = _by_identity(before.workloads)
        deltas = [_delta(workload, waiting) for workload in after.workloads]
        deltas += [_removed(workload, left) for left, workload in _left(before, waiting)]
        settled = [delta.after for delta in deltas if delta.after is not None]
        if len(settled) != len(after.workloads) or any(
            one is not two for one, two in zip(settled, after.workloads, strict=False)
        ):
            after = estimate_of(settled, after.unpriced, after.location)
        return Delta(
            before,
            after,
            tuple(deltas),
            Change.between(before.total, after.total),
            Change.between(before.one_off, after.one_off),
        )


def _identity(estimate: WorkloadEstimate) -> Identity:
    return estimate.workload.manifest.identity(estimate.workload.cluster)


def _by_identity(workloads: Iterable[WorkloadEstimate]) -> dict[Identity, deque[WorkloadEstimate]]:
    found: dict[Identity, deque[WorkloadEstimate]] = {}
    for workload in workloads:
        found.setdefault(_identity(workload), deque()).append(workload)
    return found


def _left(before: Estimate, waiting: dict[Identity, deque[WorkloadEstimate]]) -> list[tuple[Identity, WorkloadEstimate]]:
    """What nothing matched, in the order it had."""
    unmatched = {id(workload) for several in waiting.values() for workload in several}
    return [(_identity(workload), workload) for workload in before.workloads if id(workload) in unmatched]


def _delta(after: WorkloadEstimate, waiting: dict[Identity, deque[WorkloadEstimate]]) -> WorkloadDelta:
    identity = _identity(after)
    several = waiting.get(identity)
    if not several:
        return _added(identity, after)
    before = several.popleft()
    settled = after_change(before, after)
    return _changed(identity, before, settled)


def _added(identity: Identity, after: WorkloadEstimate) -> WorkloadDelta:
    return WorkloadDelta(identity, Kind.ADDED, None, after, Change.all_of(after.total), Change.all_of(after.one_off))


def _changed(identity: Identity, before: WorkloadEstimate, settled: Retained) -> WorkloadDelta:
    after = settled.estimate
    if after is None:
        raise AssertionError("a changed workload is still there")
    change, once = Change.between(before.total, after.total), Change.between(before.one_off, after.one_off)
    swapped = swaps(before, after)
    if before.lines == after.lines and not swapped and not _doubtful(before, after):
        return WorkloadDelta(identity, Kind.UNCHANGED, before, after, change, once, (), settled.notes)
    kind = Kind.CHANGED if swapped or _differ(before, after) else Kind.UNCHANGED
    fields = () if change.nothing and once.nothing else causes(before, after)
    return WorkloadDelta(identity, kind, before, after, change, once, (*fields, *swapped), settled.notes)


def _doubtful(before: WorkloadEstimate, after: WorkloadEstimate) -> bool:
    return bool(before.unpriced or after.unpriced)


def _differ(before: WorkloadEstimate, after: WorkloadEstimate) -> bool:
    """Whether anything that costs differs: the figures, or what is asked for where it has no price."""
    if _figures(before) != _figures(after):
        return True
    return _doubtful(before, after) and _asked(before) != _asked(after)


def _figures(estimate: WorkloadEstimate) -> list[tuple[object, ...]]:
    return [(line.what, line.group, line.quantity, line.times, line.rate.value, line.amount) for line in estimate.lines]


def _asked(estimate: WorkloadEstimate) -> tuple[object, ...]:
    workload = estimate.workload
    return (
        tuple((group.name, group.requests, group.pods, group.hours) for group in workload.groups),
        tuple(
            (claim.name, claim.size, claim.count, claim.storage_class, claim.definition, claim.attributes_class)
            for claim in workload.claims
        ),
        workload.load_balancers,
        workload.traffic,
        workload.fees,
        workload.ai_usage,
        tuple(unpriced.reason for unpriced in estimate.unpriced),
    )


def _removed(before: WorkloadEstimate, identity: Identity) -> WorkloadDelta:
    left = after_removal(before)
    change = Change.between(before.total, left.estimate.total if left.estimate else NOTHING)
    once = Change.between(before.one_off, left.estimate.one_off if left.estimate else NOTHING)
    return WorkloadDelta(identity, Kind.REMOVED, before, left.estimate, change, once, (), left.notes)
