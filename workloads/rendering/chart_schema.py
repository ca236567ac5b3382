"""The schema of a chart's values, looked through before Helm holds values against it: what it refers to, Helm fetches or opens.

Helm resolves ``$ref`` and its kin, and from version 4 ``$schema``, at any address and at any path of the machine
(helm.sh/docs/topics/charts#schema-files), whatever is told to it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import orjson

from workloads.rendering.obstacle import Obstacle

SCHEMA: Final = "values.schema.json"
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
_DRAFT: Final = re.compile(r"https?://json-schema\.org/([\w-]+/)*schema#?")
"""The schemas of schemas, which Helm has at hand."""


def schema_obstacle(data: bytes, file: str) -> Obstacle | None:
    """Why values may not be held against a schema; None where they may. Linear in it, and never raises."""
    try:
        schema = orjson.loads(data)
    except orjson.JSONDecodeError:
        return Obstacle("a schema of values that cannot be read", file=file)
    for mapping in _mappings(schema):
        for key in (*_REFERENCES, "$schema"):
            stated = mapping.get(key)
            if isinstance(stated, str) and not _inside(key, stated):
                hint = "copy what it refers to into the schema"
                return Obstacle(f"a schema of values that refers elsewhere: {stated[:200]}", hint, file)
    return None


def _inside(key: str, stated: str) -> bool:
    """Whether a reference leads to the schema itself, or to what it is written in."""
    return _DRAFT.fullmatch(stated) is not None if key == "$schema" else stated.startswith("#")


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    """Every mapping in a value. Without recursion: it may be deep."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
