"""When kube-downscaler lets something run, by the annotations on it and on its Namespace.

As py-kube-downscaler decides (https://github.com/caas-team/py-kube-downscaler): what is excluded is left alone; what is forced up
or down is so before all else; ``upscale-period`` and ``downscale-period``, where one is stated, switch at their times and keep
what is between; else something is up in its ``uptime`` and not in its ``downtime``. The object's own annotations count before its
Namespace's. The downscaler's command line may say more, which no manifest shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from workloads.schedule.running_hours import NOT_STATED, RunningHours, Stated
from workloads.schedule.time_period import PeriodError, read_period
from workloads.schedule.year import ALWAYS, NEVER, Times, since_last

PREFIX: Final = "downscaler/"
_SCHEDULES: Final = ("uptime", "downtime", "upscale-period", "downscale-period")
_FORCED: Final = ("force-uptime", "force-downtime")
_LEFT_ALONE: Final = "kube-system"
"""The Namespace that it leaves alone unless its command line says otherwise."""
_OF_NAMESPACE: Final = " of its Namespace"
_MODELLED: Final = "its hours are as kube-downscaler keeps them, which has to be there and to include its kind"
_LARGEST: Final = 2**31 - 1
_Stated = tuple[tuple[str, str], ...]


class _UnreadError(ValueError):
    """An annotation that the downscaler cannot read: then it leaves the object alone."""


@dataclass(slots=True)
class _Annotations:
    """Those of an object before those of its Namespace."""

    own: Mapping[str, object]
    namespace: Mapping[str, str]
    used: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """What is stated under a name; empty where nothing is."""
        return next((value for _, value in self.each(name)), "")

    def each(self, name: str) -> Iterator[tuple[str, str]]:
        """What is stated under a name in each place, with the place in words."""
        for place, stated in (("", self.own), (_OF_NAMESPACE, self.namespace)):
            value = stated.get(PREFIX + name)
            if isinstance(value, str):
                yield place, value

    def times(self, name: str, absent: Times) -> Times:
        """The times of the period under a name."""
        text = self.text(name)
        if not text:
            return absent
        stated = f"{PREFIX}{name}{'' if PREFIX + name in self.own else _OF_NAMESPACE}"
        self.used.append(f"{stated}: {text}")
        return self._period(text, f"annotation {stated}")

    def forced(self, name: str) -> Times:
        """The times at which a state is forced: ``true``, ``false`` or a period."""
        words = self.text(name).lower()
        return ALWAYS if words == "true" else NEVER if words == "false" else self.times(name, NEVER)

    def _period(self, text: str, named: str) -> Times:
        try:
            period = read_period(text)
        except PeriodError as error:
            raise _UnreadError(f"{named}: {error}; kube-downscaler leaves what it cannot read alone") from error
        self.notes += [f"{named}: {note}" for note in period.notes]
        return period.times


def downscaled(own: Mapping[str, object], namespace: Mapping[str, str], namespace_name: str, pod: Mapping[str, object]) -> Stated:
    """The running hours that kube-downscaler keeps of an object; none where it leaves the object alone.

    Args:
        own: the object's annotations.
        namespace: those of its Namespace.
        namespace_name: the Namespace's name.
        pod: those of its pods, of which each may force everything up.
    """
    keys = [f"{PREFIX}{name}" for name in (*_SCHEDULES, *_FORCED)]
    if not any(key in own or key in namespace for key in keys):
        return NOT_STATED
    stated, around = (tuple((key, value) for key, value in each.items() if _concerns(key, value)) for each in (own, namespace))
    return _kept(stated, around, namespace_name, _force(pod))


def _force(pod: Mapping[str, object]) -> str:
    value = pod.get(f"{PREFIX}force-uptime")
    return value if isinstance(value, str) else ""


def _concerns(key: object, value: object) -> bool:
    return isinstance(key, str) and key.startswith(PREFIX) and isinstance(value, str)


@lru_cache(maxsize=512)
def _kept(own: _Stated, namespace: _Stated, namespace_name: str, forced: str) -> Stated:
    """One answer for all objects that state the same."""
    annotations = _Annotations(dict(own), dict(namespace))
    alone = next(_left_alone(annotations, namespace_name, forced), "")
    if alone:
        return Stated(notes=(f"kube-downscaler leaves it alone: {alone}",))
    try:
        times, left = _times(annotations), _left(annotations)
    except _UnreadError as error:
        return Stated(notes=(str(error),))
    notes = [*annotations.notes, *_excluded_until(annotations)]
    if times == ALWAYS:
        return Stated(notes=tuple(notes))
    return Stated(RunningHours(times, ", ".join(annotations.used), _MODELLED, left), tuple(notes))


def _left_alone(annotations: _Annotations, namespace_name: str, forced: str) -> Iterator[str]:
    """Why an object is not scaled down at all."""
    for place, value in annotations.each("exclude"):
        if value.lower() != "false":
            yield f"{PREFIX}exclude{place} is {value}"
    if namespace_name == _LEFT_ALONE:
        yield f"it is in {_LEFT_ALONE}, which its default settings exclude"
    if forced.lower() == "true":
        yield f"{PREFIX}force-uptime on its pods"


def _excluded_until(annotations: _Annotations) -> Iterator[str]:
    for place, value in annotations.each("exclude-until"):
        yield f"annotation {PREFIX}exclude-until{place}: until {value} it runs always, which comes only once and is not counted"


def _times(annotations: _Annotations) -> Times:
    up = _by_periods(annotations)
    if up is None:
        up = annotations.times("uptime", ALWAYS) - annotations.times("downtime", NEVER)
    raised, lowered = (annotations.forced(name) for name in _FORCED)
    return (up - lowered) | raised


def _by_periods(annotations: _Annotations) -> Times | None:
    """What is scaled up and down in periods and keeps its state between; None where no period is stated."""
    stated = [annotations.text(name).lower() for name in ("upscale-period", "downscale-period")]
    if all(text in ("", "never") for text in stated):
        return None
    raised, lowered = annotations.times("upscale-period", NEVER), annotations.times("downscale-period", NEVER)
    # Where both say something at once, the downscaler does nothing.
    up, down = raised - lowered, lowered - raised
    return since_last(up, down) if down else ALWAYS


def _left(annotations: _Annotations) -> int:
    """The replicas that are left in downtime."""
    text = annotations.text("downtime-replicas").strip()
    if not text:
        return 0
    if text.isascii() and text.isdecimal() and len(text) <= len(str(_LARGEST)):
        return min(int(text), _LARGEST)
    raise _UnreadError(
        f"annotation {PREFIX}downtime-replicas: {text[:40]!r} is no whole number; kube-downscaler scales nothing by it"
    )
