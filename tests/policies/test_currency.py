"""Costs in another currency: converted once from the exact dollars, with the rate and its date said, and the laws of rounding kept."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from manifest_texts import deployment, gpu_job, namespace, stateful_set

from bot.comment import comment
from policies.documents.starter import starter
from policies.reports.conversion import converted
from policies.reports.document import document, weighing_schema
from policies.reports.figures import NO_FIGURES, require_sum
from policies.reports.report import report
from pricing.currency import USD, Currency
from pricing.precision import exactly
from pricing.rounding import to_cents
from weighbridge.output.table import render_table

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EURO = Currency("EUR", Decimal("1.25"), "2025-12-01")
BASE = namespace("shop") + deployment("web") + stateful_set("db", "100Gi")
CHANGED = BASE + deployment("api", cpu="333m") + gpu_job("train")


def test_a_total_is_the_exact_dollars_over_the_rate_rounded_once(weighed) -> None:
    weighing = weighed(None, BASE)
    told = report([weighing], "estimate", NOW, EURO)
    # 1.25 dollars a euro: 0.8 euros a dollar.
    assert told.total.expected == to_cents(weighing.delta.after.total.expected * Decimal("0.8"))
    assert told.total.expected != to_cents(report([weighing], "estimate", NOW).total.expected)


def test_dollars_are_shown_as_they_always_were(weighed) -> None:
    weighing = weighed(BASE, CHANGED)
    assert report([weighing], "diff", NOW, USD) == report([weighing], "diff", NOW)


def test_every_output_names_the_rate_its_date_and_the_currency(weighed) -> None:
    told = report([weighed(BASE, CHANGED, starter())], "diff", NOW, EURO)
    table = render_table(told, width=100, colour=False, explain=True)
    assert table.splitlines()[0].startswith("EUR a month of 730 h, EUR at 1.25 USD of 2025-12-01; prices of ")
    assert "+EUR " in table
    assert "= EUR " in table
    text = comment(told)
    assert text.startswith("### Cost: +€")
    assert "Prices: EUR at 1.25 USD of 2025-12-01; " in text
    prices = document(told)["prices"]
    assert (prices["currency"], prices["exchange"]) == ("EUR", {"usd": 1.25, "date": "2025-12-01"})
    assert document(report([weighed(None, BASE)], "estimate", NOW))["prices"]["exchange"] is None


def test_a_line_in_the_json_is_quantity_times_rate_in_the_currency(weighed) -> None:
    found = document(report([weighed(None, deployment("web", cpu="1"))], "estimate", NOW, EURO), explain=True)
    cpu = next(line for line in found["workloads"][0]["lines"] if line["what"] == "cpu")
    amount = cpu["quantity"] * cpu["hours"]["expected"] * cpu["rate"]
    assert amount == pytest.approx(cpu["amount"]["expected"], abs=0.01)
    assert cpu["derivation"][0].endswith(f"= €{cpu['amount']['expected']:,.2f} a month")


def test_the_json_is_valid_in_another_currency(weighed) -> None:
    told = report([weighed(BASE, CHANGED, starter())], "diff", NOW, EURO)
    Draft202012Validator(weighing_schema()).validate(json.loads(orjson.dumps(document(told, explain=True))))


def test_a_limit_in_a_policy_is_held_against_dollars_whatever_is_shown(weighed) -> None:
    weighing = weighed(None, CHANGED, starter())
    shown = report([weighing], "check", NOW, EURO)
    assert shown.verdict == weighing.verdict
    assert shown.violations == weighing.violations


@settings(max_examples=40)
@given(usd=st.decimals("0.000001", "1000", places=6), cpu=st.integers(1, 64), replicas=st.integers(0, 300))
def test_rows_sum_to_totals_at_any_rate(weighed, usd: Decimal, cpu: int, replicas: int) -> None:
    weighing = weighed(BASE, CHANGED + deployment("extra", cpu=f"{cpu}7m", replicas=replicas))
    told = report([weighing], "diff", NOW, Currency("XXX", usd, "2025-12-01"))
    for side, total in (("before", told.before), ("total", told.total)):
        require_sum([getattr(row, side) for row in told.rows], total)
    for row in told.rows:
        assert row.total.low <= row.total.expected <= row.total.high
        require_sum([shown.amount for shown in row.lines], row.total + row.one_off)
    comment(told)


@given(usd=st.decimals("0.01", "100", places=4))
def test_there_and_back_is_where_it_was(weighed, usd: Decimal) -> None:
    delta = weighed(None, BASE).delta
    there = Currency("XXX", usd, "2025-12-01").factor
    with exactly():
        back = converted(converted(delta, there), usd)
        assert abs(back.after.total.expected - delta.after.total.expected) < Decimal("1e-30")


def test_nothing_is_nothing_in_every_currency(weighed) -> None:
    told = report([weighed(None, deployment("web", replicas=0))], "estimate", NOW, EURO)
    assert told.total == NO_FIGURES
    assert "EUR 0.00" in render_table(told, width=100, colour=False, explain=False)


@pytest.mark.parametrize(
    ("taken", "warned"), [("2025-12-01", False), ("2025-10-04", False), ("2025-10-03", True), ("2020-01-01", True)]
)
def test_a_rate_older_than_90_days_is_warned_of(weighed, taken: str, warned: bool) -> None:
    notes = report([weighed(None, BASE)], "estimate", NOW, replace(EURO, date=taken)).notes
    assert (
        any(
            note == f"the rate of exchange is more than 90 days old: EUR at 1.25 USD of {taken} (prices.currency)"
            for note in notes
        )
        is warned
    )


@pytest.mark.parametrize(
    ("code", "symbol", "plain"),
    [
        ("EUR", "€", "EUR "),
        ("GBP", "£", "GBP "),
        ("CAD", "CA$", "CA$"),
        ("CHF", "CHF ", "CHF "),
        ("XTS", "XTS ", "XTS "),
        ("USD", "$", "$"),
    ],
)
def test_a_symbol_is_never_another_currencys(code: str, symbol: str, plain: str) -> None:
    currency = Currency(code, Decimal(2), "2025-12-01")
    assert (str(currency.sign), str(currency.ascii_sign)) == (symbol, plain)


def test_the_age_of_a_rate_is_in_days() -> None:
    assert EURO.age(date(2025, 12, 31)) == 30
    assert EURO.age(date(2025, 11, 30)) == -1
    assert USD.age(date(2030, 1, 1)) == 0


YEN = Currency("JPY", Decimal("0.0064"), "2025-12-01")


def _decimals(text: str, mark: str) -> list[str]:
    """The amounts after a mark that have decimals: rates, which amounts are multiplied by or which are an hour's, keep theirs."""
    return re.findall(rf"(?<![x×] ){re.escape(mark)}[\d,]+\.\d+(?!\d| an hour)", text)


@pytest.mark.parametrize("before", [None, BASE])
def test_amounts_in_a_currency_without_minor_units_have_no_decimals_anywhere(before: str | None, weighed) -> None:
    told = report([weighed(before, CHANGED, starter())], "diff" if before else "estimate", NOW, YEN)
    table = render_table(told, width=140, colour=False, explain=True)
    assert "JPY " in table
    assert _decimals(table, "JPY ") == []
    text = comment(told)
    assert "¥" in text
    assert _decimals(text, "¥") == []

    def amounts(value: object, key: str = "") -> list[object]:
        if isinstance(value, dict):
            if set(value) == {"low", "expected", "high"} and key not in {"hours", "replicas", "count"}:
                return list(value.values())
            return [found for name, each in value.items() for found in amounts(each, name)]
        return [found for each in value for found in amounts(each, key)] if isinstance(value, list) else []

    found = amounts(document(told)["workloads"])
    assert found
    assert all(isinstance(each, int) for each in found)


def test_rows_in_whole_yen_sum_to_their_total(weighed) -> None:
    told = report([weighed(BASE, CHANGED)], "diff", NOW, YEN)
    require_sum([row.total for row in told.rows], told.total)
    assert told.total.expected == told.total.expected.to_integral_value()


@pytest.mark.parametrize(
    ("code", "shown"), [("JPY", "1,235"), ("KRW", "1,235"), ("EUR", "1,234.57"), ("USD", "1,234.57"), ("CLP", "1,235")]
)
def test_an_amount_has_as_many_decimals_as_its_currency(code: str, shown: str) -> None:
    assert Currency(code).sign.digits(Decimal("1234.567")) == shown
