"""Bars of a chart: where each begins and ends, in thousandths of the chart's width. Nothing is drawn here.

A chart is a list of words and amounts that reads as well without its bars; these are for the eye alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 1000
"""Units of a chart's width."""


@dataclass(frozen=True, slots=True)
class Step:
    """One amount of a chart."""

    label: str
    detail: str
    """What it is, in a few words; empty where the label says it."""
    amount: Decimal
    high: Decimal
    """What it may come to."""
    whole: bool = False
    """Whether it stands for itself, as before and after do, and not for a change of what stands above it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A step with its place in the chart."""

    step: Step
    start: Decimal
    width: Decimal
    may_start: Decimal
    may_width: Decimal
    """Of what it may come to beyond what is expected."""

    @property
    def tone(self) -> str:
        """``sum``, ``up`` or ``down``."""
        if self.step.whole:
            return "sum"
        return "down" if self.step.amount < 0 or (not self.step.amount and self.step.high < 0) else "up"


def waterfall(steps: Sequence[Step]) -> list[Bar]:
    """Steps of which each begins where the one above ended."""
    return _scaled(list(_stacked(steps)))


def side_by_side(steps: Sequence[Step]) -> list[Bar]:
    """Steps that all begin at zero."""
    return _scaled([(step, Decimal(0), step.amount) for step in steps])


def _stacked(steps: Sequence[Step]) -> Iterator[tuple[Step, Decimal, Decimal]]:
    level = Decimal(0)
    for step in steps:
        start = Decimal(0) if step.whole else level
        level = start + step.amount
        yield step, start, level


def _scaled(placed: Sequence[tuple[Step, Decimal, Decimal]]) -> list[Bar]:
    """Starts and ends as parts of the width, zero among them."""
    ends = [end for step, start, stop in placed for end in (start, stop, start + step.high)]
    low, high = min(ends, default=Decimal(0)), max(ends, default=Decimal(0))
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    scale = WIDTH / (high - low) if high > low else Decimal(0)
    return [_bar(step, start - low, stop - low, start + step.high - low, scale) for step, start, stop in placed]


def _bar(step: Step, start: Decimal, stop: Decimal, high: Decimal, scale: Decimal) -> Bar:
    return Bar(
        step,
        _place(min(start, stop), scale),
        _place(abs(stop - start), scale),
        _place(min(stop, high), scale),
        _place(abs(high - stop), scale),
    )


def _place(amount: Decimal, scale: Decimal) -> Decimal:
    return (amount * scale).quantize(Decimal("0.1"))
