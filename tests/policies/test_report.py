"""A report rounds every figure once, so that rows sum to totals in cents, over one cluster or several."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manifest_texts import deployment, gpu_job, namespace, stateful_set

from policies.context import Context, Unknowns
from policies.documents.starter import starter
from policies.policy_set import PolicySet
from policies.reports.figures import NO_FIGURES, Figures, require_sum, spread_sides, spread_spans
from policies.reports.report import report
from policies.verdict import Verdict
from policies.weigh import weigh
from pricing.delta import Kind
from pricing.rate import Location
from pricing.rounding import CENT, WHOLE, SumError, to_cents, to_step
from workloads.inventory import take_inventory
from workloads.problem import Problem, Severity
from workloads.span import NOTHING, Span
from workloads.surroundings import observe

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CHART = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: cache}\nspec: {a: 1}\n"
BASE = namespace("shop") + deployment("web") + stateful_set("db", "100Gi")


def figures(*amounts: str) -> Figures:
    return Figures(*(Decimal(amount) for amount in amounts))


def test_totals_are_rounded_half_to_even_and_the_delta_is_their_difference(weighed) -> None:
    weighing = weighed(BASE, BASE + deployment("api", cpu="333m"))
    told = report([weighing], "diff", NOW)
    assert told.total.expected == to_cents(weighing.delta.after.total.expected)
    assert told.before.expected == to_cents(weighing.delta.before.total.expected)
    assert told.delta == told.total - told.before


def test_a_row_that_does_not_change_reads_the_same_on_both_sides(reported) -> None:
    told = reported(BASE, BASE + "".join(deployment(f"w{n}", cpu=f"{n}7m") for n in range(1, 9)))
    still = [row for row in told.rows if row.kind is Kind.UNCHANGED]
    assert len(still) == 2
    assert all(row.before == row.total for row in still)


def test_what_is_paid_once_is_apart_from_the_month(reported) -> None:
    told = reported(BASE, BASE + gpu_job("train"))
    assert told.delta.nothing
    assert told.one_off_delta.expected > 0
    assert [row.title for row in told.rows if not row.one_off_change.nothing] == ["shop/train"]


def test_several_clusters_are_one_report_with_the_worst_verdict(weighed) -> None:
    good = weighed("", BASE, starter())
    bad = weighed("", namespace("ml", team="") + deployment("x", space="ml", team=""), starter(), Location("aws", "us-east-1"))
    told = report([good, bad], "diff", NOW)
    alone = [report([each], "diff", NOW) for each in (good, bad)]
    assert told.total == alone[0].total + alone[1].total
    assert told.verdict is Verdict.DENY
    assert told.clusters == 2
    assert len(told.rows) == len(alone[0].rows) + len(alone[1].rows)
    assert told.digest not in {each.digest for each in alone}


def test_rows_that_do_not_sum_are_never_told(weighed) -> None:
    weighing = weighed("", BASE)
    wrong = replace(weighing.delta, after=replace(weighing.delta.after, total=Span.exactly(1)))
    with pytest.raises(SumError):
        report([replace(weighing, delta=wrong)], "diff", NOW)


@pytest.mark.parametrize(("before", "after"), [("", BASE), (BASE, "")])
def test_a_report_that_lost_a_row_is_never_told_of_either_side(before: str, after: str, weighed, monkeypatch) -> None:
    monkeypatch.setattr("policies.reports.report.marked", lambda rows, _: rows[1:])
    with pytest.raises(SumError):
        report([weighed(before, after)], "diff", NOW)


@pytest.mark.parametrize(("unknown", "verdict"), [("pass", Verdict.PASS), ("warn", Verdict.UNKNOWN), ("fail", Verdict.UNKNOWN)])
def test_what_cannot_be_read_is_unknown_unless_the_caller_lets_it_pass(unknown: str, verdict: Verdict, prices) -> None:
    after = replace(take_inventory((), observe(())), problems=(Problem(Severity.ERROR, "not valid YAML", "a.yaml", 1),))
    context = Context(unknowns=Unknowns(pull_request=unknown))
    assert weigh(None, after, prices, PolicySet(), context, NOW).verdict is verdict


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        (None, CHART, 1),
        ("", CHART, 1),
        (CHART, CHART, 0),
        (CHART, BASE + CHART, 0),
        (CHART, CHART.replace("a: 1", "a: 2"), 1),
        (CHART, "", 1),
        (BASE, BASE, 0),
    ],
)
def test_only_what_a_change_touches_is_not_priced_by_it(before: str | None, after: str, touched: int, reported) -> None:
    told = reported(before, after)
    assert len(told.unpriced_changes) == touched
    assert len(told.unpriced) == after.count("HelmRelease")


def test_a_team_is_read_from_the_namespace_where_the_object_has_none(reported) -> None:
    (row,) = reported("", namespace("ml", team="research") + deployment("x", space="ml", team="")).rows
    assert row.owners["team"] == "research"


AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=5)
SPANS = st.lists(st.lists(AMOUNTS, min_size=3, max_size=3).map(sorted).map(lambda ends: Span(*ends)), min_size=1, max_size=12)


def total_of(spans: list[Span], step: Decimal) -> Figures:
    ends = ("low", "expected", "high")
    return Figures(*(to_step(sum((getattr(span, end) for span in spans), Decimal(0)), step) for end in ends))


@settings(max_examples=60)
@given(SPANS, st.sampled_from([CENT, WHOLE]))
def test_rows_sum_to_their_total_in_every_column_and_still_rise(spans: list[Span], step: Decimal) -> None:
    shown = spread_spans(spans, total_of(spans, step), step)
    require_sum(shown, total_of(spans, step))
    for span, row in zip(spans, shown, strict=True):
        assert row.low <= row.expected <= row.high
        assert abs(row.low - span.low) <= step
        assert abs(row.high - span.high) <= 3 * step


@settings(max_examples=150)
@given(SPANS, SPANS, SPANS | st.lists(st.just(NOTHING), min_size=12, max_size=12))
def test_both_sides_of_a_change_sum_and_what_stays_is_equal(still: list[Span], old: list[Span], new: list[Span]) -> None:
    count = min(len(old), len(new))
    before, after = still + old[:count], still + new[:count]
    totals = total_of(before, CENT), total_of(after, CENT)
    shown = spread_sides(before, after, *totals)
    for rows, total in zip(shown, totals, strict=True):
        require_sum(rows, total)
        for exact, row in zip(before if rows is shown[0] else after, rows, strict=True):
            assert row == NO_FIGURES or any((exact.low, exact.expected, exact.high)), "what costs nothing got something"
            assert row.low >= 0
            assert all(abs(one - two) <= 3 * CENT for one, two in ((row.low, exact.low), (row.high, exact.high)))
    assert shown[0][: len(still)] == shown[1][: len(still)]


def test_a_sum_that_fails_raises() -> None:
    with pytest.raises(SumError):
        require_sum([figures("1", "1", "1")], NO_FIGURES)
    with pytest.raises(SumError):
        spread_spans([Span.exactly(5)], figures("7", "7", "7"))


@pytest.mark.parametrize(("year", "told"), [(2026, False), (2028, False), (2030, True)])
def test_prices_of_more_than_two_years_are_warned_of_with_their_date(year: int, told: bool, weighed) -> None:
    now = datetime(year, 6, 1, tzinfo=UTC)
    notes = report([weighed(None, deployment("web"))], "estimate", now).notes
    assert any("more than 2 years old" in note and "2026-" in note for note in notes) is told


def test_where_the_workloads_say_they_run_is_the_place_that_is_told(weighed) -> None:
    azure = deployment("web").replace(
        "containers:", "nodeSelector: {node.kubernetes.io/instance-type: Standard_D2s_v3}\n      containers:", 1
    )
    prices = report([weighed(None, namespace("shop") + azure)], "estimate", NOW).prices
    assert prices.told() == ["azure eastus (as the workloads say)"]
    assert list(prices.dates()) == ["azure"]
    both = report([weighed(None, namespace("shop") + azure + "---\n" + deployment("api"))], "estimate", NOW).prices
    assert both.told() == ["gcp us-central1 (default)", "azure eastus (as the workloads say)"]


NGINX = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: shop}}
spec: {{ingressClassName: nginx}}
---
"""


def test_what_costs_nothing_for_a_reason_is_told_once_for_all(reported):
    text = "".join(NGINX.format(name=name) for name in "abcde")
    words = "Ingress shop/a, shop/b, shop/c and 2 more cost nothing themselves: served by NGINX, whose own pods and Service cost, not this"
    assert words in reported(None, text).notes


def test_only_what_a_change_brings_is_told(reported):
    before, after = NGINX.format(name="a"), NGINX.format(name="a") + NGINX.format(name="b")
    (note,) = reported(before, after).notes
    assert note.startswith("Ingress shop/b costs nothing itself")
    assert not reported(after, after).notes
