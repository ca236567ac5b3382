"""A weighing that somebody else wrote is read within limits, summed again, and never believed to be better than its parts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manifest_texts import deployment, gpu_job, namespace, stateful_set

from policies.documents.starter import starter
from policies.reports import foreign_document
from policies.reports.document import document
from policies.reports.reader import read_report
from policies.reports.report import Report
from policies.verdict import Verdict
from pricing.rounding import SumError
from workloads.problem import Problem

BASE = namespace("shop") + deployment("web") + stateful_set("db", "100Gi")
AFTER = (
    BASE.replace("replicas: 2", "replicas: 4")
    + gpu_job("train")
    + namespace("ml", team="")
    + deployment("nobodys", team="", space="ml")
)


@pytest.fixture(scope="module")
def written(reported) -> bytes:
    """A change with a denial, as JSON."""
    return orjson.dumps(document(reported(BASE, AFTER, starter())))


def told(data: bytes) -> str:
    found = read_report(data, "weighing.json")
    assert isinstance(found, Problem)
    assert found.file == "weighing.json"
    return found.message


def changed(written: bytes, change: Callable[[Any], object]) -> bytes:
    found = json.loads(written)
    change(found)
    return json.dumps(found).encode()


def test_figures_rows_and_violations_are_those_that_were_written(reported, written) -> None:
    report, found = reported(BASE, AFTER, starter()), read_report(written)
    assert isinstance(found, Report)
    assert (found.before, found.total, found.one_off, found.verdict) == (
        report.before, report.total, report.one_off, Verdict.DENY,
    )  # fmt: skip
    assert [(row.title, row.kind, row.total, row.delta.identity) for row in found.rows] == [
        (row.title, row.kind, row.total, row.delta.identity) for row in report.rows
    ]
    assert [(each.id, each.identity, each.message) for each in found.violations] == [
        (each.id, each.identity, each.message) for each in report.violations
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"{", "no JSON"),
        (b"[]", "not as the schema says"),
        (b"null", "not as the schema says"),
        (b'{"schema": "weighbridge.dev/weighing/v2"}', "not as the schema says"),
        (b"[" * 100_000, "more than 40 levels"),
        (b"[" * 60 + b"]" * 60, "more than 40 levels"),
        (b'{"total": NaN}', "NaN is no number"),
        (b'{"total": 1e999999999}', "too large"),
        (b'{"total": 1e-999999999}', "too small"),
        (b'{"total": ' + b"9" * 5000 + b"}", "a number is too long"),
        (b'["' + b"x" * 20_000 + b'"]', "a text has more than 16,384 characters"),
        (b'{"' + b"x" * 20_000 + b'": 1}', "a text has more than 16,384 characters"),
    ],
)
def test_what_is_no_weighing_is_said(data: bytes, words: str) -> None:
    assert words in told(data)


def test_a_document_that_is_too_large_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_document, "LARGEST", 1024)
    assert "more than" in told(b" " * 1025)


def test_more_values_than_anybody_reads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_document, "MOST_VALUES", 10)
    assert "more than 10 values" in told(b"[0,0,0,0,0,0,0,0,0,0,0]")


def _shift(found: Any, *path: str | int) -> None:
    for part in path[:-1]:
        found = found[part]
    found[path[-1]] = round(found[path[-1]] + 1, 2)


@pytest.mark.parametrize(
    "path",
    [
        ("total", "expected"),
        ("total", "high"),
        ("before", "low"),
        ("delta", "expected"),
        ("oneOff", "total", "expected"),
        ("workloads", 0, "total", "expected"),
        ("workloads", 0, "before", "expected"),
        ("workloads", 0, "lines", 0, "amount", "high"),
        ("workloads", 0, "linesBefore", 0, "amount", "high"),
    ],
)
def test_a_figure_that_does_not_sum_is_refused(written: bytes, path: tuple[str | int, ...]) -> None:
    with pytest.raises(SumError):
        read_report(changed(written, lambda found: _shift(found, *path)))


def _set(*path: Any) -> Callable[[Any], None]:
    *there, last, value = path

    def change(found: Any) -> None:
        for part in there:
            found = found[part]
        found[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_set("total", "expected", 0.001), "not in steps of 0.01"),
        (_set("prices", "currency", "<img src=x>"), "its currency is none"),
        (_set("prices", "exchange", {"usd": 0, "date": "2026-01-01"}), "its currency is none"),
        (_set("prices", "exchange", {"usd": 1.1, "date": "](http://evil)"}), "its currency is none"),
        (_set("generatedAt", "2026-01-01T00:00:00"), "has no time zone"),
        (_set("generatedAt", "yesterday"), "yesterday"),
        (_set("generatedAt", "9999-12-31T00:00:00+00:00"), "is no time of a weighing"),
        (_set("workloads", 0, "pods", 0, "count", {"low": 3, "expected": 2, "high": 1}), "must rise"),
        (_set("workloads", 0, "lines", 0, "quantity", "2"), "not as the schema says"),
        (_set("workloads", 0, "unrounded", {"before": "1e9", "total": "1"}), "not as the schema says"),
        (
            _set("rendering", {"rendered": 1, "cached": 0, "programs": [], "confinement": {"network": "all", "limits": 1}}),
            "schema",
        ),
    ],
)
def test_a_part_that_is_not_what_it_should_be_is_refused(written: bytes, change: Callable[[Any], None], words: str) -> None:
    assert words in told(changed(written, change))


def test_an_exemption_that_ends_outside_of_the_calendar_is_refused(written: bytes) -> None:
    def exempted(found: Any) -> None:
        used = dict.fromkeys(("file", "line", "hindrance", "startsAt", "ticket", "requestedBy", "approvedBy"))
        used |= {"namespace": "a", "name": "b", "inEffect": True, "expiresAt": "9999-12-31T23:59:59-14:00", "daysLeft": 1}
        used |= {
            "endsSoon": False,
            "rules": [],
            "kinds": [],
            "names": [],
            "reason": "",
            "passed": [{"object": "a", "rule": "b/c"}],
        }
        found["exemptions"] = [used]

    assert "this is no weighing" in told(changed(written, exempted))


def _explained(levels: int) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        step: dict[str, Any] = {"text": "", "steps": []}
        for _ in range(levels):
            step = {"text": "", "steps": [step]}
        found["workloads"][0]["explanation"] = step

    return change


def test_what_refers_to_itself_in_the_schema_is_followed_no_deeper_than_anything_else(written: bytes) -> None:
    assert isinstance(read_report(changed(written, _explained(15))), Report)
    assert "more than 40 levels" in told(changed(written, _explained(20)))


@pytest.mark.parametrize("stated", ["pass", "warn", "unknown"])
def test_a_verdict_is_never_better_than_the_violations(written: bytes, stated: str) -> None:
    found = read_report(changed(written, _set("verdict", stated)))
    assert isinstance(found, Report)
    assert found.verdict is Verdict.DENY


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=50)
@given(JSON)
def test_nothing_that_is_json_raises(value: object) -> None:
    assert isinstance(read_report(json.dumps(value).encode()), Problem)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), JSON)
def test_no_part_that_is_exchanged_raises_but_for_sums(written: bytes, random: Any, value: object) -> None:
    def exchange(found: Any) -> None:
        while True:
            key = random.choice(list(found) if isinstance(found, dict) else range(len(found)))
            if not isinstance(found[key], dict | list) or not found[key] or random.random() < 0.1:
                found[key] = value
                return
            found = found[key]

    try:
        found = read_report(changed(written, exchange))
    except SumError:
        return
    assert isinstance(found, Report | Problem)
