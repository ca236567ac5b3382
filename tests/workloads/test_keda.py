"""KEDA's triggers: replicas held by a calendar, in time zones, beside triggers that wait for events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.field import text
from workloads.inventory import take_inventory
from workloads.schedule.keda import read_triggers
from workloads.schedule.window import Level, Window, average, between, layered
from workloads.schedule.year import ALWAYS
from workloads.sources.files import read_paths
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory, PodGroup

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: %d, template: {spec: {containers: [{name: c, image: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}
"""
OFFICE = "{type: cron, metadata: {timezone: Europe/Berlin, start: 0 8 * * 1-5, end: 0 18 * * 1-5, desiredReplicas: '10'}}"
LUNCH = "{type: cron, metadata: {timezone: Europe/Berlin, start: 0 12 * * *, end: 0 14 * * *, desiredReplicas: '15'}}"
QUEUE = "{type: aws-sqs-queue, metadata: {queueURL: q, queueLength: '5', activationQueueLength: '1'}}"


def inventory(spec: str, replicas: int = 3, annotations: str = "{}") -> Inventory:
    text = DEPLOYMENT % replicas + (
        "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\n"
        f"metadata: {{name: s, namespace: shop, annotations: {annotations}}}\nspec: {{scaleTargetRef: {{name: web}}, {spec}}}\n"
    )
    found = read(text.encode(), "keda.yaml").manifests
    return take_inventory(found, observe(found))


def group(spec: str, replicas: int = 3, annotations: str = "{}") -> PodGroup:
    (workload,) = inventory(spec, replicas, annotations).workloads
    return workload.groups[0]


# Berlin's year 2026 has 261 days from Monday to Friday: 2,610 office hours, and 730 hours at lunch, 522 of them on those days.
CALENDARS = [
    ("one window", f"minReplicaCount: 0, triggers: [{OFFICE}]", (0, "2175", 100)),  # 10 x 2610 / 12
    ("a minimum outside", f"minReplicaCount: 2, triggers: [{OFFICE}]", (2, "3200", 100)),  # (26100 + 2 x 6150) / 12
    ("idle outside", f"minReplicaCount: 2, idleReplicaCount: 0, triggers: [{OFFICE}]", (0, "2175", 100)),
    # 10 x (2610 - 522) + 15 x 730 = 31830
    ("the larger of two", f"maxReplicaCount: 20, triggers: [{OFFICE}, {LUNCH}]", (0, "2652.5", 20)),
    (
        "no more than the maximum",
        f"maxReplicaCount: 4, triggers: [{OFFICE}, {LUNCH}]",
        (0, "939.333", 4),
    ),  # 4 x (2610 + 208) / 12
    ("no less than the minimum", f"minReplicaCount: 12, triggers: [{OFFICE}]", (12, "8760", 100)),
]


@pytest.mark.parametrize(("spec", "expected"), [row[1:] for row in CALENDARS], ids=[row[0] for row in CALENDARS])
def test_a_calendar_gives_the_average_of_its_year(spec: str, expected: tuple[int, str, int]) -> None:
    found = group(spec)
    low, hours, high = expected
    assert (found.pods.low, found.pods.high, found.assumption) == (low, high, "")
    assert found.hours.expected.quantize(Decimal("0.001")) == Decimal(hours).quantize(Decimal("0.001"))
    assert (found.hours.low, found.hours.high) == (low * 730, high * 730)
    assert abs(found.pods.expected * 730 - found.hours.expected) < Decimal("1e-20")


def test_replicas_of_the_target_do_not_matter_where_a_calendar_decides() -> None:
    spec = f"triggers: [{OFFICE}]"
    assert group(spec, 0).hours == group(spec, 50).hours


def test_other_triggers_may_only_raise_what_the_calendar_holds_and_that_is_said() -> None:
    found = group(f"maxReplicaCount: 20, triggers: [{QUEUE}, {OFFICE}]")
    assert found.hours.expected == 2175
    assert "its calendar alone decides" in found.assumption
    assert found.because == (
        "ScaledObject s, 0 to 20 by cron (10 from 0 8 * * 1-5 to 0 18 * * 1-5, Europe/Berlin), "
        "aws-sqs-queue (queueLength 5, activationQueueLength 1)"
    )


def test_what_only_events_scale_is_expected_at_its_stated_replicas() -> None:
    prometheus = "{type: prometheus, metricType: Value, metadata: {query: up, threshold: '100', activationThreshold: '5'}}"
    found = group(f"minReplicaCount: 0, maxReplicaCount: 20, triggers: [{prometheus}]")
    assert (found.pods.low, found.pods.expected, found.pods.high) == (0, 3, 20)
    assert found.because.endswith("by prometheus (threshold 100, activationThreshold 5, Value)")
    assert "none were observed" in found.assumption


def test_a_formula_over_the_triggers_takes_their_calendar_s_place() -> None:
    formula = "advanced: {scalingModifiers: {formula: 'a + b', target: '2'}}"
    found = group(f"{formula}, triggers: [{OFFICE}, {QUEUE}]")
    assert (found.pods.expected, "none were observed" in found.assumption) == (3, True)


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ("{autoscaling.keda.sh/paused: 'true'}", 3),
        ("{autoscaling.keda.sh/paused: 'false'}", None),
        ("{autoscaling.keda.sh/paused-replicas: '5'}", 5),
        ("{autoscaling.keda.sh/paused: 'true', autoscaling.keda.sh/paused-replicas: '5'}", 5),
    ],
)
def test_what_is_paused_stays_where_it_is_or_is_held(annotations: str, expected: int | None) -> None:
    found = group(f"triggers: [{OFFICE}]", annotations=annotations)
    if expected is None:
        assert found.hours.expected == 2175
    else:
        assert (found.pods.low, found.pods.expected, found.pods.high) == (expected,) * 3


def cron(**changed: str) -> str:
    fields = {"timezone": "UTC", "start": "0 8 * * *", "end": "0 18 * * *", "desiredReplicas": "'2'", **changed}
    return f"triggers: [{{type: cron, metadata: {{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}}}]"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (cron(timezone="Mars/Olympus"), "is no time zone"),
        (cron(timezone="''"), "timezone is not stated"),
        (cron(start="'@daily'"), "has 1 fields"),
        (cron(start="0 8 * *"), "has 4 fields"),
        (cron(end="0 25 * * *"), "is outside 0 to 23"),
        (cron(end="0 8 * * *"), "is the same as the start"),
        (cron(desiredReplicas="'0'"), "must be a whole number"),
        (cron(desiredReplicas="'-3'"), "must be a whole number"),
        (cron(desiredReplicas="ten"), "must be a whole number"),
        (cron(desiredReplicas="'" + "9" * 5000 + "'"), "must be a whole number"),
        (cron(desiredReplicas="true"), "must be a whole number"),
        (cron(start="{a: b}"), "the schedule is empty"),
    ],
)
def test_a_trigger_that_keda_refuses_scales_nothing_and_is_told_of(spec: str, message: str) -> None:
    found = inventory(spec)
    assert found.workloads[0].groups[0].pods.expected == 3
    (problem,) = found.problems
    assert "scales nothing" in problem.message
    assert message in problem.message
    assert problem.line


@pytest.mark.parametrize(
    "triggers", ["null", "3", "[null]", "[[]]", "[{type: 3}]", "[{type: cron}]", "{a: b}", "[{type: x, metadata: []}]"]
)
def test_triggers_of_any_shape_are_read(triggers: str) -> None:
    assert len(inventory(f"triggers: {triggers}").workloads) == 1


def test_no_more_triggers_are_read_than_anybody_writes() -> None:
    assert len(read_triggers({"triggers": [{"type": "kafka"}] * 10_000}, (), 0, 9).events) == 50


def active(start: datetime, step: timedelta, window: Window) -> bool:
    """Whether KEDA finds a window open: at a moment, it asks which of the two schedules fires next."""
    clock = ZoneInfo(window.zone)
    for number in range(1, 20_000):
        shown = (start + number * step).astimezone(clock)
        for schedule, is_end in ((window.end, True), (window.start, False)):
            minute, hour, _, _, weekday = schedule.split()
            first, _, last = weekday.partition("-")
            days = range(7) if weekday == "*" else range(int(first), int(last or first) + 1)
            if (shown.minute, shown.hour) == (int(minute), int(hour)) and (shown.weekday() + 1) % 7 in days:
                return is_end
    return False


WEEKDAYS = st.sampled_from(["*", "1-5", "0", "6", "2-3"])
SCHEDULES = st.builds(
    lambda minute, hour, day: f"{minute} {hour} * * {day}", st.sampled_from([0, 30]), st.integers(0, 23), WEEKDAYS
)


@settings(max_examples=25)
@given(
    start=SCHEDULES, end=SCHEDULES, zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]), day=st.integers(2, 360)
)
def test_a_window_is_open_where_its_end_is_the_next_to_fire(start: str, end: str, zone: str, day: int) -> None:
    found = between(start, end, zone)
    for hour in (0, 7, 13, 22):
        minute = day * 1440 + hour * 60 + 5
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
        on_the_grid = moment - timedelta(minutes=5)
        assert bool(found.bits >> minute & 1) == active(on_the_grid, timedelta(minutes=30), Window(start, end, zone, 1))


def test_of_two_starts_in_a_row_only_the_second_begins() -> None:
    # At 07:00 the next to fire is the start of 08:00, so that KEDA finds the window closed until then.
    assert between("0 6,8 * * *", "0 20 * * *", "UTC").minutes == 365 * 12 * 60


def test_a_window_may_span_midnight_and_the_year_s_end() -> None:
    assert between("0 22 * * *", "0 6 * * *", "Europe/Berlin").minutes == 365 * 8 * 60


WINDOWS = st.lists(
    st.builds(Window, SCHEDULES, SCHEDULES, st.sampled_from(["UTC", "Asia/Tokyo"]), st.integers(0, 30)), max_size=3
)


@settings(max_examples=40)
@given(windows=WINDOWS, outside=st.integers(0, 30))
def test_the_average_of_a_calendar_is_between_its_ends_and_covers_the_year(windows: list[Window], outside: int) -> None:
    parts = layered(windows, outside)
    assert sum(times.minutes for _, times in parts) == ALWAYS.minutes
    mean = average(Level(Decimal(count), times) for count, times in parts)
    counts = [outside, *(window.replicas for window in windows)]
    assert min(counts) <= mean <= max(counts)


@settings(max_examples=25)
@given(windows=WINDOWS, more=st.builds(Window, SCHEDULES, SCHEDULES, st.just("UTC"), st.integers(0, 30)))
def test_one_more_window_lowers_nothing_that_it_does_not_hold_lower(windows: list[Window], more: Window) -> None:
    def mean(each: list[Window]) -> Fraction:
        return average(Level(Decimal(count), times) for count, times in layered(each, 0))

    assert mean([*windows, more]) >= mean(windows)


def test_a_scaled_job_runs_as_many_pods_as_its_jobs_hold() -> None:
    job = "parallelism: 4, completions: 2, template: {spec: {containers: [{name: c, image: c}]}}"
    text = f"apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: {{name: j}}\nspec: {{jobTargetRef: {{{job}}}, %s}}\n"

    def pods(rest: str) -> tuple[Decimal, Decimal, Decimal]:
        (workload,) = take_inventory(read((text % rest).encode(), "j.yaml").manifests).workloads
        found = workload.groups[0].pods
        return found.low, found.expected, found.high

    assert pods(f"triggers: [{QUEUE}]") == (0, 2, 200)
    assert pods(f"minReplicaCount: 3, maxReplicaCount: 7, triggers: [{QUEUE}]") == (6, 6, 14)
    assert pods(f"minReplicaCount: 9, maxReplicaCount: 7, triggers: [{QUEUE}]") == (14, 14, 14)
    low, expected, high = pods(f"maxReplicaCount: 20, triggers: [{OFFICE}]")
    assert (low, expected.quantize(Decimal("0.001")), high) == (0, Decimal("5.959"), 40)  # 10 Jobs x 2 pods x 2610 / 8760


def test_a_paused_scaled_job_starts_nothing() -> None:
    text = (
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: {name: j, annotations: {autoscaling.keda.sh/paused: 'true'}}\n"
        "spec: {maxReplicaCount: 5, jobTargetRef: {template: {spec: {containers: [{name: c, image: c}]}}}}\n"
    )
    (workload,) = take_inventory(read(text.encode(), "j.yaml").manifests).workloads
    pods = workload.groups[0].pods
    assert (pods.low, pods.expected, pods.high) == (0, 0, 5)
    assert workload.groups[0].because.startswith("suspended")


def test_volumes_of_a_stateful_set_stay_when_its_calendar_takes_pods_away() -> None:
    text = DEPLOYMENT.replace("Deployment", "StatefulSet") % 1
    text = text.rstrip().removesuffix("}") + (
        ", volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}]}\n"
        "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: s, namespace: shop}\n"
        f"spec: {{scaleTargetRef: {{kind: StatefulSet, name: web}}, maxReplicaCount: 20, triggers: [{OFFICE}]}}\n"
    )
    found = read(text.encode(), "keda.yaml").manifests
    (workload,) = take_inventory(found, observe(found)).workloads
    count = workload.claims[0].count
    assert (count.low, count.expected, count.high) == (0, 10, 20)


def test_an_ephemeral_volume_lives_as_long_as_its_pod() -> None:
    scratch = (
        "volumes: [{name: x, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1Gi}}}}}}], containers"
    )
    text = (DEPLOYMENT % 1).replace("containers", scratch) + (
        "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: s, namespace: shop}\n"
        f"spec: {{scaleTargetRef: {{name: web}}, triggers: [{OFFICE}]}}\n"
    )
    found = read(text.encode(), "keda.yaml").manifests
    (workload,) = take_inventory(found, observe(found)).workloads
    assert workload.claims[0].hours.expected == 2175


@pytest.mark.corpus
def test_every_scaled_object_of_the_corpus_resolves(corpus: Path) -> None:
    found = [each for each in read_paths([str(corpus)]).manifests if each.group == "keda.sh"]
    assert found
    # What they scale is made by a chart, which the corpus has no values of.
    scaled = "---\n".join(
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {text(each.body, 'spec', 'scaleTargetRef', 'name')}, "
        f"namespace: {each.namespace or 'default'}}}\n"
        "spec: {template: {spec: {containers: [{name: c, image: x}]}}}\n"
        for each in found
    )
    every = (*found, *read(scaled.encode(), "scaled.yaml").manifests)
    assert not [entry.reason for entry in take_inventory(every, observe(every)).unpriced]
