"""A workload's lines as they are shown: in whole cents that sum to its row, and alike on both sides where nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from policies.reports.figures import Figures, spread_lines, total_of
from pricing.currency import Sign
from pricing.delta import WorkloadDelta
from pricing.estimate import Line
from pricing.explanation import derivation
from workloads.span import Span


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One part of a workload's cost, its amount in whole cents."""

    line: Line
    amount: Figures

    def derivation(self, sign: Sign) -> tuple[str, ...]:
        """How it came about, in words, with the amounts that are shown."""
        return derivation(self.line, sign, Span(self.amount.low, self.amount.expected, self.amount.high))


class PartKey(NamedTuple):
    """What makes two lines the same part of a cost; the stated and the assumed part of one request go by their order."""

    what: str
    group: str
    one_off: bool
    order: int


def keys(lines: Iterable[Line]) -> Iterator[PartKey]:
    """Which part each line is."""
    seen: Counter[tuple[str, str, bool]] = Counter()
    for line in lines:
        part = (line.what, line.group, line.one_off)
        yield PartKey(*part, seen[part])
        seen[part] += 1


def shown_lines(
    delta: WorkloadDelta, before: tuple[Figures, Figures], after: tuple[Figures, Figures], step: Decimal
) -> tuple[tuple[ShownLine, ...], tuple[ShownLine, ...]]:
    """A workload's lines before and after, summing to what it costs a month and once on each side.

    :raises SumError: when they do not.
    """
    old, new = (_keyed(side.lines if side is not None else ()) for side in (delta.before, delta.after))
    then: dict[PartKey, Figures] = {}
    now: dict[PartKey, Figures] = {}
    for one_off, totals in ((False, (before[0], after[0])), (True, (before[1], after[1]))):
        sides = [{key: line.amount for key, line in side if key.one_off is one_off} for side in (old, new)]
        for found, amounts in zip((then, now), _spread(sides[0], sides[1], totals, step), strict=True):
            found.update(amounts)
    return _shown(old, then), _shown(new, now)


def _keyed(lines: Sequence[Line]) -> list[tuple[PartKey, Line]]:
    return list(zip(keys(lines), lines, strict=True))


def _shown(lines: Sequence[tuple[PartKey, Line]], amounts: Mapping[PartKey, Figures]) -> tuple[ShownLine, ...]:
    return tuple(ShownLine(line, amounts[key]) for key, line in lines)


Amounts = Mapping[PartKey, Figures]


def _spread(
    old: Mapping[PartKey, Span], new: Mapping[PartKey, Span], totals: tuple[Figures, Figures], step: Decimal
) -> tuple[Amounts, Amounts]:
    """Amounts in whole cents. What does not change reads the same on both sides, where others can carry the cents for that."""
    then, now = (
        dict(zip(side, spread_lines(list(side.values()), total, step), strict=True))
        for side, total in zip((old, new), totals, strict=True)
    )
    still = [key for key, amount in old.items() if new.get(key) == amount]
    if all(then[key] == now[key] for key in still):
        return then, now
    carried = _carried(now, {key: then[key] for key in still}, totals[1])
    if carried is not None:
        return then, carried
    return _carried(then, {key: now[key] for key in still}, totals[0]) or then, now


def _carried(side: Amounts, fixed: Amounts, total: Figures) -> Amounts | None:
    """A side with some amounts as they are on the other, the largest of the rest off by as much; None where that cannot be."""
    moving = [key for key in side if key not in fixed]
    if not moving:
        return None
    largest = max(moving, key=lambda key: side[key].weight)
    found = {**side, **fixed}
    rest = found[largest] + (total - total_of(list(found.values())))
    return {**found, largest: rest} if 0 <= rest.low <= rest.expected <= rest.high else None
