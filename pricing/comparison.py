"""Compares two estimates: which workloads were added, removed or changed, by how much, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from pricing.ai.swap import swaps
from pricing.cause import causes
from pricing.delta import Delta, Kind, WorkloadDelta
from pricing.estimate import Change, Estimate, WorkloadEstimate
from pricing.one_sided import Sides, alone, identity_of, one_sided, reasons
from pricing.one_sided_part import Pair, comparable
from pricing.precision import exactly
from pricing.rename import naming, renamed
from pricing.sums import estimate_of
from pricing.volumes.retention import Retained, after_change, after_removal
from workloads.immutable import refused
from workloads.manifest import Identity
from workloads.span import NOTHING


def compare(before: Estimate | None, after: Estimate) -> Delta:
    """The difference between two estimates, matched by identity (cluster, group, kind, namespace, name).

    What is left over is matched by likeness: what is only renamed or moved is one workload that changes. One that has a price on
    one side and none on the other is counted on neither, since a side alone would pass for saved, or for added; nor is such a
    part of one. Nor is one whose place an object takes that no API server does, or that such an object was to scale: nobody can
    tell how it goes on.

    Volumes that the change does not free stay in the ``after`` of the answer, with a note: those of a StatefulSet that is scaled
    down or removed. Its estimate then holds what is left of the removed too, so that ``after - before`` is the change. Objects of
    one identity are matched in their order. Without a ``before`` everything is added.
    """
    with exactly():
        if before is None:
            after = alone(after)
            unsure = reasons(after)
            added = tuple(_added(each, in_part=identity_of(each) in unsure) for each in after.workloads)
            return Delta(None, after, added, Change.all_of(after.total), Change.all_of(after.one_off))
        deltas = _matched(one_sided(before, after))
        before = _settled(before, [delta.before for delta in deltas if delta.before is not None])
        after = _settled(after, [delta.after for delta in deltas if delta.after is not None])
        return Delta(
            before,
            after,
            tuple(deltas),
            Change.between(before.total, after.total),
            Change.between(before.one_off, after.one_off),
        )


def _settled(side: Estimate, workloads: Sequence[WorkloadEstimate]) -> Estimate:
    """A side with the workloads as they are counted; the same object where these are its own."""
    if len(workloads) == len(side.workloads) and {id(each) for each in workloads} == {id(each) for each in side.workloads}:
        return side
    return estimate_of(workloads, side.unpriced, side.location)


def _matched(sides: Sides) -> list[WorkloadDelta]:
    """Every workload of either side, in the order of ``after``, then the removed."""
    before, after = sides.before, sides.after
    waiting = _by_identity(before)
    pairs: dict[int, WorkloadEstimate] = {}
    for workload in after:
        if several := waiting.get(identity_of(workload)):
            pairs[id(workload)] = several.popleft()
    left = _left(before, pairs)
    added = [workload for workload in after if id(workload) not in pairs]
    if left and added:
        pairs |= renamed(left, added)
        left = _left(before, pairs)
    deltas = [_delta(pairs.get(id(workload)), workload, sides) for workload in after]
    return deltas + [_removed(workload, in_part=identity_of(workload) in sides.then) for workload in left]


def _by_identity(workloads: Iterable[WorkloadEstimate]) -> dict[Identity, deque[WorkloadEstimate]]:
    found: dict[Identity, deque[WorkloadEstimate]] = {}
    for workload in workloads:
        found.setdefault(identity_of(workload), deque()).append(workload)
    return found


def _left(before: Sequence[WorkloadEstimate], pairs: Mapping[int, WorkloadEstimate]) -> list[WorkloadEstimate]:
    """What nothing matched, in the order it had."""
    matched = {id(workload) for workload in pairs.values()}
    return [workload for workload in before if id(workload) not in matched]


def _delta(before: WorkloadEstimate | None, after: WorkloadEstimate, sides: Sides) -> WorkloadDelta:
    identity = identity_of(after)
    now = sides.now.get(identity, ())
    if before is None:
        return _added(after, in_part=bool(now))
    then = sides.then.get(identity_of(before), ())
    doubtful = bool(then or now) and (then != now or _asked(before) != _asked(after))
    pair = comparable(Pair(before, after), then, now)
    return _changed(identity, pair.before, after_change(*pair), in_part=doubtful)


def _added(after: WorkloadEstimate, *, in_part: bool) -> WorkloadDelta:
    change, once = Change.all_of(after.total), Change.all_of(after.one_off)
    return WorkloadDelta(identity_of(after), Kind.ADDED, None, after, change, once, in_part=in_part)


def _figures(estimate: WorkloadEstimate) -> list[tuple[object, ...]]:
    return [(line.what, line.group, line.quantity, line.times, line.rate.value, line.amount) for line in estimate.lines]


def _changed(identity: Identity, before: WorkloadEstimate, settled: Retained, *, in_part: bool) -> WorkloadDelta:
    after = settled.estimate
    if after is None:
        raise AssertionError("a changed workload is still there")
    change, once = Change.between(before.total, after.total), Change.between(before.one_off, after.one_off)
    called, swapped = naming(before, after), swaps(before, after)
    differs = before.lines != after.lines and _figures(before) != _figures(after)
    kind = Kind.CHANGED if called or swapped or in_part or differs else Kind.UNCHANGED
    fields = () if change.nothing and once.nothing else causes(before, after)
    told = (*called, *fields, *swapped)
    notes = (*settled.notes, *refused(before.workload.manifest, after.workload.manifest))
    return WorkloadDelta(identity, kind, before, after, change, once, told, notes, in_part)


def _asked(estimate: WorkloadEstimate) -> tuple[object, ...]:
    """What of a workload may cost, whether or not it has a price."""
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
        workload.unread,
    )


def _removed(before: WorkloadEstimate, *, in_part: bool) -> WorkloadDelta:
    left = after_removal(before)
    change = Change.between(before.total, left.estimate.total if left.estimate else NOTHING)
    once = Change.between(before.one_off, left.estimate.one_off if left.estimate else NOTHING)
    return WorkloadDelta(identity_of(before), Kind.REMOVED, before, left.estimate, change, once, (), left.notes, in_part)
