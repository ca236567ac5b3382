"""What the gate adds on a real API server stays where it is, and cost labels cannot be got rid of there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policies.documents.starter import LIBRARY

pytestmark = pytest.mark.e2e

TEAM = {
    "name": "team",
    "requireLabels": {"keys": ["team"], "from": ["object", "template", "owner", "namespace"], "addToTemplate": True},
}


def _workload(namespace: str, kind: str = "Deployment", name: str = "web", **labels: str) -> dict:
    container = {"name": "main", "image": "example.invalid/web:1", "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    metadata = {"name": name, "namespace": namespace, "labels": {"app": name, **labels}}
    if kind == "Job":
        template["spec"]["restartPolicy"] = "Never"
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": {"template": template}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": metadata,
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template},
    }


def _policy(name: str, *rules: dict, **spec: object) -> dict:
    stated = {"validationActions": ["Deny"], "rules": list(rules), **spec}
    return {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": name}, "spec": stated}


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labels on templates, and batch work on spot."""
    folder = tmp_path_factory.mktemp("policies")
    spot = {"name": "spot", "preferSpot": {"place": "gke"}}
    (folder / "owned.json").write_text(json.dumps(_policy("owned", TEAM, spot)))
    (folder / "accelerators.yaml").write_bytes((LIBRARY / "accelerators" / "policy.yaml").read_bytes())
    return folder


def _apply(kubectl, body: dict, *more: str) -> str:
    done = kubectl.run("apply", *more, "-f", "-", given=json.dumps(body))
    assert done.returncode == 0, done.stderr
    return done.stderr


def _pods(kubectl, namespace: str) -> list[dict]:
    return kubectl.get("pods", "-n", namespace)["items"]


@pytest.mark.parametrize("kind", ["Deployment", "Job"])
@pytest.mark.parametrize("way", [("--server-side",), ()], ids=["server-side", "client-side"])
def test_what_was_added_is_no_drift(kind: str, way: tuple[str, ...], kubectl, webhook, namespace: str) -> None:
    body = _workload(namespace, kind)
    _apply(kubectl, body, *way)
    first = kubectl.get(kind.lower(), "web", "-n", namespace, "--show-managed-fields")
    assert first["metadata"]["labels"]["team"] == "shop"
    assert first["spec"]["template"]["metadata"]["labels"]["team"] == "shop"
    difference = kubectl.run("diff", *way, "-f", "-", given=json.dumps(body))
    assert (difference.returncode, difference.stdout) == (0, ""), difference.stdout + difference.stderr
    _apply(kubectl, body, *way)
    second = kubectl.get(kind.lower(), "web", "-n", namespace, "--show-managed-fields")
    assert second["metadata"]["generation"] == first["metadata"]["generation"]
    assert second["metadata"]["labels"] == first["metadata"]["labels"]
    assert second["spec"] == first["spec"]
    own = [
        [each for each in one["metadata"]["managedFields"] if each["manager"].startswith("kubectl")] for one in (first, second)
    ]
    assert [each["fieldsV1"] for each in own[0]] == [each["fieldsV1"] for each in own[1]]


def test_a_dry_run_adds_the_same(kubectl, webhook, namespace: str) -> None:
    body = json.dumps(_workload(namespace))
    tried = json.loads(kubectl("apply", "--dry-run=server", "-o", "json", "-f", "-", given=body))
    told = kubectl.run("apply", "--dry-run=server", "-f", "-", given=body).stderr
    assert told == _apply(kubectl, _workload(namespace))
    real = kubectl.get("deployment", "web", "-n", namespace)
    assert tried["metadata"]["labels"] == real["metadata"]["labels"]
    assert tried["spec"]["template"] == real["spec"]["template"]


def test_the_pods_of_a_job_are_put_on_spot_and_labelled(kubectl, webhook, namespace: str) -> None:
    bound = _workload(namespace, "Job")
    bound["spec"]["template"]["spec"]["nodeSelector"] = {"disk": "ssd"}
    _apply(kubectl, bound)
    assert kubectl.get("job", "web", "-n", namespace)["spec"]["template"]["spec"]["nodeSelector"] == {"disk": "ssd"}
    kubectl.wait_for(lambda: _pods(kubectl, namespace), "the Job has its Pod")
    (pod,) = _pods(kubectl, namespace)
    assert pod["spec"]["nodeSelector"] == {"disk": "ssd", "cloud.google.com/gke-spot": "true"}
    assert "cloud.google.com/gke-spot" in {each.get("key") for each in pod["spec"]["tolerations"]}
    assert pod["metadata"]["labels"]["team"] == "shop"


def test_pods_take_the_label_of_their_deployment_where_its_template_has_lost_it(kubectl, webhook, namespace: str) -> None:
    _apply(kubectl, _workload(namespace, team="search"))
    gone = json.dumps([{"op": "remove", "path": "/spec/template/metadata/labels/team"}])
    kubectl("patch", "deployment", "web", "-n", namespace, "--type=json", "-p", gone)

    def newest() -> list[dict]:
        sets = kubectl.get("replicasets", "-n", namespace)["items"]
        bare = {each["metadata"]["name"] for each in sets if "team" not in each["spec"]["template"]["metadata"]["labels"]}
        return [pod for pod in _pods(kubectl, namespace) if pod["metadata"]["ownerReferences"][0]["name"] in bare]

    kubectl.wait_for(newest, "the new ReplicaSet has its Pod")
    assert newest()[0]["metadata"]["labels"]["team"] == "search"


def test_e21_a_pod_that_only_names_an_owner_borrows_no_label(kubectl, webhook, namespace: str) -> None:
    _apply(kubectl, _workload(namespace))
    kubectl.wait_for(lambda: kubectl.get("replicasets", "-n", namespace)["items"], "the ReplicaSet is there")
    owner = kubectl.get("replicasets", "-n", namespace)["items"][0]
    keys = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "controller": True}
    reference = {**keys, "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}
    labels = dict(owner["spec"]["selector"]["matchLabels"])
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "stowaway", "namespace": namespace, "labels": labels, "ownerReferences": [reference]},
        "spec": {"containers": [{"name": "main", "image": "x"}]},
    }
    done = kubectl.run("create", "--dry-run=server", "-o", "json", "-f", "-", given=json.dumps(pod))
    # Its namespace lends it the label, and says so; its owner does not.
    assert f"from namespace {namespace}" in done.stderr
    assert "from its owner" not in done.stderr
