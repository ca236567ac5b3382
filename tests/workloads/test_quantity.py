"""Quantities are read exactly as Kubernetes reads them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.quantity import LARGEST_EXPONENT, QuantityError, parse_quantity

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "data" / "quantities.json").read_text(encoding="utf-8"))
ORACLE = HERE.parent / "oracle" / "reading"


@pytest.mark.parametrize("row", [row for row in TABLE if "value" in row], ids=lambda row: row["text"])
def test_a_quantity_has_the_value_that_apimachinery_gives_it(row: dict) -> None:
    assert parse_quantity(row["text"]) == Decimal(row["value"])


@pytest.mark.parametrize("row", [row for row in TABLE if row.get("error")], ids=lambda row: row["text"] or "empty")
def test_what_apimachinery_refuses_is_refused(row: dict) -> None:
    with pytest.raises(QuantityError):
        parse_quantity(row["text"])


@pytest.mark.go
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_the_table_is_what_apimachinery_says() -> None:
    texts = json.dumps([row["text"] for row in TABLE])
    printed = subprocess.run(
        ["go", "run", ".", "quantities"], cwd=ORACLE, input=texts, capture_output=True, text=True, check=True
    )
    assert json.loads(printed.stdout) == TABLE


@pytest.mark.parametrize("value", [True, False, None, [], {}, b"1", object()])
def test_what_is_neither_text_nor_number_is_no_quantity(value: object) -> None:
    with pytest.raises(QuantityError):
        parse_quantity(value)


@pytest.mark.parametrize(("value", "expected"), [(2, "2"), (0.5, "0.5"), (1e-07, "1e-7"), (10**15, "1e15"), (0.1, "0.1")])
def test_a_number_of_yaml_is_read_by_its_digits(value: float, expected: str) -> None:
    assert parse_quantity(value) == Decimal(expected)


@pytest.mark.parametrize(
    "text", ["2E6024865272343", "1e65", "1e-65", "1e999999999999999999999", "9" * 65, "1" + "0" * 10_000_000]
)
def test_exponents_and_lengths_that_would_take_for_ever_are_refused_at_once(text: str) -> None:
    with pytest.raises(QuantityError) as refusal:
        parse_quantity(text)
    assert len(str(refusal.value)) < 150


@settings(max_examples=200)
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=9), st.sampled_from(["", "k", "Mi", "e2", "m"]))
def test_a_quantity_grows_with_its_digits(number: Decimal, suffix: str) -> None:
    assert parse_quantity(f"{number:f}{suffix}") <= parse_quantity(f"{number + 1:f}{suffix}")


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_no_text_does_anything_but_parse_or_refuse(text: str) -> None:
    with suppress(QuantityError):
        assert abs(parse_quantity(text)) < Decimal(10) ** (LARGEST_EXPONENT + 80)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("4GB", "4G"),
        ("4GiB", "4Gi"),
        ("512mb", "512M"),
        ("512mi", "512Mi"),
        ("2g", "2G"),
        ("1K", "1k"),
        ("1,5", "1.5"),
        ("1 Gi", "1Gi"),
        ("2 cores", "2"),
        ("500millicores", "500m"),
        (" 2", "2"),
        ("“500m”", "500m"),
    ],
)
def test_what_is_almost_a_quantity_is_told_with_the_one_that_was_meant(written: str, meant: str) -> None:
    with pytest.raises(QuantityError, match=re.escape(f"(did you mean {meant}?)")):
        parse_quantity(written)
    parse_quantity(meant)


@pytest.mark.parametrize("written", ["lots", "1.2.3", "4 GB of it", "", "1_000", "9" * 100 + "GB"])
def test_of_what_is_nothing_like_a_quantity_none_is_made(written: str) -> None:
    with pytest.raises(QuantityError, match="is not a quantity such as"):
        parse_quantity(written)
