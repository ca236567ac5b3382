"""How many pods Jobs and CronJobs run, and for how many hours.

A Job's amount is spent once, a CronJob's every month. How long a pod runs is known from the annotation
``weighbridge.dev/expected-duration``, bounded by deadlines, and assumed otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from workloads.field import FieldPath, mapping, sequence, text
from workloads.quick_dataclass import quick_dataclass
from workloads.schedule.cron import CronError, read_calendar, runs_per_year
from workloads.schedule.duration import to_decimal
from workloads.schedule.pod_duration import AssumedDuration, assumed_duration, pod_duration
from workloads.schedule.running_hours import RunningHours
from workloads.schedule.window import fires
from workloads.schedule.year import ZoneError
from workloads.settings.assumptions import HOURS_PER_MONTH, Assumptions
from workloads.snapshots.snapshot import ObservedDuration
from workloads.span import NOTHING, Span

_BACKOFF_LIMIT = 6
"""Kubernetes' default of ``backoffLimit``."""
_LARGEST = 2**31 - 1
_LONGEST = 2**63 - 1
_MONTH = Fraction(HOURS_PER_MONTH)
_MOST_SCHEDULES = 100


@quick_dataclass(frozen=True, slots=True)
class Run:
    """What a Job, or a month of a CronJob, runs."""

    pods: Span
    """Pods at one time."""
    hours: Span
    """Pod-hours: of the Job altogether, or of the CronJob a month."""
    because: str
    """Why: ``12 completions, 4 at a time``, ``*/5 * * * *, 8,760 runs a month``."""
    assumption: str = ""
    """What was assumed of the duration; empty where it is stated or was observed."""
    path: FieldPath = ()
    """The field that says so, from the object's ``spec``; empty where a default does."""
    observed: str = ""
    """What was seen of the count or the duration in the cluster, in words."""
    running: str = ""
    """When it runs, in words, where that is not always."""
    modelled: str = ""
    """Why its hours are only modelled."""
    unbounded: str = ""
    """Why more pods may run at one time than are counted; empty where no more may."""
    endless: str = ""
    """Why they may run for more hours than are counted; empty where they may not."""
    problems: tuple[str, ...] = ()
    """What could not be read, with its path: then the figures are zero and stand for nothing."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """One Job as it is stated: exact hours and counts."""

    completions: int
    at_once: int
    attempts: int
    """Pods that run at most, retries included."""
    duration: Fraction
    """Hours of one pod."""
    longest: Fraction
    """Hours of one pod at most: its deadline, else what is stated or assumed, whichever is longer."""
    limit: Fraction | None
    """Pod-hours that the Job's deadline allows; None without one."""
    suspended: bool
    because: str
    path: FieldPath
    assumption: str
    observed: str

    @property
    def expected(self) -> Fraction:
        """Pod-hours if all goes well."""
        usual = self.completions * self.duration
        return usual if self.limit is None else min(usual, self.limit)

    @property
    def high(self) -> Fraction:
        """Pod-hours at most: up to the deadline, else with every retry. A stated duration is a word, not a bound."""
        return self.attempts * self.longest if self.limit is None else self.limit


def job_run(
    spec: Mapping[str, object],
    template: Mapping[str, object],
    assumptions: Assumptions,
    annotations: Mapping[str, object],
    observed: ObservedDuration | None = None,
) -> Run:
    """The pods and pod-hours of one Job.

    Expected are its completions times a pod's duration; retries (``backoffLimit``) are in the high end only, and
    ``activeDeadlineSeconds`` bounds the whole. A suspended Job is expected to run nothing; its high end is what it costs resumed.

    Args:
        spec: the Job's ``spec``.
        template: its pod template, whose own ``activeDeadlineSeconds`` and annotations count too.
        assumptions: how long a pod runs where nothing says it.
        annotations: the Job's own.
        observed: how long a pod of it was seen to run; what an annotation says counts before.
    """
    try:
        shape = _shape(spec, template, assumed_duration(assumptions), annotations, observed)
    except _FieldError as error:
        return _unreadable(str(error))
    hours = _span(shape.expected, shape.expected, shape.high)
    return _run(shape, Span.exactly(shape.at_once), hours, shape.because, suspended=shape.suspended, path=shape.path)


def cron_hours(
    spec: Mapping[str, object],
    template: Mapping[str, object],
    assumptions: Assumptions,
    annotations: Mapping[str, object],
    observed: ObservedDuration | None = None,
    hours: RunningHours | None = None,
) -> Run:
    """The pods and pod-hours of a CronJob in a month: its runs times what one Job runs.

    Where runs exclude each other (``concurrencyPolicy`` Forbid or Replace) a month holds at most 730 hours of each pod of one.

    Args:
        spec: the CronJob's ``spec``, whose ``schedule`` may be a list: then it runs by each of them.
        template: the pod template of its Job.
        assumptions: how long a pod runs where nothing says it.
        annotations: the CronJob's own and its Job template's.
        observed: how long a pod of its Jobs was seen to run.
        hours: when it runs at all; None where that is always. Runs of other times are in the high end only.
    """
    schedules = _schedules(spec)
    try:
        most_runs = sum(map(runs_per_year, schedules), Fraction(0)) / 12
        assumed = assumed_duration(assumptions, schedules)
        shape = _shape(mapping(spec, "jobTemplate", "spec"), template, assumed, annotations, observed)
        runs = most_runs if hours is None else _runs_within(schedules, text(spec, "timeZone") or "UTC", hours) / 12
    except _FieldError as error:
        return _unreadable(f"spec.jobTemplate.{error}")
    except CronError as error:
        return _unreadable(f"spec.schedule: {error}")
    except ZoneError as error:
        return _unreadable(f"spec.timeZone: {error}")
    overlapping = text(spec, "concurrencyPolicy") not in ("Forbid", "Replace")
    most = None if overlapping else shape.at_once * _MONTH
    expected, high = _capped(runs * shape.expected, most), _capped(most_runs * shape.high, most)
    suspended = spec.get("suspend") is True or shape.suspended
    because = f"{', '.join(schedules)}, {_count(runs)} runs a month{f'; {hours.words}' if hours is not None else ''}"
    pods = _span(*(_at_least(shape.at_once, pod_hours) for pod_hours in (expected, expected, high)))
    return _run(shape, pods, _span(expected, expected, high), because, suspended=suspended, path=("schedule",))


def _schedules(spec: Mapping[str, object]) -> tuple[str, ...]:
    """What it runs by: one schedule, or each of a list; an empty text where none is stated."""
    stated = sequence(spec, "schedule") or [spec.get("schedule")]
    return tuple(each if isinstance(each, str) else "" for each in stated[:_MOST_SCHEDULES])


def _runs_within(schedules: Sequence[str], zone: str, hours: RunningHours) -> Fraction:
    """Runs a year that begin in certain hours; of what keeps to no calendar, its share of them."""
    return sum((_runs_in(schedule, zone, hours) for schedule in schedules), Fraction(0))


def _runs_in(schedule: str, zone: str, hours: RunningHours) -> Fraction:
    if read_calendar(schedule) is None:
        return runs_per_year(schedule) * hours.times.share
    return Fraction((fires(schedule, zone, descriptors=True) & hours.times).minutes)


class _FieldError(ValueError):
    """A field that must be a count is none; the message has its path."""


def _run(shape: _Shape, pods: Span, hours: Span, because: str, *, suspended: bool, path: FieldPath) -> Run:
    if not suspended:
        return Run(pods, hours, because, shape.assumption, path, shape.observed)
    nothing = Decimal(0)
    resumed = f"suspended; resumed: {because}"
    return Run(
        Span(nothing, nothing, pods.high),
        Span(nothing, nothing, hours.high),
        resumed,
        shape.assumption,
        ("suspend",),
        shape.observed,
    )


def _unreadable(problem: str) -> Run:
    return Run(NOTHING, NOTHING, "", problems=(problem,))


def _shape(
    spec: Mapping[str, object],
    template: Mapping[str, object],
    assumed: AssumedDuration,
    annotations: Mapping[str, object],
    observed: ObservedDuration | None,
) -> _Shape:
    parallelism = _integer(spec, "parallelism", 1)
    # Without a number of completions, the pods share a queue of work: as many complete as run at once.
    completions = _integer(spec, "completions", parallelism)
    at_once = min(parallelism, completions)
    pod_limit = _seconds(mapping(template, "spec"), "activeDeadlineSeconds", "spec.template.spec")
    one = pod_duration(template, assumed, annotations, observed)
    job_limit = _seconds(spec, "activeDeadlineSeconds")
    # With no parallelism nothing is started, however many completions are asked for.
    completions = completions if at_once else 0
    return _Shape(
        completions=completions,
        at_once=at_once,
        attempts=_attempts(spec, completions),
        duration=one.hours if pod_limit is None else min(one.hours, pod_limit),
        longest=max(one.hours, assumed.hours) if pod_limit is None else pod_limit,
        limit=None if job_limit is None else job_limit * at_once,
        suspended=spec.get("suspend") is True,
        because=_because(completions, at_once),
        path=next(((name,) for name in ("completions", "parallelism") if spec.get(name) is not None), ()),
        assumption=one.assumption,
        observed=one.observed,
    )


def _because(completions: int, at_once: int) -> str:
    if not at_once:
        return "no pods: completions or parallelism is 0"
    pods = "1 pod" if completions == 1 else f"{completions:,} pods"
    return f"{pods}, {at_once:,} at a time" if completions > 1 else pods


def _attempts(spec: Mapping[str, object], completions: int) -> int:
    """Pods at most: one more for each retry. With a limit for each index, each index has its own retries."""
    each = _integer(spec, "backoffLimitPerIndex", -1)
    if each >= 0:
        return completions * (1 + each)
    return completions + _integer(spec, "backoffLimit", _BACKOFF_LIMIT) if completions else 0


def _integer(spec: Mapping[str, object], name: str, absent: int, place: str = "spec", largest: int = _LARGEST) -> int:
    value = spec.get(name)
    if value is None:
        return absent
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
        raise _FieldError(f"{place}.{name}: no whole number from 0 to {largest:,}")
    return value


def _seconds(spec: Mapping[str, object], name: str, place: str = "spec") -> Fraction | None:
    """A number of seconds as hours; None where absent."""
    return None if spec.get(name) is None else Fraction(_integer(spec, name, 0, place, _LONGEST), 3600)


def _capped(hours: Fraction, most: Fraction | None) -> Fraction:
    return hours if most is None else min(hours, most)


def _at_least(at_once: int, hours: Fraction) -> Fraction:
    """Pods at one time: a run's own, or more where runs overlap so much that on average more of them exist."""
    return max(Fraction(at_once), Fraction(-(-hours // _MONTH)))


def _span(low: Fraction, expected: Fraction, high: Fraction) -> Span:
    return Span(to_decimal(low), to_decimal(expected), to_decimal(high))


def _count(runs: Fraction) -> str:
    """A number of runs for people: whole, or to one decimal."""
    return f"{int(runs):,}" if runs.denominator == 1 else f"{to_decimal(runs):,.1f}"
