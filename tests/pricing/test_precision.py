"""Parts of a whole are shown as people say them, and everything else with its digits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.precision import RATE_STEP, fraction


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1", "1"),
        ("8", "8"),
        ("0.5", "0.5"),
        ("0.125", "0.125"),
        ("0.142857142857", "1/7"),
        ("0.428571428571", "3/7"),
        ("0.333333333333", "1/3"),
        ("2.666666666667", "8/3"),
        ("0.123456789", "0.1235"),
        ("0", "0"),
    ],
)
def test_a_part_is_a_fraction_where_its_digits_do_not_end(value: str, shown: str) -> None:
    assert fraction(Decimal(value)) == shown


@given(st.integers(1, 128), st.integers(1, 128))
def test_whatever_is_shown_is_within_half_of_the_last_digit(above: int, below: int) -> None:
    value = (Decimal(above) / below).quantize(RATE_STEP)
    top, _, bottom = fraction(value).partition("/")
    assert abs(Decimal(top) / Decimal(bottom or 1) - value) <= Decimal("0.00005")
