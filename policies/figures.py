"""Amounts as they are shown: rounded once, so that rows sum to their total in every column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pricing.estimate import Change
from pricing.rounding import CENT, SumError, spread, to_cents, to_step
from workloads.span import Span

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Figures:
    """A low, an expected and a high amount in whole cents. Of a delta, they need not rise."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @classmethod
    def of(cls, span: Span | Change) -> Figures:
        """An exact amount in whole cents, half to even."""
        return cls(to_cents(span.low), to_cents(span.expected), to_cents(span.high))

    def __sub__(self, other: Figures) -> Figures:
        return Figures(self.low - other.low, self.expected - other.expected, self.high - other.high)

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.low + other.low, self.expected + other.expected, self.high + other.high)

    @property
    def nothing(self) -> bool:
        """Whether every end is zero."""
        return not (self.low or self.expected or self.high)

    @property
    def certain(self) -> bool:
        """Whether the three are one."""
        return self.low == self.expected == self.high

    @property
    def weight(self) -> Decimal:
        """What it is sorted by: the larger of the expected and the high amount, either sign."""
        return max(abs(self.expected), abs(self.high))


NO_FIGURES = Figures(ZERO, ZERO, ZERO)


def spread_spans(rows: Sequence[Span | Figures], total: Figures, step: Decimal = CENT) -> tuple[Figures, ...]:
    """Rows in whole steps that sum to a rounded total in each column, and rise from low to high as the exact ones do.

    The low column is spread first, then what the others add to it, so that no row falls from low to high.

    :raises SumError: when the rows do not sum to the total.
    """
    low = spread([row.low for row in rows], total.low, step)
    if total.low == total.high and all(row.low == row.high for row in rows):
        return tuple(Figures(a, a, a) for a in low)
    middle = spread([row.expected - row.low for row in rows], total.expected - total.low, step)
    top = spread([row.high - row.expected for row in rows], total.high - total.expected, step)
    figures = tuple(Figures(a, a + b, a + b + c) for a, b, c in zip(low, middle, top, strict=True))
    require_sum(figures, total)
    return figures


Sides = tuple[tuple[Figures, ...], tuple[Figures, ...]]
"""The rows of both sides of a change."""


def spread_sides(
    before: Sequence[Span | Figures],
    after: Sequence[Span | Figures],
    before_total: Figures,
    after_total: Figures,
    step: Decimal = CENT,
) -> Sides:
    """Both sides of a change in whole steps, each summing to its total; a row that does not change reads the same on both.

    :raises SumError: when the rows of a side do not sum to its total.
    """
    still = [index for index, row in enumerate(before) if row == after[index]]
    moving = [index for index, row in enumerate(before) if row != after[index]]
    kept = _rounded_sum([before[index] for index in still], step)
    unmoved = dict(zip(still, spread_spans([before[index] for index in still], kept, step), strict=True))
    sides = []
    for rows, total in ((before, before_total), (after, after_total)):
        moved = spread_spans([rows[index] for index in moving], total - kept, step)
        every = {**unmoved, **dict(zip(moving, moved, strict=True))}
        sides.append(tuple(every[index] for index in range(len(rows))))
    return sides[0], sides[1]


def _rounded_sum(rows: Sequence[Span | Figures], step: Decimal) -> Figures:
    """The sum of rows, each column rounded once."""
    low, expected, high = (to_step(sum((getattr(row, end) for row in rows), ZERO), step) for end in ("low", "expected", "high"))
    return Figures(low, expected, high)


def require_sum(rows: Sequence[Figures], total: Figures) -> None:
    """Make sure that rows sum to their total.

    :raises SumError: when they do not: such a result must not be shown.
    """
    found = NO_FIGURES
    for row in rows:
        found += row
    if found != total:
        raise SumError(f"rows sum to {found}, not to {total}")
