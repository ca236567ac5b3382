"""Periods in the words of kube-downscaler."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.schedule.time_period import PeriodError, read_period
from workloads.schedule.year import ALWAYS, MINUTES_PER_YEAR, NEVER

# Hours of 2026, which has 261 days from Monday to Friday, 52 Saturdays and 52 Sundays.
PERIODS = [
    ("Mon-Fri 07:30-20:30 Europe/Berlin", 261 * 13),
    ("mon-fri 07:30-20:30 Europe/Berlin", 261 * 13),
    ("Sat-Sun 00:00-24:00 CET,Fri-Fri 20:00-24:00 CET", 104 * 24 + 52 * 4),
    ("Sun-Thu 09:00-17:00 UTC", (52 + 4 * 52 + 1) * 8),  # round the week; 2026 has 53 Thursdays
    ("Sat-Mon 00:00-24:00 UTC", 3 * 52 * 24),
    ("Mon-Mon 09:00-17:00 UTC", 52 * 8),
    ("Mon-Sun 08:00-12:00 UTC, Mon-Sun 10:00-18:00 UTC", 365 * 10),
    ("Mon-Sun 02:00-03:00 Europe/Berlin", 365),
    ("Mon-Sun 20:00-99:99 UTC", 365 * 4),
]


@pytest.mark.parametrize(("text", "hours"), PERIODS)
def test_a_period_has_its_hours_of_the_year(text: str, hours: int) -> None:
    period = read_period(text)
    assert period.times.minutes == hours * 60
    assert period.notes == ()


@pytest.mark.parametrize(("text", "times"), [("always", ALWAYS), ("Never", NEVER), (" ALWAYS ", ALWAYS)])
def test_two_words_stand_for_all_and_none(text: str, times: object) -> None:
    assert read_period(text).times == times


@pytest.mark.parametrize(
    ("text", "hours", "note"),
    [
        ("2026-12-24T00:00:00+01:00-2027-01-02T00:00:00+01:00", 0, "comes only once"),
        ("Mon-Fri 08:00-18:00 UTC,2026-12-24T00:00:00+01:00-2027-01-02T00:00:00+01:00", 2610, "comes only once"),
        ("Mon-Fri 22:00-06:00 Europe/Berlin", 0, "ends before it begins, so that it never comes: split it at midnight"),
        ("Mon-Fri 08:00-08:00 UTC", 0, "never comes"),
        ("Mon-Fri 08:00-18:00", 2610, "names no time zone and is taken for UTC"),
    ],
)
def test_what_is_not_as_it_looks_is_said(text: str, hours: int, note: str) -> None:
    period = read_period(text)
    assert period.times.minutes == hours * 60
    assert note in period.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "nine to five",
            "Mon-Fri",
            "Mon 08:00-18:00 UTC",
            "Mon-Fri 8:00-18:00 UTC",
            "08:00-18:00 UTC",
            "Mon-Fri 08:00-18:00 UTC,",
        ),
        *(
            "Foo-Fri 08:00-18:00 UTC",
            "Mon-Fri 08:00-18:00 Mars/Olympus",
            "Mon-Fri 08:00-18:00 Etc/GMT+1",
            "Mon-Fri 08:00-18:00 Europe",
        ),
        *(
            "2026-13-24T00:00:00+01:00-2027-01-02T00:00:00+01:00",
            "2026-12-24-2027-01-02",
            "always,never",
            "\0",
            "٠٨",
            "," * 10_000,
        ),
        *("Mon-Fri 08:00-18:00 UTC," * 60 + "never", "Mon-Fri 08:00-18:00 " + "a" * 3000, "Mon-Fri 08:00-18:00 UTC\n"),
    ],
)
def test_what_is_no_period_is_told(text: str) -> None:
    if text.endswith("\n"):
        assert read_period(text).times.minutes == 2610 * 60  # space around it does not matter
        return
    with pytest.raises(PeriodError, match=r"period|weekday|time zone|moments"):
        read_period(text)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}-[A-Z][a-z]{2} \d\d:\d\d-\d\d:\d\d [A-Za-z/_]{1,20}", fullmatch=True))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        period = read_period(text)
    except PeriodError:
        return
    assert 0 <= period.times.minutes <= MINUTES_PER_YEAR


DAYS = st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
CLOCK = st.integers(0, 1440)


@settings(max_examples=40)
@given(first=DAYS, last=DAYS, start=CLOCK, end=CLOCK, more=CLOCK, zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Tokyo"]))
def test_hours_grow_with_the_window_and_fill_the_year_with_what_is_left(
    first: str, last: str, start: int, end: int, more: int, zone: str
) -> None:
    def hours(until: int) -> int:
        times = read_period(f"{first}-{last} {start // 60:02}:{start % 60:02}-{until // 60:02}:{until % 60:02} {zone}").times
        assert times.minutes + (ALWAYS - times).minutes == MINUTES_PER_YEAR
        return times.minutes

    assert hours(end) <= hours(min(end + more, 1440))
