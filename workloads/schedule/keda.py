"""The triggers of KEDA's ScaledObjects and ScaledJobs: which hold replicas by a calendar, and which wait for events.

A cron trigger is read as KEDA reads it (https://keda.sh/docs/latest/scalers/cron/): two schedules of five fields by robfig/cron's
grammar in a time zone of the IANA database, and a number of replicas above zero. KEDA takes the largest of what its triggers ask
for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workloads.counting.count import LARGEST, CountError
from workloads.field import FieldPath, mapping, sequence, shown, text
from workloads.schedule.cron import CronError
from workloads.schedule.window import Window, between
from workloads.schedule.year import ZoneError

MOST = 50
"""Triggers read of one object."""
_TOLD = ("threshold", "length", "value")
"""How the names of the settings end that say when a trigger acts."""
_MOST_TOLD = 4
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Triggers:
    """What the triggers of one object ask for."""

    windows: tuple[Window, ...] = ()
    """Replicas held by a calendar, between the least and the most that the object allows."""
    events: tuple[str, ...] = ()
    """The other triggers in words: ``prometheus (threshold 100, activationThreshold 5)``. What they will ask for nobody knows."""

    def __str__(self) -> str:
        return ", ".join([*(f"cron ({window})" for window in self.windows), *self.events])


NONE = Triggers()


def read_triggers(spec: Mapping[str, object], path: FieldPath, least: int, most: int) -> Triggers:
    """The triggers of a ScaledObject's or ScaledJob's ``spec``, their replicas kept between ``least`` and ``most``.

    A formula over the triggers (``scalingModifiers``) takes the place of the largest of them: then all are events.

    Raises:
        CountError: a cron trigger is one that KEDA refuses; then it scales nothing.
    """
    windows: list[Window] = []
    events: list[str] = []
    formula = text(spec, "advanced", "scalingModifiers", "formula")
    for index, trigger in enumerate(sequence(spec, "triggers")[:MOST]):
        if text(trigger, "type") == "cron" and not formula:
            window = _window(mapping(trigger, "metadata"), (*path, "triggers", index, "metadata"))
            windows.append(Window(window.start, window.end, window.zone, min(max(window.replicas, least), most)))
        else:
            events.append(_event(trigger))
    return Triggers(tuple(windows), tuple(events))


def _window(metadata: Mapping[str, object], path: FieldPath) -> Window:
    for key in ("timezone", "start", "end", "desiredReplicas"):
        if metadata.get(key) in (None, ""):
            raise CountError((*path, key), "is not stated, and a cron trigger needs it")
    start, end, zone = (text(metadata, key) for key in ("start", "end", "timezone"))
    if start == end:
        raise CountError((*path, "end"), "is the same as the start, which KEDA refuses")
    try:
        between(start, end, zone)
    except (CronError, ZoneError) as error:
        raise CountError(path, str(error)) from error
    return Window(start, end, zone, _replicas(metadata["desiredReplicas"], (*path, "desiredReplicas")))


def _replicas(written: object, path: FieldPath) -> int:
    """A count above zero, as text or as a number."""
    count = written if isinstance(written, str | int) and not isinstance(written, bool) else ""
    digits = str(count)
    if not digits.isascii() or not digits.isdecimal() or len(digits) > len(str(LARGEST)) or not 0 < int(digits) <= LARGEST:
        raise CountError(path, f"must be a whole number from 1 to {LARGEST}, not {shown(written)}")
    return int(digits)


def _event(trigger: object) -> str:
    """A trigger in words: its type and the settings that say when it acts."""
    told = [f"{key} {value}" for key, value in mapping(trigger, "metadata").items() if _tells(key, value)]
    kind = text(trigger, "metricType")
    words = ", ".join(word[:_LONGEST] for word in (*told[:_MOST_TOLD], *([kind] if kind else [])))
    name = text(trigger, "type")[:_LONGEST] or "a trigger without a type"
    return f"{name} ({words})" if words else name


def _tells(key: object, value: object) -> bool:
    return isinstance(key, str) and key.lower().endswith(_TOLD) and isinstance(value, str | int | float)
