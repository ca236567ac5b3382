"""How long one pod of a Job runs: as its annotation says, as was observed, else as is assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from workloads.field import mapping
from workloads.schedule.cron import shortest_gap
from workloads.schedule.duration import DurationError, nanoseconds
from workloads.settings.assumptions import Assumptions
from workloads.snapshots.snapshot import ObservedDuration

EXPECTED_DURATION = "weighbridge.dev/expected-duration"
"""The annotation, on a Job or its pod template, that says how long one pod runs: ``45m``."""

EACH_POD_RUNS: Final = "each pod runs "
"""How an assumption of how long pods run begins."""
_HOUR = 3600 * 10**9
_MINUTE = Fraction(1, 60)


@dataclass(frozen=True, slots=True)
class AssumedDuration:
    """How long a pod is taken to run where nobody says."""

    hours: Fraction
    words: str
    """With its key: ``1 h (assume.jobDuration)``."""


@dataclass(frozen=True, slots=True)
class PodDuration:
    """How long one pod runs."""

    hours: Fraction
    assumption: str = ""
    """What was assumed, in words; empty where it is stated or was observed."""
    observed: str = ""
    """What was seen in the cluster, in words."""


def assumed_duration(assumptions: Assumptions, schedules: Sequence[str] = ()) -> AssumedDuration:
    """The configured duration; of what runs by schedules at most the shortest time between two runs of one, at least a minute.

    A pod that is only assumed to run is not assumed to run into the next one as well: of a Job that starts every minute that
    would be sixty pods at all times.

    Raises:
        CronError: a schedule cannot be read.
    """
    hours = Fraction(assumptions.job_hours)
    gap = max(min(map(shortest_gap, schedules)), _MINUTE) if schedules else hours
    if gap >= hours:
        return AssumedDuration(hours, f"{_told(hours)} (assume.jobDuration)")
    return AssumedDuration(gap, f"{_told(gap)}, until the next run starts, rather than {_told(hours)} (assume.jobDuration)")


def pod_duration(
    template: Mapping[str, object],
    assumed: AssumedDuration,
    annotations: Mapping[str, object],
    observed: ObservedDuration | None,
) -> PodDuration:
    """How long a pod runs by the annotation of its Job or its own, else as observed, else as assumed."""
    stated = annotations.get(EXPECTED_DURATION) or mapping(template, "metadata", "annotations").get(EXPECTED_DURATION)
    reason = f"annotation {EXPECTED_DURATION} replaces it"
    if stated is not None:
        try:
            length = nanoseconds(str(stated))
        except DurationError as error:
            reason = f"annotation {EXPECTED_DURATION}: {error}"
        else:
            if length > 0:
                return PodDuration(Fraction(length, _HOUR))
            reason = f"annotation {EXPECTED_DURATION}: {str(stated)!r} is no positive duration"
    if observed is not None:
        return PodDuration(observed.hours, observed=observed.because)
    return PodDuration(assumed.hours, f"{EACH_POD_RUNS}{assumed.words}; {reason}")


def _told(hours: Fraction) -> str:
    """``1 h``, ``0.5 h``, ``5 min``."""
    short = hours < 1 and (hours * 60).denominator == 1
    value, unit = (hours * 60, "min") if short and (hours * 4).denominator != 1 else (hours, "h")
    return f"{(Decimal(value.numerator) / value.denominator).normalize():f} {unit}"
