"""What is switched off, what only waits in a queue, and what is paused and runs on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.inventory import take_inventory
from workloads.text.reader import read

T = "{spec: {containers: [{name: c, image: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}"
JOB = f"{{backoffLimit: 0, parallelism: 2, completions: 4, template: {T}}}"
ROLE = f"{{replicas: 3, template: {T}}}"
STEP = "{name: main, container: {image: c}}"

# Kind, version, spec while it runs, what is added to suspend it.
SUSPENDED = [
    ("Job", "batch/v1", JOB[1:-1], "suspend: true"),
    ("CronJob", "batch/v1", f"schedule: '0 * * * *', jobTemplate: {{spec: {JOB}}}", "suspend: true"),
    ("JobSet", "jobset.x-k8s.io/v1alpha2", f"replicatedJobs: [{{name: w, template: {{spec: {JOB}}}}}]", "suspend: true"),
    ("RayCluster", "ray.io/v1", f"headGroupSpec: {{template: {T}}}", "suspend: true"),
    ("RayJob", "ray.io/v1", f"submissionMode: HTTPMode, rayClusterSpec: {{headGroupSpec: {{template: {T}}}}}", "suspend: true"),
    ("PyTorchJob", "kubeflow.org/v1", f"pytorchReplicaSpecs: {{Worker: {ROLE}}}", "runPolicy: {suspend: true}"),
    ("MPIJob", "kubeflow.org/v2beta1", f"mpiReplicaSpecs: {{Worker: {ROLE}}}", "runPolicy: {suspend: true}"),
    (
        "CronJob",
        "batch.volcano.sh/v1alpha1",
        f"schedule: '0 * * * *', jobTemplate: {{spec: {{tasks: [{ROLE}]}}}}",
        "suspend: true",
    ),
    ("Workflow", "argoproj.io/v1alpha1", f"entrypoint: main, templates: [{STEP}]", "suspend: true"),
    (
        "CronWorkflow",
        "argoproj.io/v1alpha1",
        f"schedules: ['0 * * * *'], workflowSpec: {{entrypoint: main, templates: [{STEP}]}}",
        "suspend: true",
    ),
    ("PipelineRun", "tekton.dev/v1", "pipelineSpec: {tasks: [{taskSpec: {steps: [{image: c}]}}]}", "status: PipelineRunPending"),
]
QUEUED = [row for row in SUSPENDED if row[0] not in ("CronJob", "Workflow", "CronWorkflow", "PipelineRun")]


def hours(kind: str, version: str, spec: str, labels: str = "{}") -> tuple[Decimal, Decimal, Decimal, str]:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, labels: {labels}}}\nspec: {{{spec}}}\n"
    found = take_inventory(read(text.encode(), "a.yaml").manifests)
    assert not found.unpriced
    groups = [group for workload in found.workloads for group in workload.groups]
    low, expected, high = (sum(getattr(group.hours, end) for group in groups) for end in ("low", "expected", "high"))
    return Decimal(low), Decimal(expected), Decimal(high), groups[0].because


@pytest.mark.parametrize(("kind", "version", "spec", "suspend"), SUSPENDED, ids=[f"{row[0]} of {row[1]}" for row in SUSPENDED])
def test_what_is_suspended_costs_nothing_and_at_most_what_it_does_resumed(
    kind: str, version: str, spec: str, suspend: str
) -> None:
    _, expected, high, _ = hours(kind, version, spec)
    assert expected > 0
    low, nothing, resumed, because = hours(kind, version, f"{spec}, {suspend}")
    assert (low, nothing, resumed) == (0, 0, high)
    assert because.startswith("suspended; resumed: ")


@pytest.mark.parametrize(("kind", "version", "spec", "suspend"), QUEUED, ids=[f"{row[0]} of {row[1]}" for row in QUEUED])
def test_what_waits_in_a_queue_costs_what_it_does_once_admitted(kind: str, version: str, spec: str, suspend: str) -> None:
    running = hours(kind, version, spec)
    queued = hours(kind, version, f"{spec}, {suspend}", "{kueue.x-k8s.io/queue-name: team-a}")
    assert queued[:3] == running[:3]
    assert queued[3] == f"queued in team-a; once admitted: {running[3]}"


def test_a_queue_is_told_only_where_something_waits_in_it() -> None:
    assert "queued" not in hours("Job", "batch/v1", JOB[1:-1], "{kueue.x-k8s.io/queue-name: team-a}")[3]


def test_the_jobs_of_a_cron_job_may_wait_in_a_queue_and_the_cron_job_itself_may_not() -> None:
    template = "metadata: {labels: {kueue.x-k8s.io/queue-name: team-a}}, spec: {suspend: true, " + JOB[1:]
    spec = f"schedule: '0 * * * *', jobTemplate: {{{template}}}"
    running = hours("CronJob", "batch/v1", f"schedule: '0 * * * *', jobTemplate: {{spec: {JOB}}}")
    queued = hours("CronJob", "batch/v1", spec)
    assert queued[:3] == running[:3]
    assert queued[3].startswith("queued in team-a; once admitted: ")
    off = hours("CronJob", "batch/v1", f"{spec}, suspend: true")
    assert off[1] == 0
    assert off[3].startswith("suspended; resumed: ")


@pytest.mark.parametrize(
    ("kind", "version", "spec"),
    [
        ("Deployment", "apps/v1", f"replicas: 3, paused: true, template: {T}"),
        ("Rollout", "argoproj.io/v1alpha1", f"replicas: 3, paused: true, template: {T}"),
        ("MariaDB", "k8s.mariadb.com/v1alpha1", "replicas: 3, suspend: true"),
        ("MaxScale", "k8s.mariadb.com/v1alpha1", "replicas: 3, suspend: true"),
        ("Grafana", "grafana.integreatly.org/v1beta1", "suspend: true, deployment: {spec: {replicas: 3}}"),
    ],
)
def test_what_only_its_operator_leaves_alone_runs_on(kind: str, version: str, spec: str) -> None:
    assert hours(kind, version, spec)[1] == 3 * 730


def test_a_cron_workflow_runs_by_each_of_its_schedules() -> None:
    spec = "schedules: %s, workflowSpec: {entrypoint: main, templates: [" + STEP + "]}"
    both = hours("CronWorkflow", "argoproj.io/v1alpha1", spec % "['0 * * * *', '30 6 * * *']")
    assert both[1] == Decimal(8760 + 365) / 12
    assert "0 * * * *, 30 6 * * *" in both[3]
