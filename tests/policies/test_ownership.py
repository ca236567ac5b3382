"""Who pays: labels by list, dimension and ConfigMap, lent by owners, and the escape routes from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifest_texts import deployment, namespace

from policies.context import Context
from policies.documents.loader import load
from policies.matching.near_miss import near_miss
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.verdict import Verdict, Violation
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.rate import Location
from pricing.sources.book import open_book
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.settings.ownership import Ownership
from workloads.surroundings import observe
from workloads.text.reader import read

PRICES = open_book()
NOW = datetime(2026, 1, 2, tzinfo=UTC)
NOWHERE = Context(location=Location("gcp", "us-central1"))
SPACE = namespace("shop", team="")


def policy(about: dict[str, Any] | None = None, **stated: object) -> tuple[Policy, ...]:
    spec = {"validationActions": ["Deny"], "rules": [{"name": "team", "requireLabels": stated}]}
    if about is not None:
        spec["matchConstraints"] = {"resourceRules": [about]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "labels"}, "spec": spec}
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies


def weighed(before: str | None, after: str, policies: tuple[Policy, ...], context: Context = NOWHERE) -> Weighing:
    old, new = (read(before.encode()).manifests if before is not None else None), read(after.encode()).manifests
    here = replace(context, snapshot=observe(new), earlier=observe(old) if old is not None else None)
    earlier = take_inventory(old, observe(old)) if old is not None else None
    return weigh(earlier, take_inventory(new, here.snapshot), PRICES, PolicySet(policies), here, NOW)


def only(weighing: Weighing) -> Violation:
    (violation,) = weighing.violations
    return violation


def labelled(text: str, key: str = "team") -> str:
    """A Deployment whose label is written as it is, quotes and all."""
    return deployment("web").replace("team: shop", f"{key}: {json.dumps(text)}")


TEAMS = policy(keys=["team"], values=["shop", "search"])


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("Shop", "shop"),
        ("SHOP", "shop"),
        ("shop ", "shop"),
        (" shop", "shop"),
        ("ｓｈｏｐ", "shop"),
        ("shpo", "shop"),
        ("ѕhop", "shop"),
    ],
)
def test_e22_a_value_in_other_case_spaces_or_letters_is_denied_and_told_what_is_meant(value: str, meant: str) -> None:
    violation = only(weighed(None, SPACE + labelled(value), TEAMS))
    assert violation.verdict is Verdict.DENY
    assert f"Did you mean {meant}?" in violation.fix


@pytest.mark.parametrize("value", ["", " ", "shop\nteam", "a" * 64, "-shop", "shop\u200b", "ѕhop", "shop/x"])
def test_e22_an_empty_value_or_one_that_kubernetes_does_not_take_is_denied_though_any_team_will_do(value: str) -> None:
    assert only(weighed(None, SPACE + labelled(value), policy(keys=["team"]))).verdict is Verdict.DENY


@pytest.mark.parametrize(("key", "meant"), [("Team", "team"), ("teams", "team"), ("TEAM", "team"), ("owner-teams", "owner-team")])
def test_e22_a_key_that_is_almost_the_one_is_told(key: str, meant: str) -> None:
    violation = only(weighed(None, SPACE + labelled("shop", key), policy(keys=["team", "owner-team"])))
    assert violation.verdict is Verdict.DENY
    assert f"Label {key} looks like it: did you mean {meant}?" in violation.fix


def test_an_environment_that_is_misspelt_is_told() -> None:
    violation = only(weighed(None, SPACE + labelled("prod", "enviroment"), policy(keys=["environment"], **{"from": ["object"]})))
    assert "Label enviroment looks like it: did you mean environment?" in violation.fix


def test_a_misspelt_key_is_told_also_where_the_namespace_may_yet_have_the_label() -> None:
    violation = only(weighed(None, labelled("shop", "Team"), policy(keys=["team"], **{"from": ["object", "namespace"]})))
    assert violation.verdict is Verdict.UNKNOWN
    assert "Label Team looks like it: did you mean team?" in violation.fix


@pytest.mark.parametrize(
    ("sources", "on", "verdict"),
    [
        (["template"], "object", Verdict.DENY),
        (["object"], "template", Verdict.DENY),
        (["object", "template"], "template", Verdict.PASS),
        (["template"], "template", Verdict.PASS),
    ],
)
def test_e22_a_label_on_the_deployment_is_not_one_on_its_template_nor_the_other_way(
    sources: list[str], on: str, verdict: Verdict
) -> None:
    text = deployment("web", team="shop" if on == "object" else "")
    if on == "template":
        text = text.replace("    metadata: {labels: {app: web}}", "    metadata: {labels: {app: web, team: shop}}")
    assert weighed(None, SPACE + text, policy(keys=["team"], **{"from": sources})).verdict is verdict


@pytest.mark.parametrize("after", ["bogus", "Shop", ""])
def test_e22_a_label_changed_to_nothing_that_is_allowed_is_a_new_violation(after: str) -> None:
    changed = SPACE + (labelled(after) if after else deployment("web", team=""))
    assert weighed(SPACE + deployment("web"), changed, TEAMS).verdict is Verdict.DENY


def test_e22_a_label_taken_from_a_namespace_is_a_violation_of_what_lived_by_it() -> None:
    bare = deployment("web", team="")
    assert weighed(namespace("shop") + bare, SPACE + bare, TEAMS).verdict is Verdict.DENY
    assert weighed(namespace("shop") + bare, namespace("shop", team="bogus") + bare, TEAMS).verdict is Verdict.DENY


def test_e22_the_label_of_a_namespace_itself_can_be_required() -> None:
    spec = {
        "matchConstraints": {"resourceRules": [{"apiGroups": [""], "resources": ["namespaces"]}]},
        "rules": [{"name": "team", "requireLabels": {"keys": ["team"], "from": ["object"]}}],
    }
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "spaces"}, "spec": spec}
    policies = load([Manifest.of(body)]).policies
    assert weighed(None, namespace("shop"), policies).verdict is Verdict.PASS
    assert weighed(namespace("shop"), SPACE, policies).verdict is Verdict.DENY


@pytest.mark.parametrize("label", ["admission.gatekeeper.sh/ignore", "control-plane", "weighbridge.dev/ignore", "exempt"])
def test_e23_no_label_of_a_namespace_or_of_an_object_takes_it_out(label: str) -> None:
    space = SPACE.replace("environment: production", f'environment: production, {label}: "true"')
    text = (
        deployment("web", team="").replace("{app: web}, ", "").replace("labels: {app: web}}", f'labels: {{{label}: "true"}}}}', 1)
    )
    assert weighed(None, space + text, TEAMS).verdict is Verdict.DENY


def test_e24_no_namespace_is_exempt_from_the_decision_by_its_name() -> None:
    for space in ("kube-system", "argocd", "weighbridge-system"):
        text = namespace(space, team="") + deployment("web", team="", space=space)
        assert weighed(None, text, TEAMS).verdict is Verdict.DENY


# Labels by what weighbridge.yaml calls a dimension


def test_a_dimension_takes_the_keys_that_the_configuration_lists() -> None:
    policies = policy(dimension="application", values=["web"])
    named = deployment("web").replace("app: web, team: shop", "app.kubernetes.io/name: web")
    assert weighed(None, SPACE + named, policies).verdict is Verdict.PASS
    own = replace(NOWHERE, ownership=Ownership(application=("example.com/product",)))
    violation = only(weighed(None, SPACE + named, policies, own))
    assert violation.message.startswith("no example.com/product label")


@pytest.mark.parametrize("stated", [{"keys": ["team"], "dimension": "team"}, {}, {"dimension": "tema"}])
def test_a_rule_states_keys_or_a_dimension_and_not_both(stated: dict[str, Any]) -> None:
    spec = {"rules": [{"name": "team", "requireLabels": stated}]}
    body = {"apiVersion": "weighbridge.dev/v1alpha1", "kind": "CostPolicy", "metadata": {"name": "p"}, "spec": spec}
    assert load([Manifest.of(body)]).problems


# Allowed values from a ConfigMap

PLACE = {"namespace": "platform", "name": "teams", "key": "teams"}
LISTED = policy(keys=["team"], valuesFrom={"configMap": PLACE})


def config_map(value: object) -> str:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"namespace": "platform", "name": "teams"},
        "data": {"teams": value},
    }
    return f"---\n{json.dumps(body)}\n"


@pytest.mark.parametrize(
    "value",
    ["shop\nsearch\n", "# who pays\n\n  shop  \nsearch", "- shop\n- search\n", "[shop, search]", "- 'shop'\n# x\n- search"],
)
def test_values_stand_one_a_line_or_as_a_yaml_list(value: str) -> None:
    assert weighed(None, SPACE + config_map(value) + deployment("web"), LISTED).verdict is Verdict.PASS
    violation = only(weighed(None, SPACE + config_map(value) + deployment("web", team="serach"), LISTED))
    assert (violation.verdict, violation.required) == (Verdict.DENY, "one of shop, search")
    assert violation.fix.startswith("Did you mean search?")


NOT_KNOWN = [
    ("", "ConfigMap platform/teams is not known: it is not among the objects read"),
    (config_map(3), "has no text under teams"),
    (config_map(""), "it lists no value"),
    (config_map("[shop"), "it begins as a YAML list and is none of texts"),
    (config_map("- {a: b}"), "it begins as a YAML list and is none of texts"),
    (config_map("- 1"), "it begins as a YAML list and is none of texts"),
    (config_map("\n".join(f"team-{n}" for n in range(10_001))), "it lists more than 10,000 values"),
    (config_map("x" * 300_000), "it is longer than 256 KiB"),
    (config_map("[" * 5000), "it begins as a YAML list and is none of texts"),
]


@pytest.mark.parametrize(("stated", "words"), NOT_KNOWN, ids=[row[1][:40] for row in NOT_KNOWN])
def test_a_list_that_nobody_can_read_lets_nothing_pass_and_says_why(stated: str, words: str) -> None:
    violation = only(weighed(None, SPACE + stated + deployment("web"), LISTED))
    assert violation.verdict is Verdict.UNKNOWN
    assert violation.message.startswith("whether label team may be shop cannot be told: ")
    assert words in violation.message + violation.fix


def test_a_value_that_the_policy_states_itself_needs_no_list() -> None:
    policies = policy(keys=["team"], values=["shop"], valuesFrom={"configMap": PLACE})
    assert weighed(None, SPACE + deployment("web"), policies).verdict is Verdict.PASS


def test_e22_a_bogus_value_is_not_passed_for_being_as_unknown_as_the_one_before() -> None:
    before, after = SPACE + deployment("web"), SPACE + deployment("web", team="bogus")
    assert weighed(before, after, LISTED).verdict is Verdict.UNKNOWN
    assert weighed(before, SPACE + deployment("web", cpu="250m"), LISTED).verdict is Verdict.PASS


def test_e22_a_change_does_not_widen_the_list_that_comes_with_the_policies() -> None:
    given_ = replace(NOWHERE, config_maps={("platform", "teams"): {"data": {"teams": "shop"}}})
    mine = SPACE + config_map("bogus") + deployment("web", team="bogus")
    assert weighed(None, mine, LISTED, given_).verdict is Verdict.DENY


# Owners, where objects of a cluster were written into files

PODS = {"apiGroups": [""], "resources": ["pods"]}
OWNED = policy(PODS, keys=["team"], **{"from": ["object", "owner"]})


def owner(uid: str = "u-1", name: str = "web", **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", "labels": labels, **({"uid": uid} if uid else {})}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": metadata,
        "spec": {"replicas": 0, "template": {"spec": {}}},
    }


def pod(uid: str = "u-1", *, controller: bool = True, name: str = "web") -> dict[str, Any]:
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": uid, "controller": controller}
    metadata = {"name": "web-1", "namespace": "shop", "ownerReferences": [reference]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [{"name": "main"}]}}


def dump(*bodies: dict[str, Any]) -> str:
    return SPACE + "".join(f"---\n{json.dumps(body)}\n" for body in bodies)


def of_pod(weighing: Weighing) -> list[Violation]:
    return [violation for violation in weighing.violations if violation.identity.kind == "Pod"]


def test_a_live_owners_label_is_the_pods_too() -> None:
    assert of_pod(weighed(None, dump(owner(team="shop"), pod()), OWNED)) == []


def test_the_owner_of_an_owner_lends_its_labels_as_well() -> None:
    above = {**owner("u-0", "up", team="shop"), "kind": "Deployment"}
    below = owner()
    below["metadata"]["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "up", "uid": "u-0", "controller": True}
    ]
    assert of_pod(weighed(None, dump(above, below, pod()), OWNED)) == []


def test_an_owner_that_is_not_known_is_undecided_with_the_reason() -> None:
    (violation,) = of_pod(weighed(None, dump(pod()), OWNED))
    assert violation.verdict is Verdict.UNKNOWN
    assert "it states none, and its owner may: ReplicaSet web is not among the objects read" in violation.message


@pytest.mark.parametrize(
    ("bodies", "verdict"),
    [
        ((owner("another", team="shop"), pod()), Verdict.UNKNOWN),
        ((owner("", team="shop"), pod()), Verdict.UNKNOWN),
        ((owner(team="shop"), pod(controller=False)), Verdict.DENY),
        ((owner(team="shop"), pod("")), Verdict.UNKNOWN),
    ],
    ids=["another uid", "a file without uid", "not its controller", "a claim without uid"],
)
def test_e21_a_spoofed_owner_lends_no_label(bodies: tuple[dict[str, Any], ...], verdict: Verdict) -> None:
    (violation,) = of_pod(weighed(None, dump(*bodies), OWNED))
    assert violation.verdict is verdict


def test_an_owner_without_the_label_lends_none() -> None:
    (violation,) = of_pod(weighed(None, dump(owner(), pod()), OWNED))
    assert violation.verdict is Verdict.DENY


def test_e21_owners_in_a_circle_come_to_an_end() -> None:
    one, two = owner("u-1", "web"), owner("u-2", "two")
    for each, other, uid in ((one, "two", "u-2"), (two, "web", "u-1")):
        each["metadata"]["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": other, "uid": uid, "controller": True}
        ]
    assert of_pod(weighed(None, dump(one, two, pod()), OWNED))[0].verdict is Verdict.DENY


@given(st.text(max_size=500), st.lists(st.text(max_size=20), max_size=30))
def test_what_is_meant_is_one_of_what_is_known_or_nothing(stated: str, known: list[str]) -> None:
    assert near_miss(stated, known, 0.7) in {"", *known}


IN_PRODUCTION = replace(NOWHERE, ownership=Ownership(cluster_environment="production"))
NO_SPACE = deployment("web", team="")
BARE = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"


@pytest.mark.parametrize("asked", [{"dimension": "environment"}, {"keys": ["environment", "env"]}, {"keys": ["env"]}])
def test_a_cluster_s_environment_is_that_of_what_states_none(asked: dict[str, Any]) -> None:
    assert weighed(None, BARE + NO_SPACE, policy(**asked), IN_PRODUCTION).verdict is Verdict.PASS
    assert weighed(None, BARE + NO_SPACE, policy(**asked)).verdict is Verdict.DENY


def test_a_cluster_s_environment_answers_for_a_namespace_that_nobody_sees() -> None:
    assert weighed(None, NO_SPACE, policy(dimension="environment"), IN_PRODUCTION).verdict is Verdict.PASS
    assert weighed(None, NO_SPACE, policy(dimension="environment")).verdict is Verdict.UNKNOWN


def test_where_values_are_restricted_a_namespace_that_nobody_sees_may_state_another() -> None:
    asked = policy(dimension="environment", values=["production", "staging"])
    assert weighed(None, NO_SPACE, asked, IN_PRODUCTION).verdict is Verdict.UNKNOWN
    assert weighed(None, BARE + NO_SPACE, asked, IN_PRODUCTION).verdict is Verdict.PASS


def test_a_cluster_s_environment_that_is_not_allowed_is_told_as_the_cluster_s() -> None:
    found = only(weighed(None, BARE + NO_SPACE, policy(dimension="environment", values=["staging"]), IN_PRODUCTION))
    assert "label environment of its cluster is production, which is not one of staging" in found.message


def test_what_stands_nearer_than_the_cluster_decides_the_environment() -> None:
    elsewhere = replace(NOWHERE, ownership=Ownership(cluster_environment="staging"))
    assert (
        weighed(None, SPACE + NO_SPACE, policy(dimension="environment", values=["production"]), elsewhere).verdict is Verdict.PASS
    )


@pytest.mark.parametrize("asked", [{"dimension": "team"}, {"keys": ["stage"]}, {"keys": ["environment"], "from": ["object"]}])
def test_a_cluster_s_environment_answers_nothing_else(asked: dict[str, Any]) -> None:
    assert weighed(None, BARE + NO_SPACE, policy(**asked), IN_PRODUCTION).verdict is Verdict.DENY


def test_a_cluster_s_environment_is_what_is_told_of_an_object_that_states_none() -> None:
    manifest = read(NO_SPACE.encode()).manifests[0]
    there = Ownership(cluster_environment="production")
    assert there.of(manifest, {"team": "shop"}) == {"team": "shop", "application": "web", "environment": "production"}
    assert there.of(manifest, {"environment": "staging"})["environment"] == "staging"
    assert "environment" not in Ownership().of(manifest)


def test_verdicts_of_clusters_of_other_environments_differ_in_their_digest() -> None:
    first, second = (weighed(None, BARE + NO_SPACE, (), each) for each in (IN_PRODUCTION, NOWHERE))
    assert first.digest != second.digest
