"""Windows of the year in which something runs at a certain number of replicas, and what that comes to on average."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from workloads.schedule.cron import Calendar, CronError, read_calendar
from workloads.schedule.year import ALWAYS, Times, times_of, until_next


@dataclass(frozen=True, slots=True)
class Window:
    """What a KEDA cron trigger holds: so many replicas from each start to the next end."""

    start: str
    end: str
    zone: str
    replicas: int

    @property
    def times(self) -> Times:
        """When it holds them. Its schedules were read before."""
        return between(self.start, self.end, self.zone)

    def __str__(self) -> str:
        return f"{self.replicas:,} from {self.start} to {self.end}, {self.zone}"


@dataclass(frozen=True, slots=True)
class Level:
    """How many pods there are at certain times."""

    pods: Decimal
    times: Times


def average(levels: Iterable[Level]) -> Fraction:
    """Pods on average over the year, of levels that cover it."""
    return sum((Fraction(level.pods) * level.times.share for level in levels), Fraction(0))


def layered(windows: Sequence[Window], outside: int) -> tuple[tuple[int, Times], ...]:
    """The replicas of each part of the year: of windows that overlap the largest counts, outside of all ``outside`` does."""
    found: list[tuple[int, Times]] = []
    left = ALWAYS
    for window in sorted(windows, key=lambda window: -window.replicas):
        found.append((window.replicas, window.times & left))
        left -= window.times
    return (*found, (outside, left))


@lru_cache(maxsize=128)
def between(start: str, end: str, zone: str) -> Times:
    """The times after which a schedule of ends comes before one of starts, as KEDA's cron trigger decides it.

    Of two starts in a row, only the second begins anything; a start at the minute of an end does not keep the end from counting.

    Raises:
        CronError: one of the two is no schedule of five fields.
        ZoneError: there is no such time zone.
    """
    # What never ends does not begin, and what ends and never begins again goes on: it is the next event that counts.
    return until_next(fires(end, zone), fires(start, zone))


@lru_cache(maxsize=128)
def fires(schedule: str, zone: str, *, descriptors: bool = False) -> Times:
    """The minutes at which a schedule fires in a time zone, or in that which it names itself.

    Raises:
        CronError: the text is no schedule, or one that keeps to no calendar.
        ZoneError: there is no such time zone.
    """
    calendar = read_calendar(schedule, descriptors=descriptors)
    if calendar is None:
        raise CronError(f"{schedule!r} keeps to no calendar")
    minutes = _minutes(calendar)
    return times_of(lambda day: _on(calendar, minutes, day), calendar.zone or zone)


def _on(calendar: Calendar, minutes: int, day: date) -> int:
    return minutes if calendar.matches(day) else 0


def _minutes(calendar: Calendar) -> int:
    return sum(1 << (60 * hour + minute) for hour in calendar.hours for minute in calendar.minutes)
