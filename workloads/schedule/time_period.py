"""Periods in the words of kube-downscaler: ``Mon-Fri 07:30-20:30 Europe/Berlin``, several separated by commas.

The grammar is that of py-kube-downscaler (https://github.com/caas-team/py-kube-downscaler): from one weekday to another, round
the week, from a time of the day to before another of the same day, in a time zone; ``always`` and ``never``; or from one moment
to another, which comes once and so counts in no month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from workloads.schedule.year import ALWAYS, MINUTES_PER_DAY, NEVER, Times, ZoneError, times_of

_LONGEST = 2000
_MOST = 50
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RECURRING = re.compile(r"([a-z]{3})-([a-z]{3}) (\d\d):(\d\d)-(\d\d):(\d\d)(?: ([a-z/_]+))?\Z", re.ASCII | re.IGNORECASE)
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d"
_ONCE = re.compile(rf"({_MOMENT})-({_MOMENT})\Z", re.ASCII)


class PeriodError(ValueError):
    """A text is no period; the message says why."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a text covers of the reference year."""

    times: Times
    notes: tuple[str, ...] = ()
    """What a person should know: a span that comes only once, a time zone that is not stated, a time that never comes."""


@lru_cache(maxsize=256)
def read_period(text: str) -> Period:
    """The period that a text means.

    Raises:
        PeriodError: it is not written as periods are.
    """
    words = text.strip().lower()
    if words in ("always", "never"):
        return Period(ALWAYS if words == "always" else NEVER)
    if len(text) > _LONGEST or text.count(",") >= _MOST:
        raise PeriodError("the period is too long")
    times, notes = NEVER, list[str]()
    for part in text.split(","):
        covered = _part(part.strip())
        times |= covered.times
        notes += covered.notes
    return Period(times, tuple(dict.fromkeys(notes)))


def _part(text: str) -> Period:
    once = _ONCE.match(text)
    if once:
        return _once(text, once.group(1), once.group(2))
    recurring = _RECURRING.match(text)
    if recurring is None:
        raise PeriodError(f"{text[:60]!r} is no period such as Mon-Fri 07:30-20:30 Europe/Berlin")
    first, last = (_weekday(name) for name in recurring.group(1, 2))
    hours = [int(number) for number in recurring.group(3, 4, 5, 6)]
    # No clock shows more than 23:59: what ends at 24:00 or later ends with the day.
    start, end = (min(60 * hour + minute, MINUTES_PER_DAY) for hour, minute in (hours[:2], hours[2:]))
    zone = recurring.group(7)
    try:
        times = _on(first, last, start, end, zone or "UTC")
    except ZoneError as error:
        raise PeriodError(str(error)) from error
    return Period(times, tuple(_notes(text, zone, never=start >= end)))


def _once(text: str, start: str, end: str) -> Period:
    try:
        datetime.fromisoformat(start), datetime.fromisoformat(end)
    except ValueError as error:
        raise PeriodError(f"{text[:60]!r} is not between two moments: {error}") from error
    return Period(NEVER, (f"{text} comes only once and is not counted",))


def _notes(text: str, zone: str | None, *, never: bool) -> Iterator[str]:
    if not zone:
        yield f"{text} names no time zone and is taken for UTC"
    if never:
        yield f"{text} ends before it begins, so that it never comes: split it at midnight"


def _weekday(name: str) -> int:
    if name.lower() not in _WEEKDAYS:
        raise PeriodError(f"{name!r} is no weekday; known: Mon, Tue, Wed, Thu, Fri, Sat, Sun")
    return _WEEKDAYS.index(name.lower())


@lru_cache(maxsize=64)
def _on(first: int, last: int, start: int, end: int, zone: str) -> Times:
    """From one weekday to another, at the same time of each day."""
    minutes = ((1 << max(end - start, 0)) - 1) << start
    days = (last - first) % len(_WEEKDAYS)

    def of(day: date) -> int:
        return minutes if (day.weekday() - first) % len(_WEEKDAYS) <= days else 0

    return times_of(of, zone)
