"""Amounts as they are shown: rounded once, so that rows sum to their total in every column."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from pricing.estimate import Change
from pricing.rounding import CENT, SumError, apportion, spread, to_step
from workloads.quick_dataclass import quick_dataclass
from workloads.span import Span

ZERO = Decimal("0.00")


@quick_dataclass(frozen=True, slots=True)
class Figures:
    """A low, an expected and a high amount in whole cents. Of a delta, they need not rise."""

    low: Decimal
    expected: Decimal
    high: Decimal

    @classmethod
    def of(cls, span: Span | Change, step: Decimal = CENT) -> Figures:
        """An exact amount in whole cents, or other steps, half to even."""
        low = to_step(span.low, step)
        if span.low == span.expected == span.high:
            return cls(low, low, low)
        return cls(low, to_step(span.expected, step), to_step(span.high, step))

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
    def capped(self) -> bool:
        """Of a delta, whether more is expected and the maximum does not rise by as much: its high end is then no bound of it."""
        return self.expected > max(self.high, ZERO)

    @property
    def low_alone(self) -> bool:
        """Of a delta, whether only the low end moves: spot that is permitted, and not expected."""
        return bool(self.low) and not (self.expected or self.high)

    @property
    def weight(self) -> Decimal:
        """What it is sorted by: the larger of the expected and the high amount, either sign; where neither moves, the low one."""
        return max(abs(self.expected), abs(self.high)) or abs(self.low)


NO_FIGURES = Figures(ZERO, ZERO, ZERO)


def spread_spans(rows: Sequence[Span | Figures], total: Figures, step: Decimal = CENT) -> tuple[Figures, ...]:
    """Rows in whole steps that sum to a rounded total in each column, and rise from low to high as the exact ones do.

    The low column is spread first, then what the others add to it, so that no row falls from low to high.

    :raises SumError: when the rows do not sum to the total.
    """
    if total.nothing and not any(any(_ends(row)) for row in rows):
        return (NO_FIGURES,) * len(rows)
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
    for rows, total in ((before, before_total), (after, after_total)):
        _require_rounded(rows, total, step)
    still = [index for index, row in enumerate(before) if row == after[index]]
    moving = [index for index, row in enumerate(before) if row != after[index]]
    sides = [([rows[index] for index in moving], total) for rows, total in ((before, before_total), (after, after_total))]
    kept = _kept([before[index] for index in still], sides, step) if moving else before_total
    unmoved = dict(zip(still, spread_spans([before[index] for index in still], kept, step), strict=True))
    shown = []
    for rows, total in sides:
        every = {**unmoved, **dict(zip(moving, _apportioned(rows, total - kept, step), strict=True))}
        shown.append(tuple(every[index] for index in range(len(before))))
    return shown[0], shown[1]


def _require_rounded(rows: Sequence[Span | Figures], total: Figures, slack: Decimal) -> None:
    found = _sums(rows)
    if any(abs(one - two) > slack for one, two in zip(found, _ends(total), strict=True)):
        raise SumError(f"rows sum to {found}, not to {total}")


def spread_lines(lines: Sequence[Span], total: Figures, step: Decimal = CENT) -> tuple[Figures, ...]:
    """Lines in whole steps that sum to their row, which was rounded among others and may be some steps off.

    :raises SumError: when they do not.
    """
    if not lines and total.nothing:
        return ()
    _require_rounded(lines, total, 3 * step)
    return _apportioned(lines, total, step)


def _apportioned(rows: Sequence[Span | Figures], total: Figures, step: Decimal) -> tuple[Figures, ...]:
    """Rows in whole steps that sum to a total which may be some steps off. What costs nothing gets nothing of that."""
    if total.certain and all(row.low == row.high for row in rows):
        return tuple(Figures(each, each, each) for each in _column([row.low for row in rows], total.low, step))
    paid = [index for index, row in enumerate(rows) if any(_ends(row))]
    found = dict.fromkeys(range(len(rows)), NO_FIGURES)
    parts = [_parts(rows[index]) for index in paid]
    columns = [_column([part[column] for part in parts], each, step) for column, each in enumerate(_parts(total))]
    for index, (low, more, most) in zip(paid, zip(*columns, strict=True), strict=True):
        found[index] = Figures(low, low + more, low + more + most)
    return tuple(found.values())


def _column(rows: Sequence[Decimal], total: Decimal, step: Decimal) -> list[Decimal]:
    """One column in whole steps, of the rows that have something in it, as far as there are any."""
    if len(rows) == 1:
        return [total]
    if all(rows):
        return list(apportion(rows, total, step))
    chosen = [index for index, row in enumerate(rows) if row] or list(range(len(rows)))
    found = dict.fromkeys(range(len(rows)), ZERO)
    found.update(zip(chosen, apportion([rows[index] for index in chosen], total, step), strict=True))
    return list(found.values())


def _kept(rows: Sequence[Span | Figures], sides: Sequence[tuple[Sequence[Span | Figures], Figures]], step: Decimal) -> Figures:
    """The sum, in whole steps, of rows that read the same on both sides.

    All of a side's total where its other rows cost nothing. Else what it leaves is enough for them, so that none of them falls
    from low to high, and nothing where they have nothing, as far as both sides can have that.
    """
    for others, total in sides:
        if not any(any(_ends(row)) for row in others):
            return total
    exact, rounded = _parts_of_sum(rows), _parts(Figures(*(to_step(end, step) for end in _sums(rows))))
    chosen = [rounded[0]]
    for column in (1, 2):
        floor = exact[column].quantize(step, ROUND_FLOOR)
        left = [(_parts_of_sum(others)[column], _parts(total)[column]) for others, total in sides]
        candidates = (rounded[column], floor, floor + step)
        fitting = (each for each in candidates if all(_fits(total - each, part, step) for part, total in left))
        chosen.append(next(fitting, floor))
    return Figures(chosen[0], chosen[0] + chosen[1], sum(chosen, ZERO))


def _fits(given: Decimal, exact: Decimal, step: Decimal) -> bool:
    return given >= exact.quantize(step, ROUND_FLOOR) if exact else not given


def _ends(row: Span | Figures) -> tuple[Decimal, Decimal, Decimal]:
    return row.low, row.expected, row.high


def _parts(row: Span | Figures) -> tuple[Decimal, Decimal, Decimal]:
    """The low end, and what each of the others adds to the one before it."""
    return row.low, row.expected - row.low, row.high - row.expected


def _sums(rows: Sequence[Span | Figures]) -> tuple[Decimal, Decimal, Decimal]:
    low = expected = high = ZERO
    for row in rows:
        low += row.low
        expected += row.expected
        high += row.high
    return low, expected, high


def _parts_of_sum(rows: Sequence[Span | Figures]) -> tuple[Decimal, Decimal, Decimal]:
    low, expected, high = _sums(rows)
    return low, expected - low, high - expected


def total_of(rows: Sequence[Figures]) -> Figures:
    """What rows come to."""
    found = NO_FIGURES
    for row in rows:
        found += row
    return found


def require_sum(rows: Sequence[Figures], total: Figures) -> None:
    """Make sure that rows sum to their total.

    :raises SumError: when they do not: such a result must not be shown.
    """
    found = total_of(rows)
    if found != total:
        raise SumError(f"rows sum to {found}, not to {total}")
