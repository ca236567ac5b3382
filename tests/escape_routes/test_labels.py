"""Ways round the gate by the labels that say who pays: taken away, emptied, misspelt, or stated where they do not count."""

from __future__ import annotations

from copy import deepcopy

import pytest
from gating import NAMESPACE, Body, deployment, gate, pod, policy, review, said

from cluster.lookup import Reference, StaticCluster

OWNED = [policy(requireLabels={"keys": ["team"], "pattern": "[a-z]+(-[a-z]+)*", "from": ["object", "template", "namespace"]})]
OBJECT = [policy(requireLabels={"keys": ["team"], "values": ["shop", "search"], "from": ["object"]})]
TEMPLATE = [policy(requireLabels={"keys": ["team"], "values": ["shop", "search"], "from": ["template"]})]


def _cluster(labels: dict[str, object]) -> StaticCluster:
    body = {**NAMESPACE, "metadata": {"name": "shop", "labels": labels}}
    return StaticCluster({Reference("v1", "Namespace", "", "shop"): body})


BARE = _cluster({})


def _labelled(body: Body, value: object, at: str = "object") -> Body:
    made = deepcopy(body)
    labels = made["metadata"]["labels"] if at == "object" else made["spec"]["template"]["metadata"]["labels"]
    labels["team"] = value
    return made


HOSTILE = [
    *("", " ", " shop", "shop ", "Shop", "SHOP", "sh\u043ep", "shop\u200b", "\uff53hop", "shop\n", "nobody", "shop,search"),
    *(3, None, ["shop"]),
]


@pytest.mark.parametrize("body", [pod(), deployment()], ids=lambda body: body["kind"])
@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_e22_a_value_that_is_not_allowed_is_denied_when_it_is_written_and_in_place_of_a_good_one(
    value: object, body: Body
) -> None:
    tried = gate(OBJECT, BARE)
    assert tried.validate(review(_labelled(body, "shop"))).allowed
    assert not tried.validate(review(_labelled(body, value))).allowed
    assert not tried.validate(review(_labelled(body, value), _labelled(body, "shop"))).allowed


@pytest.mark.parametrize("body", [pod(), deployment()], ids=lambda body: body["kind"])
def test_e22_a_label_may_not_be_taken_away(body: Body) -> None:
    assert not gate(OBJECT, BARE).validate(review(body, _labelled(body, "shop"))).allowed
    assert "team" in gate(OWNED, BARE).validate(review(body, _labelled(body, "shop"))).message


def test_e22_a_label_of_the_template_may_not_be_taken_away_nor_made_worse() -> None:
    good = _labelled(deployment(), "shop", "template")
    assert gate(TEMPLATE, BARE).validate(review(good)).allowed
    assert not gate(TEMPLATE, BARE).validate(review(deployment(), good)).allowed
    for value in HOSTILE:
        assert not gate(TEMPLATE, BARE).validate(review(_labelled(deployment(), value, "template"), good)).allowed


def test_e22_a_label_counts_only_where_the_rule_looks_for_it() -> None:
    above, below = _labelled(deployment(), "shop"), _labelled(deployment(), "shop", "template")
    assert gate(OBJECT, BARE).validate(review(above)).allowed
    assert not gate(OBJECT, BARE).validate(review(below)).allowed
    assert gate(TEMPLATE, BARE).validate(review(below)).allowed
    assert not gate(TEMPLATE, BARE).validate(review(above)).allowed
    # From one place to the other: the rule's own lost it.
    assert not gate(OBJECT, BARE).validate(review(below, above)).allowed
    assert not gate(TEMPLATE, BARE).validate(review(above, below)).allowed


@pytest.mark.parametrize("value", ["", "Shop", " shop", "sh\u043ep"], ids=repr)
def test_e22_a_bogus_value_of_the_object_is_not_made_good_by_its_namespace(value: str) -> None:
    assert gate(OWNED, _cluster({"team": "shop"})).validate(review(deployment())).allowed
    assert not gate(OWNED, _cluster({"team": "shop"})).validate(review(_labelled(deployment(), value))).allowed


def test_e22_the_label_of_a_namespace_may_not_be_taken_away_where_a_policy_is_about_namespaces() -> None:
    rules = {"matchConstraints": {"resourceRules": [{"apiGroups": [""], "resources": ["namespaces"]}]}}
    tried = gate([policy("spaces", rules, requireLabels={"keys": ["team"], "values": ["shop"], "from": ["object"]})], BARE)

    def space(labels: dict[str, object]) -> Body:
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}}

    assert tried.validate(review(space({"team": "shop"}))).allowed
    for labels in ({}, {"team": ""}, {"team": "Shop"}, {"Team": "shop"}, {"team ": "shop"}):
        assert not tried.validate(review(space(labels), space({"team": "shop"}))).allowed
        assert not tried.validate(review(space(labels))).allowed


@pytest.mark.parametrize(
    "label", ["weighbridge.dev/ignore", "weighbridge.dev/exempt", "admission.gatekeeper.sh/ignore", "control-plane"]
)
def test_e23_no_label_of_a_namespace_or_an_object_takes_it_out(label: str) -> None:
    named = _labelled(deployment(), "Nobody")
    named["metadata"]["labels"][label] = "kube-system"
    named["metadata"]["annotations"] = {label: "true"}
    assert not gate(OBJECT, _cluster({label: "kube-system"})).validate(review(named)).allowed


def test_e23_a_namespace_that_was_made_this_moment_and_is_not_seen_yet_never_passes() -> None:
    answer = gate(OWNED, StaticCluster({})).validate(review(deployment()))
    assert answer.annotations["verdict"] in ("deny", "unknown")
    assert "team" in said(answer)
    assert not gate(OWNED, StaticCluster({}), unknown="fail").validate(review(deployment())).allowed
