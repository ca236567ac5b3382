"""What changes in a workload of several groups of pods says of which one."""

from __future__ import annotations

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
