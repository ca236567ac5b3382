"""A bill over several choices: what a claim may be given instead costs something else, and nobody knows which it gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pricing.bill import Bill
from pricing.charge import Part
from pricing.estimate import Line
from pricing.placement import Placement
from workloads.span import Span
from workloads.workload import PodGroup

_ZERO = Decimal(0)


def with_alternatives(bill: Bill, group: PodGroup, chosen: Placement, others: Sequence[Placement]) -> Bill:
    """A bill that spans what the group costs with the cheapest and with the dearest devices that it may get."""
    priced = [other.parts for other in others if not other.unpriced]
    place = next((index for index, line in enumerate(bill.lines) if line.what == "accelerator"), None)
    if not priced or place is None:
        return bill
    spared = (_least(chosen.parts) - min(map(_least, priced))) * group.hours.low
    added = (max(map(_most, priced)) - _most(chosen.parts)) * group.hours.high
    line = bill.lines[place]
    words = f"one of {len(priced) + 1} alternatives of its claim, the first one: the range is from the cheapest to the dearest"
    amount = Span(line.amount.low, line.amount.expected, line.amount.high + max(added, _ZERO))
    spanning = replace(line, amount=amount, derivation=(*line.derivation, words))
    return replace(bill, lines=tuple(_sparing((*bill.lines[:place], spanning, *bill.lines[place + 1 :]), spared)))


def _sparing(lines: Sequence[Line], spared: Decimal) -> Iterator[Line]:
    """Lines whose low ends come to so much less, none of them to less than nothing."""
    for line in lines:
        taken = min(line.amount.low, max(spared, _ZERO))
        spared -= taken
        yield replace(line, amount=replace(line.amount, low=line.amount.low - taken)) if taken else line


def _least(parts: Sequence[Part]) -> Decimal:
    return sum((part.least for part in parts), _ZERO)


def _most(parts: Sequence[Part]) -> Decimal:
    return sum((part.most for part in parts), _ZERO)
