"""Policies and exemptions as objects of a real cluster: what it takes, what it refuses, what it shows, and what the gate makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policies.documents.starter import LIBRARY

pytestmark = pytest.mark.e2e

ASKED = "weighbridge.dev/requested-by"


@pytest.fixture(scope="module")
def defined(kubectl):
    """A cluster that knows our documents, as the command prints their definitions."""
    command = [Path(sys.executable).parent / "weighbridge", "policies", "definitions"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    kubectl("apply", "-f", "-", given=printed)
    for name in ("costpolicies", "costexemptions"):
        kubectl("wait", "--for=condition=Established", f"crd/{name}.weighbridge.dev", "--timeout=30s")
    return kubectl


def _policy(name: str = "p", **spec: object) -> str:
    rules = [{"name": "few", "limitResources": {"replicas": 3}}]
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": name},
        "spec": {"rules": rules, **spec},
    }
    return json.dumps(body)


def _exemption(namespace: str, days: float = 30, **spec: object) -> str:
    end = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    stated = {"rules": ["accelerators/one-machine"], "names": ["web"], "reason": "The launch", "expiresAt": end, **spec}
    metadata = {"name": "launch", "namespace": namespace}
    return json.dumps({"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostExemption", "metadata": metadata, "spec": stated})


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*/policy.yaml")), ids=lambda path: path.parent.name)
def test_every_policy_of_the_starter_set_is_taken_whole(defined, path: Path) -> None:
    defined("apply", "--validate=strict", "-f", str(path))
    stored = defined.get("costpolicy", path.parent.name)
    applied = json.loads(stored["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"])
    assert stored["spec"] == applied["spec"]


REFUSED = [
    (
        "a rule of two kinds",
        {"rules": [{"name": "a", "limitCost": {"maximum": 1}, "expression": "true"}]},
        "exactly one of requireLabels",
    ),
    ("a rule of none", {"rules": [{"name": "a", "message": "x"}]}, "exactly one of requireLabels"),
    (
        "a message without its expression",
        {"rules": [{"name": "a", "limitCost": {"maximum": 1}, "messageExpression": "x"}]},
        "messageExpression goes with",
    ),
    ("two rules of one name", {"rules": [{"name": "a", "limitCost": {"maximum": 1}}] * 2}, "Duplicate value"),
    ("a limit of nothing", {"rules": [{"name": "a", "limitCost": {}}]}, "at least one of maximum, increase"),
    ("a limit below zero", {"rules": [{"name": "a", "limitCost": {"maximum": -1}}]}, "spec.rules[0].limitCost.maximum"),
    ("an action that is none", {"validationActions": ["Refuse"]}, "Unsupported value"),
    ("a denial that warns", {"validationActions": ["Deny", "Warn"]}, "Deny and Warn do not go together"),
    ("an action twice", {"validationActions": ["Warn", "Warn"]}, "Duplicate value"),
    ("a misspelt key", {"rules": [{"name": "a", "limitCost": {"maxmium": 1, "maximum": 1}}]}, "unknown field"),
    ("no rules", {"rules": []}, "spec.rules"),
    *(
        (
            f"a selector with {expression}",
            {"matchConstraints": {"namespaceSelector": {"matchExpressions": [{"key": "team", **expression}]}}},
            "In and NotIn take values",
        )
        for expression in (
            {"operator": "In"},
            {"operator": "NotIn", "values": []},
            {"operator": "Exists", "values": ["shop"]},
        )
    ),
]


@pytest.mark.parametrize(("spec", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_policy_is_refused_with(defined, spec: dict, words: str) -> None:
    done = defined.run("create", "--dry-run=server", "--validate=strict", "-f", "-", given=_policy(**spec))
    assert done.returncode != 0
    assert words in done.stderr


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"rules": ["*/*"]}, "spec.rules[0]"),
        ({"names": ["*"]}, "spec.names[0]"),
        ({"expiresAt": "soon"}, "spec.expiresAt"),
        ({"startsAt": "2099-01-01T00:00:00Z"}, "startsAt is not before expiresAt"),
    ],
)
def test_an_exemption_is_refused_with(defined, spec: dict, words: str) -> None:
    done = defined.run("create", "--dry-run=server", "-f", "-", given=_exemption("default", **spec))
    assert done.returncode != 0
    assert words in done.stderr


def test_lists_show_what_people_ask_of_them(defined) -> None:
    defined("apply", "-f", "-", given=_policy("shown", validationActions=["Warn"]))
    listed = defined("get", "costpolicies", "shown").splitlines()
    assert listed[0].split() == ["NAME", "ACTIONS", "RULES", "READY", "AGE"]
    assert listed[1].split()[:3] == ["shown", '["Warn"]', "few"]
    defined("delete", "costpolicy", "shown")


def _greedy(namespace: str) -> str:
    container = {"name": "web", "image": "web", "resources": {"limits": {"nvidia.com/gpu": "64"}}}
    metadata = {"name": "web", "namespace": namespace, "labels": {"app": "web", "environment": "test"}}
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}})


def _approve(kubectl, namespace: str, who: str, generation: int = 1) -> subprocess.CompletedProcess[str]:
    patch = {"status": {"approval": {"by": who, "generation": generation}}}
    return kubectl.run(
        "patch", "costexemption", "launch", "-n", namespace, "--subresource=status", "--type=merge", "-p", json.dumps(patch),
        f"--as={who}", "--as-group=system:masters",
    )  # fmt: skip


def test_e48_an_exemption_passes_its_objects_once_somebody_else_approved_it(defined, webhook, namespace: str) -> None:
    create = ("create", "--dry-run=server", "-f", "-")
    assert defined.run(*create, given=_greedy(namespace)).returncode != 0
    asked = ("--as=jane", "--as-group=system:masters")
    defined("create", "-f", "-", *asked, given=_exemption(namespace))
    assert defined.get("costexemption", "launch", "-n", namespace)["metadata"]["annotations"][ASKED] == "jane"
    assert defined.run(*create, given=_greedy(namespace)).returncode != 0
    assert "jane asked for it: somebody else has to approve it" in _approve(defined, namespace, "jane").stderr
    assert _approve(defined, namespace, "joe").returncode == 0
    defined.wait_for(lambda: defined.run(*create, given=_greedy(namespace)).returncode == 0, "the exemption is seen")
    assert "exempted by" in defined.run(*create, given=_greedy(namespace)).stderr
    # Changed, it has to be approved again; deleted, it has no effect.
    change = json.dumps({"spec": {"names": ["web", "web-2"]}})
    defined("patch", "costexemption", "launch", "-n", namespace, "--type=merge", "-p", change)
    defined.wait_for(lambda: defined.run(*create, given=_greedy(namespace)).returncode != 0, "the change is seen")
    assert _approve(defined, namespace, "joe", generation=7).returncode != 0
    assert _approve(defined, namespace, "joe", generation=2).returncode == 0
    defined.wait_for(lambda: defined.run(*create, given=_greedy(namespace)).returncode == 0, "the approval is seen")
    defined("delete", "costexemption", "launch", "-n", namespace)
    defined.wait_for(lambda: defined.run(*create, given=_greedy(namespace)).returncode != 0, "the deletion is seen")


ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: weighbridge-exemptions}
rules:
  - {apiGroups: [weighbridge.dev], resources: [costexemptions], verbs: [list]}
  - {apiGroups: [weighbridge.dev], resources: [costexemptions/status], verbs: [patch]}
  - apiGroups: [""]
    resources: [limitranges, pods, replicationcontrollers, persistentvolumeclaims, services]
    verbs: [list]
  - {apiGroups: [""], resources: [namespaces], verbs: [get]}
  - {apiGroups: [apps], resources: [deployments, replicasets, statefulsets, daemonsets], verbs: [list]}
  - {apiGroups: [batch], resources: [jobs, cronjobs], verbs: [list]}
  - {apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list]}
"""


def _least(kubectl, folder: Path) -> Path:
    """A kubeconfig of somebody who may do what the command needs, and nothing else."""
    kubectl("apply", "-f", "-", given=ROLE)
    kubectl.run("create", "serviceaccount", "listing", "-n", "default")
    binding = ("clusterrolebinding", "weighbridge-exemptions", "--clusterrole=weighbridge-exemptions")
    kubectl.run("create", *binding, "--serviceaccount=default:listing")
    token = kubectl("create", "token", "listing", "-n", "default").strip()
    path = folder / "kubeconfig"
    path.write_text(kubectl("config", "view", "--raw", "--minify", "-o", "json"))
    config = json.loads(path.read_text())
    config["users"][0]["user"] = {"token": token}
    path.write_text(json.dumps(config))
    return path


def test_how_an_exemption_stands_is_listed_and_recorded_with_no_more_than_it_takes(
    defined, webhook, namespace: str, tmp_path: Path
) -> None:
    kubeconfig = _least(defined, tmp_path)
    command = [Path(sys.executable).parent / "weighbridge", "policies", "exemptions", "--kubeconfig", kubeconfig]

    def listed(*more: str) -> dict:
        done = subprocess.run([*command, "--format", "json", *more], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return {each["namespace"]: each for each in json.loads(done.stdout)["exemptions"]}[namespace]

    defined("create", "-f", "-", "--as=jane", "--as-group=system:masters", given=_exemption(namespace, days=9))
    assert (listed()["state"], listed()["hindrance"]) == ("without effect", "is not approved")
    assert "conditions" not in defined.get("costexemption", "launch", "-n", namespace).get("status", {})
    listed("--record")
    assert "False" in defined("get", "costexemption", "launch", "-n", namespace).splitlines()[1].split()
    assert _approve(defined, namespace, "joe").returncode == 0
    container = defined.run("create", "-f", "-", given=_greedy(namespace))
    assert "exempted by" in container.stderr
    found = listed("--record")
    assert (found["state"], found["passed"]) == (
        "ends soon",
        [{"object": f"{namespace}/web", "rule": "accelerators/one-machine"}],
    )
    assert found["month"]["expected"] > 0
    status = defined.get("costexemption", "launch", "-n", namespace)["status"]
    assert status["approval"]["by"] == "joe"
    assert [(each["type"], each["status"], each["reason"]) for each in status["conditions"]] == [("Ready", "True", "EndsSoon")]
    assert "True" in defined("get", "costexemption", "launch", "-n", namespace).splitlines()[1].split()
    defined("delete", "costexemption", "launch", "-n", namespace)


FIELDS = ["costpolicy", "costexemption"]


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_explains_itself(defined, kind: str) -> None:
    printed = defined("explain", kind, "--recursive")
    assert "spec" in printed
    schema = defined.get("crd", f"{'costpolicies' if kind == 'costpolicy' else 'costexemptions'}.weighbridge.dev")
    whole = schema["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert list(_bare(whole, kind)) == []
    assert "DESCRIPTION" in defined("explain", f"{kind}.spec.rules")


def _bare(schema: dict, path: str):
    """The fields without a description; those of every object are the API server's to describe."""
    for name, inner in schema.get("properties", {}).items():
        if path.count(".") or name not in {"apiVersion", "kind", "metadata"}:
            if not inner.get("description"):
                yield f"{path}.{name}"
            yield from _bare(inner, f"{path}.{name}")
    if isinstance(schema.get("items"), dict):
        yield from _bare(schema["items"], f"{path}[]")
