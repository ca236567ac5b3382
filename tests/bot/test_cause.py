"""What changes in a workload of several groups of pods says of which one."""

from __future__ import annotations

import pytest

from bot.cause import cause

RAY_JOB = """
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: mnist}
spec:
  submissionMode: HTTPMode
  rayClusterSpec:
    headGroupSpec: {template: {spec: {containers: [{name: c, resources: {requests: {cpu: %s, memory: 4Gi}}}]}}}
    workerGroupSpecs:
      - groupName: small-group
        replicas: %d
        minReplicas: 1
        maxReplicas: 5
        template: {spec: {containers: [{name: c, resources: {requests: {cpu: %s, memory: 4Gi}}}]}}
"""
FOR_AN_HOUR = "; each pod runs 1 h (assumed)"
"""What decides the figure of what runs to its end, where nobody says how long it runs."""


def words(before: str, after: str, reported) -> str:
    (row,) = reported(before, after).changed
    return cause(row)


def test_a_field_that_changes_in_several_groups_is_told_with_each(reported) -> None:
    told = words(RAY_JOB % (2, 4, 2), RAY_JOB % (1, 4, 3), reported)
    assert told == f"head cpu 2 → 1 CPU, small-group cpu 2 → 3 CPU{FOR_AN_HOUR}"


def test_one_that_changes_in_one_group_needs_no_name(reported) -> None:
    assert words(RAY_JOB % (2, 4, 2), RAY_JOB % (1, 4, 2), reported) == f"cpu 2 → 1 CPU{FOR_AN_HOUR}"


def test_what_says_how_many_run_is_the_kind_s_own_field(reported) -> None:
    assert words(RAY_JOB % (2, 4, 2), RAY_JOB % (2, 2, 2), reported) == f"replicas 4 → 2{FOR_AN_HOUR}"


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: %s, ports: [{port: 80}]}\n"


def test_a_service_that_loses_its_load_balancer_is_not_told_as_removed(reported) -> None:
    assert words(SERVICE % "LoadBalancer", SERVICE % "ClusterIP", reported) == "load balancer removed"
    assert words(SERVICE % "ClusterIP", SERVICE % "LoadBalancer", reported) == "new: 1 load balancer"


GPU = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  replicas: 7
  template:
    spec:
      nodeSelector: {%s}
      containers: [{name: main, resources: {requests: {cpu: 1, memory: 4Gi}, limits: {%s: 1}}}]
"""
A100 = "nvidia.com/gpu.product: NVIDIA-A100-SXM4-40GB"
GKE = "cloud.google.com/gke-accelerator"


@pytest.mark.parametrize(
    ("selector", "resource", "told"),
    [
        (A100, "nvidia.com/mig-1g.5gb", "1g.5gb of an A100-40GB each"),
        (
            f"{GKE}: nvidia-tesla-a100, cloud.google.com/gke-gpu-partition-size: 3g.20gb",
            "nvidia.com/gpu",
            "3g.20gb of an A100-40GB each",
        ),
        (
            f"{GKE}: nvidia-l4, cloud.google.com/gke-gpu-sharing-strategy: time-sharing, "
            'cloud.google.com/gke-max-shared-clients-per-gpu: "3"',
            "nvidia.com/gpu",
            "1/3 × L4 each",
        ),
        (f"{GKE}: nvidia-l4", "nvidia.com/gpu", "1 × L4 each"),
    ],
)
def test_a_part_of_a_gpu_is_called_by_its_name_or_as_a_fraction(selector: str, resource: str, told: str, reported) -> None:
    (row,) = reported("", GPU % (selector, resource)).changed
    assert told in cause(row)


def test_a_slice_that_changes_is_told_by_both_names(reported) -> None:
    told = words(GPU % (A100, "nvidia.com/mig-1g.5gb"), GPU % (A100, "nvidia.com/mig-2g.10gb"), reported)
    assert told.startswith("accelerators 1g.5gb of A100-40GB → 2g.10gb of A100-40GB")


DAEMON_SET = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec: {template: {spec: {containers: [{name: main, resources: {requests: {cpu: 200m, memory: 400Mi}}}]}}}
"""


def test_that_the_nodes_of_a_daemon_set_are_assumed_is_said_beside_their_number(reported) -> None:
    (row,) = reported("", DAEMON_SET).changed
    assert cause(row) == "new: 3 pods, one on each of 3 nodes (assumed), 0.2 CPU, 400 MiB each"
