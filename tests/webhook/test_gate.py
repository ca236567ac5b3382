"""What the gate answers, with a cluster given by hand and without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cluster.lookup import Lookup, NoCluster, Reference, StaticCluster
from policies.context import Context, Unknowns
from policies.documents.loader import load
from policies.documents.starter import starter
from policies.policy import Policy
from policies.policy_set import PolicySet
from pricing.rate import Location
from pricing.sources.book import open_book
from webhook.gate import Gate
from webhook.review import Answer, Requester, Review
from workloads.manifest import Manifest
from workloads.nodes.pool import NodePool, NodePools
from workloads.snapshots.snapshot import Snapshot

PRICES = open_book()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "shop", "labels": {"team": "shop", "environment": "test"}},
}
CLUSTER = StaticCluster({Reference("v1", "Namespace", "", "shop"): NAMESPACE})


def _policy(**check: object) -> tuple[Policy, ...]:
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": "test"},
        "spec": {"validationActions": ["Deny"], "rules": [{"name": "rule", **check}]},
    }
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


def _gate(policies: tuple[Policy, ...] | None = None, lookup: Lookup = CLUSTER, unknown: str = "warn") -> Gate:
    context = Context(location=Location("aws", "us-east-1"), unknowns=Unknowns(unknown, unknown, unknown, unknown))
    return Gate(starter() if policies is None else PolicySet(policies), PRICES, context, lookup, lambda: NOW)


def _deployment(replicas: int = 1, gpus: int = 0, name: str = "web", **labels: str) -> dict[str, Any]:
    resources: dict[str, Any] = {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"memory": "2Gi"}}
    if gpus:
        resources["limits"]["nvidia.com/gpu"] = gpus
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}", "labels": {"app": name, **labels}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": "x", "resources": resources}]},
            },
        },
    }


def _review(body: dict[str, Any] | None, old: dict[str, Any] | None = None, user: str = "jane", **changes: Any) -> Review:
    shown = body or old or {}
    kind = shown.get("kind", "Deployment")
    given: dict[str, Any] = {
        "uid": "u",
        "operation": "UPDATE" if old else "CREATE",
        "group": shown.get("apiVersion", "apps/v1").rpartition("/")[0],
        "version": "v1",
        "kind": kind,
        "resource_group": shown.get("apiVersion", "apps/v1").rpartition("/")[0],
        "resource": f"{kind.lower()}s",
        "subresource": "",
        "namespace": "shop",
        "name": shown.get("metadata", {}).get("name", ""),
        "requester": Requester(user, ("system:authenticated",)),
        "object": body,
        "old_object": old,
        "dry_run": False,
    }
    return Review(**{**given, **changes})


def test_what_keeps_the_rules_passes_without_a_word() -> None:
    answer = _gate().validate(_review(_deployment()))
    assert (answer.allowed, answer.warnings) == (True, ())
    assert answer.annotations["verdict"] == "pass"


def test_a_denial_says_what_is_wrong_by_which_rule_and_what_to_do() -> None:
    answer = _gate().validate(_review(_deployment(gpus=64)))
    assert not answer.allowed
    assert answer.message.splitlines()[:3] == [
        "shop/web: 64 accelerators in a pod, above the limit of 16",
        "  [accelerators/one-machine] Deployment shop/web, spec.template.spec",
        "  Ask for at most 16 accelerators in a pod.",
    ]


def test_the_audit_log_gets_the_money() -> None:
    annotations = _gate().validate(_review(_deployment())).annotations
    assert annotations["month"].endswith(" USD")
    assert annotations["delta"].startswith("+")


def test_without_a_cluster_what_needs_one_is_a_warning() -> None:
    answer = _gate(lookup=NoCluster()).validate(_review(_deployment()))
    assert answer.allowed
    assert any("cannot tell" in warning and "no cluster is connected" in warning for warning in answer.warnings)


def test_what_is_unknown_may_be_made_to_deny() -> None:
    assert not _gate(lookup=NoCluster(), unknown="fail").validate(_review(_deployment())).allowed


def test_a_dry_run_gets_the_same_answer() -> None:
    gate = _gate()
    wet = gate.validate(_review(_deployment(gpus=64)))
    assert gate.validate(_review(_deployment(gpus=64), dry_run=True)) == wet


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "DELETE", "object": None, "old_object": _deployment(gpus=64)},
        {"operation": "CONNECT"},
        {"subresource": "status"},
        {"subresource": "eviction"},
    ],
)
def test_what_cannot_cost_more_is_never_stopped(changes: dict[str, Any]) -> None:
    assert _gate().validate(_review(_deployment(gpus=64), **changes)) == Answer("u", allowed=True)


def test_what_is_being_deleted_may_lose_its_finalizers() -> None:
    body = _deployment(gpus=64)
    body["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert _gate().validate(_review(body, _deployment())).allowed


FEW = {"limitResources": {"replicas": 3}}


@pytest.mark.parametrize(("before", "after", "allowed"), [(6, 5, True), (6, 6, True), (6, 7, False), (2, 3, True), (3, 4, False)])
def test_e40_the_delta_rule(before: int, after: int, allowed: bool) -> None:
    answer = _gate(_policy(**FEW)).validate(_review(_deployment(after, changed="yes"), _deployment(before)))
    assert answer.allowed is allowed


def test_an_image_alone_may_change_whatever_the_rules_say_now() -> None:
    after = _deployment(9)
    after["spec"]["template"]["spec"]["containers"][0]["image"] = "y"
    answer = _gate(_policy(**FEW)).validate(_review(after, _deployment(9)))
    assert answer.allowed
    assert "as before this change" in answer.warnings[0]


def _with(*bodies: dict[str, Any]) -> StaticCluster:
    objects = {Reference("v1", "Namespace", "", "shop"): NAMESPACE}
    for body in bodies:
        objects[Reference(body["apiVersion"], body["kind"], "shop", body["metadata"]["name"])] = body
    return StaticCluster(objects)


def _scale(replicas: int | None) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": replicas},
    }


@pytest.mark.parametrize(("before", "after", "allowed"), [(2, 3, True), (2, 9, False), (9, 4, True), (9, 0, True)])
def test_e01_a_scale_is_weighed_as_a_change_of_what_is_scaled(before: int, after: int, allowed: bool) -> None:
    gate = _gate(_policy(**FEW), _with(_deployment(before)))
    scale = {"resource_group": "apps", "resource": "deployments", "subresource": "scale", "name": "web"}
    assert gate.validate(_review(_scale(after), _scale(before), **scale)).allowed is allowed


def test_a_scale_of_what_may_not_be_read_cannot_be_told() -> None:
    gate = _gate(_policy(**FEW), StaticCluster({}, frozenset({"Deployment"})))
    scale = {"resource_group": "apps", "resource": "deployments", "subresource": "scale", "name": "web"}
    answer = gate.validate(_review(_scale(9), _scale(1), **scale))
    assert answer.allowed
    assert "may not be read" in answer.warnings[0]


def _autoscaler(maximum: int) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": maximum},
    }


@pytest.mark.parametrize(
    ("before", "after", "allowed"), [(None, 3, True), (None, 30, False), (2, 3, True), (3, 30, False), (30, 20, True)]
)
def test_e02_an_autoscaler_is_weighed_at_its_maximum(before: int | None, after: int, allowed: bool) -> None:
    gate = _gate(_policy(**FEW), _with(_deployment(1), *([_autoscaler(before)] if before else [])))
    review = _review(_autoscaler(after), _autoscaler(before) if before else None)
    assert gate.validate(review).allowed is allowed


def test_the_nodes_of_a_clusters_snapshot_price_what_is_reviewed() -> None:
    # A whole m5.large is 0.096 x 730 = 70.08 a month; at the usual rates 2 vCPU and 8 GiB would be 74.92.
    pool = NodePool(machine_type="m5.large", cloud="aws", region="us-east-1")
    snapshot = Snapshot(pools=NodePools((pool,), "snapshot production of 2026-11-26"))
    gate = _gate(_policy(limitCost={"of": "month", "exposure": "maximum", "maximum": 72}))
    body = _deployment()
    body["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "2", "memory": "8Gi"}}
    assert not gate.validate(_review(body)).allowed
    assert replace(gate, context=replace(gate.context, snapshot=snapshot)).validate(_review(body)).allowed


def test_an_autoscaler_of_nothing_passes() -> None:
    assert _gate(_policy(**FEW)).validate(_review(_autoscaler(99))).allowed


def _owned(owner: dict[str, Any], kind: str = "Pod", gpus: int = 64, **labels: str) -> dict[str, Any]:
    spec = _deployment(gpus=gpus)["spec"]["template"]["spec"]
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
    }
    metadata = {"name": "web-1", "namespace": "shop", "labels": {"app": "web", **labels}, "ownerReferences": [reference]}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec}


REPLICA_SET = {**_deployment(gpus=64), "kind": "ReplicaSet"}
CONTROLLER = "system:serviceaccount:kube-system:replicaset-controller"


def test_e56_what_a_live_owners_controller_makes_is_never_denied() -> None:
    answer = _gate(lookup=_with(REPLICA_SET)).validate(_review(_owned(REPLICA_SET), user=CONTROLLER))
    assert answer.allowed
    assert "made by ReplicaSet shop/web" in " ".join(answer.warnings)


def _without_control(pod: dict[str, Any]) -> dict[str, Any]:
    (reference,) = pod["metadata"]["ownerReferences"]
    return {**pod, "metadata": {**pod["metadata"], "ownerReferences": [{**reference, "controller": False}]}}


OTHER = {**REPLICA_SET, "metadata": {"name": "web", "uid": "another"}}


@pytest.mark.parametrize(
    ("pod", "user", "lookup"),
    [
        pytest.param(_owned(REPLICA_SET), "jane", _with(REPLICA_SET), id="e52-another-requester"),
        pytest.param(_owned(REPLICA_SET), CONTROLLER, _with(), id="e21-no-such-owner"),
        pytest.param(_owned(REPLICA_SET, app="other"), CONTROLLER, _with(REPLICA_SET), id="e21-not-selected"),
        pytest.param(_owned(OTHER), CONTROLLER, _with(REPLICA_SET), id="e21-another-uid"),
        pytest.param(_without_control(_owned(REPLICA_SET)), CONTROLLER, _with(REPLICA_SET), id="e21-not-its-controller"),
    ],
)
def test_everything_else_that_names_an_owner_is_a_root(pod: dict[str, Any], user: str, lookup: StaticCluster) -> None:
    assert not _gate(lookup=lookup).validate(_review(pod, user=user)).allowed


CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "shop", "uid": "uid-1"}}
OPERATED = {"apiVersion": "acme.example/v1", "kind": "Thing", "metadata": {"name": "thing", "namespace": "shop", "uid": "uid-2"}}
OPERATOR = "system:serviceaccount:acme:operator"


@pytest.mark.parametrize(
    ("owner", "user", "derived"),
    [(CONFIG_MAP, "jane", False), (CONFIG_MAP, OPERATOR, False), (OPERATED, "jane", False), (OPERATED, OPERATOR, True)],
)
def test_only_what_an_operator_makes_of_its_own_kind_is_derived(owner: dict[str, Any], user: str, derived: bool) -> None:
    made = _owned(owner)
    assert _gate(lookup=_with(owner)).validate(_review(made, user=user)).allowed is derived


def test_a_scale_is_weighed_in_the_field_that_its_kind_counts_by() -> None:
    metadata = {"name": "pg", "namespace": "shop"}
    spec = {"instances": 1, "storage": {"size": "10Gi"}, "resources": {"requests": {"cpu": "4", "memory": "8Gi"}}}
    cluster = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": metadata, "spec": spec}
    old, new = (
        {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": {"replicas": count}}
        for count in (1, 1000)
    )
    review = _review(
        new,
        old,
        kind="Scale",
        group="autoscaling",
        resource_group="postgresql.cnpg.io",
        resource="clusters",
        subresource="scale",
        name="pg",
    )
    answer = _gate(_policy(limitResources={"replicas": 10}), _with(cluster)).validate(review)
    assert not answer.allowed
    assert "1000 pods" in answer.message


def test_a_raised_autoscaler_is_judged_where_its_target_has_no_price() -> None:
    target = _deployment()
    target["spec"]["template"]["spec"]["nodeSelector"] = {"node.kubernetes.io/instance-type": "zz9.unknown"}
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    old, new = (
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"minReplicas": 1, "maxReplicas": most, "scaleTargetRef": reference},
        }
        for most in (2, 1000)
    )
    gate = _gate(_policy(limitResources={"replicas": 10}), _with(target))
    assert not gate.validate(_review(new, old)).allowed


def test_without_a_cluster_a_controllers_object_is_not_stopped() -> None:
    assert _gate(lookup=NoCluster()).validate(_review(_owned(REPLICA_SET), user=CONTROLLER)).allowed


STATEFUL_SET = {
    **_deployment(name="my-db"),
    "kind": "StatefulSet",
    "spec": {**_deployment(name="my-db")["spec"], "volumeClaimTemplates": [{"metadata": {"name": "the-data"}}]},
}


def _claim(name: str, size: str = "50Ti") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": "my-db"}},
        "spec": {"resources": {"requests": {"storage": size}}},
    }


@pytest.mark.parametrize(
    ("name", "user", "allowed"),
    [
        ("the-data-my-db-3", "system:serviceaccount:kube-system:statefulset-controller", True),
        ("the-data-my-db-3", "jane", False),
        ("other-my-db-3", "system:serviceaccount:kube-system:statefulset-controller", False),
        ("the-data-my-db-x", "system:serviceaccount:kube-system:statefulset-controller", False),
    ],
)
def test_a_stateful_sets_claim_is_told_by_requester_and_name(name: str, user: str, allowed: bool) -> None:
    gate = _gate(_policy(limitResources={"volumeSize": "1Ti"}), _with(STATEFUL_SET))
    assert gate.validate(_review(_claim(name), user=user)).allowed is allowed


@pytest.mark.parametrize(
    ("user", "groups", "allowed"),
    [("system:node:a", ("system:nodes",), True), ("jane", ("system:nodes",), False), ("system:node:a", (), False)],
)
def test_e25_a_mirror_pod_passes_only_when_a_kubelet_shows_it(user: str, groups: tuple[str, ...], allowed: bool) -> None:
    pod = _owned(REPLICA_SET)
    pod["metadata"]["ownerReferences"] = []
    pod["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert _gate().validate(_review(pod, requester=Requester(user, groups))).allowed is allowed


def test_labels_are_inherited_on_the_object_and_told() -> None:
    answer = _gate().mutate(_review(_deployment()))
    assert {(each["path"], each["value"]) for each in answer.patch} == {
        ("/metadata/labels/team", "shop"),
        ("/metadata/labels/environment", "test"),
    }
    assert "weighbridge added label team=shop from namespace shop" in answer.warnings


def test_what_is_stated_is_never_changed() -> None:
    answer = _gate().mutate(_review(_deployment(team="other", environment="x")))
    assert answer.patch == ()


def test_mutating_twice_adds_nothing() -> None:
    body = _deployment()
    for each in _gate().mutate(_review(body)).patch:
        body["metadata"]["labels"][str(each["path"]).rpartition("/")[2]] = each["value"]
    assert _gate().mutate(_review(body)).patch == ()


def test_patch_then_validate_passes() -> None:
    body = _deployment()
    for each in _gate().mutate(_review(body)).patch:
        body["metadata"]["labels"][str(each["path"]).rpartition("/")[2]] = each["value"]
    assert _gate().validate(_review(body)).allowed


def test_an_object_without_labels_gets_the_whole_map() -> None:
    body = _deployment()
    del body["metadata"]["labels"]
    (operation,) = _gate().mutate(_review(body)).patch
    assert operation["path"] == "/metadata/labels"
    assert operation["value"]["team"] == "shop"


def test_a_pod_inherits_when_it_is_created_and_not_after() -> None:
    pod = _owned(REPLICA_SET, gpus=0)
    assert _gate().mutate(_review(pod, user=CONTROLLER)).patch
    assert _gate().mutate(_review(pod, pod)).patch == ()


def test_a_controllers_own_objects_are_left_alone() -> None:
    owned = {**_deployment(), "kind": "ReplicaSet"}
    owned["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": "web", "controller": True}]
    assert _gate().mutate(_review(owned)).patch == ()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"metadata": None},
        {"metadata": {"labels": 3}},
        {"kind": "Deployment", "spec": []},
        {"metadata": {"ownerReferences": [1]}},
    ],
)
def test_an_object_of_any_shape_is_answered(body: dict[str, Any]) -> None:
    review = _review(_deployment(), object=body)
    assert _gate().validate(review).uid == "u"
    assert _gate().mutate(review).uid == "u"


def test_a_policy_may_refuse_at_the_gate_what_cannot_be_told() -> None:
    target = _deployment()
    target["spec"]["template"]["spec"]["nodeSelector"] = {"node.kubernetes.io/instance-type": "zz9.unknown"}
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": "test"},
        "spec": {"points": {"admission": {"unknown": "fail"}}, "rules": [{"name": "rule", "limitCost": {"maximum": 1}}]},
    }
    answer = _gate(load([Manifest.of(body)]).policies).validate(_review(target))
    assert not answer.allowed
    assert "cannot be told" in answer.message


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("request.operation == 'CREATE' && request.userInfo.username == 'jane'", True),
        ("request.userInfo.username == 'root'", False),
        ("!request.dryRun && request.namespace == 'shop' && request.resource.resource == 'deployments'", True),
        ("!has(request.subResource)", True),
    ],
)
def test_a_rule_reads_the_request_at_the_gate(expression: str, allowed: bool) -> None:
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": "test"},
        "spec": {"rules": [{"name": "rule", "expression": expression}]},
    }
    gate = _gate(load([Manifest.of(body)]).policies)
    assert gate.validate(_review(_deployment())).allowed is allowed
