"""Whose an operator's object is, by who asks: what weighbridge.yaml names as a kind's controller, and nobody else, makes its objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cluster.lookup import Reference, StaticCluster
from policies.context import Context
from policies.documents.loader import load
from policies.policy_set import PolicySet
from pricing.rate import Location
from pricing.sources.book import open_book
from webhook.controllers import Controllers
from webhook.gate import Gate
from webhook.review import Answer, Requester, Review
from workloads.manifest import Manifest
from workloads.settings.controller import ControllerSettings

Body = dict[str, Any]

PRICES = open_book()
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {}}}
OPERATOR = "system:serviceaccount:acme:operator"
OTHER = "system:serviceaccount:shop:ci"
STATED = (ControllerSettings("Thing.acme.example", "acme:operator"),)


def of(api_version: str, kind: str, **spec: Any) -> Body:
    """A live object that may own others."""
    metadata = {"name": "owner", "namespace": "shop", "uid": f"uid-{kind}", "labels": {"team": "search"}}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


THING = of("acme.example/v1", "Thing")


def pod(owner: Body, gpus: int = 64, **reference: Any) -> Body:
    """A pod that names an owner."""
    resources = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"nvidia.com/gpu": gpus}}
    spec = {"containers": [{"name": "main", "image": "x", "resources": resources}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _metadata(owner, **reference), "spec": spec}


def claim(owner: Body, size: str = "50Ti") -> Body:
    """A claim that names an owner."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": _metadata(owner), "spec": spec}


def _metadata(owner: Body, **reference: Any) -> Body:
    keys = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "controller": True}
    whole = {**keys, "name": "owner", "uid": owner["metadata"]["uid"], **reference}
    return {"name": "made", "namespace": "shop", "labels": {"app": "web"}, "ownerReferences": [whole]}


LIMITS = ({"limitAccelerators": {"maximum": {"pod": 4}}}, {"limitResources": {"volumeSize": "1Ti"}})
OWNED = ({"requireLabels": {"keys": ["team"], "from": ["object", "owner"]}},)


def gate(*stated: ControllerSettings, owner: Body = THING, rules: tuple[Body, ...] = LIMITS, hidden: bool = False) -> Gate:
    """A gate in front of a cluster that has the owner."""
    spec = {"validationActions": ["Deny"], "rules": [{"name": f"rule-{place}", **rule} for place, rule in enumerate(rules)]}
    policy = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "test"}, "spec": spec}
    loaded = load([Manifest.of(policy)])
    assert loaded.problems == ()
    named = Reference(owner["apiVersion"], owner["kind"], "shop", "owner")
    lookup = StaticCluster(
        {Reference("v1", "Namespace", "", "shop"): SPACE, named: owner}, frozenset((owner["kind"],) if hidden else ())
    )
    context = Context(location=Location("aws", "us-east-1"))
    return Gate(PolicySet(loaded.policies), PRICES, context, lookup, lambda: NOW, Controllers.of(stated))


def review(body: Body, user: str) -> Review:
    """A request to create it."""
    group, kind = body["apiVersion"].rpartition("/")[0], body["kind"]
    what = {"group": group, "version": "v1", "kind": kind, "resource_group": group, "resource": f"{kind.lower()}s"}
    who = {"subresource": "", "namespace": "shop", "name": "made", "requester": Requester(user)}
    return Review(uid="u", operation="CREATE", object=body, old_object=None, dry_run=False, **what, **who)


def asked(here: Gate, body: Body, user: str) -> Answer:
    return here.validate(review(body, user))


def test_what_the_named_account_makes_of_a_live_owner_is_warned_of_and_never_denied() -> None:
    answer = asked(gate(*STATED), pod(THING), OPERATOR)
    assert answer.allowed
    assert "64 accelerators in a pod" in answer.warnings[0]
    assert "(made by Thing shop/owner)" in answer.warnings[0]


@pytest.mark.parametrize(
    "user", [OTHER, "jane", "system:serviceaccount:shop:operator", "acme:operator", "system:kube-scheduler", ""]
)
def test_e21_another_account_that_names_the_true_owner_makes_a_root(user: str) -> None:
    assert not asked(gate(*STATED), pod(THING), user).allowed


@pytest.mark.parametrize(
    "reference",
    [{"uid": "another"}, {"name": "absent"}, {"controller": False}, {"kind": "Things"}, {"apiVersion": "acme.example.org/v1"}],
    ids=lambda each: next(iter(each)),
)
def test_e21_the_named_account_makes_a_root_of_what_names_no_live_owner(reference: Body) -> None:
    assert not asked(gate(*STATED), pod(THING, **reference), OPERATOR).allowed


def test_where_no_account_is_named_any_service_account_may_be_the_controller_and_is_warned() -> None:
    for user in (OPERATOR, OTHER):
        answer = asked(gate(ControllerSettings("Other.acme.example", "acme:other")), pod(THING), user)
        assert answer.allowed
        assert "(made by Thing shop/owner)" in answer.warnings[0]
    assert not asked(gate(), pod(THING), "jane").allowed


def test_several_accounts_of_one_kind_are_its_controller_alike() -> None:
    here = gate(*STATED, ControllerSettings("Thing.acme.example", "queue:manager"))
    assert asked(here, pod(THING), OPERATOR).allowed
    assert asked(here, pod(THING), "system:serviceaccount:queue:manager").allowed
    assert not asked(here, pod(THING), OTHER).allowed


def test_an_owner_that_may_not_be_read_stops_nothing_of_its_own_controllers() -> None:
    assert asked(gate(*STATED, hidden=True), pod(THING), OPERATOR).allowed
    assert not asked(gate(*STATED, hidden=True), pod(THING), OTHER).allowed


@pytest.mark.parametrize(
    ("stated", "user", "lent"), [(STATED, OPERATOR, True), (STATED, OTHER, False), ((), OPERATOR, False), ((), "jane", False)]
)
def test_an_owner_lends_its_labels_to_what_its_named_controller_makes(
    stated: tuple[ControllerSettings, ...], user: str, lent: bool
) -> None:
    patch = gate(*stated, rules=OWNED).mutate(review(pod(THING), user)).patch
    assert [each["value"] for each in patch] == (["search"] if lent else [])


ROLLOUT = of("argoproj.io/v1alpha1", "Rollout", replicas=1)
DELIVERY = "system:serviceaccount:delivery:rollouts"


def test_the_account_of_an_operators_own_manifests_is_its_controllers_without_being_named() -> None:
    usual = "system:serviceaccount:argo-rollouts:argo-rollouts"
    here = gate(owner=ROLLOUT, rules=OWNED)
    assert [each["value"] for each in here.mutate(review(pod(ROLLOUT), usual)).patch] == ["search"]
    # It may have been installed under another name: that stops nothing, and lends nothing.
    assert here.mutate(review(pod(ROLLOUT), DELIVERY)).patch == ()
    assert asked(gate(owner=ROLLOUT), pod(ROLLOUT), DELIVERY).allowed


def test_a_named_account_takes_the_place_of_the_one_in_an_operators_manifests() -> None:
    here = gate(ControllerSettings("Rollout.argoproj.io", "delivery:rollouts"), owner=ROLLOUT)
    assert asked(here, pod(ROLLOUT), DELIVERY).allowed
    assert not asked(here, pod(ROLLOUT), "system:serviceaccount:argo-rollouts:argo-rollouts").allowed


def test_a_kind_that_usually_makes_no_pods_does_where_its_controller_is_named() -> None:
    gateway = of("gateway.networking.k8s.io/v1", "Gateway")
    mesh = "system:serviceaccount:istio-system:istiod"
    assert not asked(gate(owner=gateway), pod(gateway), mesh).allowed
    stated = ControllerSettings("Gateway.gateway.networking.k8s.io", "istio-system:istiod")
    assert asked(gate(stated, owner=gateway), pod(gateway), mesh).allowed


def test_claims_that_an_operator_makes_are_its_owners() -> None:
    assert asked(gate(*STATED), claim(THING), OPERATOR).allowed
    assert not asked(gate(*STATED), claim(THING), OTHER).allowed
    assert not asked(gate(*STATED), claim(THING), "jane").allowed


def test_the_claim_of_an_ephemeral_volume_is_its_pods_where_the_controller_of_such_claims_makes_it() -> None:
    running = {**of("v1", "Pod"), "spec": {"containers": [{"name": "main", "image": "x"}]}}
    here = gate(owner=running)
    assert asked(here, claim(running), "system:serviceaccount:kube-system:ephemeral-volume-controller").allowed
    assert not asked(here, claim(running), OTHER).allowed
    assert not asked(here, claim(running), "jane").allowed
