"""Workloads with a price on one side of a change only: counted on neither, since a side alone would pass for saved or added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pricing.estimate import Estimate, WorkloadEstimate
from pricing.sums import estimate_of, workload_estimate
from workloads.manifest import Identity
from workloads.workload import Unpriced

Reasons = Mapping[Identity, tuple[str, ...]]
"""Why objects, or parts of them, have no price."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The workloads of both sides, as they are counted."""

    before: Sequence[WorkloadEstimate]
    after: Sequence[WorkloadEstimate]
    then: Reasons = field(default_factory=dict)
    now: Reasons = field(default_factory=dict)


_Blind = Mapping[Identity, tuple[Unpriced, ...]]


def identity_of(estimate: WorkloadEstimate) -> Identity:
    """What makes two workloads the same one."""
    return estimate.workload.manifest.identity(estimate.workload.cluster)


def reasons(side: Estimate) -> Reasons:
    """Why objects of a side, or parts of them, have no price."""
    found: dict[Identity, tuple[str, ...]] = {}
    for entry in side.unpriced:
        found[entry.identity] = (*found.get(entry.identity, ()), entry.reason)
    return found


def one_sided(before: Estimate, after: Estimate) -> Sides:
    """The workloads of both sides; those that have no price at all on the other side have none on either. Linear."""
    if not before.unpriced and not after.unpriced:
        return Sides(before.workloads, after.workloads)
    then, now = _blind(before, after), _blind(after, before)
    old, new = _counted(before, after, now, then), _counted(after, before, then, now)
    return Sides(old, new, reasons(before), reasons(after))


def alone(side: Estimate) -> Estimate:
    """A side that nothing is compared with, as it is counted; the same object where all of it is."""
    unknown = {entry.identity: (entry,) for entry in side.unpriced if entry.whole}
    if not unknown:
        return side
    counted = [_without_price(each, unknown.get(identity_of(each), ())) for each in side.workloads]
    return estimate_of(counted, side.unpriced, side.location)


def _blind(side: Estimate, other: Estimate) -> _Blind:
    """What has no price at all on a side, with the reasons; and what of the other side goes on running, nobody can tell how."""
    priced = {identity_of(each) for each in side.workloads if each.lines or not each.unpriced}
    found: dict[Identity, tuple[Unpriced, ...]] = {}
    for entry in side.unpriced:
        if entry.whole or entry.identity not in priced:
            found[entry.identity] = (*found.get(entry.identity, ()), entry)
    for identity, entry in _going_on(side, other):
        found[identity] = (*found.get(identity, ()), entry)
    return found


def _going_on(side: Estimate, other: Estimate) -> Iterator[tuple[Identity, Unpriced]]:
    """What a refused object of this side leaves as it was: the workload that it was to replace, or to scale.

    Where nothing has the kind that was meant, whatever has its name and is gone.
    """
    refused = [(entry, entry.refused) for entry in side.unpriced if entry.refused is not None]
    if not refused:
        return
    present = {identity_of(each) for each in side.workloads}
    gone: dict[tuple[str, ...], list[Identity]] = {}
    scaled: dict[Identity, list[Identity]] = {}
    for each in other.workloads:
        identity, autoscaler = identity_of(each), each.workload.autoscaler
        if identity not in present:
            gone.setdefault(_place(identity), []).append(identity)
        if autoscaler is not None:
            scaled.setdefault(autoscaler.manifest.identity(identity.cluster), []).append(identity)
    for entry, meant in refused:
        there = gone.get(_place(meant), [])
        yield from ((identity, entry) for identity in ([meant] if meant in there else there) if identity != entry.identity)
        yield from ((identity, entry) for identity in scaled.get(meant, ()))


def _place(identity: Identity) -> tuple[str, ...]:
    """What an object is called, whatever its kind."""
    return identity.cluster, identity.namespace, identity.name


def _counted(side: Estimate, other: Estimate, there: _Blind, here: _Blind) -> Sequence[WorkloadEstimate]:
    """The workloads of a side. What is blind on the other side is blind on this one, and stands on both."""
    lost = {identity: why for identity, why in there.items() if identity not in here}
    gained = {identity: why for identity, why in here.items() if identity not in there}
    found = [_as_counted(each, lost, here) for each in side.workloads]
    present = {identity_of(each) for each in side.workloads}
    missing = (each for each in other.workloads if identity_of(each) in gained and identity_of(each) not in present)
    return [*found, *(_without_price(each, gained[identity_of(each)]) for each in missing)]


def _as_counted(estimate: WorkloadEstimate, lost: _Blind, here: _Blind) -> WorkloadEstimate:
    identity = identity_of(estimate)
    if why := lost.get(identity):
        return replace(_without_price(estimate, why), apart=estimate.total)
    return _without_price(estimate, here.get(identity, ()) if estimate.lines else ())


def _without_price(estimate: WorkloadEstimate, why: tuple[Unpriced, ...]) -> WorkloadEstimate:
    """A workload that nothing is known to cost; the same object where nothing says so."""
    if not why:
        return estimate
    return workload_estimate(estimate.workload, estimate.location, (), unpriced=why)
