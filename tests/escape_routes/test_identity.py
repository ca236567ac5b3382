"""Ways round the gate by who asks, or who an object says it belongs to."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
from gating import (
    CONTROLLERS,
    LARGE,
    NOW,
    PRICES,
    cluster_of,
    deployment,
    gate,
    gpus,
    of_kind,
    owned_by,
    pod,
    pod_spec,
    policy,
    review,
    said,
)

from policies.documents.starter import starter
from policies.verdict import Verdict
from webhook.review import Requester
from weighbridge.clusters import Clusters
from weighbridge.configuration.settings import Flags, Settings
from weighbridge.rules import Rules
from weighbridge.scales import Scales
from workloads.settings.configuration import Configuration
from workloads.text.reader import read

FOUR = [policy(limitAccelerators={"maximum": {"pod": 4}})]
REPLICA_SET = deployment(LARGE, kind="ReplicaSet")
KUBELET = Requester("system:node:a", ("system:nodes", "system:authenticated"))


def _mirror(spec: dict) -> dict:
    body = pod(spec)
    body["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    return body


def test_e25_what_a_kubelet_shows_of_its_own_files_is_neither_denied_nor_changed() -> None:
    body = _mirror(LARGE)
    assert gate().validate(review(body, requester=KUBELET)).allowed
    body["metadata"]["labels"] = {}
    assert gate().mutate(review(body, requester=KUBELET)).patch == ()


@pytest.mark.parametrize(
    "requester",
    [
        Requester("jane", ("system:authenticated",)),
        Requester("jane", ("system:nodes",)),
        Requester("system:node:a", ("system:authenticated",)),
        Requester("system:serviceaccount:shop:system:node:a", ("system:serviceaccounts",)),
    ],
)
def test_e25_a_forged_mirror_pod_is_weighed(requester: Requester) -> None:
    assert not gate().validate(review(_mirror(LARGE), requester=requester)).allowed


def test_e25_a_kubelets_pod_without_the_annotation_is_weighed() -> None:
    assert not gate().validate(review(pod(LARGE), requester=KUBELET)).allowed


@pytest.mark.parametrize("namespace", ["kube-system", "kube-node-lease", "argocd", "weighbridge"])
def test_e24_no_namespace_is_exempt_where_the_gate_is_asked_nor_where_what_runs_is_checked(namespace: str) -> None:
    hidden = deployment(LARGE)
    hidden["metadata"]["namespace"] = namespace
    assert "64 accelerators in a pod" in gate().validate(review(hidden)).message
    scales = Scales(Settings(Flags(), Configuration(), Path()), PRICES, Rules(starter()), Clusters((), Path()))
    (weighing,) = scales.weigh(None, read(json.dumps(hidden).encode(), "running.json"), NOW)
    assert [each.id for each in weighing.violations if each.verdict is Verdict.DENY]


MASTERS = Requester("root", ("system:masters", "system:authenticated"))


@pytest.mark.parametrize(
    "requester", [MASTERS, Requester("kubernetes-admin", ("kubeadm:cluster-admins",)), Requester("break-glass")]
)
def test_e49_nobody_is_let_past_for_who_they_are(requester: Requester) -> None:
    assert not gate().validate(review(deployment(LARGE), requester=requester)).allowed


def test_e49_a_policy_may_let_some_people_pass_with_a_warning() -> None:
    few = {"limitAccelerators": {"maximum": {"pod": 4}}}
    masters = "'system:masters' in request.userInfo.groups"
    strict = policy("strict", {"matchConditions": [{"name": "others", "expression": f"!({masters})"}]}, **few)
    told = {"validationActions": ["Warn"], "matchConditions": [{"name": "masters", "expression": masters}]}
    tried = gate([strict, policy("told", told, **few)])
    denied = tried.validate(review(deployment(LARGE)))
    assert (denied.allowed, "[strict/rule]" in denied.message) == (False, True)
    answer = tried.validate(review(deployment(LARGE), requester=MASTERS))
    assert answer.allowed
    assert "64 accelerators in a pod" in said(answer)
    assert "[told/rule]" in said(answer)
    assert answer.annotations["verdict"] == "warn"


@pytest.mark.parametrize(
    "user",
    [
        "jane",
        "system:serviceaccount:shop:replicaset-controller",
        "system:serviceaccount:kube-system:deployment-controller",
        "replicaset-controller",
        f"{CONTROLLERS}replicaset-controller2",
    ],
)
def test_e52_a_pod_that_names_a_true_owner_is_a_root_where_another_than_its_controller_asks(user: str) -> None:
    tried = gate(lookup=cluster_of(REPLICA_SET))
    stowaway = owned_by(REPLICA_SET, pod(LARGE))
    assert not tried.validate(review(stowaway, user=user)).allowed
    assert tried.validate(review(stowaway, user=f"{CONTROLLERS}replicaset-controller")).allowed


def test_e52_a_change_of_an_owned_pod_by_another_is_weighed_too() -> None:
    small = owned_by(REPLICA_SET, pod(pod_spec(gpus("1"))))
    tried = gate(lookup=cluster_of(REPLICA_SET))
    assert not tried.validate(review(owned_by(REPLICA_SET, pod(LARGE)), small, subresource="resize")).allowed


def test_e52_a_pod_that_lets_go_of_its_owner_is_a_root() -> None:
    tried = gate([policy(limitAccelerators={"maximum": {"pod": 4}})], cluster_of(REPLICA_SET))
    held = owned_by(REPLICA_SET, pod(pod_spec(gpus("1"))))
    loose = deepcopy(held)
    del loose["metadata"]["ownerReferences"]
    loose["spec"] = LARGE
    assert not tried.validate(review(loose, held, user=f"{CONTROLLERS}replicaset-controller")).allowed


def test_e21_a_claim_of_devices_that_only_names_a_pod_is_paid_by_itself() -> None:
    devices = {"requests": [{"name": "gpu", "exactly": {"deviceClassName": "gpu.nvidia.com", "count": 8}}]}
    claim = owned_by(pod(), of_kind("resource.k8s.io/v1", "ResourceClaim", {"devices": devices}, "web-gpu"))
    claim["metadata"]["annotations"] = {"resource.kubernetes.io/pod-claim-name": "gpu"}
    tried = gate(FOUR, cluster_of(pod()))
    assert tried.validate(review(claim, user=f"{CONTROLLERS}resource-claim-controller")).allowed
    assert tried.validate(review(claim, user="system:kube-scheduler")).allowed
    for user in ("jane", "system:serviceaccount:shop:ci", f"{CONTROLLERS}replicaset-controller"):
        assert "8 accelerators" in tried.validate(review(claim, user=user)).message


def test_e21_an_autoscaler_that_only_names_keda_as_its_owner_is_weighed() -> None:
    scaled = of_kind("keda.sh/v1alpha1", "ScaledObject", {"scaleTargetRef": {"name": "web"}, "maxReplicaCount": 3}, "scaled")
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 500}
    forged = owned_by(scaled, of_kind("autoscaling/v2", "HorizontalPodAutoscaler", spec, "keda-hpa-web"))
    tried = gate([policy(limitResources={"replicas": 5})], cluster_of(deployment(), scaled))
    assert "500 pods" in tried.validate(review(forged)).message
    assert tried.validate(review(forged, user="system:serviceaccount:keda:keda-operator")).allowed


@pytest.mark.parametrize(
    "reference",
    [
        {"kind": "ReplicaSet", "apiVersion": "apps/v1", "name": "web", "uid": "uid-web", "controller": False},
        {"kind": "ReplicaSet", "apiVersion": "apps/v1", "name": "web", "uid": "of-another-team", "controller": True},
        {"kind": "ReplicaSet", "apiVersion": "apps/v1", "name": "gone", "uid": "uid-web", "controller": True},
        {"kind": "ReplicaSet", "apiVersion": "acme.example/v1", "name": "web", "uid": "uid-web", "controller": True},
        {"kind": "ConfigMap", "apiVersion": "v1", "name": "web", "uid": "uid-web", "controller": True},
        {"kind": ["ReplicaSet"], "apiVersion": None, "name": 3, "uid": {}, "controller": "true"},
    ],
)
@pytest.mark.parametrize("user", ["jane", f"{CONTROLLERS}replicaset-controller"])
def test_e21_an_owner_that_is_not_a_live_controller_shields_nothing(reference: dict, user: str) -> None:
    stowaway = pod(LARGE, ownerReferences=[reference])
    assert not gate(lookup=cluster_of(REPLICA_SET)).validate(review(stowaway, user=user)).allowed
