"""What was seen in the cluster stands where otherwise something would be assumed, and says when it was seen."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workloads.inventory import take_inventory
from workloads.nodes.pool import NodePool, Taint
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.snapshot import UNKNOWN, ContainerUsage, JobRuns, Snapshot, Target, Usage
from workloads.span import Span
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import PodGroup

WHEN = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
WEB = Target("apps", "Deployment", "shop", "web")
MIB = 2**20

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 3, template: {spec: {containers: [{name: web}]}}}
"""
AUTOSCALER = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {minReplicas: 2, maxReplicas: 10, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: migrate-v3, namespace: shop}
spec: {completions: 4, parallelism: 2, backoffLimit: 0, template: {spec: {containers: [{name: main}]}}}
"""
CRON_JOB = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec: {schedule: "0 * * * *", jobTemplate: {spec: {backoffLimit: 0, template: {spec: {containers: [{name: main}]}}}}}
"""
DAEMON_SET = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec: {template: {spec: {nodeSelector: {team: shop}, containers: [{name: agent}]}}}
"""


def group(text: str, snapshot: ClusterSnapshot | None) -> PodGroup:
    manifests = read(text.encode()).manifests
    known = snapshot.surroundings() if snapshot is not None else UNKNOWN
    inventory = take_inventory(manifests, known.under(observe(manifests)))
    return inventory.workloads[0].groups[0]


def seen(**what: object) -> ClusterSnapshot:
    return ClusterSnapshot("production", WHEN, **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(("observed", "expected"), [(7, 7), (2, 2), (1, 2), (0, 2), (40, 10)])
def test_an_autoscaled_workload_is_expected_as_observed_within_its_bounds(observed: int, expected: int) -> None:
    found = group(DEPLOYMENT + AUTOSCALER, seen(replicas={WEB: observed}))
    assert found.pods == Span(Decimal(2), Decimal(expected), Decimal(10))
    assert not found.assumption
    assert f"{observed} replicas observed on 2026-11-26" in found.because
    assert "observed on 2026-11-26" in found.observed


def test_without_an_observation_the_count_is_assumed() -> None:
    found = group(DEPLOYMENT + AUTOSCALER, seen())
    assert found.pods.expected == 3
    assert "none were observed" in found.assumption


def test_what_an_autoscaler_saw_of_its_target_is_an_observation() -> None:
    (body,) = (manifest.body for manifest in read(AUTOSCALER.encode()).manifests)
    found = group(DEPLOYMENT, seen(objects=({**body, "status": {"currentReplicas": 5}},)))
    assert found.pods == Span(Decimal(2), Decimal(5), Decimal(10))


def test_a_workload_that_nothing_scales_has_the_replicas_it_states() -> None:
    found = group(DEPLOYMENT, seen(replicas={WEB: 7}))
    assert found.pods == Span.exactly(3)
    assert not found.observed


def test_a_scaled_object_that_idles_may_be_seen_idle() -> None:
    scaled = """
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web, namespace: shop}
spec: {minReplicaCount: 2, maxReplicaCount: 8, idleReplicaCount: 0, scaleTargetRef: {name: web}}
"""
    assert group(DEPLOYMENT + scaled, seen(replicas={WEB: 0})).pods == Span(Decimal(0), Decimal(0), Decimal(8))


def test_a_calendar_tells_more_than_one_look() -> None:
    window = "{type: cron, metadata: {timezone: UTC, start: 0 0 * * *, end: 0 12 * * *, desiredReplicas: '6'}}"
    scaled = f"""
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: web, namespace: shop}}
spec: {{minReplicaCount: 2, maxReplicaCount: 8, scaleTargetRef: {{name: web}}, triggers: [{window}]}}
"""
    found = group(DEPLOYMENT + scaled, seen(replicas={WEB: 8}))
    # 6 in the first half of each day and 2 in the other
    assert found.hours.expected == 4 * 730
    assert not found.observed


def test_a_job_lasts_as_long_as_the_jobs_of_its_series_did() -> None:
    # 4 completions of 15 minutes each
    found = group(JOB, seen(jobs={Target("batch", "Job", "shop", "migrate"): JobRuns(3, 900)}))
    assert (found.hours.expected, found.assumption) == (1, "")
    assert found.observed == "each pod runs 900 s: the median of 3 Jobs observed on 2026-11-26"


def test_a_cron_jobs_runs_last_as_long_as_its_jobs_did() -> None:
    # 730 runs a month of 6 minutes
    found = group(CRON_JOB, seen(jobs={Target("batch", "CronJob", "shop", "report"): JobRuns(1, 360)}))
    assert (found.hours.expected, found.assumption) == (73, "")
    assert "the Job observed on" in found.observed


def test_what_an_annotation_says_of_a_duration_counts_before_what_was_seen() -> None:
    text = JOB.replace("namespace: shop", "namespace: shop, annotations: {weighbridge.dev/expected-duration: 30m}")
    found = group(text, seen(jobs={Target("batch", "Job", "shop", "migrate"): JobRuns(3, 900)}))
    assert (found.hours.expected, found.observed) == (2, "")


USAGE = {WEB: {"web": ContainerUsage(7, Usage(Decimal("0.25"), Decimal("0.9")), Usage(Decimal(300 * MIB), Decimal(400 * MIB)))}}


def test_a_container_without_requests_asks_for_what_it_was_seen_to_use() -> None:
    found = group(DEPLOYMENT, seen(usage=USAGE))
    requests = found.requests
    assert (requests.cpu, requests.memory) == (Decimal("0.25"), 300 * MIB)
    assert (requests.assumed_cpu, requests.assumed_memory) == (0, 0)
    words = "no request is stated: container web uses 0.25 vCPU and 300 MiB, the median of 7 pods, one reading of 2026-11-26"
    assert found.observed == words


def test_a_stated_request_counts_before_what_was_seen_and_the_rest_is_filled() -> None:
    text = DEPLOYMENT.replace("{name: web}]", "{name: web, resources: {requests: {cpu: 2}}}]")
    found = group(text, seen(usage=USAGE))
    assert (found.requests.cpu, found.requests.memory) == (2, 300 * MIB)
    assert "vCPU" not in found.observed


def test_a_limit_range_counts_before_what_was_seen() -> None:
    limits = {"limits": [{"type": "Container", "defaultRequest": {"cpu": "1", "memory": "1Gi"}}]}
    body = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "a", "namespace": "shop"}, "spec": limits}
    found = group(DEPLOYMENT, seen(usage=USAGE, objects=(body,)))
    assert (found.requests.cpu, found.observed) == (1, "")


def test_a_container_that_nobody_saw_is_taken_at_the_assumed_size() -> None:
    text = DEPLOYMENT.replace("[{name: web}]", "[{name: web}, {name: sidecar}]")
    requests = group(text, seen(usage=USAGE)).requests
    assert (requests.cpu, requests.assumed_cpu) == (Decimal("0.35"), Decimal("0.1"))


def test_a_use_of_nothing_is_no_figure() -> None:
    idle = {WEB: {"web": ContainerUsage(1, Usage(Decimal(0), Decimal(0)), Usage(Decimal(MIB), Decimal(MIB)))}}
    requests = group(DEPLOYMENT, seen(usage=idle)).requests
    assert (requests.cpu, requests.assumed_cpu, requests.memory) == (Decimal("0.1"), Decimal("0.1"), MIB)


POOLS = (
    NodePool(name="shop", nodes=4, labels={"team": "shop"}),
    NodePool(name="tainted", nodes=2, labels={"team": "shop"}, taints=(Taint("only", "", "NoSchedule"),)),
    NodePool(name="bank", nodes=5, labels={"team": "bank"}),
)


def test_a_daemon_set_runs_on_the_nodes_that_take_it() -> None:
    found = group(DAEMON_SET, seen(pools=POOLS))
    assert (found.pods, found.assumption) == (Span.exactly(4), "")
    assert found.because == "one on each of 4 of 11 nodes, snapshot production of 2026-11-26"


def test_a_daemon_set_that_tolerates_everything_runs_on_every_node_it_selects() -> None:
    text = DAEMON_SET.replace("nodeSelector: {team: shop}", "tolerations: [{operator: Exists}]")
    found = group(text, seen(pools=POOLS))
    assert (found.pods, found.because) == (Span.exactly(11), "one on each of 11 nodes, snapshot production of 2026-11-26")


def test_a_daemon_set_that_chooses_by_a_label_that_is_not_kept_says_so() -> None:
    text = DAEMON_SET.replace("{team: shop}", "{team: shop, kubernetes.io/hostname: a}")
    found = group(text, seen(pools=POOLS))
    assert found.pods == Span.exactly(4)
    assert "whatever they have of kubernetes.io/hostname, which it does not keep" in found.because


def test_an_empty_snapshot_changes_nothing() -> None:
    for text in (DEPLOYMENT + AUTOSCALER, JOB, CRON_JOB, DAEMON_SET):
        assert group(text, seen()) == group(text, None)


def test_what_the_change_states_lies_over_the_cluster_and_what_it_takes_away_is_gone() -> None:
    (body,) = (manifest.body for manifest in read(AUTOSCALER.encode()).manifests)
    cluster = seen(objects=(body,), replicas={WEB: 7}).surroundings()
    before = observe(read((DEPLOYMENT + AUTOSCALER).encode()).manifests)
    after = observe(read(DEPLOYMENT.encode()).manifests)
    assert cluster.without(after).under(before).autoscalers
    assert not cluster.without(before).under(after).autoscalers
    assert cluster.without(UNKNOWN).autoscalers == cluster.autoscalers


@given(st.integers(0, 2**31 - 1), st.integers(0, 50), st.integers(0, 50))
def test_whatever_was_observed_the_range_rises(observed: int, low: int, more: int) -> None:
    scaler = AUTOSCALER.replace("minReplicas: 2, maxReplicas: 10", f"minReplicas: {low}, maxReplicas: {low + more}")
    pods = group(DEPLOYMENT + scaler, seen(replicas={WEB: observed})).pods
    assert pods.low <= pods.expected <= pods.high


def test_a_snapshot_of_nothing_knows_nothing() -> None:
    known = seen().surroundings()
    assert known.nodes is None
    assert Snapshot().under(known).taken == known.taken
