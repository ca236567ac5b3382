"""Which accelerators a pod gets, where no machine that is known tells, and how long those of a Job may be held."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from gating import container, deployment, gate, gpus, of_kind, pod_spec, policy, review, said, template

MODELS = policy(limitAccelerators={"models": ["T4"]})
DEADLINE = policy(limitAccelerators={"requireDeadline": True})
ON_UNKNOWN = pod_spec(gpus("1"), nodeSelector={"node.kubernetes.io/instance-type": "x9.large"})
UNKNOWN = {
    "more in one pod than any machine has": pod_spec(gpus("64")),
    "a machine that is not in the book": ON_UNKNOWN,
    "a resource that nobody knows": pod_spec(gpus("8", "vendor.example/gpu")),
}


@pytest.mark.parametrize("unknown", ["warn", "fail"])
@pytest.mark.parametrize("spec", UNKNOWN.values(), ids=UNKNOWN)
def test_a_model_that_nobody_can_tell_is_not_one_of_those_allowed(spec: dict[str, Any], unknown: str) -> None:
    answer = gate([MODELS], unknown=unknown).validate(review(deployment(spec)))
    assert answer.allowed is (unknown == "warn")
    assert "cannot be told" in said(answer)


def test_a_model_that_is_allowed_passes_and_another_is_denied() -> None:
    here = gate([MODELS])
    assert here.validate(review(deployment(pod_spec(gpus("1"))))).allowed
    assert not here.validate(review(deployment(pod_spec(gpus("1", "amd.com/gpu"))))).allowed


def test_a_change_that_moves_no_pod_to_another_unknown_machine_passes() -> None:
    here, old = gate([MODELS], unknown="fail"), deployment(ON_UNKNOWN)
    image, moved = deepcopy(old), deepcopy(old)
    image["spec"]["template"]["spec"]["containers"][0]["image"] = "example.com/other"
    moved["spec"]["template"]["spec"]["nodeSelector"] = {"node.kubernetes.io/instance-type": "x9.huge"}
    assert here.validate(review(image, old)).allowed
    assert not here.validate(review(moved, old)).allowed


GPU = template(pod_spec(gpus("1"), restartPolicy="Never"))
SECONDS = {"activeDeadlineSeconds": 3600}
STEP = {"name": "main", "container": gpus("1")}
HEAD = {"rayClusterSpec": {"headGroupSpec": {"template": GPU}}}
WORKERS = {"pytorchReplicaSpecs": {"Worker": {"replicas": 1, "template": GPU}}}
FLOW = {"entrypoint": "main", "templates": [STEP]}
TASK = {
    "taskSpec": {"steps": [{"name": "main", "image": "example.com/a", "computeResources": {"limits": {"nvidia.com/gpu": "1"}}}]}
}
PIPELINE = {"pipelineSpec": {"tasks": [{"name": "train", **TASK}]}}
JOBS: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "a PyTorchJob": ("kubeflow.org/v1", "PyTorchJob", WORKERS, {"runPolicy": SECONDS, **WORKERS}),
    "a RayJob": ("ray.io/v1", "RayJob", HEAD, {**SECONDS, **HEAD}),
    "a Workflow": ("argoproj.io/v1alpha1", "Workflow", FLOW, {**SECONDS, **FLOW}),
    "a Workflow's template": ("argoproj.io/v1alpha1", "Workflow", FLOW, {**FLOW, "templates": [{**STEP, **SECONDS}]}),
    "a CronWorkflow": (
        "argoproj.io/v1alpha1",
        "CronWorkflow",
        {"schedule": "0 3 * * *", "workflowSpec": FLOW},
        {"schedule": "0 3 * * *", "workflowSpec": {**SECONDS, **FLOW}},
    ),
    "a TaskRun": ("tekton.dev/v1", "TaskRun", {"timeout": "0s", **TASK}, {"timeout": "1h30m0s", **TASK}),
    "a PipelineRun": (
        "tekton.dev/v1",
        "PipelineRun",
        {"timeouts": {"finally": "10m"}, **PIPELINE},
        {"timeouts": {"pipeline": "2h"}, **PIPELINE},
    ),
    "a task of a PipelineRun": (
        "tekton.dev/v1",
        "PipelineRun",
        PIPELINE,
        {"pipelineSpec": {"tasks": [{"name": "train", "timeout": "20m", **TASK}]}},
    ),
}


@pytest.mark.parametrize(("version", "kind", "without", "bound"), JOBS.values(), ids=JOBS)
def test_a_deadline_is_found_where_a_kind_keeps_it(
    version: str, kind: str, without: dict[str, Any], bound: dict[str, Any]
) -> None:
    here = gate([DEADLINE])
    assert "no deadline" in here.validate(review(of_kind(version, kind, without))).message
    assert here.validate(review(of_kind(version, kind, bound))).allowed


def test_a_field_of_an_object_inside_another_is_named_as_it_stands_in_the_text() -> None:
    message = gate([DEADLINE]).validate(review(of_kind("ray.io/v1", "RayJob", HEAD))).message
    assert "RayJob shop/web, spec.rayClusterSpec.headGroupSpec\n" in message


def test_a_job_without_accelerators_needs_no_deadline() -> None:
    body = of_kind("batch/v1", "Job", {"template": template(pod_spec(container(), restartPolicy="Never"))})
    assert gate([DEADLINE]).validate(review(body)).allowed
