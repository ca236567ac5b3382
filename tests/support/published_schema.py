"""The published JSON Schema of what ``--json`` writes, as tests hold documents to it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from jsonschema import Draft202012Validator

from policies.reports.document import weighing_schema


def published() -> Draft202012Validator:
    """The schema as readers have it."""
    return Draft202012Validator(weighing_schema())


def exhaustive() -> Draft202012Validator:
    """The schema without leave for keys that it does not describe: what is written must be described."""
    schema = deepcopy(dict(weighing_schema()))
    for node in nodes(schema):
        if node.get("additionalProperties") is True and "allOf" not in node:
            node["additionalProperties"] = False
    return Draft202012Validator(schema)


def nodes(node: object) -> Iterator[dict]:
    """Every object of a JSON value, the outer ones first."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else []:
        yield from nodes(child)
