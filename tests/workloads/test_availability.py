"""When things run: what kube-downscaler switches off, and what is said to be switched off by other means."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workloads.inventory import take_inventory
from workloads.snapshots.objects import kept
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import PodGroup, Workload

T = "{spec: {containers: [{name: c, image: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}"
OFFICE = "Mon-Fri 08:00-18:00 Europe/Berlin"
"""2,610 hours of 2026: 217.5 a month."""
NIGHTS = "Mon-Sun 00:00-06:00 UTC"


def annotated(annotations: dict[str, str] | None) -> str:
    return "{" + ", ".join(f'{key}: "{value}"' for key, value in (annotations or {}).items()) + "}"


def workload(
    own: dict[str, str] | None = None,
    namespace: dict[str, str] | None = None,
    *,
    kind: str = "Deployment",
    version: str = "apps/v1",
    spec: str = f"replicas: 4, template: {T}",
    name: str = "shop",
    more: str = "",
) -> Workload:
    text = (
        f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, annotations: {annotated(namespace)}}}\n---\n"
        f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: {name}, annotations: {annotated(own)}}}\n"
        f"spec: {{{spec}}}\n{more}"
    )
    found = read(text.encode(), "a.yaml").manifests
    inventory = take_inventory(found, observe(found))
    assert not inventory.unpriced
    return inventory.workloads[0]


def hours(found: Workload) -> tuple[Decimal, Decimal, Decimal]:
    group: PodGroup = found.groups[0]
    return group.hours.low, group.hours.expected, group.hours.high


# What the annotations of a Deployment of four replicas, and of its Namespace, come to: pod-hours a month at least and expected.
KEPT = [
    ("uptime", {"uptime": OFFICE}, {}, 4 * 217.5),
    ("uptime of the Namespace", {}, {"uptime": OFFICE}, 4 * 217.5),
    ("the object's own before the Namespace's", {"uptime": OFFICE}, {"uptime": "never"}, 4 * 217.5),
    ("downtime", {"downtime": NIGHTS}, {}, 4 * 730 * 0.75),
    ("uptime less downtime", {"uptime": "Mon-Sun 00:00-12:00 UTC", "downtime": NIGHTS}, {}, 4 * 730 * 0.25),
    ("own uptime, the Namespace's downtime", {"uptime": "always"}, {"downtime": NIGHTS}, 4 * 730 * 0.75),
    ("replicas left", {"downtime": NIGHTS, "downtime-replicas": "1"}, {}, 730 * (4 * 0.75 + 0.25)),
    ("replicas left by the Namespace", {"downtime": NIGHTS}, {"downtime-replicas": "1"}, 730 * (4 * 0.75 + 0.25)),
    ("more left than there are", {"downtime": NIGHTS, "downtime-replicas": "9"}, {}, 4 * 730),
    ("down for good", {"uptime": "never"}, {}, 0),
    ("excluded", {"uptime": OFFICE, "exclude": "true"}, {}, 4 * 730),
    ("excluded by a word that is not false", {"uptime": OFFICE, "exclude": "yes"}, {}, 4 * 730),
    ("not excluded", {"uptime": OFFICE, "exclude": "false"}, {}, 4 * 217.5),
    ("excluded with the Namespace", {"uptime": OFFICE}, {"exclude": "true"}, 4 * 730),
    ("excluded for a while", {"uptime": OFFICE, "exclude-until": "2027-01-01"}, {}, 4 * 217.5),
    ("forced up", {"uptime": OFFICE}, {"force-uptime": "true"}, 4 * 730),
    ("not forced up", {"uptime": OFFICE}, {"force-uptime": "false"}, 4 * 217.5),
    ("forced up at times", {"uptime": "never"}, {"force-uptime": OFFICE}, 4 * 217.5),
    ("forced up by itself", {"uptime": "never", "force-uptime": "true"}, {}, 4 * 730),
    ("forced down", {}, {"force-downtime": "true"}, 0),
    ("forced up and down", {}, {"force-uptime": NIGHTS, "force-downtime": "true"}, 4 * 730 * 0.25),
    ("never forced down", {}, {"force-downtime": "never"}, 4 * 730),
    ("a period that scales down only", {"downscale-period": "Mon-Sun 19:00-20:00 UTC"}, {}, 0),
    ("a period that scales up only", {"upscale-period": "Mon-Sun 07:00-08:00 UTC", "uptime": OFFICE}, {}, 4 * 730),
    (
        "periods that switch and keep what is between",
        {"upscale-period": "Mon-Sun 07:00-07:10 UTC", "downscale-period": "Mon-Sun 19:00-19:10 UTC"},
        {},
        4 * 730 * 0.5,
    ),
    ("periods before uptime", {"uptime": "never"}, {"upscale-period": NIGHTS}, 4 * 730),
]


@pytest.mark.parametrize(("own", "namespace", "expected"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_kube_downscaler_keeps_hours_and_at_most_it_is_never_at_work(
    own: dict[str, str], namespace: dict[str, str], expected: float
) -> None:
    found = workload(*({f"downscaler/{key}": value for key, value in each.items()} for each in (own, namespace)))
    assert hours(found) == (Decimal(str(expected)), Decimal(str(expected)), 4 * 730)


def test_the_reason_is_the_annotation_and_the_hours_are_modelled() -> None:
    group = workload({}, {"downscaler/uptime": OFFICE}).groups[0]
    assert group.because == f"spec.replicas; up 217.5 of 730 h by downscaler/uptime of its Namespace: {OFFICE}"
    assert "has to be there" in group.modelled
    assert group.assumption == ""


@pytest.mark.parametrize(
    ("own", "note"),
    [
        ({"uptime": "nine to five"}, "'nine to five' is no period"),
        ({"uptime": OFFICE, "downtime-replicas": "half"}, "'half' is no whole number"),
        ({"uptime": OFFICE, "downtime-replicas": "50%"}, "'50%' is no whole number"),
        ({"uptime": OFFICE, "downtime-replicas": "9" * 500}, "is no whole number"),
        ({"uptime": OFFICE, "exclude": "true"}, "kube-downscaler leaves it alone: downscaler/exclude is true"),
    ],
)
def test_what_the_downscaler_leaves_alone_runs_always_and_is_told(own: dict[str, str], note: str) -> None:
    found = workload({f"downscaler/{key}": value for key, value in own.items()})
    assert hours(found)[1] == 4 * 730
    assert any(note in each for each in found.notes)


def test_an_exception_that_comes_once_is_told_and_not_counted() -> None:
    found = workload({"downscaler/uptime": OFFICE, "downscaler/exclude-until": "2027-01-01"})
    assert "until 2027-01-01 it runs always" in found.notes[0]


def test_pods_that_force_everything_up_are_up_themselves() -> None:
    forced = T.replace("{spec:", "{metadata: {annotations: {downscaler/force-uptime: 'true'}}, spec:")
    found = workload({"downscaler/uptime": OFFICE}, spec=f"replicas: 4, template: {forced}")
    assert hours(found)[1] == 4 * 730
    assert "force-uptime on its pods" in found.notes[0]


def test_the_cluster_s_own_namespace_is_left_alone() -> None:
    assert hours(workload({"downscaler/uptime": OFFICE}, name="kube-system"))[1] == 4 * 730


@pytest.mark.parametrize(
    ("kind", "version"), [("StatefulSet", "apps/v1"), ("Rollout", "argoproj.io/v1alpha1"), ("Deployment", "apps/v1")]
)
def test_it_scales_the_kinds_that_it_knows(kind: str, version: str) -> None:
    assert hours(workload({"downscaler/uptime": OFFICE}, kind=kind, version=version))[1] == 870


def test_it_takes_a_daemon_set_off_all_nodes_or_off_none() -> None:
    daemon = {"kind": "DaemonSet", "spec": f"template: {T}"}
    assert hours(workload({"downscaler/uptime": OFFICE}, **daemon))[1] == Decimal("652.5")
    assert hours(workload({"downscaler/uptime": OFFICE, "downscaler/downtime-replicas": "1"}, **daemon))[1] == 3 * 730


def test_a_kind_that_it_does_not_know_runs_always() -> None:
    found = workload({"downscaler/uptime": OFFICE}, kind="ReplicaSet")
    assert hours(found)[1] == 4 * 730


CRON = {"kind": "CronJob", "version": "batch/v1"}


def cron_job(schedule: str, own: dict[str, str], zone: str = "UTC") -> tuple[Decimal, Decimal, Decimal]:
    spec = f"schedule: '{schedule}', timeZone: {zone}, jobTemplate: {{spec: {{backoffLimit: 0, template: {T}}}}}"
    found = workload({"weighbridge.dev/expected-duration": "1h", **own}, **CRON, spec=spec)
    return hours(found)


def test_a_cron_job_is_suspended_outside_its_hours_and_at_most_it_never_is() -> None:
    # Every hour: of 24 runs a day those at 08:00 to 17:00 in Berlin begin in office hours, on 261 days.
    assert cron_job("0 * * * *", {"downscaler/uptime": OFFICE}) == (Decimal("217.5"), Decimal("217.5"), 730)
    assert cron_job("30 3 * * *", {"downscaler/uptime": OFFICE})[1] == 0
    assert cron_job("0 9 * * *", {"downscaler/uptime": OFFICE}, "Europe/Berlin")[1] == Decimal(261) / 12
    assert cron_job("@every 2h", {"downscaler/uptime": OFFICE})[1] == Decimal("108.75")


def test_a_cron_job_goes_on_where_replicas_are_to_be_left() -> None:
    assert cron_job("0 * * * *", {"downscaler/uptime": OFFICE, "downscaler/downtime-replicas": "1"})[1] == 730


def test_a_job_runs_to_its_end_whenever_it_may() -> None:
    own = {"weighbridge.dev/running-hours": OFFICE, "weighbridge.dev/expected-duration": "1h"}
    found = workload(own, kind="Job", version="batch/v1", spec=f"backoffLimit: 0, template: {T}")
    assert hours(found) == (1, 1, 1)
    assert found.groups[0].modelled == ""


def autoscaler(annotations: dict[str, str]) -> str:
    return (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
        f"metadata: {{name: h, namespace: shop, annotations: {annotated(annotations)}}}\n"
        "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 10}\n"
    )


def test_what_is_scaled_to_nothing_is_out_of_its_autoscaler_s_reach() -> None:
    found = workload({"downscaler/uptime": OFFICE}, more=autoscaler({}))
    assert hours(found) == (435, 870, 7300)


def test_what_is_scaled_to_more_than_nothing_is_scaled_up_again_by_its_autoscaler() -> None:
    found = workload({"downscaler/uptime": OFFICE, "downscaler/downtime-replicas": "1"}, more=autoscaler({}))
    assert hours(found) == (1460, 2920, 7300)
    assert "scales up again" in found.notes[0]


def test_an_autoscaler_s_own_annotation_lowers_its_minimum() -> None:
    kept = {"downscaler/downtime": NIGHTS, "downscaler/downtime-replicas": "1"}
    found = workload(more=autoscaler(kept))
    assert hours(found) == (Decimal("1277.5"), Decimal("2372.5"), 7300)  # 730 x (2 x 0.75 + 0.25), 730 x (4 x 0.75 + 0.25)
    assert found.groups[0].because.endswith("of HorizontalPodAutoscaler h")


def test_an_autoscaler_cannot_be_scaled_to_nothing_and_that_is_told() -> None:
    found = workload(more=autoscaler({"downscaler/downtime": NIGHTS}))
    assert hours(found) == (1460, 2920, 7300)
    assert "cannot have a minimum of 0" in found.notes[0]


def test_a_scaled_object_is_held_at_what_is_left_of_its_own_calendar() -> None:
    scaled = (
        "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\n"
        f"metadata: {{name: s, namespace: shop, annotations: {{downscaler/downtime: {NIGHTS}}}}}\n"
        "spec: {scaleTargetRef: {name: web}, minReplicaCount: 0, maxReplicaCount: 10, triggers: [{type: cron, metadata: "
        "{timezone: UTC, start: 0 4 * * *, end: 0 8 * * *, desiredReplicas: '6'}}]}\n"
    )
    assert hours(workload(more=scaled)) == (0, 365, 7300)  # of 04:00 to 08:00 only from 06:00: 6 replicas x 2 h x 365 / 12


RUNNING = "weighbridge.dev/running-hours"


def test_running_hours_of_our_own_are_a_stated_expectation() -> None:
    found = workload({RUNNING: OFFICE})
    assert hours(found) == (870, 870, 2920)
    assert found.groups[0].modelled == f"its hours are as annotation {RUNNING} states, which nothing enforces"
    assert found.groups[0].because == f"spec.replicas; up 217.5 of 730 h by {RUNNING}: {OFFICE}"


def test_the_object_s_own_running_hours_count_before_its_namespace_s() -> None:
    assert hours(workload({}, {RUNNING: OFFICE}))[1] == 870
    assert hours(workload({RUNNING: "always"}, {RUNNING: OFFICE}))[1] == 2920
    assert hours(workload({RUNNING: NIGHTS}, {RUNNING: OFFICE}))[1] == 730


def test_running_hours_may_be_stated_of_any_kind() -> None:
    thing = f"parts: [{{replicas: 4, template: {T}}}]"
    assert hours(workload({RUNNING: OFFICE}, kind="Thing", version="example.com/v1", spec=thing))[1] == 870
    assert hours(workload({RUNNING: OFFICE}, kind="ReplicaSet"))[1] == 870


def test_what_the_downscaler_keeps_counts_before_what_is_only_stated() -> None:
    assert hours(workload({RUNNING: "always", "downscaler/uptime": OFFICE}))[1] == 870


def test_running_hours_that_cannot_be_read_are_told_and_taken_for_always() -> None:
    found = workload({RUNNING: "office hours"})
    assert hours(found)[1] == 2920
    assert "it is taken to run always" in found.notes[0]


def test_annotations_of_any_shape_are_read() -> None:
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a, annotations: %s}}\nspec: {{template: {T}}}\n"
    shapes = (
        "null",
        "3",
        "[]",
        "{downscaler/uptime: 3}",
        "{downscaler/uptime: null}",
        f"{{{RUNNING}: [1]}}",
        f"{{{RUNNING}: null}}",
    )
    for shape in shapes:
        found = read((text % shape).encode(), "a.yaml").manifests
        assert take_inventory(found, observe(found)).workloads[0].groups[0].hours.expected == 730


def test_what_is_suspended_costs_nothing_in_any_hours() -> None:
    spec = f"headGroupSpec: {{template: {T}}}, suspend: true"
    found = workload({RUNNING: OFFICE}, kind="RayCluster", version="ray.io/v1", spec=spec)
    assert hours(found) == (0, 0, 730)


@settings(max_examples=40)
@given(
    start=st.integers(0, 23),
    length=st.integers(0, 23),
    replicas=st.integers(0, 50),
    left=st.integers(0, 9),
    more=st.integers(0, 5),
)
def test_hours_lie_between_what_is_left_and_always_and_grow_with_the_window(
    start: int, length: int, replicas: int, left: int, more: int
) -> None:
    def kept(until: int) -> tuple[Decimal, Decimal, Decimal]:
        own = {
            "downscaler/uptime": f"Mon-Sun {start:02}:00-{until:02}:00 Europe/Berlin",
            "downscaler/downtime-replicas": str(left),
        }
        return hours(workload(own, spec=f"replicas: {replicas}, template: {T}"))

    end = min(start + length, 24)
    low, expected, high = kept(end)
    assert min(replicas, left) * 730 <= low <= expected <= high == replicas * 730
    assert expected <= kept(min(end + more, 24))[1]


@pytest.mark.parametrize(
    ("version", "kind"), [("autoscaling/v2", "HorizontalPodAutoscaler"), ("keda.sh/v1alpha1", "ScaledObject")]
)
def test_a_snapshot_keeps_what_switches_an_autoscaler_off_and_no_other_annotation(version: str, kind: str) -> None:
    stated = {"downscaler/uptime": OFFICE, "example.com/note": "keep out"}
    body: dict[str, object] = {"apiVersion": version, "kind": kind, "metadata": {"name": "h", "annotations": stated}, "spec": {}}
    found = kept(body)
    assert found is not None
    assert found["metadata"] == {"name": "h", "annotations": {"downscaler/uptime": OFFICE}}
