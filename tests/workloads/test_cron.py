"""Cron schedules as the CronJob controller reads them. The table was made by running robfig/cron v3.0.1 (tests/oracle/cron)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.schedule.cron import CronError, runs_per_month, runs_per_year

TABLE = json.loads((Path(__file__).parent / "data" / "cron.json").read_text(encoding="utf-8"))


def whole_runs(schedule: str) -> dict[str, object]:
    try:
        return {"runs": int(runs_per_year(schedule))}
    except CronError:
        return {"refused": True}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: repr(row["schedule"]))
def test_a_schedule_runs_as_often_as_robfig_cron_runs_it(row: dict[str, object]) -> None:
    answer = {key: value for key, value in row.items() if key != "schedule"}
    assert whole_runs(str(row["schedule"])) == answer


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("*/5 * * * *", "8760"),  # 12 an hour x 8,760 hours / 12 months
        ("@every 3m", "14600"),  # 8,760 h x 20 / 12
        ("@every 10000h", "0.073"),  # 8,760 / 10,000 / 12
        ("@yearly", "0.0833333333333333333333333333333333333333"),  # 1 / 12
        ("0 0 31 2 *", "0"),
    ],
)
def test_runs_a_month_are_a_year_s_over_twelve(schedule: str, runs: str) -> None:
    assert runs_per_month(schedule) == Decimal(runs)


def test_another_year_has_other_weekdays_and_days() -> None:
    assert runs_per_year("0 0 29 2 *", 2028) == 1


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        ("", "is empty"),
        ("0 0 * *", "has 4 fields"),
        ("61 * * * *", "minute: '61' is outside 0 to 59"),
        ("* * * * 7", "day of week: '7' is outside 0 to 6"),
        ("5-1 * * * *", "ends before it begins"),
        ("*/0 * * * *", "the step of '*/0' must be positive"),
        ("* noon * * *", "hour: 'noon' is no number"),
        ("@reboot", "no descriptor"),
        ("@every soon", "no duration"),
        ("TZ=UTC", "a time zone without a schedule"),
        ("* " * 2000, "too long"),
    ],
)
def test_a_refusal_says_why(schedule: str, reason: str) -> None:
    with pytest.raises(CronError) as refused:
        runs_per_year(schedule)
    assert reason in str(refused.value)


@settings(max_examples=150)
@given(st.text(alphabet="0123456789*?/-,@ jansu\u0663", max_size=20))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    assert set(whole_runs(text)) <= {"runs", "refused"}


@settings(max_examples=60)
@given(st.integers(0, 59), st.integers(0, 59), st.integers(0, 23))
def test_more_minutes_are_never_fewer_runs(minute: int, other: int, hour: int) -> None:
    assert runs_per_year(f"{minute},{other} {hour} * * *") >= runs_per_year(f"{minute} {hour} * * *")


@pytest.mark.go
def test_the_table_is_what_robfig_cron_says(go_oracle: Callable[[str], Callable[[object], list[dict[str, object]]]]) -> None:
    answers = go_oracle("cron")(row["schedule"] for row in TABLE)
    told = [{"refused": True} if "error" in answer else {"runs": answer["runs"]} for answer in answers]
    assert told == [{key: value for key, value in row.items() if key != "schedule"} for row in TABLE]


@pytest.mark.go
def test_schedules_drawn_at_random_run_as_often(go_oracle: Callable[[str], Callable[[object], list[dict[str, object]]]]) -> None:
    draw = random.Random(7)

    def part(low: int, high: int) -> str:
        first, second = draw.randint(low, high), draw.randint(low - 1, high + 1)
        step = draw.choice(["", "", f"/{draw.randint(0, 9)}"])
        return draw.choice(["*", "?", str(first), f"{first}-{second}", f"{first},{second}"]) + step

    # Minutes stay few, so that the other side, which steps from run to run, is done in a moment.
    schedules = [" ".join([str(draw.randint(0, 59)), part(0, 23), part(1, 31), part(1, 12), part(0, 6)]) for _ in range(400)]
    answers = go_oracle("cron")(schedules)
    told = [{"refused": True} if "error" in answer else {"runs": answer["runs"]} for answer in answers]
    assert [whole_runs(schedule) for schedule in schedules] == told


def test_a_schedule_of_the_leap_day_runs_every_four_years() -> None:
    assert runs_per_year("0 0 29 2 *") == Fraction(1, 4)
    assert runs_per_year("0 0 30 2 *") == 0
