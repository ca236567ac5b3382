"""Rounding, once and at the edge: totals half-even, rows so that they sum to their total."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from pricing.precision import EXACT, exactly

CENT = Decimal("0.01")
WHOLE = Decimal(1)


class SumError(ArithmeticError):
    """Rows do not sum to their total, by more than rounding explains. Such a result must not be shown."""


def to_cents(amount: Decimal) -> Decimal:
    """An amount in whole cents, half to even."""
    return to_step(amount, CENT)


def to_step(amount: Decimal, step: Decimal) -> Decimal:
    """An amount in whole steps (a power of ten: a cent, a dollar), half to even; never a negative zero."""
    return EXACT.plus(amount.quantize(step, ROUND_HALF_EVEN, EXACT))


def spread(rows: Sequence[Decimal], total: Decimal, step: Decimal) -> tuple[Decimal, ...]:
    """Rows in whole steps that sum to ``total``, by largest remainder; each is within one step of its exact value.

    ``total`` is in whole steps already and may differ from the exact sum by one step: it may be the difference of two rounded
    figures. Ties go to the row of larger amount, then to the earlier one, so that the answer depends on nothing else.

    Raises SumError where the rows do not sum to the total.
    """
    with exactly():
        if total % step or abs(sum(rows, Decimal(0)) - total) > step:
            raise SumError(f"rows sum to {sum(rows, Decimal(0))}, not to {total}")
        return apportion(rows, total, step)


def apportion(rows: Sequence[Decimal], total: Decimal, step: Decimal) -> tuple[Decimal, ...]:
    """As ``spread``, for rows whose sum has been checked otherwise: the total may be further off, as when some rows are fixed.

    Raises SumError where there are no rows to carry a total.
    """
    with exactly():
        floors = [row.quantize(step, rounding=ROUND_FLOOR) for row in rows]
        left = int((total - sum(floors, Decimal(0))) / step)
        if left and not rows:
            raise SumError(f"no rows, but a total of {total}")
        order = _order(rows, floors, take=left < 0) if left else []
        for place in range(abs(left)):
            floors[order[place % len(order)]] += step if left > 0 else -step
        return tuple(floor + 0 for floor in floors)


def _order(rows: Sequence[Decimal], floors: Sequence[Decimal], *, take: bool) -> list[int]:
    """The rows in the order in which a step is given to them, or taken from them."""
    sign = 1 if take else -1
    return sorted(range(len(rows)), key=lambda index: (sign * (rows[index] - floors[index]), -abs(rows[index]), index))
