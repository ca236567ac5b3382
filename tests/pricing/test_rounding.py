"""Every figure is rounded once, and rows sum to their totals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.rounding import CENT, WHOLE, SumError, spread, to_cents, to_step

MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("exact", "cents"),
    [("0.005", "0.00"), ("0.015", "0.02"), ("0.025", "0.02"), ("-0.015", "-0.02"), ("-0.001", "0.00"), ("40179.2", "40179.20")],
)
def test_cents_are_rounded_half_to_even(exact, cents):
    assert str(to_cents(Decimal(exact))) == cents


def test_an_amount_of_any_size_is_rounded_without_losing_digits():
    assert str(to_cents(Decimal("123456789012345678901234567890123.456"))) == "123456789012345678901234567890123.46"


@pytest.mark.parametrize(
    ("rows", "total", "step", "shown"),
    [
        # three thirds of a dollar: the cent that is left goes to the first of equals
        (["0.33333", "0.33333", "0.33334"], "1.00", CENT, ["0.33", "0.33", "0.34"]),
        (["0.335", "0.335", "0.33"], "1.00", CENT, ["0.34", "0.33", "0.33"]),
        # whole dollars of the comment's table
        (["-1175.00", "1031.97", "204.00", "0", "16.13"], "77", WHOLE, ["-1175", "1032", "204", "0", "16"]),
        # among equal remainders the larger amount takes the step
        (["1.5", "100.5"], "102", WHOLE, ["1", "101"]),
        # a delta of two rounded figures may be a step below the exact sum
        (["1", "0"], "0", WHOLE, ["0", "0"]),
        ([], "0", CENT, []),
    ],
)
def test_rows_take_what_is_left_by_largest_remainder(rows, total, step, shown):
    assert [str(row) for row in spread([Decimal(row) for row in rows], Decimal(total), step)] == shown


@pytest.mark.parametrize(
    ("rows", "total"), [(["1.00"], "1.02"), ([], "1.00"), ([], "0.01"), (["1", "-1"], "5"), (["0.125"], "0.125")]
)
def test_rows_that_cannot_sum_to_the_total_are_an_error(rows, total):
    with pytest.raises(SumError):
        spread([Decimal(row) for row in rows], Decimal(total), CENT)


@given(st.lists(MONEY, max_size=30), st.sampled_from([CENT, WHOLE]))
def test_spread_rows_sum_to_the_rounded_total_and_stay_within_a_step(rows, step):
    total = to_step(sum(rows, Decimal(0)), step)
    shown = spread(rows, total, step)
    assert sum(shown, Decimal(0)) == total
    assert all(abs(figure - row) < step for figure, row in zip(shown, rows, strict=True))


@given(st.lists(st.tuples(MONEY, MONEY), max_size=20), st.sampled_from([CENT, WHOLE]))
def test_rows_sum_to_the_difference_of_two_rounded_totals(pairs, step):
    before = to_step(sum((one for one, _ in pairs), Decimal(0)), step)
    after = to_step(sum((two for _, two in pairs), Decimal(0)), step)
    if pairs:
        assert sum(spread([two - one for one, two in pairs], after - before, step), Decimal(0)) == after - before


@given(st.lists(MONEY, min_size=1, max_size=20))
def test_a_row_of_nothing_is_shown_as_nothing(rows):
    total = to_cents(sum(rows, Decimal(0)))
    assert spread([*rows, Decimal(0)], total, CENT)[-1] == 0
