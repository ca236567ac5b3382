"""Parts of a workload with a price on one side of a change only: counted on neither, as whole workloads are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple

from pricing.estimate import Line, WorkloadEstimate
from pricing.network.load_balancer import PUBLIC_ADDRESSES
from pricing.network.traffic import TRAFFIC as TRAFFIC_LINES
from pricing.part import AI_MODELS, FEES, LOAD_BALANCERS, PODS, TRAFFIC, VOLUMES, PartName
from pricing.sums import with_lines
from workloads.span import NOTHING, Span, total
from workloads.workload import Unpriced

Reasons = tuple[str, ...]
"""Why a workload, or parts of it, have no price on one side."""

_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("cpu", "memory", "ephemeralStorage", "accelerator", "stranded"), PODS),
    "storage": VOLUMES,
    "loadBalancer": LOAD_BALANCERS,
    "aiApi": AI_MODELS,
}


class Pair(NamedTuple):
    """A workload before and after a change, as it is counted."""

    before: WorkloadEstimate
    after: WorkloadEstimate


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a workload on one side."""

    lines: Sequence[Line]
    lacking: AbstractSet[str]
    """Why not all of it has a price."""

    @property
    def priced(self) -> AbstractSet[tuple[str, str]]:
        """What of it has a price. What a pod makes unusable for others comes and goes with its machine."""
        return {(line.what, line.unit) for line in self.lines if line.what != "stranded"}

    def amount(self, *, one_off: bool) -> Span:
        """What is known of its cost, a month or once."""
        amounts = [line.amount for line in self.lines if line.one_off is one_off]
        return total(amounts) if amounts else NOTHING


class _Side:
    """The parts of a workload on one side. What is called otherwise on the other side goes with all else of its kind."""

    def __init__(self, estimate: WorkloadEstimate, reasons: Reasons, shared: AbstractSet[PartName]) -> None:
        self._estimate, self._shared = estimate, shared
        self._lines: dict[PartName, list[Line]] = {}
        self._lacking: dict[PartName, set[str]] = {}
        for line in estimate.lines:
            self._lines.setdefault(self._called(_part_of(line)), []).append(line)
        for part, reason in estimate.lacking:
            self._lacking.setdefault(self._called(part), set()).add(reason)
        # Of what part something is that the manifest leaves open, nobody can tell: it may be any.
        self._open = set(reasons) - {reason for _, reason in estimate.lacking}

    @property
    def names(self) -> AbstractSet[PartName]:
        return self._lines.keys() | self._lacking.keys()

    def part(self, name: PartName) -> _Part:
        return _Part(self._lines.get(name, ()), self._lacking.get(name, set()) | self._open)

    def without(self, blind: AbstractSet[PartName], there: Reasons) -> WorkloadEstimate:
        """The workload without some parts. Why these have no price ``there``, on the other side, is why they have none."""
        estimate, workload = self._estimate, self._estimate.workload
        lines = tuple(line for line in estimate.lines if self._called(_part_of(line)) not in blind)
        machines = tuple(use for use in estimate.machines if self._called(PartName(PODS, use.group)) not in blind)
        known = {entry.reason for entry in estimate.unpriced}
        why = (Unpriced(workload.manifest, reason, workload.cluster) for reason in there if reason not in known)
        return replace(with_lines(estimate, lines), machines=machines, unpriced=(*estimate.unpriced, *why))

    def _called(self, name: PartName) -> PartName:
        return name if name in self._shared else PartName(name.kind)


def comparable(pair: Pair, then: Reasons, now: Reasons) -> Pair:
    """A workload without the parts that have a price on one side only; the same objects where there are none.

    ``then`` and ``now`` are why it, or parts of it, have no price before and after. A part of which something new has no price,
    or no longer has none, is counted where what is known of it is no less on that side: then the difference is the least that
    the change adds, or saves. The caller has set the context of exact arithmetic.
    """
    if then == now and pair.before.lacking == pair.after.lacking:
        return pair
    shared = _names(pair.before) & _names(pair.after)
    old, new = _Side(pair.before, then, shared), _Side(pair.after, now, shared)
    blind = {name for name in old.names | new.names if not _counts(old.part(name), new.part(name))}
    return Pair(old.without(blind, now), new.without(blind, then)) if blind else pair


def _names(estimate: WorkloadEstimate) -> AbstractSet[PartName]:
    workload = estimate.workload
    groups = (PartName(PODS, group.name) for group in workload.groups)
    return {*groups, *(PartName(VOLUMES, claim.name) for claim in workload.claims)}


def _part_of(line: Line) -> PartName:
    if line.what == "network":
        if line.group == PUBLIC_ADDRESSES:
            return PartName(LOAD_BALANCERS)
        return PartName(TRAFFIC if line.group.startswith(TRAFFIC_LINES) else FEES)
    kind = _KINDS.get(line.what, FEES)
    return PartName(kind, line.group if kind in (PODS, VOLUMES) else "")


def _counts(before: _Part, after: _Part) -> bool:
    """Whether what is known of a part on both sides can be compared."""
    return (after.lacking <= before.lacking or _covers(after, before)) and (
        before.lacking <= after.lacking or _covers(before, after)
    )


def _covers(part: _Part, other: _Part) -> bool:
    """Whether a part is no less than on the other side, in everything that is known of it."""
    return other.priced <= part.priced and all(
        _no_less(part.amount(one_off=one_off), other.amount(one_off=one_off)) for one_off in (False, True)
    )


def _no_less(span: Span, other: Span) -> bool:
    return span.low >= other.low and span.expected >= other.expected and span.high >= other.high
