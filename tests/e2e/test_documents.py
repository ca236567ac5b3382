"""Policies and exemptions as objects of a real cluster: what it takes, what it refuses, what it shows, and what the gate makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policies.starter import LIBRARY

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
    ("a misspelt key", {"rules": [{"name": "a", "limitCost": {"maxmium": 1, "maximum": 1}}]}, "unknown field"),
    ("no rules", {"rules": []}, "spec.rules"),
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


def test_an_exemption_passes_its_objects_once_somebody_else_approved_it(defined, webhook, namespace: str) -> None:
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


def test_an_exemption_for_longer_than_90_days_is_refused_at_the_gate(defined, webhook, namespace: str) -> None:
    done = defined.run("create", "-f", "-", given=_exemption(namespace, days=91))
    assert done.returncode != 0
    assert "more than 90 days ahead" in done.stderr
