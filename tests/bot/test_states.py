"""Each state of the comment, by the whole command from a push to what is left on the pull request, is held to golden files.

Each is kept as Markdown, as HTML as GitHub shows it, and as the text of a mail. ``pytest tests/bot/test_states.py
--snapshot-update`` writes them anew; look at what changed before it is kept.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import published_schema
import pytest
from comment_states import STATES
from conversation import conversation
from foreign_formats import code_quality_mistakes, sarif_mistakes
from github_html import github_html, mail_text
from inline_links import inline_links
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation

from bot.code_quality import code_quality
from bot.comment import LARGEST, LINES
from bot.sarif import sarif
from policies.reports.reader import read_report
from policies.reports.report import Report

GOLDEN = Path(__file__).parent / "golden"


class _Golden(SingleFileSnapshotExtension):
    """Texts in ``golden/``, by the name of the state alone."""

    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:  # noqa: ARG003
        return str(GOLDEN)

    @classmethod
    def get_file_basename(cls, *, test_location: PyTestLocation, index: object) -> str:  # noqa: ARG003
        return _name(test_location)

    @classmethod
    def matches_test_location(cls, *, test_location: PyTestLocation, snapshot_location: str) -> bool:
        return Path(snapshot_location).stem == _name(test_location)


def _name(test_location: PyTestLocation) -> str:
    """The state that a test is about."""
    return str(test_location.nodename).partition("[")[2].rstrip("]")


class Markdown(_Golden):
    file_extension = "md"


class Html(_Golden):
    file_extension = "html"


class Mail(_Golden):
    file_extension = "txt"


@dataclass(frozen=True)
class Reached:
    """What is left when a state is reached."""

    body: str
    hidden: str | None
    summary: str
    weighing: Mapping[str, object]
    codes: list[int]
    title: str
    """Of the check run."""
    mistakes: list[str]


@pytest.fixture(scope="module", params=STATES)
def state(request: pytest.FixtureRequest) -> str:
    """Every state; pytest runs all tests of one before those of the next."""
    return str(request.param)


@pytest.fixture(scope="module")
def reached(state: str, tmp_path_factory: pytest.TempPathFactory) -> Reached:
    """The state, reached once for all of its tests."""
    with conversation(tmp_path_factory.mktemp(state)) as talk:
        base, *pushes = STATES[state]
        talk.begin(base)
        for tree in pushes:
            talk.push(tree)
        (check, *_) = talk.github.world.platform.checks_on(talk.pull.head)
        summary = talk.summary.read_text(encoding="utf-8") if talk.summary.exists() else ""
        weighing = json.loads(talk.weighing.read_text(encoding="utf-8"))
        comment, mistakes = talk.comment, talk.github.mistakes
        return Reached(comment.body, comment.hidden, summary, weighing, talk.codes, str(check.title), mistakes)


def _only(*names: str) -> pytest.MarkDecorator:
    """Of a test that is about some of the states."""
    return pytest.mark.parametrize("state", names, indirect=True, scope="module")


def test_a_state_reads_as_it_was_agreed(reached: Reached, snapshot: SnapshotAssertion) -> None:
    assert reached.body == snapshot(extension_class=Markdown)
    assert github_html(reached.body) == snapshot(extension_class=Html)
    assert not reached.mistakes


def test_a_state_reads_as_well_in_mail(reached: Reached, snapshot: SnapshotAssertion) -> None:
    assert mail_text(reached.body) == snapshot(extension_class=Mail)


def test_the_json_of_a_state_is_what_its_schema_says_and_no_key_is_missing_there(reached: Reached) -> None:
    assert [f"{error.json_path}: {error.message}" for error in published_schema.exhaustive().iter_errors(reached.weighing)] == []


@pytest.mark.whole
def test_a_state_is_told_to_code_scanning_and_to_gitlab_as_they_take_it(reached: Reached) -> None:
    report = read_report(json.dumps(reached.weighing).encode())
    assert isinstance(report, Report)
    assert sarif_mistakes(json.loads(json.dumps(sarif(report)))) == []
    assert code_quality_mistakes(json.loads(json.dumps(code_quality(report)))) == []


def test_every_golden_file_is_of_a_state() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(STATES)
    assert {file.suffix for file in GOLDEN.iterdir()} == {".md", ".html", ".txt"}


def test_what_is_read_before_the_details_fits_a_screen(state: str, reached: Reached) -> None:
    above = reached.body.partition("<details>")[0]
    lines = [line for line in above.splitlines() if line.strip(" >") and not line.startswith(("<sub>", "<!--"))]
    assert len(lines) <= (LINES if state.startswith(("a-thousand", "several-denied")) else 19)
    assert len(reached.body.encode()) <= LARGEST


def test_there_is_an_alert_only_where_something_is_denied(reached: Reached) -> None:
    shown = github_html(reached.body)
    assert shown.count('class="markdown-alert ') == int("denied" in reached.body.splitlines()[0])
    assert "[!" not in shown


def test_no_column_is_empty(reached: Reached) -> None:
    tables = re.findall(r"(?:^\|.*\n)+", reached.body, re.MULTILINE)
    assert bool(tables) == (" → " in reached.body.partition("<details>")[0])
    for table in tables:
        rows = [
            [cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines() if not line.startswith("|--")
        ]
        head, *body = [row for row in rows if not row[0].startswith(":--")]
        for number, name in enumerate(head):
            assert any(row[number] for row in body), f"nothing in the column {name}"


class _Balance(HTMLParser):
    """Which elements are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_what_github_shows_is_whole(reached: Reached) -> None:
    balance = _Balance()
    balance.feed(github_html(reached.body))
    assert not balance.open
    said = html.unescape("".join(balance.text))
    assert "|" not in said, "a table that is none"
    assert "**" not in said, "emphasis that is none"
    assert "`" not in said, "code that is none"
    assert "increased by" not in said
    assert "weighbridge:1" not in said, "the marker is seen"


def test_rows_sum_to_the_heading(reached: Reached) -> None:
    rows = _rows(reached.body)
    if len(rows) > 1:
        *parts, total = [_expected(row[0]) for row in rows]
        assert sum(parts) == total
        heading = reached.body.splitlines()[0]
        assert _expected(heading) == total or "cannot tell" in heading
        before, after = ([_expected(row[3].partition(" → ")[side]) for row in rows] for side in (0, 2))
        assert sum(before[:-1]) == before[-1]
        assert sum(after[:-1]) == after[-1]
        assert after[-1] - before[-1] == total


def _rows(body: str) -> list[list[str]]:
    """The cells of the table of costs."""
    found = re.search(r"\| Δ a month .*?\n\n", body, re.DOTALL)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[0].strip().splitlines()[2:]] if found else []


def _expected(cell: str) -> Decimal:
    """The expected amount of ``$0 to **+$161**``: the first; of a question mark none."""
    found = re.search(r"([+−]?)\$([\d,]+(?:\.\d\d)?)", cell.replace("*", ""))
    value = Decimal(found[2].replace(",", "")) if found else Decimal(0)
    return -value if found and found[1] == "−" else value


def _thousand(reached: Reached) -> list[dict[str, object]]:
    found = reached.weighing["workloads"]
    assert isinstance(found, list)
    return [each for each in found if each["change"] != "unchanged"]


@_only("a-thousand-alike", "a-thousand-different")
def test_of_a_thousand_workloads_nothing_is_lost_from_the_json(reached: Reached) -> None:
    changed = _thousand(reached)
    assert len({(each["namespace"], each["name"]) for each in changed}) == 1000
    assert "for 1,000 workloads" in reached.body
    told = sum(Decimal(str(each["delta"]["expected"])) for each in changed)  # type: ignore[index]
    assert told == Decimal(str(reached.weighing["delta"]["expected"]))  # type: ignore[index]


@_only("a-thousand-alike", "a-thousand-different")
def test_what_the_comment_leaves_out_is_where_it_says(reached: Reached) -> None:
    assert re.search(
        r"\d more, none above \$\d+ \| in the \[job summary\]\(https://github.example/\S+/runs/1187\) and the JSON",
        inline_links(reached.body),
    )
    assert reached.summary.startswith(reached.body.rstrip("\n"))
    assert len(reached.summary.encode()) < 1024 * 1024
    for each in _thousand(reached):
        assert f"[`{each['namespace']}/{each['name']}`]" in reached.summary
    balance = _Balance()
    balance.feed(github_html(reached.summary))
    assert not balance.open


@_only("cost-up", "several-denied")
def test_a_job_summary_of_what_fits_the_comment_is_the_comment(reached: Reached) -> None:
    assert reached.summary == reached.body


@_only("a-thousand-alike")
def test_identical_changes_are_one_row_and_the_biggest_causes_come_first(reached: Reached) -> None:
    rows = _rows(reached.body)
    # 960 workloads of 2 pods, each 1 GiB x 730 h x $0.003719 more: $5,212.55.
    assert rows[0] == ["**+$5,213**", "960 workloads in 14 namespaces", "memory 1 → 2 GiB", rows[0][3]]
    assert [row[1].split("`")[1] for row in rows[1:3]] == ["search/indexer", "batch/loader"]
    assert rows[3][1].startswith("38 more, none above $")


@_only("no-change")
def test_nothing_left_to_say_is_folded_away(reached: Reached) -> None:
    assert reached.hidden == "RESOLVED"
    assert re.search(r"^Nothing in `\w{7}` changes cost\. \(`\w{7}`: \+\$1,236 a month\.\)$", reached.body, re.MULTILINE)


@_only("not-read")
def test_what_could_not_be_read_has_no_figure_and_the_rest_keeps_its_own(reached: Reached) -> None:
    assert reached.codes[-1] == 2
    assert reached.title == "Cost: cannot tell, 1 not read"
    assert "**Not read, and in no figure:** `apps/shop/storefront.yaml:2:19`" in reached.body
    assert _rows(reached.body)
    assert not [row for row in _rows(reached.body) if "storefront" in row[1]]


@_only("could-not-be-weighed")
def test_a_commit_that_could_not_be_weighed_shows_no_figures_of_its_own(reached: Reached) -> None:
    assert reached.codes[-1] == 2
    assert reached.title == "Cost: this commit could not be weighed"
    assert not _rows(reached.body)
    assert "Weighed" not in reached.body
