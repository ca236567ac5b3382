"""When something runs, as annotations on it and on its Namespace say: switched off by kube-downscaler, or by means of one's own.

Neither can be seen at work in a manifest, so the hours are what is expected and the high end stays that of running always.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from workloads.replicas import Replicas
from workloads.schedule.duration import to_decimal
from workloads.schedule.time_period import PeriodError, read_period
from workloads.schedule.window import Level, average
from workloads.schedule.year import Times
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span

RUNNING_HOURS = "weighbridge.dev/running-hours"
"""The annotation, on an object or its Namespace, that says when it runs: ``Mon-Fri 08:00-18:00 Europe/Berlin``."""


@dataclass(frozen=True, slots=True, eq=False)
class RunningHours:
    """When something runs, and what is left of it at other times. Only one is equal to itself: answers are kept by it."""

    times: Times
    because: str
    """``downscaler/uptime Mon-Fri 07:30-20:30 Europe/Berlin``."""
    modelled: str
    """Why the hours are only modelled."""
    left: int = 0
    """Replicas outside of those times."""

    @property
    def share(self) -> Fraction:
        """The part of the year that it runs."""
        return _share(self)

    @property
    def words(self) -> str:
        """``up 217.5 of 730 h by weighbridge.dev/running-hours …``."""
        hours = to_decimal(self.share * int(HOURS_PER_MONTH)).quantize(Decimal("0.1"))
        return f"up {hours.normalize():f} of {HOURS_PER_MONTH:f} h by {self.because}"


@lru_cache(maxsize=512)
def _share(hours: RunningHours) -> Fraction:
    return hours.times.share


@dataclass(frozen=True, slots=True)
class Stated:
    """The running hours that annotations state, if any, and what a person should know of them."""

    hours: RunningHours | None = None
    notes: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    """What is wrong with our own annotation on the object itself: a problem with its line."""


NOT_STATED = Stated()


def stated_hours(own: Mapping[str, object], namespace: Mapping[str, str]) -> Stated:
    """The running hours that our own annotation states on an object or, where it says nothing, on its Namespace."""
    text, place = own.get(RUNNING_HOURS), ""
    if text is None:
        text, place = namespace.get(RUNNING_HOURS), " of its Namespace"
    if text is None:
        return NOT_STATED
    return _stated(str(text), place)


@lru_cache(maxsize=512)
def _stated(text: str, place: str) -> Stated:
    """One answer for all objects that state the same."""
    named = f"annotation {RUNNING_HOURS}{place}"
    try:
        period = read_period(text)
        _require_some(period.times, str(text), period.notes)
    except PeriodError as error:
        words = f"{named}: {error}; it is taken to run always"
        return Stated(notes=(words,), wrong=() if place else (words,))
    hours = RunningHours(
        period.times, f"{RUNNING_HOURS}{place}: {text}", f"its hours are as {named} states, which nothing enforces"
    )
    return Stated(hours, tuple(f"{named}: {note}" for note in period.notes))


def _require_some(times: Times, text: str, notes: tuple[str, ...]) -> None:
    """That hours come at all, unless none are stated: what ends before it begins is a mistake, not a thing that never runs."""
    if not times and text.strip().lower() != "never":
        raise PeriodError("; ".join(notes))


def within(replicas: Replicas, hours: RunningHours) -> Replicas:
    """Replicas that run in certain hours: low and expected as these have it, high as if they ran always."""
    months, pods = Fraction(int(HOURS_PER_MONTH)), replicas.pods
    levels = _levels(replicas.levels, hours)
    low = _on_average(pods.low, hours)
    expected = average(levels) if levels else _on_average(pods.expected, hours)
    return replace(
        replicas,
        pods=Span(to_decimal(low), to_decimal(expected), replicas.pods.high),
        timed=Span(to_decimal(low * months), to_decimal(expected * months), replicas.hours.high),
        because=f"{replicas.because}; {hours.words}" if replicas.because else hours.words,
        levels=levels,
    )


def _on_average(pods: Decimal, hours: RunningHours) -> Fraction:
    """Of pods that are as many at all times: all while it runs, and what is left of them at other times."""
    running = hours.share
    return Fraction(pods) * running + Fraction(min(pods, Decimal(hours.left))) * (1 - running)


def _levels(levels: tuple[Level, ...], hours: RunningHours) -> tuple[Level, ...]:
    """Each level while it runs, and what is left of it at other times."""
    left = Decimal(hours.left)
    running = (Level(level.pods, level.times & hours.times) for level in levels)
    other = (Level(min(level.pods, left), level.times - hours.times) for level in levels)
    return (*running, *other)
