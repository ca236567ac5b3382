"""E48: an exemption lets nothing by outside its validity, its scope and its approval, at the gate as in the decision itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from gating import Body, cluster_of, gate, metadata, policy, review
from gating import deployment as workload

from cluster.lookup import Answer, Listing, Lookup, Reference, StaticCluster

FEW = (policy("few", limitResources={"replicas": 2}),)


def _exemption(end: str = "2026-02-01T00:00:00Z", by: str = "joe", **changes: Any) -> Body:
    spec = {"rules": ["few/rule"], "names": ["web"], "reason": "The launch", "expiresAt": end, **changes}
    asked = {"generation": 1, "annotations": {"weighbridge.dev/requested-by": "jane"}}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostExemption", "metadata": {**metadata("launch"), **asked}}
    return {**body, "spec": spec, "status": {"approval": {"by": by, "generation": 1}}}


class _Changing:
    """A cluster whose objects a test takes away."""

    def __init__(self, *bodies: Body) -> None:
        self.cluster: Lookup = cluster_of(*bodies)

    def get(self, reference: Reference) -> Answer:
        return self.cluster.get(reference)

    def list(self, api_version: str, kind: str, namespace: str) -> Listing:
        return self.cluster.list(api_version, kind, namespace)


def test_e48_an_approved_exemption_lets_its_object_by_and_is_told_of() -> None:
    answer = gate(FEW, cluster_of(_exemption())).validate(review(workload(replicas=9)))
    assert answer.allowed
    assert answer.exemptions == ("shop/launch",)
    assert answer.warnings[0] == "weighbridge: exempted by shop/launch until 2026-02-01 00:00 UTC: The launch, approved by joe"
    assert answer.warnings[1].startswith("weighbridge: exempted: shop/web: 9 pods")


OUTSIDE = [
    ("expired", _exemption("2025-12-31T23:59:59Z")),
    ("of the future", _exemption(startsAt="2026-01-01T00:00:01Z")),
    ("too long", _exemption("2026-06-01T00:00:00Z")),
    ("of another name", _exemption(names=["web-*"])),
    ("of all names", _exemption(names=["*"])),
    ("of all rules", _exemption(rules=["*/*"])),
    ("self-approved", _exemption(by="jane")),
    ("no exemption at all", {**_exemption(), "kind": "ConfigMap"}),
]


@pytest.mark.parametrize("exemption", [row[1] for row in OUTSIDE], ids=[row[0] for row in OUTSIDE])
def test_e48_an_exemption_lets_nothing_by_that_is(exemption: Body) -> None:
    answer = gate(FEW, cluster_of(exemption)).validate(review(workload(replicas=9)))
    assert not answer.allowed
    assert answer.exemptions == ()


def test_e48_one_that_is_deleted_between_two_requests_lets_the_second_by_no_more() -> None:
    cluster = _Changing(_exemption())
    gated = gate(FEW, cluster)
    assert gated.validate(review(workload(replicas=9))).allowed
    cluster.cluster = cluster_of()
    assert not gated.validate(review(workload(replicas=9))).allowed


def test_e48_one_that_is_being_deleted_lets_nothing_by() -> None:
    leaving = _exemption()
    leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    answer = gate(FEW, cluster_of(leaving)).validate(review(workload(replicas=9)))
    assert not answer.allowed
    assert "Exemption shop/launch is being deleted." in answer.message


def test_e48_exemptions_that_may_not_be_read_let_nothing_by() -> None:
    known: Mapping[Reference, Mapping[str, object]] = cluster_of(_exemption()).objects
    answer = gate(FEW, StaticCluster(known, frozenset(("CostExemption",)))).validate(review(workload(replicas=9)))
    assert not answer.allowed


def test_e48_a_dry_run_gets_the_same_answer_and_leaves_nothing_behind() -> None:
    gated = gate(FEW, cluster_of(_exemption()))
    dry = gated.validate(review(workload(replicas=9), dry_run=True))
    assert dry == gated.validate(review(workload(replicas=9)))


def test_e48_what_ends_soon_is_told_before_what_is_only_warned_of() -> None:
    soon = gate(FEW, cluster_of(_exemption("2026-01-05T00:00:00Z"))).validate(review(workload(replicas=9)))
    assert soon.warnings[1].startswith(
        "weighbridge: exemption shop/launch ends in 4 days, on 2026-01-05 00:00 UTC: shop/web will"
    )
