"""Rows that share a line of the comment are each within one step of what they stand for, sum, and hide nothing that matters."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manifest_texts import calling, deployment, gpu_job, namespace

from bot.amount import Unit
from bot.comment import LINES, comment
from bot.shown_row import ALIKE, shown_rows, single_rows
from policies.documents.starter import starter
from policies.reports.figures import Figures, total_of
from policies.reports.report import Report
from pricing.rounding import WHOLE, SumError
from workloads.problem import Problem, Severity

UNIT = Unit(WHOLE)
SHOP = namespace("shop")


def _many(count: int, memory: str, others: str = "") -> str:
    return SHOP + "".join(deployment(f"w-{n}", memory=memory) for n in range(count)) + others


def test_what_changes_alike_is_one_row_from_four_on(reported) -> None:
    for count, rows in ((ALIKE - 1, ALIKE - 1), (ALIKE, 1)):
        report = reported(_many(count, "1Gi"), _many(count, "2Gi"))
        assert len(shown_rows(report.changed, UNIT, 20)) == rows


def test_a_row_of_many_is_rounded_once(reported) -> None:
    report = reported(_many(960, "1Gi"), _many(960, "2Gi", deployment("other", replicas=7)))
    alike, other = shown_rows(report.changed, UNIT, 20)
    # 960 x 2 pods x 730 h x $0.003719 = $5,212.55; rounded one by one these were up to $480 off.
    assert alike.change.expected == 5213
    assert other.change.expected == 94  # 7 x 730 x (0.5 x 0.029305 + 0.003719) = $93.88


def test_what_is_small_beside_the_largest_shares_the_last_row(reported) -> None:
    small = [deployment(f"small-{n}", replicas=1, cpu=f"{10 + n}m", memory="16Mi") for n in range(ALIKE)]
    large = deployment("large", replicas=90, cpu="4")
    shown = shown_rows(reported("", SHOP + large + "".join(small)).changed, UNIT, 20)
    assert [len(row.rows) for row in shown] == [1, ALIKE]
    assert not shown[-1].words
    shown = shown_rows(reported("", SHOP + large + "".join(small[1:])).changed, UNIT, 20)
    assert [len(row.rows) for row in shown] == [1] * ALIKE


def test_what_is_denied_or_in_part_unknown_is_not_hidden_for_being_small(reported) -> None:
    small = [deployment(f"small-{n}", replicas=1, cpu=f"{10 + n}m", memory="16Mi") for n in range(ALIKE)]
    nobodys = namespace("ml", team="") + deployment("nobodys", replicas=1, cpu="10m", memory="16Mi", team="", space="ml")
    large = deployment("large", replicas=90, cpu="4")
    text = comment(reported("", SHOP + large + "".join(small) + nobodys + calling("gpt-4o"), starter()))
    rows = [line.split(" | ")[1] for line in text.splitlines() if line.startswith("| ") and " h × " not in line]
    assert "`ml/nobodys`, denied" in rows
    assert "`shop/chat`" in rows
    assert "4 more, none above $0.50" not in rows
    assert any(row.startswith("4 more") for row in rows)


def test_once_and_unknown_amounts_of_the_rest_are_told_too(reported) -> None:
    jobs = "".join(
        gpu_job(f"train-{n}").replace("completions: 4", f"completions: {n}").replace("parallelism: 4", f"parallelism: {n}")
        for n in range(1, 30)
    )
    text = comment(reported("", SHOP + jobs + deployment("web")))
    (rest,) = [line for line in text.splitlines() if " more, none above " in line]
    assert " once" in rest.split("|")[1]


def test_a_comment_whose_rows_do_not_sum_to_its_heading_is_never_made(reported) -> None:
    report = reported(_many(2, "1Gi"), _many(2, "2Gi"))
    cent = Figures(*[Decimal("0.01")] * 3)
    with pytest.raises(SumError):
        comment(replace(report, total=report.total + cent))
    (row, *others) = report.rows
    with pytest.raises(SumError):
        comment(replace(report, rows=(replace(row, total=row.total + cent), *others)))


SIZES = st.tuples(st.integers(0, 40), st.sampled_from(["10m", "250m", "1", "3"]), st.sampled_from(["64Mi", "1Gi", "7Gi"]))
SIDE = st.dictionaries(st.integers(0, 60), SIZES, max_size=60)


def _side(sizes: dict[int, tuple[int, str, str]]) -> str:
    teams = ("red", "green", "blue")
    return SHOP + "".join(deployment(f"w-{n}", *size, team=teams[n % 3]) for n, size in sizes.items())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIDE, SIDE, st.integers(2, 21))
def test_every_row_is_within_a_step_and_all_sum(reported, before: dict, after: dict, room: int) -> None:
    report: Report = reported(_side(before), _side(after))
    shown = shown_rows(report.changed, UNIT, room)
    assert len(shown) <= room
    assert sorted(row.title for each in shown for row in each.rows) == sorted(row.title for row in report.changed)
    for row in shown:
        for side, exact in ((row.before, [each.before for each in row.rows]), (row.total, [each.total for each in row.rows])):
            assert abs(side.expected - total_of(exact).expected) <= 1
    for rows in (shown, single_rows(report.changed, UNIT)):
        assert total_of([row.before for row in rows]) == UNIT.round(total_of([row.before for row in report.changed]))
        assert total_of([row.total for row in rows]) == UNIT.round(total_of([row.total for row in report.changed]))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIDE, SIDE)
def test_teams_added_and_saved_sum_to_the_heading_and_all_fits_a_screen(reported, before: dict, after: dict) -> None:
    text = comment(reported(_side(before), _side(after), starter()))
    above, _, details = text.partition("<details>")
    assert len([line for line in above.splitlines() if line.strip(" >")]) <= LINES
    heading = _amount(text.splitlines()[0])
    teams = re.search(r"\*\*By team:\*\* (.*)\.", text)
    assert not teams or sum(_amount(each) for each in teams[1].split(", ")) == heading
    gross = re.search(r": (\S+) added, (\S+) saved", text)
    assert not gross or _amount(gross[1]) - _amount(gross[2]) == heading
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in details.splitlines() if re.match(r"\| (?!line)", line)]
    if lines and not re.search(r"\d more \| in the JSON", details):
        *parts, total = lines
        for side in (2, 3):
            assert sum(_amount(row[side]) for row in parts) == _amount(total[side])


def _amount(words: str) -> Decimal:
    found = re.search(r"([+−]?)\$([\d,]+(?:\.\d\d)?)", words.replace("*", ""))
    value = Decimal(found[2].replace(",", "")) if found else Decimal(0)
    return -value if found and found[1] == "−" else value


@pytest.mark.parametrize("count", [1, 6, 7, 40])
def test_what_has_no_price_is_named_as_far_as_there_is_room_and_counted(count: int, reported) -> None:
    kinds = "".join(
        f"---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: r-{n}, namespace: shop}}\n"
        f"spec: {{chart: {{spec: {{chart: c-{n}}}}}}}\n"
        for n in range(count)
    )
    text = comment(reported(SHOP, SHOP + kinds))
    named = [line for line in text.splitlines() if line.startswith("| **?**")]
    told = sum(int(found[1]) if (found := re.search(r"(\d+) (?:objects|more)", line)) else 1 for line in named)
    assert told == count
    assert len(named) <= 6


def test_where_there_are_too_many_bullets_the_sums_go_first_and_warnings_stay(reported) -> None:
    report = reported(
        "", namespace("shop") + namespace("ml", "ml") + deployment("a", 300) + deployment("b", team="ml", space="ml"), starter()
    )
    text = comment(replace(report, notes=("a note",)))
    assert "- **By team:** " in text
    assert "- **Warned:** " in text
    chart = "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis, namespace: nowhere}\n"
    unread = Problem(Severity.ERROR, "not valid YAML", "other.yaml", 3)
    more = reported("", namespace("shop") + deployment("a", 300) + deployment("b", team="ml") + chart, starter())
    bullets = [
        line for line in comment(replace(more, problems=(unread,), notes=("a note",))).splitlines() if line.startswith("- **")
    ]
    assert [line.partition("**")[2].partition("*")[0].rstrip(":") for line in bullets] == [
        "Not read, and in no figure", "Not priced, and not $0", "Could not be decided", "Warned", "To know",
    ]  # fmt: skip
