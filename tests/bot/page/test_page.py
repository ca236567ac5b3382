"""The page holds everything in one file, escapes all that is not ours, sums, and reads without script, pictures or colours."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manifest_texts import calling, cron_job, deployment, gpu_job, namespace, stateful_set
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot.page import page as page_module
from bot.page.bars import WIDTH, Step, side_by_side, waterfall
from bot.page.page import LARGEST, page
from policies.documents.starter import starter

BEFORE = namespace("shop") + deployment("web", replicas=3) + stateful_set("db", "100Gi") + deployment("api", maximum=6)
AFTER = (
    namespace("shop")
    + deployment("web", replicas=9)
    + stateful_set("db", "500Gi")
    + deployment("api", maximum=12)
    + gpu_job("train")
    + cron_job("nightly", "0 2 * * *")
    + calling("gpt-4o")
    + namespace("ml", team="")
    + deployment("nobodys", team="", space="ml")
)
TAGS = (
    "html head meta title style body header main footer section h1 h2 p dl div dt dd ul ol li span small strong code svg rect "
    "table thead tbody tr th td br details summary script"
)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;\u202e\u200b" + "{{ 7 * 7 }} javascript:alert(3)"


class Html(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "html"


class Read(HTMLParser):
    """What is in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.inside: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.inside[self.open[-1]] = data
        else:
            self.text.append(data)

    def values(self, tag: str, name: str) -> list[str]:
        return [value for each, attributes in self.tags if each == tag and (value := attributes.get(name)) is not None]


def _held(text: str) -> Read:
    """Hold a page to what is true of every page."""
    read = Read(text)
    assert not read.open
    assert [tag for tag, _ in read.tags].count("script") == 1
    assert {tag for tag, _ in read.tags} <= set(TAGS.split())
    for _, attributes in read.tags:
        assert not {name for name in attributes if name.startswith("on")} | ({"href", "src", "style"} & attributes.keys())
    assert "url(" not in text
    assert "@import" not in text
    assert "\u202e" not in text
    assert len(text.encode()) <= LARGEST
    return read


def test_a_change_reads_as_it_was_agreed(reported, snapshot: SnapshotAssertion) -> None:
    text = page(reported(BEFORE, AFTER, starter()))
    _held(text)
    assert text == snapshot(extension_class=Html)


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, AFTER), (None, ""), ("", AFTER), (AFTER, ""), (AFTER, AFTER), (AFTER, BEFORE), (None, gpu_job("train"))],
)
def test_every_report_has_a_page(before: str | None, after: str, reported) -> None:
    _held(page(reported(before, after, starter())))


def test_only_our_own_style_and_script_may_act(reported) -> None:
    read = _held(page(reported(BEFORE, AFTER)))
    (policy,) = [value for value in read.values("meta", "content") if value.startswith("default-src")]
    for name in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(read.inside[name].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


@pytest.mark.parametrize("text", [HOSTILE, "a" * 5000, "\u0000\u001b[31m\n\r", "𐀀\ufffe", "&amp;<b>", "' onmouseover='x"])
def test_a_hostile_text_is_shown_and_does_nothing(text: str, reported) -> None:
    quoted = json.dumps(text)
    labelled = deployment("web").replace("{app: web, team: shop}", f"{{app: web, team: {quoted}}}", 1)
    hostile = deployment(quoted) + labelled + f"---\n{{apiVersion: {quoted}, kind: {quoted}, metadata: {{name: {quoted}}}}}\n"
    hostile += (
        deployment("b").replace("cpu: 500m", f"cpu: {quoted}")
        + stateful_set(quoted, quoted)
        + calling(quoted.strip('"')[:1], "c")
    )
    for before in (None, "", BEFORE):
        _held(page(reported(before, hostile, starter())))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60))
def test_no_name_breaks_the_page(reported, name: str) -> None:
    _held(page(reported("", deployment(json.dumps(name)))))


def test_amounts_sum_to_the_heading_in_cents(reported) -> None:
    report = reported(BEFORE, AFTER)
    text = page(report)
    moved = [Decimal(value) for value in re.findall(r'<tr>\n<td class="number" data-value="([-\d.]+)"', text)]
    assert sum(moved) == report.delta.expected
    assert len(moved) == len(report.changed)
    assert f">+${report.delta.expected:,}<" in text


def test_charts_are_words_and_amounts_that_are_read_without_seeing_the_bars(reported) -> None:
    read = _held(page(reported(BEFORE, AFTER)))
    assert all(
        attributes == {**attributes, "aria-hidden": "true", "focusable": "false"} for tag, attributes in read.tags if tag == "svg"
    )
    assert {"svg", "th"} <= {tag for tag, _ in read.tags}
    assert all(attributes.get("scope") == "col" for tag, attributes in read.tags if tag == "th")
    assert read.values("html", "lang") == ["en"]
    said = "".join(read.text)
    for words in (
        "From before to after",
        "By team",
        "shop/db",
        "volume size 100 → 500 GiB",
        "+$204.00",
        "exact: Google Cloud list",
    ):
        assert words in said


def test_columns_without_anything_in_them_are_left_out(reported) -> None:
    plain = page(reported(deployment("web"), deployment("web", replicas=4)))
    assert "At the maximum</th>" not in plain
    assert "Once</th>" not in plain
    every = page(reported(BEFORE, AFTER))
    assert "At the maximum</th>" in every
    assert "Once</th>" in every


def test_a_maximum_that_rises_by_less_than_what_is_expected_is_no_end_of_a_range(reported) -> None:
    # Three pods at least and six at most, of which three are expected; from now on five always run.
    text = page(reported(deployment("api", maximum=6), deployment("api", replicas=5)))
    assert re.search(r"\+\$[0-9.]+ <small>maximum −\$", text)
    assert not re.search(r"\+\$[0-9.]+ (<small>)?to −\$", text)


def test_what_has_no_room_is_counted_and_the_page_stays_within_its_size(reported, monkeypatch: pytest.MonkeyPatch) -> None:
    report = reported("", namespace("shop") + "".join(deployment(f"w-{n}", cpu=f"{100 + n}m") for n in range(150)))
    assert " more, all smaller, are in the JSON" not in page(report)
    monkeypatch.setattr(page_module, "LARGEST", 70_000)
    text = page(report)
    assert len(text.encode()) <= 70_000
    assert "130 more, all smaller, are in the JSON" in text or "50 more, all smaller, are in the JSON" in text
    assert "138 more" in text  # of the chart: 150 without 12 bars


def test_what_was_not_read_stands_before_the_figures_and_what_is_doubtful_after_them(reported) -> None:
    from dataclasses import replace

    from workloads.problem import Problem, Severity

    problems = (Problem(Severity.WARNING, "given twice", "a.yaml", 1), Problem(Severity.ERROR, "not valid YAML", "b.yaml", 2))
    text = page(replace(reported(BEFORE, AFTER), problems=problems))
    order = [
        text.index(words)
        for words in ("Not read, and in no figure", "not valid YAML", "What changes</h2>", "Doubtful", "given twice")
    ]
    assert order == sorted(order)


def test_notes_beyond_what_a_page_takes_are_counted(reported) -> None:
    from dataclasses import replace

    text = page(replace(reported(BEFORE, AFTER), notes=tuple(f"note {n}" for n in range(1205))))
    assert "note 199" in text
    assert "note 200" not in text
    assert "1,005 more are in the JSON" in text


def test_amounts_are_in_the_currency_that_is_asked_for(weighed) -> None:
    from datetime import UTC, datetime

    from policies.reports.report import report
    from pricing.currency import Currency

    yen = Currency("JPY", Decimal("0.0067"), "2026-01-01")
    text = page(report([weighed(BEFORE, AFTER)], "diff", datetime(2026, 1, 2, tzinfo=UTC), yen))
    assert "¥" in text
    assert not re.search(r"¥[\d,]+\.\d", text.partition("How each figure")[0])


STEPS = st.lists(
    st.builds(
        lambda amount, more, whole: Step("a", "", Decimal(amount), Decimal(amount + more), whole),
        st.integers(-(10**9), 10**9),
        st.integers(-(10**6), 10**9),
        st.booleans(),
    ),
    max_size=12,
)


@given(STEPS)
def test_every_bar_is_within_its_chart(steps: list[Step]) -> None:
    for bars in (waterfall(steps), side_by_side(steps)):
        for bar in bars:
            for start, width in ((bar.start, bar.width), (bar.may_start, bar.may_width)):
                assert start >= 0
                assert width >= 0
                assert start + width <= WIDTH + 1


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=8))
def test_a_waterfall_goes_from_before_to_after(changes: list[int]) -> None:
    before = Decimal(10_000)
    steps = [Step(str(n), "", Decimal(change), Decimal(change)) for n, change in enumerate(changes)]
    after = before + sum(changes)
    bars = waterfall([Step("Before", "", before, before, whole=True), *steps, Step("After", "", after, after, whole=True)])
    level = bars[0].width
    for bar in bars[1:-1]:
        begins = bar.start + bar.width if bar.tone == "down" else bar.start
        assert abs(begins - level) <= Decimal("0.5")
        level = bar.start if bar.tone == "down" else bar.start + bar.width
    assert abs(bars[-1].width - level) <= Decimal("0.5")
