"""What is exported is CEL that the API server takes, denies with 403, and cannot be broken by an author's texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cel.environment import VARIABLES, compiled_in, server_environment
from policies.documents.loader import load
from policies.documents.starter import starter
from policies.export.identifier import renamed
from policies.export.literal import document, multiplied, text
from policies.export.policy import export
from policies.policy import Policy
from policies.verdict import Action
from workloads.manifest import Manifest

SERVER = server_environment((*VARIABLES, "variables"))


def _policy(rule: dict, **spec: object) -> Policy:
    body = {
        "apiVersion": "weighbridge.dev/v1alpha1",
        "kind": "CostPolicy",
        "metadata": {"name": "case"},
        "spec": {"rules": [{"name": "rule", **rule}], **spec},
    }
    loaded = load([Manifest.of(body)])
    assert loaded.problems == ()
    return loaded.policies[0]


def _mistakes(policy: Policy) -> list[object]:
    specs = [each["spec"] for each in export(policy).documents if each["kind"] == "ValidatingAdmissionPolicy"]
    parts = [part for spec in specs for key in ("variables", "matchConditions", "validations") for part in spec[key]]
    texts = [part[key] for part in parts for key in ("expression", "messageExpression") if key in part]
    assert texts
    return [found for found in (compiled_in(SERVER, each) for each in texts) if isinstance(found, tuple)]


@pytest.mark.parametrize("name", ["accelerators", "cost-labels", "cost-dimensions", "job-deadline", "requests-required", "sizes"])
def test_the_starter_set_compiles(name: str) -> None:
    assert _mistakes(next(policy for policy in starter() if policy.name == name)) == []


EACH_CONTAINER = {
    "requests": ["cpu"],
    "limits": ["memory"],
    "limitToRequestRatio": {"memory": 2},
    "maximum": {"container": {"cpu": 4}, "containerLimits": {"memory": "1Gi", "ephemeral-storage": "10Gi"}},
    "includeInitContainers": True,
}


@pytest.mark.parametrize(
    "images", [None, ["registry.example/mesh/*"], ["registry.example/web:1"], ["a*", "b"], ["' || true || '*"]]
)
def test_what_is_held_of_each_container_compiles_whatever_images_are_exempt(images: list[str] | None) -> None:
    exempt = {"exemptImages": images} if images else {}
    assert _mistakes(_policy({"limitResources": {**EACH_CONTAINER, **exempt}})) == []


@pytest.mark.parametrize("ratio", [1, 2, 1.5, "0.1", "1.000000001", "9e18", 1000000007])
def test_a_ratio_compiles_however_many_digits_it_has(ratio: object) -> None:
    policy = _policy({"limitResources": {"limitToRequestRatio": {"memory": ratio}}})
    assert _mistakes(policy) == []
    assert not any("longer than" in left.reason for left in export(policy).left_out)


@given(amount=st.integers(0, 2**40), count=st.integers(1, 2**20))
def test_a_quantity_is_multiplied_exactly(amount: int, count: int) -> None:
    product = multiplied(f"quantity('{amount}')", count)
    assert SERVER.compile(f"{product}.compareTo(quantity('{amount * count}')) == 0").eval(data={}).plain_value() is True


HOSTILE = ["'", '"', "\\", "\n", "' + object.x + '", "'''", "\u202e", "\U0001f600", "\x00", "${x}"]


@pytest.mark.parametrize("words", HOSTILE, ids=ascii)
def test_hostile_words_stay_words(words: str) -> None:
    rule = {"requireLabels": {"keys": ["team"], "values": [words, "a"]}, "message": f"x{words}y"}
    assert _mistakes(_policy(rule)) == []


@pytest.mark.parametrize("words", HOSTILE, ids=ascii)
def test_a_text_in_cel_is_what_was_written(words: str) -> None:
    assert SERVER.compile(text(words)).eval(data={}).plain_value() == words


def test_half_a_pair_is_no_character() -> None:
    assert text("\ud800") == "'\\ufffd'"


def test_parameters_of_several_types_are_written_out() -> None:
    written = document({"a": 1, "b": 2.5, "c": [None, True, "x'"], "d": {"e": 2.0}})
    assert not isinstance(compiled_in(SERVER, written), tuple)
    with pytest.raises(ValueError, match="64 bits"):
        document({"a": 2**64})


RENAMED = [
    ("object.spec", "oldObject.spec"),
    ("object.object == 'object'", "oldObject.object == 'object'"),
    ('r"\\" + object.a', 'r"\\" + oldObject.a'),
    ("object.?object", "oldObject.?object"),
    ("a // object", "a"),
    ("a\n&& object.b", "a && oldObject.b"),
]


@pytest.mark.parametrize(("written", "expected"), RENAMED)
def test_only_variables_are_renamed(written: str, expected: str) -> None:
    assert renamed(written, {"object": "oldObject"}) == expected


LEFT_OUT = [
    ({"limitCost": {"maximum": 5}}, "what something costs is not known"),
    ({"expression": "cost.month.high < 5.0"}, "it reads cost"),
    ({"expression": "namespaceObject.metadata.annotations.a == ''"}, "reads of namespaceObject"),
    ({"expression": "quantity(5).isInteger()"}, "quantities are texts"),
    ({"requireLabels": {"keys": ["team"], "from": ["owner"]}}, "may stand on the owner"),
    ({"requireLabels": {"dimension": "team"}}, "its keys are those of weighbridge.yaml"),
    ({"limitAccelerators": {"maximum": {"namespace": 4}}}, "maximum.namespace is not exported"),
    ({"limitAccelerators": {"maximum": {"workload": 4}}}, "maximum.workload is not exported"),
    ({"limitAccelerators": {"models": ["L4"]}}, "models is not exported"),
    ({"limitAccelerators": {"vendors": ["nvidia"]}}, "vendors is not exported"),
    ({"limitAccelerators": {"migProfiles": ["1g.5gb"]}}, "migProfiles is not exported"),
    ({"preferSpot": {}}, "which machines are spot"),
]


@pytest.mark.parametrize(("rule", "reason"), LEFT_OUT)
def test_what_cannot_be_said_is_told(rule: dict, reason: str) -> None:
    found = export(_policy(rule))
    assert not [each for each in found.documents if each["kind"] == "ValidatingAdmissionPolicy"]
    assert any(reason in str(left) for left in found.left_out)


@pytest.mark.parametrize("action", Action)
def test_a_denial_is_forbidden_and_nothing_else_stops(action: Action) -> None:
    for policy in starter():
        for each in export(policy, action).documents:
            spec = each["spec"]
            assert spec.get("failurePolicy", "Ignore") == "Ignore"
            assert all(validation["reason"] == "Forbidden" for validation in spec.get("validations", ()))
            for rule in spec.get("matchConstraints", {}).get("resourceRules", ()):
                assert set(rule["operations"]) <= {"CREATE", "UPDATE"}
                assert not any("/" in resource for resource in rule["resources"])
            assert json.dumps(each)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [(["CREATE"], [["CREATE"]]), (["UPDATE"], [["UPDATE"]]), (["*"], [["CREATE", "UPDATE"]]), (["DELETE"], None)],
)
def test_a_policy_is_exported_for_the_operations_that_it_names(operations: list[str], expected: list | None) -> None:
    rules = [{"apiGroups": ["apps"], "resources": ["deployments"], "operations": operations}]
    found = export(
        _policy({"limitResources": {"maximum": {"container": {"cpu": "4"}}}}, matchConstraints={"resourceRules": rules})
    )
    asked = [
        [rule["operations"] for rule in document["spec"]["matchConstraints"]["resourceRules"]]
        for document in found.documents
        if document["kind"] == "ValidatingAdmissionPolicy"
    ]
    assert all(each == expected for each in asked)
    assert bool(asked) is (expected is not None)
