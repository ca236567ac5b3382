"""The CustomResourceDefinitions say what the schemas of files say, as far as a structural schema can."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policies.documents.crd import definitions
from policies.documents.structural import structural


def _nodes(schema: dict, path: str = "") -> Iterator[tuple[str, dict]]:
    yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from _nodes(inner, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _nodes(schema[key], f"{path}.{key}")


def _schema(kind: int) -> dict:
    return definitions()[kind]["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


@pytest.mark.parametrize("kind", [0, 1])
def test_every_field_has_one_type_or_is_free(kind: int) -> None:
    for path, node in _nodes(_schema(kind)):
        assert isinstance(node.get("type"), str) or node.get("x-kubernetes-preserve-unknown-fields"), path


@pytest.mark.parametrize("kind", [0, 1])
def test_every_field_of_ours_is_described(kind: int) -> None:
    for path, node in _nodes(_schema(kind)["properties"]["spec"]):
        assert node.get("description") or path.endswith((".items", ".additionalProperties")), path


STRUCTURES = [
    ({"const": True, "description": "d"}, {"description": "d", "type": "boolean", "enum": [True]}),
    ({"enum": ["a", "b"]}, {"enum": ["a", "b"], "type": "string"}),
    ({"type": "number", "exclusiveMinimum": 0}, {"type": "number", "minimum": 0, "exclusiveMinimum": True}),
    ({"type": ["string", "number"]}, {"x-kubernetes-preserve-unknown-fields": True}),
    ({"type": "object"}, {"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
    (
        {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "string"}}},
        {"type": "object", "properties": {"a": {"type": "string"}}},
    ),
    (
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "additionalProperties": {"type": "string"}},
    ),
]


@pytest.mark.parametrize(("schema", "expected"), STRUCTURES)
def test_a_json_schema_becomes_a_structural_one(schema: dict, expected: dict) -> None:
    assert structural(schema) == expected


def test_every_label_selector_holds_its_operators_to_their_values() -> None:
    found = [node for path, node in _nodes(_schema(0)) if path.endswith(".matchExpressions.items")]
    assert len(found) > 1
    assert all("In and NotIn take values" in node["x-kubernetes-validations"][0]["message"] for node in found)


def test_the_actions_of_every_point_are_a_set_of_which_deny_and_warn_are_not_both() -> None:
    found = [node for path, node in _nodes(_schema(0)) if path.endswith(".validationActions")]
    assert len(found) == 5
    for node in found:
        assert node["x-kubernetes-list-type"] == "set"
        (rule,) = node["x-kubernetes-validations"]
        assert rule["rule"] == "!['Deny', 'Warn'].all(each, each in self)"
        assert rule["message"].startswith("Deny and Warn do not go together")


def test_what_depends_on_several_fields_becomes_a_rule() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        "dependentRequired": {"b": ["a"]},
    }
    assert structural(schema)["x-kubernetes-validations"] == [
        {
            "rule": "[has(self.a), has(self.b)].filter(stated, stated).size() == 1",
            "message": "exactly one of a, b has to be stated",
        },
        {"rule": "!has(self.b) || has(self.a)", "message": "b goes with a"},
    ]
