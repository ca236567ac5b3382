"""Times of the reference year: windows of calendars in time zones, through every change of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.schedule.year import ALWAYS, MINUTES_PER_YEAR, NEVER, Times, ZoneError, since_last, times_of, until_next, zone

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"])


def window(first: int, last: int, zone_name: str, weekdays: frozenset[int] = frozenset(range(7))) -> Times:
    """From one minute of the local day to another, on some weekdays (Monday is 0)."""
    minutes = ((1 << (last - first)) - 1) << first

    def of(day: date) -> int:
        return minutes if day.weekday() in weekdays else 0

    return times_of(of, zone_name)


# Hours in 2026. Berlin skips 02:00 to 03:00 on Sunday 29 March and repeats it on Sunday 25 October; the year has 261 days from
# Monday to Friday (it begins and ends on a Thursday) and 52 Sundays. New York skips 02:00 to 03:00 and repeats 01:00 to 02:00.
YEARS = [
    ("office hours in Berlin", (480, 1080), "Europe/Berlin", range(5), 261 * 10),
    ("office hours in UTC", (480, 1080), "UTC", range(5), 261 * 10),
    ("the hour that is skipped and repeated", (120, 180), "Europe/Berlin", range(7), 365 - 1 + 1),
    ("the same on Sundays only", (120, 180), "Europe/Berlin", (6,), 52 - 1 + 1),
    ("the same on weekdays", (120, 180), "Europe/Berlin", range(5), 261),
    ("around it", (60, 240), "Europe/Berlin", range(7), 365 * 3),
    ("the hour that New York skips", (120, 180), "America/New_York", range(7), 364),
    ("the hour that New York repeats", (60, 120), "America/New_York", range(7), 366),
    ("every hour of the day", (0, 1440), "Europe/Berlin", range(7), 8760),
    ("Mondays of a zone that is half an hour off", (0, 1440), "Asia/Kolkata", (0,), 52 * 24),
]


@pytest.mark.parametrize(("day", "zone_name", "weekdays", "hours"), [row[1:] for row in YEARS], ids=[row[0] for row in YEARS])
def test_a_window_has_its_exact_hours_of_the_year(day: tuple[int, int], zone_name: str, weekdays: range, hours: int) -> None:
    assert window(*day, zone_name, frozenset(weekdays)).minutes == hours * 60


@settings(max_examples=20)
@given(first=st.integers(0, 1439), length=st.integers(0, 1440), zone_name=ZONES, weekdays=st.frozensets(st.integers(0, 6)))
def test_a_minute_is_covered_where_the_zone_s_clock_shows_it(
    first: int, length: int, zone_name: str, weekdays: frozenset[int]
) -> None:
    last = min(first + length, 1440)
    found, clock = window(first, last, zone_name, weekdays), ZoneInfo(zone_name)
    for minute in range(0, MINUTES_PER_YEAR, 1237):
        shown = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(clock)
        within = first <= shown.hour * 60 + shown.minute < last and shown.weekday() in weekdays
        assert bool(found.bits >> minute & 1) == within


@settings(max_examples=30)
@given(first=st.integers(0, 1439), last=st.integers(0, 1440), zone_name=ZONES)
def test_a_window_and_what_it_leaves_are_the_whole_year(first: int, last: int, zone_name: str) -> None:
    found = window(min(first, last), max(first, last), zone_name)
    assert (found.share + (ALWAYS - found).share) * 730 == 730
    assert not found & (ALWAYS - found)
    assert found | (ALWAYS - found) == ALWAYS


@settings(max_examples=30)
@given(first=st.integers(0, 1439), last=st.integers(0, 1440), more=st.integers(0, 1440), zone_name=ZONES)
def test_a_longer_window_has_no_fewer_hours(first: int, last: int, more: int, zone_name: str) -> None:
    start, end = min(first, last), max(first, last)
    assert window(start, end, zone_name).share <= window(start, min(end + more, 1440), zone_name).share


def events(found: set[int]) -> Times:
    return Times(sum(1 << minute for minute in found))


EVENTS = st.sets(st.integers(0, 40).map(lambda number: number * (MINUTES_PER_YEAR // 41)), max_size=6)


@settings(max_examples=60)
@given(ends=EVENTS, others=EVENTS)
def test_until_the_next_end_is_where_an_end_comes_before_another(ends: set[int], others: set[int]) -> None:
    found = until_next(events(ends), events(others))
    for minute in {each + step for each in ends | others for step in (-1, 0, 1)} | {0, MINUTES_PER_YEAR - 1}:
        at = minute % MINUTES_PER_YEAR

        def wait(event: int, at: int = at) -> int:
            return (event - at - 1) % MINUTES_PER_YEAR

        to_end = min(map(wait, ends), default=None)
        to_other = min(map(wait, others), default=None)
        expected = to_end is not None and (to_other is None or to_end <= to_other)
        assert bool(found.bits >> at & 1) == expected


@settings(max_examples=60)
@given(starts=EVENTS, others=EVENTS)
def test_since_the_last_start_is_where_a_start_came_after_another(starts: set[int], others: set[int]) -> None:
    found = since_last(events(starts), events(others))
    for minute in {each + step for each in starts | others for step in (-1, 0, 1)} | {0, MINUTES_PER_YEAR - 1}:
        at = minute % MINUTES_PER_YEAR

        def ago(event: int, at: int = at) -> int:
            return (at - event) % MINUTES_PER_YEAR

        from_start = min(map(ago, starts), default=None)
        from_other = min(map(ago, others), default=None)
        expected = from_start is not None and (from_other is None or from_start <= from_other)
        assert bool(found.bits >> at & 1) == expected


def test_what_never_ends_and_what_never_begins_are_told_apart() -> None:
    some = events({100, 1000})
    assert (until_next(some, NEVER), until_next(NEVER, some), until_next(NEVER, NEVER)) == (ALWAYS, NEVER, NEVER)


@pytest.mark.parametrize(
    "name", ["", "Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "a" * 5000, "\0", "Europe/Berlin "]
)
def test_what_is_no_time_zone_is_told(name: str) -> None:
    with pytest.raises(ZoneError, match="is no time zone"):
        zone(name)
