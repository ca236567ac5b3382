"""Policies are found by kind and by label, and none is passed over that is about the object."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.context import Context
from policies.matching.match import selected
from policies.policy import Expression, Match, Policy, ResourceRule, Selector
from policies.policy_set import PolicySet
from policies.subject import Subject
from workloads.manifest import Manifest
from workloads.snapshots.snapshot import Snapshot

KEYS, VALUES = st.sampled_from(("team", "tier", "app")), st.sampled_from(("shop", "search", "web"))
OPERATORS = st.sampled_from(("In", "NotIn", "Exists", "DoesNotExist"))
SELECTORS = st.none() | st.lists(
    st.builds(Expression, KEYS, OPERATORS, st.lists(VALUES, min_size=1, max_size=2).map(tuple)), max_size=2
).map(lambda expressions: Selector(tuple(expressions)))
LABELS = st.dictionaries(KEYS, VALUES | st.integers() | st.none() | st.lists(VALUES, max_size=1), max_size=3)
"""Whatever a manifest may state: values that are no texts, too."""


def _policy(
    name: str, namespaces: dict[str, str] | None = None, objects: dict[str, str] | None = None, resource: str = ""
) -> Policy:
    resources = (ResourceRule(("*",), (resource,)),) if resource else ()
    return Policy(name, (), Match(resources, (), _labels(namespaces), _labels(objects)))


def _labels(labels: dict[str, str] | None) -> Selector | None:
    return None if labels is None else Selector(tuple(Expression(key, "In", (value,)) for key, value in labels.items()))


def _subject(
    labels: object = None, space: dict[str, str] | None = None, kind: str = "Deployment", namespace: str = "shop"
) -> Subject:
    metadata = {"name": "web", "namespace": namespace, "labels": labels}
    manifest = Manifest.of({"apiVersion": "v1" if kind == "Namespace" else "apps/v1", "kind": kind, "metadata": metadata})
    known = Snapshot(namespaces={"shop": space} if space is not None else {})
    return Subject(manifest.identity(), manifest, Context(snapshot=known))


def _names(policies: PolicySet, subject: Subject, before: Subject | None = None) -> list[str]:
    return [policy.name for policy in policies.about(subject, before, costs=True)]


POLICIES = PolicySet(
    (
        _policy("search", {"team": "search"}),
        _policy("everyone"),
        _policy("shop", {"team": "shop"}),
        _policy("batch", {"team": "shop"}, resource="jobs"),
        _policy("web", objects={"app": "web"}),
        _policy("any", {}),
    )
)


def test_policies_of_other_teams_and_kinds_are_not_looked_at_and_the_order_stays() -> None:
    assert _names(POLICIES, _subject({"app": "web"}, {"team": "shop"})) == ["everyone", "shop", "web", "any"]


def test_labels_that_an_object_had_before_a_change_find_policies_too() -> None:
    known = {"team": "shop"}
    before = _subject({"app": "web"}, known)
    assert _names(POLICIES, _subject({}, known), before) == ["everyone", "shop", "web", "any"]
    assert _names(POLICIES, _subject({"app": "api"}, known), _subject({}, known)) == ["everyone", "shop", "any"]


def test_of_a_namespace_its_own_labels_decide() -> None:
    assert _names(POLICIES, _subject({"team": "search"}, {"team": "shop"}, kind="Namespace", namespace="")) == [
        "search",
        "everyone",
        "any",
    ]


def test_where_nobody_knows_the_namespace_every_policy_of_the_kind_may_be_about_it() -> None:
    assert _names(POLICIES, _subject({"app": "api"})) == ["search", "everyone", "shop", "web", "any"]


def test_a_selector_of_several_values_is_found_by_each() -> None:
    policies = PolicySet([Policy("both", (), Match(namespaces=Selector((Expression("team", "In", ("shop", "search")),))))])
    assert [_names(policies, _subject({}, {"team": team})) for team in ("shop", "search", "web")] == [["both"], ["both"], []]


@pytest.mark.parametrize("labels", ["text", ["shop"], {"app": ["web"]}, {"app": {"web": "web"}}, {"app": 1}, {"app": None}])
def test_labels_that_are_no_texts_take_no_policy(labels: object) -> None:
    assert _names(POLICIES, _subject(labels, {"team": "shop"})) == ["everyone", "shop", "any"]


@given(
    matches=st.lists(st.builds(Match, namespaces=SELECTORS, objects=SELECTORS), max_size=6),
    labels=LABELS,
    earlier=st.none() | LABELS,
    space=st.none() | st.dictionaries(KEYS, VALUES, max_size=3),
    kind=st.sampled_from(("Deployment", "Namespace")),
    namespace=st.sampled_from(("shop", "")),
)
def test_no_policy_is_passed_over_whose_selectors_may_take_the_object(matches, labels, earlier, space, kind, namespace) -> None:
    policies = PolicySet(Policy(f"policy-{number}", (), match) for number, match in enumerate(matches))
    subject = _subject(labels, space, kind, namespace)
    before = None if earlier is None else _subject(earlier, space, kind, namespace)
    taken = [policy.name for policy in policies if selected(policy.match, subject, before) is not False]
    assert [name for name in _names(policies, subject, before) if name in taken] == taken
