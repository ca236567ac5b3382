"""Ways round the gate by what it may not read in the cluster: said to be not known, and denied where that is what unknown means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from control_plane import Kubectl, free_port
from gated import Gated
from gating import Body, container, deployment, pod, pod_spec, template
from registered_webhook import Webhook

pytestmark = pytest.mark.e2e

READER = "weighbridge-reader"
READ = [
    {"apiGroups": [""], "resources": ["namespaces", "limitranges", "nodes", "pods"], "verbs": ["get", "list"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]},
    {"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": ["get", "list"]},
]
"""What the gate may read here: no custom resources, no RuntimeClasses, no StatefulSets."""


@pytest.fixture(scope="module")
def policies(small: Path) -> Path:
    return small


def _kubeconfig_of_a_reader(control_plane: Path, folder: Path, kubectl: Kubectl) -> Path:
    """The kubeconfig of an account that may read a little."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": READER, "namespace": "default"}}
    named = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": READER}}
    role = {**named, "kind": "ClusterRole", "rules": READ}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": READER}
    subject = {"kind": "ServiceAccount", "name": READER, "namespace": "default"}
    binding = {**named, "kind": "ClusterRoleBinding", "roleRef": reference, "subjects": [subject]}
    kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": [account, role, binding]}))
    content = json.loads(control_plane.read_text())
    content["users"][0]["user"] = {"token": kubectl("create", "token", READER, "-n", "default").strip()}
    path = folder / "reader"
    path.write_text(json.dumps(content))
    return path


@pytest.fixture(scope="module", params=["warn", "fail"])
def process(
    control_plane: Path, kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Webhook]:
    """A webhook that may read a little, and what it does where it cannot tell."""
    folder = tmp_path_factory.mktemp("webhook")
    reader = _kubeconfig_of_a_reader(control_plane, folder, kubectl)
    webhook = Webhook(reader, folder, f"127.0.0.1:{free_port()}", ("--unknown", request.param))
    yield webhook
    webhook.stop()


@pytest.fixture
def fails(process: Webhook) -> bool:
    """Whether what cannot be told is denied."""
    return "fail" in process.options


def _told(place: Gated, *command: str, fails: bool) -> str:
    return place.denies(*command) if fails else place.allows(*command)


def test_e01_a_scale_of_what_may_not_be_read_is_not_known(
    gated: Gated, kubectl: Kubectl, custom_kinds: None, fails: bool
) -> None:
    body = deployment(name="hidden", kind="StatefulSet")
    rollout = {**deployment(name="hidden"), "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    gated.lets_in(body, rollout)
    for kind in ("statefulset", "rollout"):
        told = _told(gated, "scale", f"{kind}/hidden", "--replicas=50", fails=fails)
        assert "costs cannot be told" in told
        assert "may not be read" in told
    gated.allows("delete", "statefulset/hidden", "rollout/hidden", "--wait=false")


def test_e01_a_scale_of_what_may_be_read_is_decided_all_the_same(gated: Gated) -> None:
    gated.lets_in(deployment(name="seen"))
    assert "50 pods at the most" in gated.denies("scale", "deployment/seen", "--replicas=50")
    gated.allows("scale", "deployment/seen", "--replicas=2")
    gated.allows("delete", "deployment/seen")


def test_e08_an_overhead_that_may_not_be_read_is_not_known(gated: Gated, kubectl: Kubectl, fails: bool) -> None:
    runtime: Body = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "unseen"}, "handler": "kata"}
    kubectl("create", "-f", "-", given=json.dumps({**runtime, "overhead": {"podFixed": {"cpu": "8"}}}))
    isolated = pod_spec(container(requests={"cpu": "1", "memory": "1Gi"}), runtimeClassName="unseen")
    root = deployment(isolated, name="unseen")
    told = gated.keeps_out(root) if fails else gated.lets_in(root, by=("create", "--dry-run=server"))
    assert "how much cpu a pod asks cannot be told: not counted: the overhead of RuntimeClass unseen" in told
    # The API server itself writes the overhead into a Pod.
    assert "a pod asks 9 CPU" in gated.keeps_out(pod(isolated, "unseen"))
    kubectl("delete", "runtimeclass", "unseen")


def test_e19_what_runs_the_pods_of_another_object_that_may_not_be_read_is_not_known(
    gated: Gated, custom_kinds: None, fails: bool
) -> None:
    reference = {"workloadRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "hidden"}}
    body = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": template()["metadata"] | {"name": "referring"}}
    rollout: Body = {**body, "spec": {"replicas": 1, **reference}}
    told = gated.keeps_out(rollout) if fails else gated.lets_in(rollout)
    assert "StatefulSet hidden, which it refers to" in told
