"""GitHub's published description of its API, as far as it is at hand, and the project's own list of what it uses of it.

Every request and every answer of the stand-in is held against both.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

USED_FILE = Path(__file__).parent / "data" / "used.json"
ADDRESS = "urn:github"


def published_file() -> Path | None:
    """The published description, beside the folder of real manifests; None where it is absent."""
    corpus = os.environ.get("WEIGHBRIDGE_CORPUS")
    path = Path(corpus).parent / "github" / "openapi-subset.json" if corpus else None
    return path if path is not None and path.is_file() else None


@cache
def used() -> Mapping[str, Any]:
    """What the project uses: by operation, the parameters and fields it sends and the fields of answers it reads."""
    found: Mapping[str, Any] = json.loads(USED_FILE.read_text(encoding="utf-8"))
    return found


def operation_of(method: str, path: str, paths: Iterator[str] | list[str]) -> str | None:
    """Of several path templates, the one that a path is an instance of; those with fewer variables first."""
    for template in sorted(paths, key=lambda each: each.count("{")):
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
            return template
    return None


class Used:
    """The project's own list, which a request must keep."""

    def mistakes(self, method: str, path: str, query: Mapping[str, str], body: object) -> list[str]:
        """What a request sends that the list does not have."""
        listed = [key.split(" ", 1)[1] for key in used() if key.startswith(f"{method} ")]
        template = operation_of(method, path, listed)
        if template is None:
            return [f"{method} {path} is not among the operations used"]
        entry = used()[f"{method} {template}"]
        sent = set(query) - set(entry.get("query", ()))
        sent |= set(body if isinstance(body, dict) else ()) - set(entry.get("body", ()))
        return [f"{method} {template} sends {name}, which is not listed" for name in sorted(sent)]


class Published:
    """The published description."""

    def __init__(self, path: Path) -> None:
        self.document = _as_json_schema(json.loads(path.read_text(encoding="utf-8")))
        resource = Resource.from_contents(self.document, default_specification=DRAFT202012)
        self.registry: Registry[Any] = Registry().with_resource(ADDRESS, resource)
        self.seen: set[tuple[str, int, object]] = set()
        """Answers that were found to be as described, by their shape: most answers are like the one before."""

    def operation(self, method: str, path: str) -> tuple[str, Mapping[str, Any]] | None:
        """The path template and the description of an operation."""
        having = [each for each, item in self.document["paths"].items() if method.lower() in item]
        template = operation_of(method, path, having)
        return (template, self.document["paths"][template][method.lower()]) if template else None

    def request_mistakes(self, method: str, path: str, query: Mapping[str, str], body: object) -> list[str]:
        """What of a request is not as described."""
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        template, described = found
        known = {parameter["name"] for parameter in map(self.resolved, described.get("parameters", ()))}
        wrong = [f"{method} {template} has no parameter {name}" for name in set(query) - known]
        content = self.resolved(described.get("requestBody", {})).get("content", {}).get("application/json", {})
        schema = content.get("schema")
        if schema is None:
            return wrong + ([f"{method} {template} takes no body"] if body is not None else [])
        extra = set(body if isinstance(body, dict) else ()) - set(schema.get("properties", ()))
        wrong += [f"{method} {template} has no field {name}" for name in extra]
        return wrong + [f"{method} {template}: {error}" for error in self._errors(schema, body)]

    def answer_mistakes(self, method: str, path: str, status: int, body: object) -> list[str]:
        """What of an answer is not as described. An error that no operation describes is one any operation may give."""
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        template, described = found
        answer = described["responses"].get(str(status))
        if answer is None:
            return [] if status >= 400 else [f"{method} {template} does not answer {status}"]
        schema = self.resolved(answer).get("content", {}).get("application/json", {}).get("schema")
        kind = (f"{method} {template}", status, _shape(body))
        if schema is None or kind in self.seen:
            return []
        mistakes = [f"{method} {template} {status}: {error}" for error in self._errors(schema, body)]
        if not mistakes:
            self.seen.add(kind)
        return mistakes

    def resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference points at."""
        while "$ref" in value:
            target: Any = self.document
            for part in value["$ref"].removeprefix(f"{ADDRESS}#/").split("/"):
                target = target[part.replace("~1", "/")]
            value = target
        return value

    def _errors(self, schema: Mapping[str, Any], body: object) -> list[str]:
        errors = Draft202012Validator(schema, registry=self.registry).iter_errors(body)
        return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def _as_json_schema(value: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: what may be null says so by its type, and references lead into one document."""
    if isinstance(value, list):
        return [_as_json_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _as_json_schema(each) for key, each in value.items() if key not in ("nullable", "example", "format")}
    if isinstance(made.get("$ref"), str):
        made["$ref"] = ADDRESS + made["$ref"]
    return {"anyOf": [made, {"type": "null"}]} if value.get("nullable") is True else made


_NAMED = ("status", "conclusion", "state", "author_association", "type")
"""Fields of which GitHub names every value."""


def _shape(value: object) -> object:
    """What a description can say of a value: its type, its fields, and the values of those that have named ones."""
    if isinstance(value, dict):
        return tuple((key, each if key in _NAMED and isinstance(each, str) else _shape(each)) for key, each in value.items())
    if isinstance(value, list):
        return frozenset(map(_shape, value))
    return type(value)


@cache
def published() -> Published | None:
    """The published description; None where it is absent."""
    path = published_file()
    return Published(path) if path else None
