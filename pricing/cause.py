"""Why a workload's cost changed: its delta taken apart field by field, in the order sizes, replicas, prices.

Each step replaces one thing and keeps the rest: the new sizes at the old number of pods and the old prices, then the new number,
then the new prices. The parts sum to the change exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pricing.capacity_names import price
from pricing.class_names import storage_class, volume_performance
from pricing.estimate import Change, FieldChange, Line, WorkloadEstimate
from pricing.field_names import (
    Named,
    Pair,
    ai_models,
    load_balancers,
    replicas,
    size,
    traffic,
    volume_count,
    volume_size,
)
from pricing.network.load_balancer import PUBLIC_ADDRESSES
from pricing.network.traffic import TRAFFIC
from pricing.precision import bounded
from pricing.volumes.volume import CAPACITY
from workloads.span import NOTHING, Span
from workloads.workload import PodGroup, VolumeClaim

_ZERO = Decimal(0)
_NO_CHANGE = Change(_ZERO, _ZERO, _ZERO)
_POD_PARTS = ("cpu", "memory", "ephemeralStorage", "accelerator", "stranded")
_SIZES = ("accelerator", "cpu", "memory")

Triple = tuple[Decimal, Decimal, Decimal]
"""Low, expected, high."""


def causes(before: WorkloadEstimate, after: WorkloadEstimate) -> tuple[FieldChange, ...]:
    """The fields that changed a workload's cost, with their parts. The caller has set the context of exact arithmetic."""
    found: list[FieldChange] = []
    groups = {group.name: group for group in before.workload.groups}
    for new in after.workload.groups:
        found += _pods(before, after, groups.pop(new.name, None), new)
    for old in groups.values():
        found += _pods(before, after, old, None)
    claims = {claim.name: claim for claim in before.workload.claims}
    for claim in after.workload.claims:
        found += _volumes(before, after, claims.pop(claim.name, None), claim)
    for left in claims.values():
        found += _volumes(before, after, left, None)
    found += _steps([(load_balancers(before, after), _difference(_balancers(before), _balancers(after)))])
    found += _steps([(traffic(before, after), _difference(_moved(before), _moved(after)))])
    found += _steps([(ai_models(before, after), _difference(_of(before, ("aiApi",)), _of(after, ("aiApi",))))])
    whole = _plus(Change.between(before.total, after.total), Change.between(before.one_off, after.one_off))
    return _closed(found, whole)


def _pods(before: WorkloadEstimate, after: WorkloadEstimate, old: PodGroup | None, new: PodGroup | None) -> list[FieldChange]:
    """The parts of one pod group's change."""
    name = (new or old).name  # type: ignore[union-attr]
    was, now = _of(before, _POD_PARTS, name), _of(after, _POD_PARTS, name)
    named = replicas(before, after, old, new)
    if old is None or new is None or not was or not now:
        return _steps([(named[0], _difference(was, now))])
    pair = Pair(before, after, old, new)
    if any(line.what in {"accelerator", "stranded"} for line in (*was, *now)):
        return _steps(_as_a_whole(pair, named, was, now))
    return _steps(_by_resource(pair, named, was, now))


def _by_resource(pair: Pair, named: Sequence[Named], was: Sequence[Line], now: Sequence[Line]) -> list[tuple[Named, Change]]:
    """Each resource is its quantity times hours times rate, so that every step is a product."""
    old, new = pair.old, pair.new
    steps: list[tuple[Named, Change]] = []
    counted, priced = _NO_CHANGE, _NO_CHANGE
    for what in ("cpu", "memory", "ephemeralStorage"):
        (asked, cost), (asks, costs) = _hourly(was, what), _hourly(now, what)
        rate = _over(cost, asked) if asked else _over(costs, asks) if asks else (_ZERO, _ZERO, _ZERO)
        sized = _times(rate, asks)
        steps.append((size(pair, what, asked, asks), _at(_minus(sized, cost), old.hours)))
        counted = _plus(counted, _more(sized, old.hours, new.hours))
        priced = _plus(priced, _at(_minus(costs, sized), new.hours))
    return [*steps, *_counted(named, counted), (price(pair), priced)]


def _as_a_whole(pair: Pair, named: Sequence[Named], was: Sequence[Line], now: Sequence[Line]) -> list[tuple[Named, Change]]:
    """A share of a machine cannot be taken apart by resource: what the pod costs moves with the field that changed most."""
    old, new = pair.old, pair.new
    changed = []
    for what in _SIZES:
        (asked, cost), (asks, costs) = _hourly(was, what), _hourly(now, what)
        if asked != asks:
            changed.append((abs(costs[1] - cost[1]), -_SIZES.index(what), what, asked, asks))
    costs_then, costs_now = _all(was), _all(now)
    if not changed:
        counted = _more(costs_then, old.hours, new.hours)
        return [*_counted(named, counted), (price(pair), _at(_minus(costs_now, costs_then), new.hours))]
    accelerator = [entry for entry in changed if entry[2] == "accelerator"]
    _, _, what, asked, asks = max(accelerator or changed)
    sized = _at(_minus(costs_now, costs_then), old.hours)
    counted = _more(costs_now, old.hours, new.hours)
    return [(size(pair, what, asked, asks), sized), *_counted(named, counted)]


def _counted(named: Sequence[Named], change: Change) -> list[tuple[Named, Change]]:
    """The part of the number of pods: where an autoscaler's two bounds changed, the high end is its maximum's."""
    if len(named) == 1:
        return [(named[0], change)]
    return [(named[0], Change(change.low, change.expected, _ZERO)), (named[1], Change(_ZERO, _ZERO, change.high))]


def _volumes(
    before: WorkloadEstimate, after: WorkloadEstimate, old: VolumeClaim | None, new: VolumeClaim | None
) -> list[FieldChange]:
    """The parts of one claim's change."""
    name = (new or old).name  # type: ignore[union-attr]
    was, now = _of(before, ("storage",), name), _of(after, ("storage",), name)
    if old is None or new is None or not was or not now:
        return _steps([(volume_count(old, new), _difference(was, now))])
    one, other = _capacity(was), _capacity(now)
    if one is None or other is None:
        return _steps([(volume_count(old, new), _difference(was, now))])
    beside, counted = _performance(was, now)
    cost, costs = _one(one.quantity * one.rate.value), _one(other.quantity * other.rate.value)
    middle = _resized(old, new, one, other)
    return _steps(
        [
            (volume_size(old, new), _at(_minus(middle, cost), one.times)),
            (volume_count(old, new), _plus(_more(middle, one.times, other.times), counted)),
            (storage_class(old, new), _at(_minus(costs, middle), other.times)),
            (volume_performance(old, new, was, now), beside),
        ]
    )


def _capacity(lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if line.unit in CAPACITY), None)


def _performance(was: Sequence[Line], now: Sequence[Line]) -> tuple[Change, Change]:
    """What a claim's operations and throughput change: by what each volume has of them, and by the number of volumes."""
    beside, counted = _NO_CHANGE, _NO_CHANGE
    before, after = ({line.unit: line for line in side if line.unit not in CAPACITY} for side in (was, now))
    for unit in (*before, *(unit for unit in after if unit not in before)):
        one, other = before.get(unit), after.get(unit)
        cost, costs = (_one(line.quantity * line.rate.value) if line else _one(_ZERO) for line in (one, other))
        then, later = (one or other, other or one)
        if then is None or later is None:
            continue
        beside = _plus(beside, _at(_minus(costs, cost), then.times if one else later.times))
        counted = _plus(counted, _more(costs, then.times, later.times))
    return beside, counted


def _resized(old: VolumeClaim, new: VolumeClaim, was: Line, now: Line) -> Triple:
    """What one volume costs a month with its new size and its old class; a tier belongs to the size."""
    if (old.storage_class, old.definition) == (new.storage_class, new.definition) and old.size != new.size:
        return _one(now.quantity * now.rate.value)
    if old.size != new.size and was.unit == now.unit == "GiB":
        return _one(now.quantity * was.rate.value)
    return _one(was.quantity * was.rate.value)


def _balancers(estimate: WorkloadEstimate) -> tuple[Line, ...]:
    return (*_of(estimate, ("loadBalancer",)), *_of(estimate, ("network",), PUBLIC_ADDRESSES))


def _moved(estimate: WorkloadEstimate) -> tuple[Line, ...]:
    return tuple(line for line in _of(estimate, ("network",)) if line.group.startswith(TRAFFIC))


def _of(estimate: WorkloadEstimate, whats: tuple[str, ...], group: str | None = None) -> tuple[Line, ...]:
    return tuple(line for line in estimate.lines if line.what in whats and (group is None or line.group == group))


def _hourly(lines: Iterable[Line], what: str) -> tuple[Decimal, Triple]:
    """How much of a resource one pod has, and what that costs an hour."""
    chosen = [line for line in lines if line.what == what]
    return sum((line.quantity for line in chosen), _ZERO), _all(chosen)


def _all(lines: Sequence[Line]) -> Triple:
    """What one pod costs an hour, end by end; from the rate where an end has no hours."""
    low = expected = high = _ZERO
    for line in lines:
        plain = line.quantity * line.rate.value
        low += line.amount.low / line.times.low if line.times.low else plain
        expected += line.amount.expected / line.times.expected if line.times.expected else plain
        high += line.amount.high / line.times.high if line.times.high else plain
    return low, expected, high


def _one(value: Decimal) -> Triple:
    return value, value, value


def _times(rate: Triple, quantity: Decimal) -> Triple:
    return rate[0] * quantity, rate[1] * quantity, rate[2] * quantity


def _over(cost: Triple, quantity: Decimal) -> Triple:
    return cost[0] / quantity, cost[1] / quantity, cost[2] / quantity


def _minus(left: Triple, right: Triple) -> Triple:
    return left[0] - right[0], left[1] - right[1], left[2] - right[2]


def _at(cost: Triple, hours: Span) -> Change:
    return Change(cost[0] * hours.low, cost[1] * hours.expected, cost[2] * hours.high)


def _more(cost: Triple, before: Span, after: Span) -> Change:
    """What a change of hours costs."""
    return Change(
        cost[0] * (after.low - before.low), cost[1] * (after.expected - before.expected), cost[2] * (after.high - before.high)
    )


def _plus(left: Change, right: Change) -> Change:
    return Change(left.low + right.low, left.expected + right.expected, left.high + right.high)


def _difference(was: Sequence[Line], now: Sequence[Line]) -> Change:
    before = sum((line.amount for line in was), NOTHING)
    return Change.between(before, sum((line.amount for line in now), NOTHING))


_DUST = Decimal("1e-30")
"""Less than this is what divisions left over, not a change."""


def _steps(steps: Iterable[tuple[Named, Change]]) -> list[FieldChange]:
    return [
        FieldChange(named.group, named.path, named.what, named.before, named.after, _cut(change), named.detail)
        for named, change in steps
        if max(abs(change.low), abs(change.expected), abs(change.high)) > _DUST
    ]


def _cut(change: Change) -> Change:
    """A part to so many digits that the sum of all is exact."""
    return Change(bounded(change.low), bounded(change.expected), bounded(change.high))


def _closed(found: list[FieldChange], whole: Change) -> tuple[FieldChange, ...]:
    """The parts with what divisions left over added to the largest, so that they sum to the whole."""
    rest = whole
    for part in found:
        rest = Change(rest.low - part.change.low, rest.expected - part.change.expected, rest.high - part.change.high)
    if rest.nothing:
        return tuple(found)
    if not found:
        return (FieldChange("", (), "price", "", "", whole),)
    largest = max(range(len(found)), key=lambda index: (abs(found[index].change.expected), abs(found[index].change.high)))
    part = found[largest]
    found[largest] = replace(part, change=_plus(part.change, rest))
    return tuple(found)
