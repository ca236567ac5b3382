"""Times of the reference year: which of its minutes a calendar covers, through every change of clocks.

What runs by a calendar is averaged over one year, so that a cost depends on no clock. The year is that of
`workloads.schedule.cron`, from its first minute to its last in UTC; calendars kept in a time zone are laid onto it by that
zone's rules, so that an hour that it skips in spring is not counted and one that it repeats in autumn is counted twice. After
the last minute comes the first: the year goes round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from workloads.schedule.cron import REFERENCE_YEAR
from workloads.text.near_word import near_word

MINUTES_PER_DAY = 1440
MINUTES_PER_YEAR = 365 * MINUTES_PER_DAY
_BYTES_PER_DAY = MINUTES_PER_DAY // 8
_MARGIN = 2
"""Days before and after the year: local days that overlap it in any time zone."""
_FIRST = date(REFERENCE_YEAR, 1, 1)
_START = datetime(REFERENCE_YEAR, 1, 1, tzinfo=UTC)
_ALL = (1 << MINUTES_PER_YEAR) - 1
_MOST_DAYS = 1 << MINUTES_PER_DAY


class ZoneError(ValueError):
    """A text names no time zone; the message says so."""


@dataclass(frozen=True, slots=True)
class Times:
    """A set of minutes of the reference year, one bit each, the first minute the lowest."""

    bits: int

    def __or__(self, other: Times) -> Times:
        return Times(self.bits | other.bits)

    def __and__(self, other: Times) -> Times:
        return Times(self.bits & other.bits)

    def __sub__(self, other: Times) -> Times:
        return Times(self.bits & ~other.bits)

    def __bool__(self) -> bool:
        return bool(self.bits)

    @property
    def minutes(self) -> int:
        """How many minutes of the year."""
        return self.bits.bit_count()

    @property
    def share(self) -> Fraction:
        """Which part of the year, from 0 to 1."""
        return Fraction(self.minutes, MINUTES_PER_YEAR)


ALWAYS = Times(_ALL)
NEVER = Times(0)


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """A time zone by its name in the IANA database.

    Raises:
        ZoneError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        near = near_word(name, available_timezones())
        meant = f": did you mean {near!r}?" if near else ", such as Europe/Berlin"
        raise ZoneError(f"{name[:60]!r} is no time zone of the IANA database{meant}") from error


def times_of(minutes_of: Callable[[date], int], zone_name: str) -> Times:
    """The times at which a zone's clocks show certain minutes.

    Args:
        minutes_of: the minutes of a local day, one bit each.
        zone_name: the time zone those days are kept in.

    Raises:
        ZoneError: there is no such time zone.
    """
    segments = _segments(zone_name)
    days = (minutes_of(_FIRST + timedelta(days=number)) % _MOST_DAYS for number in range(-_MARGIN, 365 + _MARGIN))
    local = int.from_bytes(b"".join(day.to_bytes(_BYTES_PER_DAY, "little") for day in days), "little")
    bits = 0
    for first, last, offset in segments:
        shown = local >> (first + offset + _MARGIN * MINUTES_PER_DAY)
        bits |= (shown & ((1 << (last - first)) - 1)) << first
    return Times(bits)


def until_next(ends: Times, others: Times) -> Times:
    """The times after which the next event is one of ``ends`` and not, before it, one of ``others``."""
    return Times(_reversed(_since(_reversed(ends.bits), _reversed(others.bits), 1)))


def since_last(starts: Times, others: Times) -> Times:
    """The times whose last event, at them or before, is one of ``starts``; at a time that is both it is a start."""
    return Times(_since(starts.bits, others.bits, 0))


def _since(starts: int, others: int, delay: int) -> int:
    """From each start to the next other, round the year; ``delay`` is how many minutes after an event it counts."""
    # Twice the year: what the second round begins with is what the first has ended with.
    starts, others = ((bits | bits << MINUTES_PER_YEAR) << delay for bits in (starts, others))
    open_ = ~(others & ~starts) & ((1 << 2 * MINUTES_PER_YEAR) - 1)
    # A carry runs from each start through all that is open, and stops at what is not.
    covered = ((open_ + (starts & open_)) ^ open_) & open_ | starts
    return covered >> MINUTES_PER_YEAR & _ALL


def _reversed(bits: int) -> int:
    return int(f"{bits:0{MINUTES_PER_YEAR}b}"[::-1], 2)


@lru_cache(maxsize=256)
def _segments(zone_name: str) -> tuple[tuple[int, int, int], ...]:
    """The parts of the year between changes of a zone's clocks: first minute, end, and how many minutes they are ahead of UTC."""
    found: list[tuple[int, int, int]] = []
    first, ahead = 0, _ahead(zone_name, 0)
    for midnight in range(MINUTES_PER_DAY, MINUTES_PER_YEAR + 1, MINUTES_PER_DAY):
        then = _ahead(zone_name, midnight)
        if then != ahead:
            change = _change(zone_name, midnight - MINUTES_PER_DAY, midnight)
            found.append((first, change, ahead))
            first, ahead = change, then
    return (*found, (first, MINUTES_PER_YEAR, ahead))


def _change(zone_name: str, before: int, after: int) -> int:
    """The first minute of a day at which the clocks show what they show at its end."""
    ahead = _ahead(zone_name, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _ahead(zone_name, middle) == ahead else (middle, after)
    return after


def _ahead(zone_name: str, minute: int) -> int:
    offset = (_START + timedelta(minutes=minute)).astimezone(zone(zone_name)).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0
