"""Ways round the gate by stating sizes and counts where no pod template shows them: counted, or said to be not known, never let by."""

from __future__ import annotations

from typing import Any

import pytest
from gating import (
    FEW,
    SMALL,
    Body,
    cluster_of,
    container,
    deployment,
    gate,
    gpus,
    of_kind,
    pod,
    pod_spec,
    policy,
    review,
    said,
    template,
)

from cluster.lookup import StaticCluster
from policies.policy import Policy

FOUR = [policy(limitAccelerators={"maximum": {"pod": 4, "workload": 4}})]
RUN = [policy(limitCost={"of": "run", "exposure": "maximum", "maximum": 1_000_000})]
MONTH = [policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 1_000_000})]
SPOKEN = [policy(expression="cost.month.high < 1000000.0 && cost.run.high < 1000000.0 && cost.pods.high < 100.0")]


def _cpu(amount: int) -> Body:
    return container(requests={"cpu": str(amount), "memory": "1Gi"})


def _verdict(policies: list[Policy], body: Body, *around: Body) -> str:
    return gate(policies, cluster_of(*around)).validate(review(body)).annotations["verdict"]


def _workflow(*templates: Body, **more: Any) -> Body:
    return of_kind("argoproj.io/v1alpha1", "Workflow", {"entrypoint": "main", "templates": list(templates), **more})


def _fanning(work: Body | None = None, **call: Any) -> Body:
    """A workflow whose one step runs as often as the call says."""
    step = {"name": "each", "template": "work", **call}
    return _workflow({"name": "main", "steps": [[step]]}, {"name": "work", "container": work or _cpu(1)})


ASKED = {"requests": {"cpu": "64", "memory": "1Gi"}}
STEPS = {"steps": [{"image": "example.com/none", "computeResources": {"requests": {"cpu": "1", "memory": "1Gi"}}}]}
TASK = {"name": "a", "taskSpec": STEPS}


def _task_run(**spec: Any) -> Body:
    return of_kind("tekton.dev/v1", "TaskRun", {"taskSpec": STEPS, **spec})


def _pipeline_run(*tasks: Body, **spec: Any) -> Body:
    return of_kind("tekton.dev/v1", "PipelineRun", {"pipelineSpec": {"tasks": list(tasks)}, **spec})


BESIDE = {
    "task run": _task_run(computeResources=ASKED),
    "steps of a task run": _task_run(stepSpecs=[{"name": "a", "computeResources": ASKED}]),
    "sidecars of a task run": _task_run(sidecarSpecs=[{"name": "a", "computeResources": ASKED}]),
    "step template": _task_run(taskSpec={**STEPS, "stepTemplate": {"computeResources": ASKED}}),
    "task elsewhere": _task_run(taskSpec=None, taskRef={"name": "large"}),
    "task run of a pipeline": _pipeline_run(TASK, taskRunSpecs=[{"pipelineTaskName": "a", "computeResources": ASKED}]),
    "steps of a pipeline": _pipeline_run(
        TASK, taskRunSpecs=[{"pipelineTaskName": "a", "stepSpecs": [{"name": "a", "computeResources": ASKED}]}]
    ),
    "step template of a pipeline": _pipeline_run(
        {"name": "a", "taskSpec": {**STEPS, "stepTemplate": {"computeResources": ASKED}}}
    ),
    "task of a pipeline elsewhere": _pipeline_run(TASK, {"name": "b", "taskRef": {"name": "large"}}),
    "last task of a pipeline elsewhere": of_kind(
        "tekton.dev/v1", "PipelineRun", {"pipelineSpec": {"tasks": [TASK], "finally": [{"name": "b", "taskRef": {"name": "x"}}]}}
    ),
    "pipeline elsewhere": of_kind(
        "tekton.dev/v1",
        "PipelineRun",
        {
            "pipelineRef": {"name": "large"},
            "workspaces": [
                {
                    "name": "w",
                    "volumeClaimTemplate": {
                        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
                    },
                }
            ],
        },
    ),
    "pipeline in a pipeline": _pipeline_run(TASK, {"name": "b", "pipelineSpec": {"tasks": [TASK]}}),
    "matrix": _pipeline_run({**TASK, "matrix": {"params": [{"name": "p", "value": ["1", "2"]}]}}),
    "patch of a workflow": _workflow({"name": "main", "container": _cpu(1)}, podSpecPatch="{}"),
    "patch of a template": _workflow({"name": "main", "container": _cpu(1), "podSpecPatch": "{}"}),
    "defaults of templates": _workflow({"name": "main", "container": _cpu(1)}, templateDefaults={"container": _cpu(64)}),
    "template of another workflow": _workflow(
        {
            "name": "main",
            "steps": [[{"name": "s", "template": "work"}, {"name": "o", "templateRef": {"name": "w", "template": "t"}}]],
        },
        {"name": "work", "container": _cpu(1)},
    ),
    "template that is not there": _workflow(
        {"name": "main", "steps": [[{"name": "s", "template": "work"}, {"name": "o", "template": "absent"}]]},
        {"name": "work", "container": _cpu(1)},
    ),
    "one pod of two that cannot be read": of_kind(
        "ray.io/v1",
        "RayCluster",
        {
            "headGroupSpec": {"template": template()},
            "workerGroupSpecs": [
                {"groupName": "w", "replicas": 1, "template": template(pod_spec(_cpu(1), container(requests={"cpu": "x"})))}
            ],
        },
    ),
}


@pytest.mark.parametrize("policies", [SMALL, FEW, FOUR], ids=["cpu", "pods", "accelerators"])
@pytest.mark.parametrize("body", BESIDE.values(), ids=BESIDE.keys())
def test_e19_sizes_that_stand_beside_the_pods_leave_every_rule_about_sizes_undecided(body: Body, policies: list[Policy]) -> None:
    answer = gate(policies).validate(review(body))
    assert answer.annotations["verdict"] == "unknown"
    assert "how large it is cannot be told" in said(answer)
    assert not gate(policies, unknown="fail").validate(review(body)).allowed


@pytest.mark.parametrize("body", [BESIDE["task run"], BESIDE["patch of a workflow"]], ids=["task run", "workflow"])
def test_e19_another_image_of_what_cannot_be_told_is_let_in_and_another_size_is_not(body: Body) -> None:
    image = of_kind(body["apiVersion"], body["kind"], _with_image(body["spec"]))
    larger = of_kind(body["apiVersion"], body["kind"], {**body["spec"], "podSpecPatch": "{spec: x}", "computeResources": {}})
    for policies in (SMALL, FEW, FOUR, RUN):
        tried = gate(policies, unknown="fail")
        assert tried.validate(review(image, body)).allowed
        assert not tried.validate(review(larger, body)).allowed


def _with_image(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "example.com/next" if key == "image" else _with_image(each) for key, each in value.items()}
    return [_with_image(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "steps",
    [
        {"steps": [{"computeResources": ASKED}]},
        {"steps": [{"computeResources": {"requests": {"cpu": "0"}}}], "sidecars": [{"computeResources": ASKED}]},
        {"steps": [{"resources": ASKED}]},
        {"steps": [{"computeResources": {"requests": {"cpu": "32"}}}, {"computeResources": {"requests": {"cpu": "32"}}}]},
    ],
    ids=["steps", "sidecars", "v1beta1", "together"],
)
def test_e19_what_the_steps_and_sidecars_of_a_task_ask_for_is_counted(steps: Body) -> None:
    for body in (_task_run(taskSpec=steps), _pipeline_run({"name": "a", "taskSpec": steps})):
        assert "a pod asks 64 CPU" in gate(SMALL).validate(review(body)).message


def test_e19_a_step_template_without_sizes_hides_none() -> None:
    body = _task_run(taskSpec={**STEPS, "stepTemplate": {"env": [{"name": "A", "value": "b"}]}})
    assert _verdict(SMALL, body) == "pass"


@pytest.mark.parametrize(
    ("call", "pods"),
    [
        ({"withItems": ["a", "b"] * 25}, 50),
        ({"withParam": "[" + ", ".join(["1"] * 50) + "]"}, 50),
        ({"withSequence": {"count": 50}}, 50),
        ({"withSequence": {"count": "50"}}, 50),
        ({"withSequence": {"end": 49}}, 50),
        ({"withSequence": {"start": "1", "end": "50"}}, 50),
        ({"withSequence": {"start": 25, "end": -24}}, 50),
        ({"withItems": ["a"] * 5}, 0),
        ({"withSequence": {"count": 0}}, 0),
        ({"withParam": "[]"}, 0),
        ({}, 0),
    ],
    ids=str,
)
def test_e19_a_step_of_a_workflow_counts_as_often_as_it_is_said_to_run(call: Body, pods: int) -> None:
    answer = gate(FEW).validate(review(_fanning(**call)))
    assert (f"{pods} pods at the most" in answer.message) is bool(pods)
    assert answer.allowed is not bool(pods)


UNKNOWN_COUNTS = [
    {"withParam": "{{steps.list.outputs.result}}"},
    {"withParam": "{}"},
    {"withParam": "[" * 5000},
    {"withSequence": {"count": "{{workflow.parameters.count}}"}},
    {"withSequence": {"start": 1, "end": "{{workflow.parameters.end}}"}},
    {"withSequence": {"end": "9" * 5000}},
    {"withSequence": {"count": True}},
    {"withSequence": {"start": 1}},
    {"withItems": "{{workflow.parameters.items}}"},
]


@pytest.mark.parametrize("call", UNKNOWN_COUNTS, ids=lambda call: str(call)[:60])
def test_e19_a_step_that_runs_as_often_as_is_only_known_later_is_told_and_leaves_counts_and_costs_undecided(call: Body) -> None:
    for policies, body in ((FEW, _fanning(**call)), (RUN, _fanning(**call)), (FOUR, _fanning(gpus("1"), **call))):
        answer = gate(policies).validate(review(body))
        assert answer.annotations["verdict"] == "unknown"
        assert "how often step each runs is known only when the workflow does" in said(answer)
        assert not gate(policies, unknown="fail").validate(review(body)).allowed
    # What a pod asks for is told all the same, and that there is one already.
    assert _verdict(SMALL, _fanning(**call)) == "pass"
    assert "a pod asks 64 CPU" in gate(SMALL).validate(review(_fanning(_cpu(64), **call))).message
    assert "8 accelerators" in gate(FOUR).validate(review(_fanning(gpus("8"), **call))).message


def test_e19_what_a_workflow_allows_at_one_time_is_the_most_of_what_runs_any_number_of_times() -> None:
    body = _fanning(withParam="{{steps.list.outputs.result}}")
    for parallelism, pods in ((5, 0), (50, 50)):
        body["spec"]["parallelism"] = parallelism
        assert (f"{pods} pods at the most" in gate(FEW).validate(review(body)).message) is bool(pods)
    assert _verdict(RUN, body) == "unknown"


@pytest.mark.parametrize(
    "more",
    [
        {"onExit": "large"},
        {"hooks": {"exit": {"template": "large"}}},
        {"templates": [{"name": "main", "steps": [[{"name": "s", "template": "small", "onExit": "large"}]]}]},
        {
            "templates": [
                {"name": "main", "steps": [[{"name": "s", "template": "small", "hooks": {"exit": {"template": "large"}}}]]}
            ]
        },
        {"templates": [{"name": "main", "dag": {"tasks": [{"name": "s", "inline": {"container": _cpu(64)}}]}}]},
        {
            "templates": [
                {"name": "main", "steps": [[{"name": "s", "inline": {"steps": [[{"name": "t", "template": "large"}]]}}]]}
            ]
        },
    ],
    ids=["at the end", "hook", "at a step's end", "a step's hook", "inline", "inline steps"],
)
def test_e19_every_template_that_a_workflow_comes_to_is_weighed(more: Body) -> None:
    own = [{"name": "large", "container": _cpu(64)}, {"name": "small", "container": _cpu(1)}]
    main = more.get("templates", [{"name": "main", "container": _cpu(1)}])
    body = _workflow(*main, *own)
    body["spec"] |= {key: value for key, value in more.items() if key != "templates"}
    assert "a pod asks 64 CPU" in gate(SMALL).validate(review(body)).message


def _calling(depth: int, calls: int) -> Body:
    """A workflow of templates that call the next one several times each, and the last one of them nothing."""
    steps = [
        {"name": f"t{number}", "steps": [[{"name": f"s{call}", "template": f"t{number + 1}"} for call in range(calls)]]}
        for number in range(depth)
    ]
    body = _workflow(*steps, {"name": f"t{depth}", "container": _cpu(1)})
    body["spec"]["entrypoint"] = "t0"
    return body


def test_e19_templates_that_call_one_another_count_as_often_as_they_are_reached() -> None:
    assert "81 pods at the most" in gate(FEW).validate(review(_calling(4, 3))).message
    body = _calling(1, 2)
    body["spec"]["templates"][1] = {"name": "t1", "steps": [[{"name": "again", "template": "t0"}]]}
    for endless in (_calling(30, 4), _calling(40, 1), body):
        answer = gate(FEW).validate(review(endless))
        assert answer.annotations["verdict"] == "unknown"
        assert "call one another without end, or too often to be counted" in said(answer)


def test_e19_retries_are_in_what_a_workflow_runs_at_the_most() -> None:
    def most(**strategy: Any) -> float:
        body = _workflow({"name": "main", "container": _cpu(1)}, **({"retryStrategy": strategy} if strategy else {}))
        answer = gate([policy(limitCost={"of": "run", "exposure": "maximum", "maximum": 0.0001})]).validate(review(body))
        return float(answer.message.split("$")[1].split()[0])

    assert most(limit=9) > 9 * most() > 0
    assert _verdict(RUN, _workflow({"name": "main", "container": _cpu(1)}, retryStrategy={"retryPolicy": "Always"})) == "unknown"


def _knative(kind: str = "Service", **annotations: str) -> Body:
    inside = template(pod_spec(gpus("1")))
    inside["metadata"]["annotations"] = {
        f"autoscaling.knative.dev/{key.replace('_', '-')}": value for key, value in annotations.items()
    }
    return of_kind("serving.knative.dev/v1", kind, {"template": inside})


UNBOUNDED = [
    _knative(),
    _knative(max_scale="0"),
    _knative(min_scale="1"),
    _knative("Configuration"),
    of_kind("actions.github.com/v1alpha1", "AutoscalingRunnerSet", {"minRunners": 1, "template": template(pod_spec(gpus("1")))}),
]


@pytest.mark.parametrize("body", UNBOUNDED, ids=lambda body: body["kind"])
def test_e19_what_scales_itself_without_a_maximum_is_told_and_never_counts_as_what_it_starts_with(body: Body) -> None:
    for policies in (FEW, FOUR, MONTH, SPOKEN):
        answer = gate(policies).validate(review(body))
        assert answer.annotations["verdict"] == "unknown"
        assert "no maximum is stated" in said(answer) or "high" in said(answer)
        assert not gate(policies, unknown="fail").validate(review(body)).allowed
    assert _verdict(SMALL, body) == "pass"


def test_e19_what_scales_itself_to_a_maximum_is_decided_by_that() -> None:
    for policies in (FEW, FOUR, MONTH, SPOKEN):
        assert _verdict(policies, _knative(max_scale="3")) == "pass"
    assert "50 pods at the most" in gate(FEW).validate(review(_knative(max_scale="50"))).message
    # A bound that is taken away is none any more, whatever was known before.
    assert not gate(FEW, unknown="fail").validate(review(_knative(), _knative(max_scale="3"))).allowed
    assert gate(FEW, unknown="fail").validate(review(_knative(), _knative())).allowed


def test_e19_executors_that_spark_adds_without_a_maximum_are_told() -> None:
    executors = {"driver": {"cores": 1, "memory": "1g"}, "executor": {"cores": 1, "memory": "1g", "instances": 1}}
    body = of_kind("sparkoperator.k8s.io/v1beta2", "SparkApplication", {**executors, "dynamicAllocation": {"enabled": True}})
    for policies in (FEW, RUN):
        assert _verdict(policies, body) == "unknown"


def _multidimensional(most: int) -> Body:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    bounds = {"global": {"minReplicas": 1, "maxReplicas": most}, "containerControlledResources": ["memory"]}
    return of_kind(
        "autoscaling.gke.io/v1beta1", "MultidimPodAutoscaler", {"scaleTargetRef": target, "constraints": bounds}, "scaler"
    )


def test_e02_an_autoscaler_of_gke_s_is_weighed_at_its_maximum_with_what_it_scales() -> None:
    tried = gate(FEW, cluster_of(deployment()))
    assert tried.validate(review(_multidimensional(5))).allowed
    assert "500 pods" in tried.validate(review(_multidimensional(500))).message
    assert "500 pods" in tried.validate(review(_multidimensional(500), _multidimensional(5))).message
    assert "500 pods" in gate(FEW, cluster_of(_multidimensional(500))).validate(review(deployment())).message


@pytest.mark.parametrize(
    "body",
    [pod(pod_spec(_cpu(1), runtimeClassName="kata")), deployment(pod_spec(_cpu(1), runtimeClassName="kata"))],
    ids=lambda body: body["kind"],
)
def test_e08_an_overhead_that_may_not_be_read_leaves_what_a_pod_asks_undecided(body: Body) -> None:
    hidden = StaticCluster(cluster_of().objects, frozenset({"RuntimeClass"}))
    answer = gate(SMALL, hidden).validate(review(body))
    assert answer.annotations["verdict"] == "unknown"
    assert "how much cpu a pod asks cannot be told: not counted: the overhead of RuntimeClass kata" in said(answer)
    assert not gate(SMALL, hidden, unknown="fail").validate(review(body)).allowed
    assert gate(SMALL, hidden, unknown="fail").validate(review(body, body)).allowed
    assert gate(FEW, hidden, unknown="fail").validate(review(body)).allowed


def test_e08_what_asks_too_much_without_its_overhead_is_denied_whether_or_not_that_is_known() -> None:
    body = deployment(pod_spec(_cpu(64), runtimeClassName="kata"))
    assert "a pod asks 64 CPU" in gate(SMALL).validate(review(body)).message
    plain = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "kata"}, "handler": "kata"}
    known = deployment(pod_spec(_cpu(1), runtimeClassName="kata"))
    assert _verdict(SMALL, known, plain) == "pass"
