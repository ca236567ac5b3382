"""The gate on a real API server: what kubectl is told, and what controllers may do."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.e2e


def _deployment(namespace: str, name: str = "web", replicas: int = 1, gpus: int = 0, **labels: str) -> dict:
    resources = {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
    if gpus:
        resources["limits"]["nvidia.com/gpu"] = str(gpus)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name, **labels}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": "example.invalid/web:1", "resources": resources}]},
            },
        },
    }


def _pods(kubectl, namespace: str) -> list[dict]:
    return kubectl.get("pods", "-n", namespace)["items"]


def test_apply_is_denied_with_our_message(kubectl, webhook, namespace: str) -> None:
    done = kubectl.run("apply", "-f", "-", given=json.dumps(_deployment(namespace, gpus=64)))
    assert done.returncode != 0
    assert "Forbidden" in done.stderr or "denied the request" in done.stderr
    # kubectl and the API server put their words before the first line; below it stand rule, field and what to do.
    first, second, third = done.stderr[done.stderr.index("Error from server") :].splitlines()[:3]
    assert first.endswith(f"denied the request: {namespace}/web: 64 accelerators in a pod, above the limit of 16")
    assert second == f"  [accelerators/one-machine] Deployment {namespace}/web, spec.template.spec"
    assert third == "  Ask for at most 16 accelerators in a pod."
    assert kubectl.run("get", "deployment", "web", "-n", namespace).returncode != 0


def test_a_denial_is_403(kubectl, webhook, namespace: str) -> None:
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    done = kubectl.run("create", f"--raw={path}", "-f", "-", "-v=8", given=json.dumps(_deployment(namespace, gpus=64)))
    assert done.returncode != 0
    assert '"code":403' in done.stderr.replace(" ", "") or "Forbidden" in done.stderr


def test_apply_is_allowed_with_a_warning(kubectl, webhook, namespace: str) -> None:
    body = _deployment(namespace)
    del body["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["memory"]
    del body["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    done = kubectl.run("apply", "-f", "-", given=json.dumps(body))
    assert done.returncode == 0, done.stderr
    assert "Warning: weighbridge:" in done.stderr
    assert "states no memory request" in done.stderr


def test_the_applied_object_and_its_pods_inherit_labels(kubectl, webhook, namespace: str) -> None:
    done = kubectl.run("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    assert f"weighbridge added label team=shop from namespace {namespace}" in done.stderr
    assert kubectl.get("deployment", "web", "-n", namespace)["metadata"]["labels"]["team"] == "shop"
    kubectl.wait_for(lambda: _pods(kubectl, namespace), "the Deployment's pods are created")
    assert all(pod["metadata"]["labels"]["team"] == "shop" for pod in _pods(kubectl, namespace))
    template = kubectl.get("deployment", "web", "-n", namespace)["spec"]["template"]
    assert "team" not in template["metadata"]["labels"]


def test_applying_again_changes_nothing(kubectl, webhook, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    first = kubectl.get("deployment", "web", "-n", namespace)["metadata"]
    done = kubectl.run("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    assert "unchanged" in done.stdout
    assert kubectl.get("deployment", "web", "-n", namespace)["metadata"]["generation"] == first["generation"]


def test_an_unlabelled_workload_in_an_unlabelled_namespace_is_denied(kubectl, webhook, namespace: str) -> None:
    kubectl("label", "namespace", namespace, "team-")
    kubectl.wait_for(
        lambda: kubectl.run("apply", "--dry-run=server", "-f", "-", given=json.dumps(_deployment(namespace))).returncode,
        "the webhook sees the namespace's new labels",
    )
    done = kubectl.run("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    assert "no team label" in done.stderr
