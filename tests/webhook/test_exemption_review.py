"""Exemptions at the gate: who asks is written down, nobody approves what they asked for, and what is exempted passes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cluster.lookup import Reference, StaticCluster
from policies.context import Context
from policies.documents.starter import starter
from policies.policy_set import PolicySet
from pricing.rate import Location
from pricing.sources.book import open_book
from webhook.application import create_application
from webhook.gate import Gate
from webhook.review import Answer, Requester, Review

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = "weighbridge.dev/requested-by"
NAMESPACE = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "shop", "labels": {"team": "shop", "environment": "test"}},
}


def _exemption(asked: str = "jane", approved: dict[str, Any] | None = None, generation: int = 1, **spec: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostExemption",
        "metadata": {
            "name": "launch",
            "namespace": "shop",
            "generation": generation,
            "annotations": {ASKED: asked} if asked else {},
        },
        "spec": {
            "rules": ["accelerators/one-machine"],
            "names": ["web"],
            "reason": "The launch",
            "expiresAt": "2026-02-01T00:00:00Z",
            **spec,
        },
    }
    return body if approved is None else {**body, "status": {"approval": approved}}


def _review(body: dict[str, Any], old: dict[str, Any] | None = None, user: str = "jane", subresource: str = "") -> Review:
    return Review(
        "1", "UPDATE" if old else "CREATE", "weighbridge.dev", "v1alpha1", "CostExemption", "weighbridge.dev", "costexemptions",
        subresource, "shop", "launch", Requester(user), body, old, dry_run=False,
    )  # fmt: skip


def _gate(*objects: dict[str, Any], policies: PolicySet | None = None) -> Gate:
    known = {
        Reference(each["apiVersion"], each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"]): each
        for each in objects
    }
    return Gate(
        policies or starter(), open_book(), Context(location=Location("aws", "us-east-1")), StaticCluster(known), lambda: NOW
    )


def _validate(*arguments: Any, **named: Any) -> Answer:
    return _gate().validate(_review(*arguments, **named))


def test_who_asks_is_written_down_whatever_the_text_says() -> None:
    for asked in ("", "joe"):
        patch = _gate().mutate(_review(_exemption(asked))).patch
        assert patch == ({"op": "add", "path": "/metadata/annotations/weighbridge.dev~1requested-by", "value": "jane"},)
    bare = _exemption()
    del bare["metadata"]["annotations"]
    assert _gate().mutate(_review(bare)).patch == ({"op": "add", "path": "/metadata/annotations", "value": {ASKED: "jane"}},)


def test_what_is_written_down_already_is_not_written_again() -> None:
    assert _gate().mutate(_review(_exemption("jane"))).patch == ()
    assert _gate().mutate(_review(_exemption("joe"), _exemption("joe"))).patch == ()


ALLOWED = [
    ("asked for", (_exemption(),), {}),
    ("changed", (_exemption(generation=2), _exemption()), {}),
    (
        "approved by another",
        (_exemption(approved={"by": "joe", "generation": 1}), _exemption()),
        {"user": "joe", "subresource": "status"},
    ),
    (
        "given a condition",
        (_exemption() | {"status": {"conditions": []}}, _exemption()),
        {"user": "jane", "subresource": "status"},
    ),
    (
        "taken back",
        (_exemption(), _exemption(approved={"by": "joe", "generation": 1})),
        {"user": "jane", "subresource": "status"},
    ),
]


@pytest.mark.parametrize(("arguments", "named"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_an_exemption_may_be(arguments: tuple[Any, ...], named: dict[str, str]) -> None:
    answer = _validate(*arguments, **named)
    assert answer.allowed, answer.message


REFUSED = [
    ("in another's name", (_exemption("joe"),), {}, "has to name who asks, jane"),
    ("by nobody", (_exemption(""),), {}, "has to name who asks"),
    ("for another afterwards", (_exemption("joe"), _exemption("jane")), {}, "says who asked and cannot change"),
    ("for a year", (_exemption(expiresAt="2027-01-01T00:00:00Z"),), {}, "more than 90 days ahead"),
    ("for the past", (_exemption(expiresAt="2025-01-01T00:00:00Z"),), {}, "has passed"),
    ("without a zone", (_exemption(expiresAt="2026-02-01T00:00:00"),), {}, "no time with a zone"),
    ("for all rules", (_exemption(rules=["*/*"]),), {}, "rules"),
    ("for all names", (_exemption(names=["*"]),), {}, "names"),
]


@pytest.mark.parametrize(("arguments", "named", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_an_exemption_cannot_be_asked_for(arguments: tuple[Any, ...], named: dict[str, str], words: str) -> None:
    answer = _validate(*arguments, **named)
    assert not answer.allowed
    assert words in answer.message


UNAPPROVED = [
    ("by who asked for it", {"by": "jane", "generation": 1}, "jane", "jane asked for it: somebody else has to approve it"),
    ("in another's name", {"by": "joe", "generation": 1}, "jane", "has to name who approves, jane"),
    ("of an earlier form", {"by": "joe", "generation": 3}, "joe", "generation has to be 1"),
    ("of no form", {"by": "joe"}, "joe", "generation has to be 1"),
]


@pytest.mark.parametrize(("approval", "user", "words"), [row[1:] for row in UNAPPROVED], ids=[row[0] for row in UNAPPROVED])
def test_an_exemption_cannot_be_approved(approval: dict[str, Any], user: str, words: str) -> None:
    answer = _validate(_exemption(approved=approval), _exemption(), user=user, subresource="status")
    assert not answer.allowed
    assert words in answer.message


def test_an_exemption_of_nobody_cannot_be_approved() -> None:
    answer = _validate(_exemption("", approved={"by": "joe", "generation": 1}), _exemption(""), user="joe", subresource="status")
    assert "nobody is named who asked for it" in answer.message


@pytest.mark.parametrize("body", [{}, {"metadata": 3}, {"spec": []}, {"metadata": {"annotations": []}, "spec": {"rules": 1}}])
def test_whatever_an_exemption_holds_it_gets_an_answer(body: dict[str, Any]) -> None:
    for subresource in ("", "status"):
        assert not _validate(body, subresource=subresource).allowed or subresource


def _pod(gpus: int) -> Review:
    resources = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"nvidia.com/gpu": gpus}}
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop", "labels": {"team": "shop", "app": "web", "environment": "test"}},
        "spec": {"containers": [{"name": "a", "resources": resources}]},
    }
    return Review("1", "CREATE", "", "v1", "Pod", "", "pods", "", "shop", "web", Requester("jane"), body, None, dry_run=False)


def test_what_an_approved_exemption_covers_passes_with_a_warning_and_an_annotation() -> None:
    approved = _exemption(approved={"by": "joe", "generation": 1})
    answer = _gate(NAMESPACE, approved).validate(_pod(64))
    assert answer.allowed
    assert any(
        "exempted by shop/launch until 2026-02-01 00:00 UTC: The launch, approved by joe" in each for each in answer.warnings
    )
    assert "shop/launch" in answer.annotations["exempted"]


@pytest.mark.parametrize(
    "exemptions", [(), (_exemption(),), (_exemption(approved={"by": "jane", "generation": 1}),), (_exemption(approved={"by": "joe", "generation": 1}, generation=2),)],
    ids=["none", "not approved", "approved by who asked", "changed since"],
)  # fmt: skip
def test_what_no_approved_exemption_covers_is_denied(exemptions: tuple[dict[str, Any], ...]) -> None:
    assert not _gate(NAMESPACE, *exemptions).validate(_pod(64)).allowed


def test_the_log_names_the_exemption_by_which_something_passes(capfd: pytest.CaptureFixture[str]) -> None:
    approved = _exemption(approved={"by": "joe", "generation": 1})
    asked = _pod(64)
    request = {"uid": "1", "operation": "CREATE", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "object": asked.object}
    request |= {"resource": {"group": "", "version": "v1", "resource": "pods"}, "namespace": "shop", "name": "web"}
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    create_application(_gate(NAMESPACE, approved)).test_client().post("/validate/policy", json=review)
    logged = json.loads(capfd.readouterr().err)
    assert (logged["allowed"], logged["exemptions"]) == (True, ["shop/launch"])
