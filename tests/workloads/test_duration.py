"""Durations as Go writes them."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.schedule.duration import DurationError, hours, nanoseconds, to_decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h", 3_600_000_000_000),
        ("1h30m", 5_400_000_000_000),
        ("90s", 90_000_000_000),
        ("1.5h", 5_400_000_000_000),
        (".5s", 500_000_000),
        ("5.s", 5_000_000_000),
        ("1m1m", 120_000_000_000),
        ("2ms3us4ns", 2_003_004),
        ("7µs", 7_000),
        ("7μs", 7_000),
        ("0", 0),
        ("0s", 0),
        ("-1h", -3_600_000_000_000),
        ("+1h", 3_600_000_000_000),
        ("2562047h47m16.854775807s", 2**63 - 1),
        ("-2562047h47m16.854775808s", -(2**63)),
    ],
)
def test_a_duration_is_read_as_go_reads_it(text: str, expected: int) -> None:
    assert nanoseconds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "h",
        "1 h",
        "1d",
        "1h 30m",
        "1hour",
        ".h",
        "--1h",
        "1h-1m",
        "1e3s",
        "٣h",
        "3000000h",
        "2562047h47m16.854775808s",
        "1h" * 200,
    ],
)
def test_what_go_refuses_is_refused(text: str) -> None:
    with pytest.raises(DurationError):
        nanoseconds(text)


@pytest.mark.parametrize(("text", "expected"), [("1h30m", "1.5"), ("90s", "0.025"), ("10m", "0." + "1" + "6" * 38 + "7")])
def test_hours_are_decimals(text: str, expected: str) -> None:
    assert hours(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["0", "-1h", "1ps"])
def test_hours_are_positive(text: str) -> None:
    with pytest.raises(DurationError):
        hours(text)


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (Fraction(500), "500"),
        (Fraction(1, 4), "0.25"),
        (Fraction(2, 3), "0." + "6" * 39 + "7"),
        (Fraction(10**50, 3), "3" * 50 + "." + "3" * 40),
    ],
)
def test_a_fraction_is_exact_or_rounded_at_forty_decimals(fraction: Fraction, expected: str) -> None:
    assert to_decimal(fraction) == Decimal(expected)


@settings(max_examples=60)
@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_parts_add_up(h: int, m: int, s: int) -> None:
    assert nanoseconds(f"{h}h{m}m{s}s") == ((h * 60 + m) * 60 + s) * 10**9


@settings(max_examples=100)
@given(st.text(alphabet="0123456789.hmsun+-µ ", max_size=12))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with contextlib.suppress(DurationError):
        assert isinstance(nanoseconds(text), int)
