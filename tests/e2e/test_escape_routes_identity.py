"""Ways round the gate by who asks, or by whom an object says it was made, on a real API server with its real controllers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gated import Gated, write_policies
from gating import container, deployment, gpus, pod, pod_spec

pytestmark = pytest.mark.e2e

Body = dict[str, Any]
LARGE = pod_spec(gpus("64"))


STRICTLY = {
    "apiVersion": "weighbridge.dev/v1alpha1",
    "kind": "CostPolicy",
    "metadata": {"name": "strictly"},
    "spec": {
        "matchConstraints": {"objectSelector": {"matchLabels": {"strictly": "yes"}}},
        "validationActions": ["Deny"],
        "points": {"admission": {"injected": "Deny"}},
        "rules": [{"name": "size", "limitResources": {"maximum": {"pod": {"cpu": "4"}}}}],
    },
}


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Little is allowed, and nothing may be put into some pods."""
    folder = write_policies(tmp_path_factory.mktemp("policies"))
    (folder / "strictly.json").write_text(json.dumps(STRICTLY))
    return folder


@pytest.fixture(scope="module")
def replica_set(gated: Gated) -> Body:
    """A live ReplicaSet."""
    gated.lets_in(deployment(name="live", replicas=0))
    return gated.waits_for("replicasets", 1, "-l", "app=live")[0]


def _naming(owner: Body, body: Body, **other: Any) -> Body:
    """The object with a reference to its owner, whose labels it has."""
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "controller": True}
    reference |= {key: owner["metadata"][key] for key in ("name", "uid")} | other
    labels = dict(owner["spec"]["selector"]["matchLabels"]) if "selector" in owner.get("spec", {}) else {"app": "live"}
    body["metadata"] |= {"labels": labels, "ownerReferences": [reference]}
    return body


@pytest.mark.parametrize(
    "other",
    [{}, {"controller": False}, {"uid": "11111111-1111-1111-1111-111111111111"}, {"name": "absent"}, {"kind": "Nothing"}],
    ids=["true", "no-controller", "dangling", "absent", "no-kind"],
)
def test_e21_e52_a_pod_that_names_an_owner_is_weighed_as_what_somebody_wrote(
    gated: Gated, replica_set: Body, other: Body
) -> None:
    for user in ("", "jane", "system:serviceaccount:shop:replicaset-controller"):
        told = gated.keeps_out(_naming(replica_set, pod(LARGE, "stowaway"), **other), user=user)
        assert "64 accelerators in a pod" in told


def test_e21_an_owner_that_makes_no_pods_makes_nothing_a_derived_object(gated: Gated) -> None:
    gated.allows("create", "configmap", "settings")
    settings = gated.get("configmap", "settings")
    told = gated.keeps_out(
        *(_naming(settings, body) for body in (pod(LARGE, "of-settings"), deployment(LARGE, name="of-settings")))
    )
    assert told.count("64 accelerators in a pod") == 2
    account = "system:serviceaccount:shop:operator"
    gated.keeps_out(_naming(settings, pod(LARGE, "of-settings")), user=account)


def test_e21_an_owner_in_another_team_s_namespace_is_no_owner(gated: Gated, namespace: str, kubectl) -> None:
    elsewhere = Gated(kubectl, namespace)
    elsewhere.lets_in(deployment(name="theirs", replicas=0))
    theirs = elsewhere.waits_for("replicasets")[0]
    gated.keeps_out(_naming(theirs, pod(LARGE, "of-theirs")))


def test_e21_an_owner_that_is_named_later_changes_nothing_of_what_was_denied(gated: Gated, replica_set: Body) -> None:
    gated.lets_in(deployment(pod_spec(gpus("1")), name="adopted", replicas=0))
    reference = _naming(replica_set, pod())["metadata"]["ownerReferences"]
    limits = [{"name": "main", "resources": {"limits": {"nvidia.com/gpu": "64"}}}]
    change = {"metadata": {"ownerReferences": reference}, "spec": {"template": {"spec": {"containers": limits}}}}
    assert "64 accelerators in a pod" in gated.denies("patch", "deployment", "adopted", "-p", json.dumps(change))


def _mirror(name: str) -> Body:
    body = pod({**LARGE, "nodeName": "node-a"}, name)
    body["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    return body


def test_e25_a_forged_mirror_pod_is_weighed_and_a_kubelets_own_is_left_as_it_is(gated: Gated) -> None:
    for user in ("", "jane", "system:serviceaccount:shop:node"):
        assert "64 accelerators in a pod" in gated.keeps_out(_mirror("forged"), user=user)
    acting = ("--as=system:node:node-a", "--as-group=system:nodes", "--as-group=system:masters")
    gated.lets_in(_mirror("static"), by=("create", *acting))
    assert "team" not in gated.get("pod", "static")["metadata"]["labels"]
    gated.lets_in(pod(name="later"))
    assert gated.run("annotate", "pod", "later", "kubernetes.io/config.mirror=x").returncode != 0


def test_e26_a_pod_is_weighed_alike_on_whatever_node_and_by_whatever_scheduler(gated: Gated) -> None:
    placed = pod({**LARGE, "nodeName": "node-a"}, "placed")
    scheduled = pod({**LARGE, "schedulerName": "my-scheduler"}, "scheduled")
    assert gated.keeps_out(placed, scheduled).count("64 accelerators in a pod") == 2
    gated.lets_in(
        pod(pod_spec(schedulerName="my-scheduler"), "waiting"), pod(name="plain"), pod(pod_spec(nodeName="node-a"), "preset")
    )
    months = {each.name: each.told["month"] for each in gated.audited("pods")}
    assert months["waiting"] == months["plain"] == months["preset"]


def test_e26_a_pod_that_was_let_in_may_be_bound(gated: Gated) -> None:
    gated.lets_in(pod(pod_spec(schedulerName="my-scheduler"), "bound"))
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "bound"}, "target": {"kind": "Node", "name": "node-a"}}
    path = f"/api/v1/namespaces/{gated.name}/pods/bound/binding"
    gated.kubectl("create", f"--raw={path}", "-f", "-", given=json.dumps(binding))
    assert gated.get("pod", "bound")["spec"]["nodeName"] == "node-a"


def test_e49_nobody_is_let_past_for_who_they_are_or_act_as(gated: Gated, webhook) -> None:
    for user in ("", "root", "system:serviceaccount:kube-system:deployment-controller", "system:kube-scheduler"):
        assert "64 accelerators in a pod" in gated.keeps_out(deployment(LARGE, name="privileged"), user=user)
    # Whom somebody acts as is all that a webhook is told.
    gated.keeps_out(deployment(LARGE, name="acting"), user="somebody-else")
    lines = [json.loads(line) for line in webhook.log.read_text().splitlines() if line.startswith('{"path":')]
    assert {line["user"] for line in lines if line["name"] == "acting"} == {"somebody-else"}


@pytest.fixture
def injection(gated: Gated) -> Iterator[None]:
    """A policy of the API server's own that gives Pods a container more when they are created, as service meshes do."""
    resources = 'Object.spec.containers.resources{requests: {"cpu": "64"}}'
    injected = f'Object.spec.containers{{name: "injected", image: "example.com/none", resources: {resources}}}'
    expression = f'[JSONPatch{{op: "add", path: "/spec/containers/-", value: {injected}}}]'
    spec = {
        "failurePolicy": "Fail",
        "reinvocationPolicy": "Never",
        "matchConstraints": {
            "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
        },
        "matchConditions": [{"name": "asked", "expression": "object.metadata.?labels.inject.orValue('') == 'yes'"}],
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}],
    }
    version = "admissionregistration.k8s.io/v1"
    policy = {"apiVersion": version, "kind": "MutatingAdmissionPolicy", "metadata": {"name": "injection"}, "spec": spec}
    binding = policy | {"kind": "MutatingAdmissionPolicyBinding", "spec": {"policyName": "injection"}}
    gated.kubectl("create", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": [policy, binding]}))

    def injects() -> bool:
        done = gated.write(_injected("probe"), by=("create", "--dry-run=server", "-o", "json"))
        return "injected" in done.stdout or "a pod asks" in done.stderr

    gated.kubectl.wait_for(injects, "the policy is in force")
    yield
    gated.kubectl("delete", "mutatingadmissionpolicy,mutatingadmissionpolicybinding", "injection")


def _injected(name: str) -> Body:
    body = pod(pod_spec(container(requests={"cpu": "1", "memory": "1Gi"})), name)
    body["metadata"]["labels"]["inject"] = "yes"
    return body


def test_e51_what_another_puts_into_a_pod_is_weighed_with_it(gated: Gated, injection: None) -> None:
    assert "a pod asks 65 " in gated.keeps_out(_injected("by-hand"))
    root = deployment(name="injected")
    root["spec"]["template"]["metadata"]["labels"]["inject"] = "yes"
    gated.lets_in(root)
    made = gated.waits_for("pods", 1, "-l", "app=injected")[0]
    assert [each["name"] for each in made["spec"]["containers"]] == ["main", "injected"]
    told = gated.audited("pods", "replicaset-controller")[-1].told
    assert told["verdict"] == "warn"


def test_e51_what_is_put_into_a_pod_is_denied_where_a_policy_says_so(gated: Gated, injection: None) -> None:
    root = deployment(name="strictly")
    root["spec"]["template"]["metadata"]["labels"] |= {"inject": "yes", "strictly": "yes"}
    gated.lets_in(root)

    def told() -> str:
        sets = gated.items("replicasets", "-l", "app=strictly")
        return " ".join(each["message"] for one in sets for each in one["status"].get("conditions", ()))

    gated.kubectl.wait_for(lambda: "a pod asks 65 " in told(), "the ReplicaSet says why it has no Pod")
    assert "[strictly/size]" in told()
    assert not gated.items("pods", "-l", "app=strictly")


def _weighbridge(*arguments: str, given: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "weighbridge"
    return subprocess.run([program, *arguments], input=given, capture_output=True, text=True, check=False, timeout=60)


def test_e24_what_runs_in_a_namespace_that_the_gate_leaves_out_is_told_by_check(gated: Gated, kubectl) -> None:
    hidden = deployment(LARGE, name="hidden", replicas=0)
    hidden["metadata"]["namespace"] = "kube-system"
    kubectl("create", "-f", "-", given=json.dumps(hidden))
    try:
        found = kubectl("get", "deployments", "-n", "kube-system", "-o", "yaml")
    finally:
        kubectl("delete", "deployment", "hidden", "-n", "kube-system")
    done = _weighbridge("check", "-", "--cloud", "aws", given=found)
    assert done.returncode == 1
    assert "hidden: 64 accelerators in a pod, above the limit of 16 [accelerators/one-machine]" in done.stdout + done.stderr


def test_e24_who_may_write_into_such_a_namespace_is_asked_of_the_api_server(kubectl) -> None:
    ask = ("auth", "can-i", "create", "deployments", "--namespace=kube-system")
    assert kubectl.run(*ask, "--as=jane", "--as-group=system:authenticated").stdout.strip() == "no"
    assert kubectl.run(*ask, "--as=root", "--as-group=system:masters").stdout.strip() == "yes"
