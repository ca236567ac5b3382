"""How a value breaks a schema, in plain words with the right form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from workloads.manifest import Origin
from workloads.settings.configuration import configure
from workloads.text.breach import example
from workloads.text.schema import check

ROOT = Path(__file__).parents[2]
SCHEMA = {
    "type": "object",
    "properties": {
        "shape": {
            "type": "object",
            "required": ["code", "rate"],
            "properties": {"code": {"examples": ["EUR"]}, "rate": {"$ref": "#/$defs/rate"}},
        },
        "rows": {"type": "array", "minItems": 1, "items": {"enum": ["a", "b"]}},
        "code": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."},
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "keys": {"type": "object", "minProperties": 1},
        "count": {"type": "integer", "minimum": 2, "maximum": 9},
        "part": {"exclusiveMinimum": 0, "exclusiveMaximum": 1, "examples": [0.6]},
        "term": {"enum": [1, 3]},
        "kind": {"enum": ["public", "private", "none"]},
        "either": {"type": ["string", "number"]},
    },
    "$defs": {"rate": {"type": "number", "examples": [1.08]}},
}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"shape": "EUR"}, "shape: must be keys with values, not 'EUR' (such as shape: {code: EUR, rate: 1.08})"),
        ({"shape": {}}, "'code', 'rate' missing in shape (such as code: EUR, rate: 1.08)"),
        ({"rows": 3}, "rows: must be a list, not 3 (such as rows: [a])"),
        ({"rows": []}, "rows: must have an entry, not an empty list (such as rows: [a])"),
        ({"rows": ["a", "c"]}, "rows[1]: must be a or b, not 'c'"),
        ({"code": "eur"}, "code: must be of another form, not 'eur' (ISO 4217 code)"),
        ({"name": ""}, "name: must have a character, not empty text"),
        ({"name": "abcdef"}, "name: must have 5 characters at most, not 'abcdef'"),
        ({"keys": {}}, "keys: must have a key, not nothing"),
        ({"count": 1}, "count: must be 2 or more, not 1 (such as count: 2)"),
        ({"count": 10}, "count: must be 9 or less, not 10 (such as count: 2)"),
        ({"count": True}, "count: must be a whole number, not true (such as count: 2)"),
        ({"part": 0}, "part: must be more than 0, not 0 (such as part: 0.6)"),
        ({"part": 1}, "part: must be less than 1, not 1 (such as part: 0.6)"),
        ({"term": 2}, "term: must be 1 or 3, not 2"),
        ({"kind": "pubilc"}, "kind: 'pubilc' is not known (did you mean 'public'?)"),
        ({"kind": "x"}, "kind: must be public, private or none, not 'x'"),
        ({"either": None}, "either: must be text or a number, not nothing"),
        ([], "the document: must be keys with values, not an empty list"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words_once(document, words):
    problems = check(SCHEMA, document, Origin(""))
    assert len(problems) == 1
    assert words in str(problems[0])


def test_a_long_value_is_cut():
    (problem,) = check(SCHEMA, {"kind": "x" * 10_000}, Origin(""))
    assert len(str(problem)) < 200


def test_an_example_that_only_a_person_can_tell_is_not_made_up():
    assert example({"type": "string"}, {}) == ""
    assert example({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}, {}) == ""


def test_a_schema_that_refers_to_itself_has_no_example():
    loop = {"type": "array", "items": {"$ref": "#/$defs/loop"}}
    assert example(loop, {"$defs": {"loop": loop}}) == ""


def test_keys_that_are_missing_of_one_commitment_are_told_once():
    found = configure(b"version: 1\nprices:\n  commitments:\n  - {family: m5}\n", "weighbridge.yaml").problems
    assert [str(problem) for problem in found] == [
        "weighbridge.yaml:4:5: 'cloud', 'instrument', 'termYears', 'coverage' missing in prices.commitments[0] "
        "(such as cloud: aws, instrument: compute-savings-plan, termYears: 1, coverage: 0.6)"
    ]


SCHEMAS = [path for folder in ("policies", "workloads") for path in sorted((ROOT / folder / "schemas").glob("*.schema.json"))]


def _patterns(node: object) -> Iterator[dict[str, object]]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node
        for inner in node.values():
            yield from _patterns(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _patterns(inner)


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda path: path.name)
def test_whatever_must_be_of_a_form_says_which(file: Path) -> None:
    unsaid = [node["pattern"] for node in _patterns(json.loads(file.read_text(encoding="utf-8"))) if not _says(node)]
    assert unsaid == []


def _says(node: dict[str, object]) -> bool:
    return bool(node.get("examples") or node.get("enum") or node.get("description"))


NESTED = {
    "additionalProperties": False,
    "properties": {
        "rules": {
            "items": {
                "additionalProperties": False,
                "properties": {"name": {}, "limit": {"$ref": "#/$defs/limit"}},
            }
        },
    },
    "$defs": {
        "limit": {
            "additionalProperties": False,
            "properties": {"replicas": {}, "requests": {"additionalProperties": False, "properties": {"cpu": {}}}},
        }
    },
}


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ({"limit": {"requests": {"replicas": 3}}}, "'replicas' belongs in rules[0].limit"),
        ({"limit": {"requests": {"rules": 3}}}, "'rules' belongs at the top"),
        ({"limit": {"cpu": 3}}, "'cpu' belongs in rules[0].limit.requests"),
        ({"limit": {"replicsa": 3}}, "did you mean 'replicas'?"),
        ({"limit": {"zone": 3}}, "known: replicas, requests"),
        # Two levels below is not nearby.
        ({"cpu": 3}, "known: limit, name"),
    ],
)
def test_a_key_that_is_known_nearby_is_said_to_belong_there(rule: object, hint: str) -> None:
    (problem,) = check(NESTED, {"rules": [rule]}, Origin("policy.yaml"))
    assert problem.hint == hint
