"""Workloads with a price on one side of a change only: counted on neither, since a side alone would pass for saved or added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pricing.estimate import Estimate, WorkloadEstimate
from pricing.sums import workload_estimate
from workloads.manifest import Identity
from workloads.workload import Unpriced

Sides = tuple[Sequence[WorkloadEstimate], Sequence[WorkloadEstimate]]
"""The workloads before and after."""
_Reasons = Mapping[Identity, tuple[Unpriced, ...]]


def identity_of(estimate: WorkloadEstimate) -> Identity:
    """What makes two workloads the same one."""
    return estimate.workload.manifest.identity(estimate.workload.cluster)


def one_sided(before: Estimate, after: Estimate) -> Sides:
    """The workloads of both sides; those that have no price at all on the other side have none on either. Linear."""
    if not before.unpriced and not after.unpriced:
        return before.workloads, after.workloads
    then, now = _blind(before), _blind(after)
    return _counted(before, after, now, then), _counted(after, before, then, now)


def _blind(side: Estimate) -> _Reasons:
    """What has no price at all on a side, with the reasons."""
    priced = {identity_of(each) for each in side.workloads if each.lines or not each.unpriced}
    found: dict[Identity, tuple[Unpriced, ...]] = {}
    for entry in side.unpriced:
        if entry.identity not in priced:
            found[entry.identity] = (*found.get(entry.identity, ()), entry)
    return found


def _counted(side: Estimate, other: Estimate, there: _Reasons, here: _Reasons) -> Sequence[WorkloadEstimate]:
    """The workloads of a side. What is blind on the other side is blind on this one, and stands on both."""
    lost = {identity: reasons for identity, reasons in there.items() if identity not in here}
    gained = {identity: reasons for identity, reasons in here.items() if identity not in there}
    found = [_without_price(each, lost.get(identity_of(each), ())) for each in side.workloads]
    present = {identity_of(each) for each in side.workloads}
    missing = (each for each in other.workloads if identity_of(each) in gained and identity_of(each) not in present)
    return [*found, *(_without_price(each, gained[identity_of(each)]) for each in missing)]


def _without_price(estimate: WorkloadEstimate, reasons: tuple[Unpriced, ...]) -> WorkloadEstimate:
    """A workload that nothing is known to cost; the same object where nothing says so."""
    if not reasons:
        return estimate
    return workload_estimate(estimate.workload, estimate.location, (), unpriced=reasons)
