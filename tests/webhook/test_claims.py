"""Claims at the gate: for volumes, which may grow after they are bound, for all the devices of a node, and for nodes themselves."""

from __future__ import annotations

from typing import Any

import pytest
from gating import cluster_of, deployment, gate, metadata, policy, review, said

TERABYTE = [policy(limitResources={"volumeSize": "1Ti"}), policy("money", limitCost={"of": "month", "maximum": 1_000_000})]


def _claim(size: str, **spec: Any) -> dict[str, Any]:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata("data"), "spec": wanted}


def _bound(size: str) -> dict[str, Any]:
    return _claim(size, volumeName="pv-1")


def test_a_claim_that_is_bound_may_not_grow_over_the_limit() -> None:
    assert gate(TERABYTE).validate(review(_bound("20Gi"), _bound("10Gi"))).allowed
    assert "above the limit of 1 TiB" in gate(TERABYTE).validate(review(_bound("50Ti"), _bound("10Gi"))).message


def test_a_claim_that_is_too_large_and_does_not_grow_is_let_pass() -> None:
    changed = _bound("50Ti")
    changed["metadata"]["labels"] = {"app": "data", "note": "x"}
    assert gate(TERABYTE).validate(review(changed, _bound("50Ti"))).allowed


def test_a_claim_costs_the_same_once_it_is_bound() -> None:
    answer = gate(TERABYTE).validate(review(_bound("10Gi"), _claim("10Gi")))
    assert answer.annotations["delta"] == "+0.00 USD"
    assert answer.annotations["verdict"] == "pass"


def test_a_new_claim_for_a_volume_that_is_there_has_no_price() -> None:
    answer = gate(TERABYTE).validate(review(_bound("50Ti")))
    assert answer.allowed
    assert "a volume that is there already" in said(answer)


@pytest.mark.parametrize(
    "spec", [{}, {"volumeName": "pv-1"}, {"volumeName": [], "resources": 3}, {"resources": {"requests": None}}]
)
def test_a_changed_claim_of_any_shape_is_answered(spec: dict[str, Any]) -> None:
    gate(TERABYTE).validate(review(_claim("1Gi") | {"spec": spec}, _claim("1Gi") | {"spec": spec}))


@pytest.mark.parametrize(("most", "allowed"), [(32, True), (31, False)])
def test_all_devices_of_a_node_are_as_many_as_one_claim_may_be_given(most: int, allowed: bool) -> None:
    request = {"name": "gpu", "exactly": {"deviceClassName": "gpu.nvidia.com", "allocationMode": "All"}}
    spec = {"devices": {"requests": [request]}}
    body = {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": metadata("all"), "spec": spec}
    answer = gate([policy(limitAccelerators={"maximum": {"pod": most}})]).validate(review(body))
    assert answer.allowed is allowed
    assert allowed or "32 accelerators in a pod" in answer.message


def _pool(gpus: int) -> dict[str, Any]:
    spec = {"limits": {"nvidia.com/gpu": gpus}}
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "gpus", "labels": {"team": "a"}},
        "spec": spec,
    }


def test_how_far_a_pool_of_nodes_may_grow_is_told_where_it_is_new() -> None:
    assert "weighbridge: gpus: it may grow to 800 nvidia.com/gpu" in said(gate().validate(review(_pool(800))))
    assert "it may grow to 900 nvidia.com/gpu" in said(gate().validate(review(_pool(900), _pool(800))))
    same = _pool(800)
    same["metadata"]["annotations"] = {"note": "x"}
    assert "may grow" not in said(gate().validate(review(same, _pool(800))))


@pytest.mark.parametrize(("replicas", "allowed"), [(5, True), (50, False)])
def test_replicas_above_an_autoscalers_maximum_count(replicas: int, allowed: bool) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"minReplicas": 1, "maxReplicas": 5, "scaleTargetRef": target}
    scaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata(), "spec": spec}
    few = [
        policy(limitResources={"replicas": 5}),
        policy("money", limitCost={"of": "month", "exposure": "maximum", "maximum": 1000}),
    ]
    tried = gate(few, cluster_of(deployment(replicas=2), scaler))
    answer = tried.validate(review(deployment(replicas=replicas), deployment(replicas=2)))
    assert answer.allowed is allowed
    assert allowed or "at 50 pods, the maximum, " in answer.message
