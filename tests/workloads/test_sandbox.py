"""Sandboxes that others make: a pool keeps as many as it states, a claim takes one, of the template that either names.

Source: agent-sandbox.sigs.k8s.io, the API reference of SandboxWarmPool, SandboxClaim and SandboxTemplate.
"""

from __future__ import annotations

import pytest

from workloads.inventory import take_inventory
from workloads.surroundings import observe
from workloads.text.reader import read
from workloads.workload import Inventory

API = "extensions.agents.x-k8s.io/v1beta1"
TEMPLATE = f"""
---
apiVersion: {API}
kind: SandboxTemplate
metadata: {{name: python, namespace: shop}}
spec:
  podTemplate: {{spec: {{containers: [{{name: c, image: x, resources: {{requests: {{cpu: 2, memory: 4Gi}}}}}}]}}}}
  volumeClaimTemplates: [{{metadata: {{name: work}}, spec: {{resources: {{requests: {{storage: 10Gi}}}}}}}}]
"""
POOL = f"""
---
apiVersion: {API}
kind: SandboxWarmPool
metadata: {{name: warm, namespace: shop}}
spec: {{replicas: 900, sandboxTemplateRef: {{name: python}}}}
"""
OWN_TEMPLATE = """
---
apiVersion: extensions.agents.x-k8s.io/v1alpha1
kind: SandboxWarmPool
metadata: {name: warm, namespace: shop}
spec: {replicas: 900, podTemplate: {spec: {containers: [{name: c, image: x, resources: {requests: {cpu: 2}}}]}}}
"""
CLAIM = """
---
apiVersion: %s
kind: SandboxClaim
metadata: {name: mine, namespace: shop}
spec: {%s}
"""
BY_POOL = CLAIM % (API, "warmPoolRef: {name: warm}")
BY_TEMPLATE = CLAIM % ("extensions.agents.x-k8s.io/v1alpha1", "sandboxTemplateRef: {name: python}")


def _taken(text: str) -> Inventory:
    manifests = read(text.encode(), "a.yaml").manifests
    return take_inventory(manifests, observe(manifests))


def _found(text: str, kind: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pods with their cores, and volumes with their GiB, of the one workload of a kind."""
    (workload,) = (each for each in _taken(text).workloads if each.manifest.kind == kind)
    return (
        [(int(group.pods.expected), int(group.requests.cpu)) for group in workload.groups],
        [(int(claim.count.expected), int(claim.size / 2**30)) for claim in workload.claims],
    )


def test_a_warm_pool_keeps_its_replicas_of_the_template_that_it_names() -> None:
    assert _found(TEMPLATE + POOL, "SandboxWarmPool") == ([(900, 2)], [(900, 10)])


def test_a_warm_pool_that_states_its_pods_needs_no_template() -> None:
    assert _found(OWN_TEMPLATE, "SandboxWarmPool") == ([(900, 2)], [])


@pytest.mark.parametrize("text", [TEMPLATE + POOL + BY_POOL, TEMPLATE + BY_TEMPLATE], ids=["by its pool", "by template"])
def test_a_claim_is_one_sandbox_more(text: str) -> None:
    assert _found(text, "SandboxClaim") == ([(1, 2)], [(1, 10)])


@pytest.mark.parametrize(
    ("text", "missing"), [(POOL, "python"), (BY_TEMPLATE, "python"), (BY_POOL, "warm"), (POOL + BY_POOL, "python")]
)
def test_what_names_a_template_that_is_not_there_is_told(text: str, missing: str) -> None:
    inventory = _taken(text)
    assert not inventory.workloads
    assert all(missing in told.reason for told in inventory.unpriced)
    assert inventory.unpriced


def test_a_template_by_itself_costs_nothing() -> None:
    inventory = _taken(TEMPLATE)
    assert (len(inventory.free), inventory.unpriced) == (1, ())


def test_a_suspended_sandbox_runs_no_pod() -> None:
    text = (
        TEMPLATE.replace("SandboxTemplate", "Sandbox")
        .replace("extensions.", "")
        .replace("spec:\n", "spec:\n  operatingMode: Suspended\n")
    )
    assert _found(text, "Sandbox")[0] == [(0, 2)]
