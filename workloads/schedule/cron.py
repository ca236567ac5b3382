"""Cron schedules as Kubernetes reads them, and how often they run.

The grammar is that of robfig/cron v3 (`ParseStandard`), which the CronJob controller uses: five fields, names of months and
weekdays, ``?`` for ``*``, lists, ranges, steps, descriptors such as ``@hourly``, ``@every 1h30m``, and a leading ``TZ=`` or
``CRON_TZ=``. It differs from other crons: a step above one makes a star no star, and 7 is no Sunday.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from workloads.schedule.duration import DurationError, nanoseconds, to_decimal

REFERENCE_YEAR = 2026
"""The year that runs are counted over: of 365 days, as a month of 730 hours has it. Fixed, so that a cost depends on no clock."""
LEAP_YEAR = 2028

_SECONDS_PER_YEAR = 365 * 24 * 3600
_SECOND = 10**9
_MINUTES_A_DAY = 24 * 60
_LONGEST = 1000
_NUMBER = re.compile(r"[+]?[0-9]{1,19}\Z")
_LARGEST_NUMBER = 2**63 - 1
_ZONE = re.compile(r"(?:CRON_TZ|TZ)=(\S*)[ ](.*)\Z", re.DOTALL)
_NOT_SPACE_IN_GO = frozenset("\x1c\x1d\x1e\x1f")


class CronError(ValueError):
    """A text is no schedule; the message says why."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five fields: its name, bounds and names of values."""

    name: str
    least: int
    most: int
    names: Mapping[str, int]


def _named(words: str, first: int) -> Mapping[str, int]:
    return {word: number for number, word in enumerate(words.split(), first)}


_MINUTE = _Field("minute", 0, 59, {})
_HOUR = _Field("hour", 0, 23, {})
_DAY = _Field("day of month", 1, 31, {})
_MONTH = _Field("month", 1, 12, _named("jan feb mar apr may jun jul aug sep oct nov dec", 1))
_WEEKDAY = _Field("day of week", 0, 6, _named("sun mon tue wed thu fri sat", 0))
_FIELDS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)

_DESCRIPTORS = {
    **dict.fromkeys(("@yearly", "@annually"), "0 0 1 1 *"),
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    **dict.fromkeys(("@daily", "@midnight"), "0 0 * * *"),
    "@hourly": "0 * * * *",
}
_EVERY = "@every "


@dataclass(frozen=True, slots=True)
class _Values:
    """What one field allows."""

    values: frozenset[int]
    star: bool
    """Whether a star without a step stands among its ranges: then the field does not restrict."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The five fields of a schedule that keeps to the calendar."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: _Values
    months: frozenset[int]
    weekdays: _Values
    zone: str = ""
    """The time zone that the schedule itself names; empty where it leaves that to its reader."""

    @property
    def runs_a_day(self) -> int:
        """How often it runs on a day that matches."""
        return len(self.hours) * len(self.minutes)

    def matches(self, day: date) -> bool:
        """Whether it runs on a day: by day of month or weekday, unless one of them is a star: then by both."""
        if day.month not in self.months:
            return False
        # Python's Monday is 0, cron's Sunday is.
        on_weekday, on_day = (day.weekday() + 1) % 7 in self.weekdays.values, day.day in self.days.values
        return (on_day and on_weekday) if self.days.star or self.weekdays.star else (on_day or on_weekday)

    def days_of(self, year: int) -> int:
        """On how many days of a year it runs."""
        every = (date(year, month, day) for month in self.months for day in range(1, monthrange(year, month)[1] + 1))
        return sum(map(self.matches, every))


def runs_per_month(schedule: str, year: int = REFERENCE_YEAR) -> Decimal:
    """How often a schedule runs a month on average: its runs in a year, over twelve.

    A time zone changes when a schedule runs and, but for a run or two at the change to and from summer time, not how often.

    Raises:
        CronError: the CronJob controller would refuse the schedule.
    """
    return to_decimal(runs_per_year(schedule, year) / 12)


@lru_cache(maxsize=1024)
def runs_per_year(schedule: str, year: int = REFERENCE_YEAR) -> Fraction:
    """How often a schedule runs in a year: a whole number, but for ``@every``, which keeps to no calendar.

    Raises:
        CronError: the CronJob controller would refuse the schedule.
    """
    calendar = read_calendar(schedule)
    if calendar is None:
        return Fraction(_SECONDS_PER_YEAR, _interval(_zoned(schedule)[1]))
    # The 29th of February alone is in no year of 365 days, and comes every four years.
    return (Fraction(calendar.days_of(year)) or Fraction(calendar.days_of(LEAP_YEAR), 4)) * calendar.runs_a_day


def shortest_gap(schedule: str) -> Fraction:
    """Hours between two runs at least. It is told from the times of a day: never more than a day where it keeps to the calendar.

    Raises:
        CronError: the CronJob controller would refuse the schedule.
    """
    calendar = read_calendar(schedule)
    if calendar is None:
        return Fraction(_interval(_zoned(schedule)[1]), 3600)
    times = sorted(hour * 60 + minute for hour in calendar.hours for minute in calendar.minutes)
    following = [*times[1:], *(time + _MINUTES_A_DAY for time in times[:1])]
    gaps = (later - time for time, later in zip(times, following, strict=True))
    return Fraction(min(gaps, default=_MINUTES_A_DAY), 60)


@lru_cache(maxsize=1024)
def read_calendar(schedule: str, *, descriptors: bool = True) -> Calendar | None:
    """The calendar of a schedule; None for ``@every``, which keeps to none.

    ``descriptors`` says whether words such as ``@daily`` may stand for the five fields: the CronJob controller takes them, KEDA
    does not.

    Raises:
        CronError: the text is no schedule.
    """
    zone, plain = _zoned(schedule)
    if descriptors and plain.startswith(_EVERY):
        _interval(plain)
        return None
    if descriptors and plain.startswith("@"):
        if plain not in _DESCRIPTORS:
            raise CronError(f"{plain!r} is no descriptor; known: {', '.join(_DESCRIPTORS)}, @every <duration>")
        plain = _DESCRIPTORS[plain]
    minutes, hours, days, months, weekdays = _fields(plain)
    return Calendar(minutes.values, hours.values, days, months.values, weekdays, zone)


def _zoned(schedule: str) -> tuple[str, str]:
    """The time zone that a schedule begins with, empty without one, and the rest."""
    if not schedule:
        raise CronError("the schedule is empty")
    if len(schedule) > _LONGEST or not _NOT_SPACE_IN_GO.isdisjoint(schedule):
        raise CronError("the schedule is too long or has control characters")
    if not schedule.startswith(("TZ=", "CRON_TZ=")):
        return "", schedule
    zoned = _ZONE.match(schedule)
    if zoned is None:
        raise CronError(f"{schedule!r} is a time zone without a schedule")
    return zoned.group(1), zoned.group(2).strip()


def _interval(descriptor: str) -> int:
    """Seconds between two runs; at least one, fractions cut off."""
    try:
        length = nanoseconds(descriptor.removeprefix(_EVERY))
    except DurationError as error:
        raise CronError(str(error)) from error
    return max(length // _SECOND, 1)


def _fields(text: str) -> list[_Values]:
    words = text.split()
    if len(words) != len(_FIELDS):
        raise CronError(f"{text!r} has {len(words)} fields where five are needed: minute, hour, day of month, month, day of week")
    return [_read(word, field) for word, field in zip(words, _FIELDS, strict=True)]


def _read(word: str, field: _Field) -> _Values:
    """A comma-separated list of ranges. An empty one allows nothing, as in Go."""
    ranges = [_range(part, field) for part in word.split(",") if part]
    allowed: frozenset[int] = frozenset().union(*(values for values, _ in ranges))
    return _Values(allowed, any(star for _, star in ranges))


def _range(part: str, field: _Field) -> tuple[range, bool]:
    """``*``, ``5``, ``1-5``, each with an optional ``/step``; and whether it is a star that does not restrict."""
    bounds, *steps = part.split("/")
    if len(steps) > 1:
        raise CronError(f"{field.name}: too many slashes in {part!r}")
    first, *last = bounds.split("-")
    star = first in ("*", "?")
    if star:
        low, high = field.least, field.most
    else:
        if len(last) > 1:
            raise CronError(f"{field.name}: too many hyphens in {part!r}")
        low = _number(first, field)
        high = _number(last[0], field) if last else low
    step = _number(steps[0], None) if steps else 1
    if steps and not last:
        high = field.most
    _check(low, high, step, part, field)
    return range(low, high + 1, step), star and step == 1


def _check(low: int, high: int, step: int, part: str, field: _Field) -> None:
    if low < field.least or high > field.most:
        raise CronError(f"{field.name}: {part!r} is outside {field.least} to {field.most}")
    if low > high:
        raise CronError(f"{field.name}: {part!r} ends before it begins")
    if step == 0:
        raise CronError(f"{field.name}: the step of {part!r} must be positive")


def _number(text: str, field: _Field | None) -> int:
    named = field.names.get(text.lower()) if field else None
    if named is not None:
        return named
    if not _NUMBER.match(text) or int(text) > _LARGEST_NUMBER:
        raise CronError(f"{field.name if field else 'step'}: {text!r} is no number")
    return int(text)
