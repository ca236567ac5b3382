"""Ways round the gate by the kind that an object has, or by the version or the list that it is written in."""

from __future__ import annotations

from typing import Any

import pytest
from gating import (
    LARGE,
    cluster_of,
    container,
    deployment,
    gate,
    gpus,
    metadata,
    of_kind,
    owned_by,
    pod,
    pod_spec,
    policy,
    review,
    said,
    template,
)

ONCE = {**LARGE, "restartPolicy": "Never"}


JOB = {"template": template(ONCE)}
BUILT_IN = [
    pod(LARGE),
    deployment(LARGE),
    deployment(LARGE, kind="ReplicaSet"),
    deployment(LARGE, kind="StatefulSet"),
    deployment(LARGE, kind="DaemonSet"),
    of_kind("v1", "ReplicationController", {"replicas": 1, "selector": {"app": "web"}, "template": template(LARGE)}),
    of_kind("batch/v1", "Job", JOB),
    of_kind("batch/v1", "CronJob", {"schedule": "@daily", "jobTemplate": {"spec": JOB}}),
]


@pytest.mark.parametrize("body", BUILT_IN, ids=lambda body: body["kind"])
def test_e16_every_kind_that_makes_pods_is_weighed_when_somebody_writes_it(body: dict[str, Any]) -> None:
    assert "64 accelerators in a pod" in gate().validate(review(body)).message


def test_e16_a_pod_template_runs_nothing_and_the_pod_made_of_it_is_weighed() -> None:
    body = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": metadata(), "template": template(LARGE)}
    assert gate().validate(review(body)).allowed
    assert not gate(lookup=cluster_of(body)).validate(review(owned_by(body, pod(LARGE, "made")))).allowed


T = template(LARGE)
R = {"replicas": 1, "template": T}
CUSTOM = [
    of_kind("argoproj.io/v1alpha1", "Rollout", {"replicas": 1, "selector": {}, "template": T}),
    of_kind("ray.io/v1", "RayCluster", {"headGroupSpec": {"template": T}}),
    of_kind("ray.io/v1", "RayJob", {"entrypoint": "x", "rayClusterSpec": {"headGroupSpec": {"template": T}}}),
    of_kind("kubeflow.org/v2beta1", "MPIJob", {"mpiReplicaSpecs": {"Worker": R}}),
    of_kind("kubeflow.org/v1", "PyTorchJob", {"pytorchReplicaSpecs": {"Worker": R}}),
    of_kind(
        "jobset.x-k8s.io/v1alpha2",
        "JobSet",
        {"replicatedJobs": [{"name": "a", "replicas": 1, "template": {"spec": {"template": T}}}]},
    ),
    of_kind(
        "leaderworkerset.x-k8s.io/v1",
        "LeaderWorkerSet",
        {"replicas": 1, "leaderWorkerTemplate": {"size": 1, "workerTemplate": T}},
    ),
    of_kind("argoproj.io/v1alpha1", "Workflow", {"entrypoint": "a", "templates": [{"name": "a", "container": gpus("64")}]}),
    of_kind("serving.knative.dev/v1", "Service", {"template": T}),
    of_kind("serving.kserve.io/v1beta1", "InferenceService", {"predictor": LARGE}),
    of_kind("kubeflow.org/v1", "Notebook", {"template": T}),
    of_kind("batch.volcano.sh/v1alpha1", "Job", {"tasks": [{"name": "a", **R}]}),
    of_kind(
        "tekton.dev/v1",
        "PipelineRun",
        {"pipelineSpec": {"tasks": [{"name": "a", "taskSpec": {"steps": [{"computeResources": gpus("64")["resources"]}]}}]}},
    ),
    of_kind(
        "sparkoperator.k8s.io/v1beta2",
        "SparkApplication",
        {"driver": {"cores": 1, "memory": "1g"}, "executor": {"gpu": {"name": "nvidia.com/gpu", "quantity": 64}}},
    ),
    of_kind(
        "kubevirt.io/v1",
        "VirtualMachine",
        {
            "running": True,
            "template": {
                "spec": {
                    "domain": {
                        "devices": {"gpus": [{"deviceName": "nvidia.com/gpu", "name": f"g{number}"} for number in range(64)]}
                    }
                }
            },
        },
    ),
    of_kind("apps.kruise.io/v1alpha1", "CloneSet", {"replicas": 1, "template": T}),
    of_kind("acme.example/v1", "Thing", {"deep": {"inside": {"template": T}}}),
]


@pytest.mark.parametrize("body", CUSTOM, ids=lambda body: f"{body['apiVersion']}-{body['kind']}")
def test_e19_custom_kinds_that_make_pods_are_weighed(body: dict[str, Any]) -> None:
    assert "64 accelerators in a pod" in gate().validate(review(body)).message


@pytest.mark.parametrize(
    "body",
    [
        of_kind(
            "kubevirt.io/v1",
            "VirtualMachine",
            {"instancetype": {"name": "large"}, "template": {"spec": {"domain": {"devices": {}}}}},
        ),
        of_kind("tekton.dev/v1", "PipelineRun", {"pipelineRef": {"name": "elsewhere"}}),
        of_kind("trainer.kubeflow.org/v1alpha1", "TrainJob", {"runtimeRef": {"name": "absent"}}),
        of_kind("acme.example/v1", "Thing", {"size": "huge"}),
    ],
    ids=lambda body: body["kind"],
)
def test_e19_what_states_no_pods_is_said_to_have_no_price(body: dict[str, Any]) -> None:
    answer = gate().validate(review(body))
    assert "cannot be told" in said(answer)
    assert not gate(unknown="fail").validate(review(body)).allowed


def test_e19_most_that_an_autoscaled_group_may_have_is_what_counts() -> None:
    group = {"groupName": "w", "replicas": 1, "minReplicas": 1, "maxReplicas": 500, "template": template()}
    body = of_kind(
        "ray.io/v1",
        "RayCluster",
        {"enableInTreeAutoscaling": True, "headGroupSpec": {"template": template()}, "workerGroupSpecs": [group]},
    )
    assert "501 pods" in gate([policy(limitResources={"replicas": 100})]).validate(review(body)).message
    knative = template()
    knative["metadata"]["annotations"] = {"autoscaling.knative.dev/max-scale": "500"}
    body = of_kind("serving.knative.dev/v1", "Service", {"template": knative})
    assert "500 pods" in gate([policy(limitResources={"replicas": 100})]).validate(review(body)).message


SCALED = {"groupName": "w", "replicas": 1, "minReplicas": 1, "maxReplicas": 500, "template": template()}
SPARK = {"driver": {"cores": 1, "memory": "1g"}, "executor": {"cores": 1, "memory": "1g", "instances": 1}}


@pytest.mark.parametrize(
    ("body", "pods"),
    [
        (
            of_kind(
                "ray.io/v1",
                "RayJob",
                {
                    "entrypoint": "x",
                    "rayClusterSpec": {
                        "enableInTreeAutoscaling": True,
                        "headGroupSpec": {"template": template()},
                        "workerGroupSpecs": [SCALED],
                    },
                },
            ),
            502,
        ),
        (
            of_kind(
                "kubeflow.org/v1",
                "PyTorchJob",
                {
                    "elasticPolicy": {"minReplicas": 1, "maxReplicas": 500},
                    "pytorchReplicaSpecs": {"Worker": {"replicas": 1, "template": template()}},
                },
            ),
            500,
        ),
        (
            of_kind(
                "sparkoperator.k8s.io/v1beta2",
                "SparkApplication",
                {**SPARK, "dynamicAllocation": {"enabled": True, "maxExecutors": 500}},
            ),
            501,
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_e19_what_runs_once_counts_with_the_most_that_it_may_grow_to(body: dict[str, Any], pods: int) -> None:
    assert f"{pods} pods" in gate([policy(limitResources={"replicas": 100})]).validate(review(body)).message


STEPS = {"steps": [{"image": "example.com/none"}]}
ASKED = gpus("64")["resources"]


@pytest.mark.parametrize(
    "body",
    [
        of_kind("tekton.dev/v1", "TaskRun", {"computeResources": ASKED, "taskSpec": STEPS}),
        of_kind("tekton.dev/v1", "TaskRun", {"taskSpec": {**STEPS, "stepTemplate": {"computeResources": ASKED}}}),
        of_kind(
            "tekton.dev/v1",
            "PipelineRun",
            {
                "pipelineSpec": {"tasks": [{"name": "a", "taskSpec": STEPS}]},
                "taskRunSpecs": [{"pipelineTaskName": "a", "computeResources": ASKED}],
            },
        ),
        of_kind(
            "argoproj.io/v1alpha1",
            "Workflow",
            {"entrypoint": "a", "podSpecPatch": "{}", "templates": [{"name": "a", "container": container()}]},
        ),
        of_kind(
            "sparkoperator.k8s.io/v1beta2",
            "SparkApplication",
            {**SPARK, "sparkConf": {"spark.kubernetes.executor.podTemplateFile": "s3a://shop/executor.yaml"}},
        ),
    ],
    ids=lambda body: body["kind"],
)
def test_e19_sizes_that_are_stated_beside_the_pods_are_told(body: dict[str, Any]) -> None:
    answer = gate().validate(review(body))
    assert answer.annotations["verdict"] == "unknown"
    assert "what it costs cannot be told" in said(answer)


def test_e19_a_rollout_is_weighed_with_the_template_of_the_workload_that_it_refers_to() -> None:
    reference = {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}
    rollout = of_kind("argoproj.io/v1alpha1", "Rollout", {"replicas": 5, **reference})
    rollout["metadata"]["name"] = "canary"
    assert "64 accelerators in a pod" in gate(lookup=cluster_of(deployment(LARGE))).validate(review(rollout)).message
    answer = gate(lookup=cluster_of()).validate(review(rollout))
    assert "Deployment web, which it refers to" in said(answer)


def test_e19_a_train_job_is_weighed_with_its_runtime() -> None:
    job = {"name": "node", "template": {"spec": {"template": T}}}
    runtime = {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "ClusterTrainingRuntime",
        "metadata": {"name": "torch"},
        "spec": {"template": {"spec": {"replicatedJobs": [job]}}},
    }
    body = of_kind("trainer.kubeflow.org/v1alpha1", "TrainJob", {"runtimeRef": {"name": "torch"}, "trainer": {"numNodes": 2}})
    assert "64 accelerators in a pod" in gate(lookup=cluster_of(runtime)).validate(review(body)).message


def test_e19_the_pods_of_a_kind_that_nobody_knows_are_weighed_by_themselves() -> None:
    owner = of_kind("acme.example/v1", "Thing", {"size": "huge"})
    made = owned_by(owner, pod(LARGE, "made"))
    by_operator = gate(lookup=cluster_of(owner)).validate(review(made, user="system:serviceaccount:acme:operator"))
    assert "64 accelerators in a pod" in said(by_operator)
    assert not gate(lookup=cluster_of(owner)).validate(review(made)).allowed


@pytest.mark.parametrize("version", ["apps/v1", "apps/v1beta1", "apps/v1beta2", "extensions/v1beta1"])
def test_e29_another_version_of_a_kind_is_the_same_kind(version: str) -> None:
    body = deployment(LARGE) | {"apiVersion": version}
    assert "64 accelerators in a pod" in gate().validate(review(body)).message


@pytest.mark.parametrize("version", ["autoscaling/v1", "autoscaling/v2", "autoscaling/v2beta2"])
def test_e29_an_autoscaler_of_any_version_is_weighed_at_its_maximum(version: str) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    body = of_kind(version, "HorizontalPodAutoscaler", {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 500})
    few = gate([policy(limitResources={"replicas": 100})], cluster_of(deployment()))
    assert "500 pods" in few.validate(review(body)).message


def test_e29_an_update_that_creates_is_weighed_as_a_creation() -> None:
    # As server-side apply of an object that is not there: an UPDATE on the way in, without an old object.
    assert not gate().validate(review(deployment(LARGE), operation="UPDATE")).allowed


def test_e27_a_policy_may_say_who_takes_a_priority_that_evicts_others() -> None:
    expression = "!has(object.spec.template.spec.priorityClassName) || object.spec.template.spec.priorityClassName != 'urgent' || cost.month.high < 10.0"
    tried = gate([policy(expression=expression, message="Priority urgent is for small pods.")])
    urgent = deployment(pod_spec(priorityClassName="urgent"), replicas=20)
    assert "Priority urgent is for small pods" in tried.validate(review(urgent)).message
    assert tried.validate(review(deployment(pod_spec(priorityClassName="low"), replicas=20))).allowed
    tiny = container(requests={"cpu": "10m", "memory": "16Mi"})
    assert tried.validate(review(deployment(pod_spec(tiny, priorityClassName="urgent")))).allowed
