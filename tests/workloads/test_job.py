"""How many pods Jobs and CronJobs run, and for how many hours."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.job import Run, cron_hours, job_run
from workloads.schedule.pod_duration import EXPECTED_DURATION
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.span import Span


def span(low: object, expected: object, high: object) -> Span:
    return Span(Decimal(str(low)), Decimal(str(expected)), Decimal(str(high)))


def job(spec: dict[str, object], duration: object = "1h", pod: dict[str, object] | None = None) -> Run:
    """A Job whose pods run for ``duration``; None where nothing says for how long."""
    return job_run(spec, {"spec": pod or {}}, DEFAULTS, {} if duration is None else {EXPECTED_DURATION: duration})


def cron(spec: dict[str, object], duration: object = "1h", job_spec: dict[str, object] | None = None) -> Run:
    whole = {**spec, "jobTemplate": {"spec": job_spec or {}}}
    return cron_hours(whole, {}, DEFAULTS, {} if duration is None else {EXPECTED_DURATION: duration})


# Pods at one time and pod-hours, of pods that are said to run an hour each. Retries: 6 by default, one hour each.
JOBS = [
    ("one pod", {}, 1, span(1, 1, 7)),  # 1 x 1 h, and 6 retries
    ("completions one after another", {"completions": 10}, 1, span(10, 10, 16)),
    ("completions side by side", {"completions": 10, "parallelism": 5}, 5, span(10, 10, 16)),
    ("more at once than there are", {"completions": 2, "parallelism": 5}, 2, span(2, 2, 8)),
    ("a queue of work", {"parallelism": 4}, 4, span(4, 4, 10)),
    ("no retries", {"completions": 3, "backoffLimit": 0}, 1, span(3, 3, 3)),
    ("retries of each index", {"completions": 3, "backoffLimitPerIndex": 2, "completionMode": "Indexed"}, 1, span(3, 3, 9)),
    ("no parallelism", {"completions": 3, "parallelism": 0}, 0, span(0, 0, 0)),
    ("no completions", {"completions": 0}, 0, span(0, 0, 0)),
    ("a deadline that retries would pass", {"completions": 2, "activeDeadlineSeconds": 10800}, 1, span(2, 2, 3)),
    (
        "a deadline of the whole, for each of those at once",
        {"completions": 4, "parallelism": 2, "activeDeadlineSeconds": 9000},
        2,
        span(4, 4, 5),
    ),
    ("a deadline too short", {"completions": 4, "activeDeadlineSeconds": 5400}, 1, span("1.5", "1.5", "1.5")),
    (
        "nulls are absent",
        {"completions": None, "parallelism": None, "backoffLimit": None, "activeDeadlineSeconds": None},
        1,
        span(1, 1, 7),
    ),
]


@pytest.mark.parametrize(("spec", "at_once", "hours"), [row[1:] for row in JOBS], ids=[row[0] for row in JOBS])
def test_a_job_runs_its_completions_and_at_most_its_retries(spec: dict[str, object], at_once: int, hours: Span) -> None:
    run = job(spec)
    assert (run.pods, run.hours) == (Span.exactly(at_once), hours)
    assert run.assumption == ""


def test_a_pod_s_own_deadline_bounds_each_pod() -> None:
    assert job({"completions": 4, "backoffLimit": 0}, "2h", {"activeDeadlineSeconds": 1800}).hours == span(2, 2, 2)


def test_a_duration_that_nobody_states_is_assumed_for_each_pod_and_said() -> None:
    run = job({"completions": 4, "parallelism": 2}, None)
    assert run.hours == span(4, 4, 10)
    assert run.assumption == f"each pod runs 1 h (assume.jobDuration); annotation {EXPECTED_DURATION} replaces it"


def test_another_duration_may_be_assumed() -> None:
    run = job_run({"backoffLimit": 0}, {}, Assumptions(job_hours=Decimal("0.5")), {})
    assert (run.hours, run.assumption.partition(" (")[0]) == (span("0.5", "0.5", "0.5"), "each pod runs 0.5 h")


def test_a_deadline_is_the_upper_bound_of_a_duration_nobody_states() -> None:
    assert job({"parallelism": 3, "activeDeadlineSeconds": 86400}, None).hours == span(3, 3, 72)
    assert job({"parallelism": 3, "activeDeadlineSeconds": 1800}, None).hours == span("1.5", "1.5", "1.5")
    assert job({"backoffLimit": 1}, None, {"activeDeadlineSeconds": 7200}).hours == span(1, 1, 4)


def test_the_annotation_may_stand_on_the_pod_template() -> None:
    template = {"metadata": {"annotations": {EXPECTED_DURATION: "30m"}}}
    assert job_run({"backoffLimit": 0}, template, DEFAULTS, {}).hours == span("0.5", "0.5", 1)


def test_a_stated_duration_is_a_word_and_bounds_nothing() -> None:
    assert job({"backoffLimit": 0, "activeDeadlineSeconds": 36000}, "1ms").hours.high == 10
    assert job({"backoffLimit": 0}, "1ms", {"activeDeadlineSeconds": 7200}).hours.high == 2
    assert job({"backoffLimit": 0}, "1ms").hours.high == 1
    assert job({"backoffLimit": 0}, "20h").hours.high == 20


@pytest.mark.parametrize("duration", ["1 hour", "", "0s", "-1h", 3, ["1h"], True, "9" * 300])
def test_an_annotation_that_is_no_duration_is_told_of_and_the_assumption_taken(duration: object) -> None:
    run = job({"backoffLimit": 0}, duration)
    assert run.hours == span(1, 1, 1)
    assert run.assumption.startswith(f"each pod runs 1 h (assume.jobDuration); annotation {EXPECTED_DURATION}")


def test_a_suspended_job_costs_nothing_until_resumed() -> None:
    run = job({"suspend": True, "completions": 4, "parallelism": 2})
    assert (run.pods, run.hours) == (span(0, 0, 2), span(0, 0, 10))
    assert (run.because, run.path) == ("suspended; resumed: 4 pods, 2 at a time", ("suspend",))


@pytest.mark.parametrize(
    ("spec", "because", "path"),
    [
        ({}, "1 pod", ()),
        ({"completions": 1200, "parallelism": 4}, "1,200 pods, 4 at a time", ("completions",)),
        ({"parallelism": 4}, "4 pods, 4 at a time", ("parallelism",)),
        ({"parallelism": 0}, "no pods: completions or parallelism is 0", ("parallelism",)),
    ],
)
def test_the_reason_names_what_decides(spec: dict[str, object], because: str, path: tuple[str, ...]) -> None:
    run = job(spec)
    assert (run.because, run.path) == (because, path)


@pytest.mark.parametrize("field", ["completions", "parallelism", "backoffLimit", "backoffLimitPerIndex", "activeDeadlineSeconds"])
@pytest.mark.parametrize("value", ["3", -1, 1.5, True, [], 2**64])
def test_a_field_that_is_no_count_is_a_problem(field: str, value: object) -> None:
    run = job({field: value})
    assert run.problems[0].startswith(f"spec.{field}: no whole number from 0")
    assert run.hours == span(0, 0, 0)


# A month of 730 hours; a run of 1 pod-hour, with 6 retries 7.
CRONS = [
    ("monthly: one run", {"schedule": "0 0 1 * *"}, {}, span(1, 1, 1), span(1, 1, 7)),
    ("hourly: 730 runs", {"schedule": "0 * * * *"}, {"backoffLimit": 0}, span(1, 1, 1), span(730, 730, 730)),
    ("overlapping: 8,760 runs", {"schedule": "*/5 * * * *"}, {"backoffLimit": 0}, span(12, 12, 12), span(8760, 8760, 8760)),
    (
        "excluding each other: at most a month",
        {"schedule": "*/5 * * * *", "concurrencyPolicy": "Forbid"},
        {"backoffLimit": 0},
        span(1, 1, 1),
        span(730, 730, 730),
    ),
    (
        "replacing each other, two at a time",
        {"schedule": "*/5 * * * *", "concurrencyPolicy": "Replace"},
        {"parallelism": 2},
        span(2, 2, 2),
        span(1460, 1460, 1460),
    ),
    ("allowed to overlap", {"schedule": "0 * * * *", "concurrencyPolicy": "Allow"}, {}, span(1, 1, 7), span(730, 730, 5110)),
    ("suspended", {"schedule": "0 0 1 * *", "suspend": True}, {}, span(0, 0, 1), span(0, 0, 7)),
    ("making suspended Jobs", {"schedule": "0 0 1 * *"}, {"suspend": True}, span(0, 0, 1), span(0, 0, 7)),
    ("never", {"schedule": "0 0 31 2 *"}, {}, span(1, 1, 1), span(0, 0, 0)),
]


@pytest.mark.parametrize(("spec", "job_spec", "pods", "hours"), [row[1:] for row in CRONS], ids=[row[0] for row in CRONS])
def test_a_cron_job_runs_its_job_as_often_as_its_schedule_says(
    spec: dict[str, object], job_spec: dict[str, object], pods: Span, hours: Span
) -> None:
    run = cron(spec, "1h", job_spec)
    assert (run.pods, run.hours) == (pods, hours)


def test_hours_a_month_are_exact_where_neither_runs_nor_hours_are() -> None:
    # 105,120 runs a year x 10 minutes / 12 = 1,460 hours, though 10 minutes are no finite decimal of an hour.
    job_spec = {"backoffLimit": 0, "activeDeadlineSeconds": 600}
    assert cron({"schedule": "*/5 * * * *"}, "10m", job_spec).hours == span(1460, 1460, 1460)


@pytest.mark.parametrize(
    ("schedule", "because"),
    [
        ("*/5 * * * *", "*/5 * * * *, 8,760 runs a month"),
        ("0 0 * * *", "0 0 * * *, 30.4 runs a month"),
        ("@yearly", "@yearly, 0.1 runs a month"),
    ],
)
def test_the_reason_is_the_schedule_with_its_runs(schedule: str, because: str) -> None:
    run = cron({"schedule": schedule})
    assert (run.because, run.path) == (because, ("schedule",))


@pytest.mark.parametrize(
    ("spec", "job_spec", "problem"),
    [
        ({"schedule": "daily"}, {}, "spec.schedule: 'daily' has 1 fields"),
        ({"schedule": None}, {}, "spec.schedule: the schedule is empty"),
        ({"schedule": 5}, {}, "spec.schedule: the schedule is empty"),
        ({"schedule": "@daily"}, {"parallelism": "2"}, "spec.jobTemplate.spec.parallelism: no whole number"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_path(
    spec: dict[str, object], job_spec: dict[str, object], problem: str
) -> None:
    run = cron(spec, "1h", job_spec)
    assert run.problems[0].startswith(problem)


COUNT = st.integers(0, 50) | st.none()
SPEC = st.fixed_dictionaries(
    {},
    optional={
        "completions": COUNT,
        "parallelism": COUNT,
        "backoffLimit": COUNT,
        "backoffLimitPerIndex": COUNT,
        "activeDeadlineSeconds": st.integers(0, 10**6) | st.none(),
    },
)


@settings(max_examples=100)
@given(SPEC, st.sampled_from([None, "1s", "10m", "100h"]), st.sampled_from(["Allow", "Forbid", "Replace", None]))
def test_exclusion_only_lowers_and_never_passes_a_month(
    spec: dict[str, object], duration: str | None, policy: str | None
) -> None:
    free = cron({"schedule": "*/10 * * * *"}, duration, spec)
    run = cron({"schedule": "*/10 * * * *", "concurrencyPolicy": policy}, duration, spec)
    assert run.hours.high <= free.hours.high
    if policy in ("Forbid", "Replace"):
        assert run.hours.high <= 730 * job(spec, duration).pods.high


@settings(max_examples=100)
@given(SPEC, st.sampled_from([None, "1s", "10m", "100h"]))
def test_more_completions_are_never_fewer_hours(spec: dict[str, object], duration: str | None) -> None:
    stated = {**spec, "completions": spec.get("completions") or 0}
    more = {**stated, "completions": stated["completions"] + 1}
    assert job(more, duration).hours.expected >= job(stated, duration).hours.expected


JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=2), st.none())
)


@settings(max_examples=80)
@given(
    st.dictionaries(
        st.sampled_from(["completions", "parallelism", "suspend", "schedule", "jobTemplate", "concurrencyPolicy"]), JUNK
    ),
    JUNK,
)
def test_values_of_any_type_are_problems_and_never_errors(spec: dict[str, object], junk: object) -> None:
    template = {"spec": junk, "metadata": junk}
    assert job_run(spec, template, DEFAULTS, {EXPECTED_DURATION: junk}).hours.low >= 0
    assert cron_hours(spec, template, DEFAULTS, {}).hours.low >= 0


# An hour is assumed where nobody says more: never past the next run.
ASSUMED = [
    ("every minute, a minute each", "* * * * *", {}, "730", "each pod runs 1 min, until the next run starts"),
    ("every five minutes", "*/5 * * * *", {}, "730", "each pod runs 5 min, until the next run starts"),
    ("the shortest of uneven gaps", "0,20 0 * * *", {}, "20.2778", "each pod runs 20 min"),  # 2 x 365 / 12 runs x 20 min
    ("over midnight", "0 0 * * *", {}, "30.4167", "each pod runs 1 h (assume.jobDuration)"),  # 365 / 12 runs x 1 h
    ("of two schedules the shorter gap", ["*/30 * * * *", "5 0 * * *"], {}, "745.2083", "each pod runs 0.5 h"),
    ("every second, a minute at least", "@every 1s", {}, "43800", "each pod runs 1 min"),  # 3600 x 730 runs x 1 min
]


@pytest.mark.parametrize(
    ("schedule", "job_spec", "hours", "words"), [row[1:] for row in ASSUMED], ids=[row[0] for row in ASSUMED]
)
def test_an_assumed_duration_ends_before_the_next_run(
    schedule: object, job_spec: dict[str, object], hours: str, words: str
) -> None:
    run = cron({"schedule": schedule}, duration=None, job_spec=job_spec)
    assert run.hours.expected.quantize(Decimal("0.0001")) == Decimal(hours).quantize(Decimal("0.0001"))
    assert words in run.assumption
    assert "assume.jobDuration" in run.assumption


def test_retries_of_an_assumed_duration_end_before_the_next_run_too() -> None:
    assert cron({"schedule": "* * * * *"}, duration=None).hours.high == 7 * 730  # one pod and six retries of a minute each


def test_a_stated_duration_may_reach_into_the_next_run() -> None:
    assert cron({"schedule": "* * * * *"}, duration="1h").hours.expected == 60 * 730
