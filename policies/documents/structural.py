"""A JSON Schema as the structural schema of a CustomResourceDefinition.

It says less: unknown keys are pruned (``kubectl`` refuses them by strict field validation), and what depends on several fields
becomes a rule in CEL. Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workloads.field import mapping, sequence, text

Json = dict[str, object]

_COPIED: Final = frozenset(
    {"type", "description", "enum", "pattern", "format", "minLength", "maxLength", "minItems", "maxItems", "minProperties"}
    | {"maxProperties", "minimum", "maximum", "required"}
)
_ANYTHING: Final = "x-kubernetes-preserve-unknown-fields"
_SELECTED: Final[Json] = {
    "rule": "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
    "message": "In and NotIn take values, Exists and DoesNotExist take none",
}
"""What one expression of a label selector has to be like: without, it selects nothing, or everything."""
_TYPES: Final = {bool: "boolean", str: "string", int: "integer"}


def structural(schema: Mapping[str, object]) -> Json:
    """The structural schema of a JSON Schema that uses what ours use; descriptions are kept. Linear in its size."""
    found: Json = {key: value for key, value in schema.items() if key in _COPIED}
    choices = [schema["const"]] if "const" in schema else sequence(schema, "enum")
    if choices:
        found |= {"type": _TYPES[type(choices[0])], "enum": list(choices)}
    if "exclusiveMinimum" in schema:
        found |= {"minimum": schema["exclusiveMinimum"], "exclusiveMinimum": True}
    if schema.get("uniqueItems"):
        found["x-kubernetes-list-type"] = "set"
    if "properties" in schema:
        found["properties"] = {name: structural(mapping(inner)) for name, inner in mapping(schema, "properties").items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            found[key] = structural(mapping(schema, key))
    rules = list(_rules(schema))
    return _typed(found) | ({"x-kubernetes-validations": rules} if rules else {})


def _typed(schema: Json) -> Json:
    """A schema with one type, or none where a value may be of several, or hold what it likes."""
    several = isinstance(schema.get("type"), list)
    free = schema.get("type") == "object" and not schema.keys() & {"properties", "additionalProperties"}
    if not several and not free:
        return schema
    return {key: value for key, value in schema.items() if key != "type" or not several} | {_ANYTHING: True}


def _rules(schema: Mapping[str, object]) -> Iterator[Json]:
    """What a schema says of several fields together, in CEL."""
    for key, compared, words in (("oneOf", "== 1", "exactly one"), ("anyOf", ">= 1", "at least one")):
        names = [text(choice, "required", 0) for choice in sequence(schema, key)]
        if names:
            stated = ", ".join(f"has(self.{name})" for name in names)
            message = f"{words} of {', '.join(names)} has to be stated"
            yield {"rule": f"[{stated}].filter(stated, stated).size() {compared}", "message": message}
    for name, needed in mapping(schema, "dependentRequired").items():
        for other in needed if isinstance(needed, list) else ():
            yield {"rule": f"!has(self.{name}) || has(self.{other})", "message": f"{name} goes with {other}"}
    together = [text(each, "contains", "const") for each in sequence(schema, "not", "allOf")]
    if together:
        yield {"rule": f"!{together}.all(each, each in self)", "message": text(schema, "not", "description")}
    if mapping(schema, "properties").keys() == {"key", "operator", "values"}:
        yield _SELECTED
