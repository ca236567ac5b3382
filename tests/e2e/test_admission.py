"""The gate on a real API server: what kubectl is told, and what controllers may do."""

from __future__ import annotations

import json
from pathlib import Path

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


def _policy(folder: Path, name: str, rule: dict) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "policy.json"
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": name},
        "spec": {"validationActions": ["Deny"], "rules": [{"name": "rule", **rule}]},
    }
    path.write_text(json.dumps(body))
    return path


def _pods(kubectl, namespace: str) -> list[dict]:
    return kubectl.get("pods", "-n", namespace)["items"]


def test_apply_is_denied_with_our_message(kubectl, webhook, namespace: str) -> None:
    done = kubectl.run("apply", "-f", "-", given=json.dumps(_deployment(namespace, gpus=64)))
    assert done.returncode != 0
    assert "Forbidden" in done.stderr or "denied the request" in done.stderr
    assert "64 accelerators in a pod, above the limit of 16 [accelerators/one-machine]" in done.stderr
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


def test_a_dry_run_gets_the_same_answer_and_leaves_nothing(kubectl, webhook, namespace: str) -> None:
    done = kubectl.run("apply", "--dry-run=server", "-f", "-", given=json.dumps(_deployment(namespace, gpus=64)))
    assert "above the limit of 16" in done.stderr
    kubectl("apply", "--dry-run=server", "-f", "-", given=json.dumps(_deployment(namespace)))
    assert kubectl.run("get", "deployment", "web", "-n", namespace).returncode != 0


@pytest.mark.parametrize("way", ["merge", "json", "strategic", "server-side", "replace"])
def test_every_way_of_writing_is_weighed(way: str, kubectl, webhook, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    limit = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "example.invalid/web:1", "resources": {"limits": {"nvidia.com/gpu": "64"}}}]}}}}  # fmt: skip
    place = "/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu"
    operations = json.dumps([{"op": "add", "path": place, "value": "64"}])
    patch = ("patch", "deployment", "web", "-n", namespace)
    done = {
        "merge": lambda: kubectl.run(*patch, "--type=merge", "-p", json.dumps(limit)),
        "json": lambda: kubectl.run(*patch, "--type=json", "-p", operations),
        "strategic": lambda: kubectl.run(*patch, "--type=strategic", "-p", json.dumps(limit)),
        "server-side": lambda: kubectl.run(
            "apply", "--server-side", "--force-conflicts", "-f", "-", given=json.dumps(_deployment(namespace, gpus=64))
        ),
        "replace": lambda: kubectl.run("replace", "-f", "-", given=json.dumps(_deployment(namespace, gpus=64))),
    }[way]()
    assert done.returncode != 0
    assert "above the limit of 16" in done.stderr


def test_e55_a_forced_apply_of_a_denied_change_leaves_the_object_alive(kubectl, webhook, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    before = kubectl.get("deployment", "web", "-n", namespace)["metadata"]["uid"]
    done = kubectl.run("apply", "--force", "-f", "-", given=json.dumps(_deployment(namespace, gpus=64)))
    assert done.returncode != 0
    assert "above the limit of 16" in done.stderr
    assert kubectl.get("deployment", "web", "-n", namespace)["metadata"]["uid"] == before


def test_e41_a_deletion_is_never_stopped(kubectl, webhook, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    kubectl("delete", "deployment", "web", "-n", namespace)
    assert kubectl.run("get", "deployment", "web", "-n", namespace).returncode != 0


def test_e28_a_generated_name_is_weighed(kubectl, webhook, namespace: str) -> None:
    body = _deployment(namespace, gpus=64)
    del body["metadata"]["name"]
    body["metadata"]["generateName"] = "web-"
    assert "above the limit of 16" in kubectl.run("create", "-f", "-", given=json.dumps(body)).stderr
    body = _deployment(namespace)
    del body["metadata"]["name"]
    body["metadata"]["generateName"] = "web-"
    for _ in range(2):
        kubectl("create", "-f", "-", given=json.dumps(body))
    assert len(kubectl.get("deployments", "-n", namespace)["items"]) == 2


def test_e52_a_pod_that_names_a_true_owner_is_weighed_as_a_root(kubectl, webhook, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace)))
    kubectl.wait_for(lambda: kubectl.get("replicasets", "-n", namespace)["items"], "the ReplicaSet is there")
    owner = kubectl.get("replicasets", "-n", namespace)["items"][0]
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": True}  # fmt: skip
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "stowaway",
            "namespace": namespace,
            "labels": owner["spec"]["selector"]["matchLabels"],
            "ownerReferences": [reference],
        },
        "spec": {"containers": [{"name": "main", "image": "x", "resources": {"limits": {"nvidia.com/gpu": "64"}}}]},
    }
    done = kubectl.run("create", "-f", "-", given=json.dumps(pod))
    assert done.returncode != 0
    assert "above the limit of 16" in done.stderr


@pytest.fixture
def strict(webhook, tmp_path: Path):
    """Puts other policies behind the webhook, and the starter set back afterwards."""

    def put(name: str, rule: dict) -> None:
        webhook.stop()
        webhook.start(_policy(tmp_path / "policies", name, rule))

    yield put
    webhook.stop()
    webhook.start()


def test_e56_a_stricter_policy_does_not_stop_what_an_accepted_root_needs(kubectl, strict, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace, replicas=2)))
    kubectl.wait_for(lambda: len(_pods(kubectl, namespace)) == 2, "both pods are there")
    strict("no-cpu", {"limitResources": {"maximum": {"pod": {"cpu": "100m"}}}})
    gone = _pods(kubectl, namespace)[0]["metadata"]["name"]
    kubectl("delete", "pod", gone, "-n", namespace, "--force", "--grace-period=0")
    kubectl.wait_for(
        lambda: {pod["metadata"]["name"] for pod in _pods(kubectl, namespace)} - {gone} and len(_pods(kubectl, namespace)) == 2,
        "the replacement pod is there",
    )
    # A new image is a new ReplicaSet and new pods: both derive from the Deployment, which asks for no more than before.
    done = kubectl.run("set", "image", "deployment/web", "main=example.invalid/web:2", "-n", namespace)
    assert done.returncode == 0, done.stderr
    assert "as before this change" in done.stderr
    kubectl.wait_for(lambda: len(kubectl.get("replicasets", "-n", namespace)["items"]) == 2, "the new ReplicaSet is there")


def test_e40_what_was_too_large_before_may_shrink_and_not_grow(kubectl, strict, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace, replicas=6)))
    strict("few", {"limitResources": {"replicas": 3}})
    body = _deployment(namespace, replicas=5)
    assert kubectl.run("apply", "-f", "-", given=json.dumps(body)).returncode == 0
    body["spec"]["replicas"] = 7
    done = kubectl.run("apply", "-f", "-", given=json.dumps(body))
    assert done.returncode != 0
    assert "7 pods at the most, above the limit of 3" in done.stderr


def test_e01_scaling_is_weighed_as_a_change_of_what_is_scaled(kubectl, strict, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace, replicas=2)))
    strict("few", {"limitResources": {"replicas": 3}})
    done = kubectl.run("scale", "deployment/web", "--replicas=9", "-n", namespace)
    assert done.returncode != 0
    assert "9 pods at the most, above the limit of 3" in done.stderr
    kubectl("scale", "deployment/web", "--replicas=3", "-n", namespace)
    kubectl("scale", "deployment/web", "--replicas=0", "-n", namespace)


def test_e02_an_autoscaler_is_weighed_at_its_maximum(kubectl, strict, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace, replicas=2)))
    strict("few", {"limitResources": {"replicas": 5}})
    autoscaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": 1,
            "maxReplicas": 4,
        },
    }
    kubectl("apply", "-f", "-", given=json.dumps(autoscaler))
    autoscaler["spec"]["maxReplicas"] = 40
    done = kubectl.run("apply", "-f", "-", given=json.dumps(autoscaler))
    assert done.returncode != 0
    assert "40 pods at the most, above the limit of 5" in done.stderr


def test_a_cron_job_may_start_its_jobs_under_a_stricter_policy(kubectl, strict, namespace: str) -> None:
    cron = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "tick", "namespace": namespace},
        "spec": {
            "schedule": "* * * * *",
            "jobTemplate": {
                "spec": {
                    "template": {
                        "spec": {
                            "restartPolicy": "Never",
                            "containers": [
                                {"name": "main", "image": "example.invalid/tick:1", "resources": {"requests": {"cpu": "1"}}}
                            ],
                        }
                    }
                }
            },
        },
    }
    kubectl("apply", "-f", "-", given=json.dumps(cron))
    strict("no-cpu", {"limitResources": {"maximum": {"pod": {"cpu": "100m"}}}})
    kubectl.wait_for(lambda: _pods(kubectl, namespace), "the tick's Job has its pod", seconds=90)


def test_a_stateful_sets_claims_are_created_under_a_stricter_policy(kubectl, strict, namespace: str) -> None:
    stateful = _deployment(namespace, "db", replicas=1)
    stateful["kind"] = "StatefulSet"
    stateful["spec"]["serviceName"] = "db"
    stateful["spec"]["volumeClaimTemplates"] = [
        {
            "metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
        }
    ]
    kubectl("apply", "-f", "-", given=json.dumps(stateful))
    strict("small", {"limitResources": {"volumeSize": "1Gi"}})
    kubectl("scale", "statefulset/db", "--replicas=2", "-n", namespace)
    kubectl("delete", "pvc", "--all", "-n", namespace, "--wait=false")
    kubectl("delete", "pods", "--all", "-n", namespace, "--force", "--grace-period=0")
    kubectl.wait_for(lambda: kubectl.get("pvc", "-n", namespace)["items"], "the StatefulSet's claim is there")
    done = kubectl.run(
        "create", "-f", "-",
        given=json.dumps(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": "data-db-7", "namespace": namespace, "labels": {"app": "db"}},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
            }
        ),
    )  # fmt: skip
    assert done.returncode != 0
    assert "above the limit of 1 GiB" in done.stderr


def _claiming(namespace: str, count: int) -> list[dict]:
    request = {"name": "gpu", "exactly": {"deviceClassName": "gpu.nvidia.com", "count": count}}
    template = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": {"name": f"gpus-{count}", "namespace": namespace},
        "spec": {"spec": {"devices": {"requests": [request]}}},
    }
    body = _deployment(namespace, f"claims-{count}", team="search")
    pod = body["spec"]["template"]["spec"]
    pod["resourceClaims"] = [{"name": "gpu", "resourceClaimTemplateName": f"gpus-{count}"}]
    pod["containers"][0]["resources"]["claims"] = [{"name": "gpu"}]
    return [template, body]


@pytest.mark.parametrize(("count", "allowed"), [(1, True), (24, False)])
def test_devices_that_a_template_claims_count_at_the_gate(kubectl, webhook, namespace: str, count: int, allowed: bool) -> None:
    template, body = _claiming(namespace, count)
    kubectl("apply", "-f", "-", given=json.dumps(template))
    done = kubectl.run("apply", "-f", "-", given=json.dumps(body))
    assert (done.returncode == 0) is allowed, done.stderr
    if not allowed:
        assert "24 accelerators in a pod, above the limit of 16 [accelerators/one-machine]" in done.stderr


def test_e21_an_owner_that_is_no_controller_makes_no_root_a_derived_object(kubectl, webhook, namespace: str) -> None:
    kubectl("create", "configmap", "settings", "-n", namespace)
    uid = kubectl.get("configmap", "settings", "-n", namespace)["metadata"]["uid"]
    for kind, version, name in (("ConfigMap", "v1", "settings"), ("Deployment", "apps/v1", "web")):
        body = _deployment(namespace, gpus=64)
        owner = {"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": True}
        body["metadata"]["ownerReferences"] = [owner]
        done = kubectl.run("apply", "-f", "-", given=json.dumps(body))
        assert "accelerators/one-machine" in done.stderr, done.stderr


def test_an_autoscaler_that_names_a_version_nobody_serves_is_weighed_all_the_same(kubectl, webhook, namespace: str) -> None:
    kubectl("apply", "-f", "-", given=json.dumps(_deployment(namespace, gpus=1, team="search")))
    autoscaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {"maxReplicas": 1000, "scaleTargetRef": {"apiVersion": "apps/v9", "kind": "Deployment", "name": "web"}},
    }
    done = kubectl.run("apply", "-f", "-", given=json.dumps(autoscaler))
    assert done.returncode != 0
    assert "workload-cost/month" in done.stderr
