"""Ways round the gate by changing what was let in, and what a gate must not stop."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest
from gating import (
    CONTROLLERS,
    FEW,
    SMALL,
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

from cluster.lookup import NoCluster
from webhook.review import Review, write_answer


def _scale(replicas: int, before: int, resource: str = "deployments", group: str = "apps", user: str = "jane") -> Review:
    def of(count: int) -> dict[str, Any]:
        return {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata(), "spec": {"replicas": count}}

    where = {"resource_group": group, "resource": resource, "subresource": "scale"}
    return review(of(replicas), of(before), user=user, **where)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet"])
def test_e01_what_is_scaled_is_asked_for_and_weighed(kind: str) -> None:
    tried = gate(FEW, cluster_of(deployment(replicas=2, kind=kind)))
    assert tried.validate(_scale(5, 2, f"{kind.lower()}s")).allowed
    assert "50 pods" in tried.validate(_scale(50, 2, f"{kind.lower()}s")).message


def test_e01_a_replication_controller_is_scaled_like_the_others() -> None:
    body = deployment(kind="ReplicationController") | {"apiVersion": "v1"}
    assert not gate(FEW, cluster_of(body)).validate(_scale(50, 2, "replicationcontrollers", "")).allowed


@pytest.mark.parametrize("lookup", [cluster_of(), NoCluster()])
def test_e01_a_scale_of_what_nobody_finds_is_unknown(lookup: Any) -> None:
    answer = gate(FEW, lookup).validate(_scale(50, 2))
    assert answer.allowed
    assert answer.annotations["verdict"] == "unknown"
    assert "cannot be told" in said(answer)
    assert not gate(FEW, lookup, unknown="fail").validate(_scale(50, 2)).allowed


def _autoscaler(maximum: int, version: str = "autoscaling/v2", kind: str = "HorizontalPodAutoscaler") -> dict[str, Any]:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    ends = {"minReplicas": 1, "maxReplicas": maximum}
    if kind == "ScaledObject":
        ends = {"minReplicaCount": 1, "maxReplicaCount": maximum}
    return {"apiVersion": version, "kind": kind, "metadata": metadata(), "spec": {"scaleTargetRef": reference, **ends}}


def test_e02_an_autoscalers_own_scale_within_its_range_is_let_pass() -> None:
    tried = gate(FEW, cluster_of(deployment(), _autoscaler(20)))
    answer = tried.validate(_scale(20, 1, user=f"{CONTROLLERS}horizontal-pod-autoscaler"))
    assert answer.allowed
    # Nor may a person go further by the subresource than the autoscaler goes.
    assert not gate(FEW, cluster_of(deployment())).validate(_scale(20, 1)).allowed


@pytest.mark.parametrize("target", [True, False])
@pytest.mark.parametrize(("before", "after", "allowed"), [(None, 9, False), (3, 9, False), (9, 8, False), (9, 3, True)])
def test_e02_a_policy_about_autoscalers_holds_of_one_with_and_without_what_it_scales(
    before: int | None, after: int, allowed: bool, target: bool
) -> None:
    resources = {"resourceRules": [{"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"]}]}
    few = policy("few", {"matchConstraints": resources}, expression=f"object.spec.maxReplicas in [3, {before or 0}]")
    tried = gate([few], cluster_of(deployment()) if target else cluster_of())
    answer = tried.validate(review(_autoscaler(after), _autoscaler(before) if before else None))
    assert answer.allowed is allowed


def test_e02_a_scaled_object_of_keda_is_weighed_at_its_maximum() -> None:
    tried = gate(FEW, cluster_of(deployment()))
    keda = ("keda.sh/v1alpha1", "ScaledObject")
    assert tried.validate(review(_autoscaler(5, *keda))).allowed
    assert "500 pods" in tried.validate(review(_autoscaler(500, *keda))).message
    assert not tried.validate(review(_autoscaler(500, *keda), _autoscaler(5, *keda))).allowed


def test_e02_a_scaled_object_that_is_there_before_its_target_counts_when_that_is_made() -> None:
    before = _autoscaler(500, "keda.sh/v1alpha1", "ScaledObject")
    assert gate(FEW).validate(review(before)).allowed
    assert "500 pods" in gate(FEW, cluster_of(before)).validate(review(deployment())).message


def test_e02_an_autoscaler_of_another_kind_is_weighed_with_its_target_and_told_without_it() -> None:
    def fleet_scaler(most: int) -> dict[str, Any]:
        buffer = {"minReplicas": 1, "maxReplicas": most}
        spec = {"fleetName": "web", "policy": {"type": "Buffer", "buffer": buffer}}
        return of_kind("autoscaling.agones.dev/v1", "FleetAutoscaler", spec, "scaler")

    fleet = of_kind("agones.dev/v1", "Fleet", {"replicas": 1, "template": {"spec": {"template": template()}}})
    assert "500 pods" in gate(FEW, cluster_of(fleet)).validate(review(fleet_scaler(500))).message
    assert "it is not there yet" in said(gate(FEW).validate(review(fleet_scaler(500))))


def _sized(cpu: str) -> dict[str, Any]:
    return pod(pod_spec(container(requests={"cpu": cpu, "memory": "1Gi"})))


@pytest.mark.parametrize("user", ["jane", "system:serviceaccount:kube-system:vpa-updater"])
def test_e03_a_resize_of_a_running_pod_is_weighed_as_a_change(user: str) -> None:
    owner = deployment(kind="ReplicaSet")
    before, after = (owned_by(owner, _sized(cpu)) for cpu in ("1", "64"))
    tried = gate(SMALL, cluster_of(owner))
    answer = tried.validate(review(after, before, user=user, subresource="resize"))
    assert "a pod asks 64 " in answer.message
    assert tried.validate(review(before, after, user=user, subresource="resize")).allowed


VIOLATOR = deployment(pod_spec(gpus("64")), replicas=9)


def _changed(**paths: Any) -> dict[str, Any]:
    body = deepcopy(VIOLATOR)
    for path, value in paths.items():
        *steps, last = path.split("__")
        inside = body
        for step in steps:
            inside = inside[int(step) if step.isdigit() else step]
        inside[last] = value
    return body


@pytest.mark.parametrize(
    "after",
    [
        _changed(spec__template__spec__containers__0__image="example.com/next"),
        _changed(spec__replicas=3),
        _changed(spec__replicas=0),
        _changed(metadata__annotations={"note": "x"}),
        _changed(metadata__finalizers=[]),
        _changed(spec__template__metadata__annotations={"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}),
        _changed(spec__paused=True),
        _changed(spec__template__spec__containers__0__resources__limits={"nvidia.com/gpu": "32"}),
    ],
)
def test_e40_what_asks_for_no_more_than_before_is_let_pass(after: dict[str, Any]) -> None:
    before = deepcopy(VIOLATOR)
    before["metadata"]["finalizers"] = ["example.com/kept"]
    assert gate().validate(review(after, before)).allowed


@pytest.mark.parametrize(
    ("after", "rule"),
    [
        (
            _changed(spec__template__spec__containers__0__resources__limits={"nvidia.com/gpu": "65"}),
            {"limitAccelerators": {"maximum": {"pod": 4}}},
        ),
        (_changed(spec__replicas=10), {"limitAccelerators": {"maximum": {"workload": 4}}}),
        (_changed(spec__replicas=10), {"limitResources": {"replicas": 2}}),
        (
            _changed(spec__template__spec__containers__0__resources__requests={"cpu": "2", "memory": "2Gi"}),
            {"limitResources": {"maximum": {"pod": {"cpu": "500m"}}}},
        ),
    ],
)
def test_e40_what_raises_it_is_denied(after: dict[str, Any], rule: dict[str, Any]) -> None:
    tried = gate([policy(**rule)])
    assert not tried.validate(review(after, VIOLATOR)).allowed
    assert tried.validate(review(VIOLATOR, after)).allowed


UNPRICED = deployment(pod_spec(gpus("1000")), replicas=3)
"""What no machine holds, so that nobody can tell what it costs."""


def _other(**changes: Any) -> dict[str, Any]:
    """What has no price, with another image, label or number, or asking for other nodes."""
    body = deepcopy(UNPRICED)
    body["metadata"]["labels"] |= changes.get("labels", {})
    body["spec"]["replicas"] = changes.get("replicas", 3)
    spec = body["spec"]["template"]["spec"]
    spec["containers"][0]["image"] = changes.get("image", "example.com/none")
    spec["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] = changes.get("gpus", "1000")
    spec |= changes.get("spec", {})
    return body


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"image": "example.com/other"}, True),
        ({"labels": {"tier": "back"}}, True),
        ({"replicas": 2}, True),
        ({"replicas": 4}, False),
        ({"gpus": "1001"}, False),
        ({"spec": {"nodeSelector": {"node.kubernetes.io/instance-type": "p6.48xlarge"}}}, False),
    ],
)
def test_e40_what_has_no_price_may_change_its_image_its_labels_and_shrink_though_what_is_not_known_is_denied(
    changes: dict[str, Any], allowed: bool
) -> None:
    tried = gate([policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 1000})], unknown="fail")
    assert not tried.validate(review(UNPRICED)).allowed
    assert tried.validate(review(_other(**changes), UNPRICED)).allowed is allowed


def test_e40_an_object_of_no_known_kind_may_change_its_labels_and_not_what_it_asks_for() -> None:
    tried = gate([policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 1000})], unknown="fail")
    thing = {"apiVersion": "acme.example/v1", "kind": "Thing", "metadata": metadata(), "spec": {"size": "large"}}
    labelled = {**thing, "metadata": metadata(annotations={"note": "x"})}
    assert tried.validate(review(labelled, thing)).allowed
    assert not tried.validate(review({**thing, "spec": {"size": "huge"}}, thing)).allowed


@pytest.mark.parametrize("subresource", ["status", "eviction", "finalize", "binding"])
def test_e40_status_and_eviction_are_never_stopped(subresource: str) -> None:
    body = pod(pod_spec(gpus("64")))
    assert gate().validate(review(body, body, subresource=subresource)).allowed


def test_e41_a_deletion_is_never_stopped_nor_what_it_takes_to_end() -> None:
    for body in (VIOLATOR, pod(pod_spec(gpus("64")))):
        assert gate(unknown="fail", lookup=NoCluster()).validate(review(None, body)).allowed
        ending = deepcopy(body)
        ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        held = deepcopy(ending)
        held["metadata"]["finalizers"] = ["foregroundDeletion"]
        assert gate(unknown="fail", lookup=NoCluster()).validate(review(ending, held)).allowed
        assert gate().mutate(review(None, body)).patch == ()


@pytest.mark.parametrize("name", ["web", "field is immutable", "is invalid: field is immutable"])
def test_e55_a_denial_is_never_such_that_a_tool_deletes_the_object_and_makes_it_anew(name: str) -> None:
    # kubectl, Flux and Argo force what is refused as a conflict (409) or as invalid (422), or for an immutable field.
    for body, old in ((deployment(pod_spec(gpus("64")), name=name), None), (deployment(pod_spec(gpus("64"))), deployment())):
        answer = gate().validate(review(body, old))
        status = orjson.loads(write_answer(answer))["response"]["status"]
        assert (status["code"], status["reason"]) == (403, "Forbidden")
        assert "field is immutable" not in status["message"]


STRICT = [
    policy(limitResources={"maximum": {"pod": {"cpu": "100m"}}}),
    policy("dear", limitCost={"of": "month", "maximum": 0.01}),
]
CRON = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": metadata("tick"),
    "spec": {"schedule": "@hourly", "jobTemplate": {"spec": {"template": template(pod_spec(restartPolicy="Never"))}}},
}
JOB = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata("tick-1"), "spec": CRON["spec"]["jobTemplate"]["spec"]}


@pytest.mark.parametrize(
    ("owner", "made", "controller"),
    [
        (deployment(), deployment(kind="ReplicaSet", name="web"), "deployment-controller"),
        (deployment(kind="ReplicaSet"), pod(), "replicaset-controller"),
        (deployment(kind="StatefulSet"), pod(), "statefulset-controller"),
        (deployment(kind="DaemonSet"), pod(), "daemon-set-controller"),
        (deployment(kind="ReplicationController") | {"apiVersion": "v1"}, pod(), "replication-controller"),
        (CRON, JOB, "cronjob-controller"),
        (JOB, pod(pod_spec(restartPolicy="Never")), "job-controller"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else value,
)
def test_e56_what_an_accepted_root_needs_is_created_under_a_stricter_policy(
    owner: dict[str, Any], made: dict[str, Any], controller: str
) -> None:
    tried = gate(STRICT, cluster_of(owner))
    body = owned_by(owner, made)
    answer = tried.validate(review(body, user=f"{CONTROLLERS}{controller}"))
    assert answer.allowed
    assert f"made by {owner['kind']} shop/{owner['metadata']['name']}" in said(answer)
    assert not tried.validate(review(body)).allowed
    # Nor where a figure is lost that was known when the root was accepted.
    lost = gate([policy(expression="cost.month.high < 1.0 && object.spec.missing == 1")], cluster_of(owner), unknown="fail")
    assert lost.validate(review(body, user=f"{CONTROLLERS}{controller}")).allowed
    assert not lost.validate(review(body)).allowed


def test_e56_a_rollback_is_weighed_against_what_runs() -> None:
    old, new = (
        deployment(pod_spec(container() | {"image": "example.com/1"})),
        deployment(pod_spec(container() | {"image": "example.com/2"})),
    )
    assert gate(STRICT).validate(review(old, new)).allowed


@pytest.mark.parametrize(
    ("operations", "created", "changed"),
    [(["CREATE"], False, True), (["UPDATE"], True, False), (["*"], False, False), (["DELETE"], True, True)],
)
def test_a_policy_holds_for_the_operations_that_its_resource_rules_name(
    operations: list[str], created: bool, changed: bool
) -> None:
    rules = {"resourceRules": [{"apiGroups": ["apps"], "resources": ["deployments"], "operations": operations}]}
    tried = gate([policy(spec={"matchConstraints": rules}, limitResources={"replicas": 2})])
    assert tried.validate(review(deployment(replicas=9))).allowed is created
    assert tried.validate(review(deployment(replicas=9), deployment(replicas=1))).allowed is changed


@pytest.mark.parametrize(("operations", "allowed"), [(["UPDATE"], False), (["CREATE"], True), (["*"], True)])
def test_what_a_policy_leaves_out_it_leaves_out_at_the_operations_named(operations: list[str], allowed: bool) -> None:
    named = {"apiGroups": ["apps"], "resources": ["deployments"]}
    rules = {"resourceRules": [named], "excludeResourceRules": [{**named, "operations": operations}]}
    tried = gate([policy(spec={"matchConstraints": rules}, limitResources={"replicas": 2})])
    assert tried.validate(review(deployment(replicas=9))).allowed is allowed
