"""How a value breaks its JSON Schema, in plain words, with an example of the right form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from workloads.field import mapping, sequence, text
from workloads.text.near_word import near_word

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

LONGEST = 200
"""Characters of what is said of one value."""
_LONGEST_VALUE = 60
_DEEPEST = 4
_MOST_KEYS = 6
_NAMES: Final = {
    "object": "keys with values",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


class Breach(NamedTuple):
    """What is wrong with a value, and what to write instead."""

    words: str
    """``must be a list, not the number 3``."""
    hint: str = ""


def breach(error: ValidationError, root: Mapping[str, object]) -> Breach:
    """An error of jsonschema's in words; ``root`` is the whole schema, for what it refers to."""
    schema: Mapping[str, object] = error.schema if isinstance(error.schema, dict) else {}
    value: Any = error.instance
    if error.validator == "enum":
        return _unknown(value, sequence(schema, "enum"))
    if error.validator == "uniqueItems":
        return Breach("has an entry twice", "leave one out")
    if error.validator == "not" and (described := text(schema, "not", "description")):
        return Breach(described)
    say = _WORDS.get(str(error.validator))
    words = say(error.validator_value) if say else ""
    if not words:
        return Breach(error.message if len(error.message) < LONGEST else f"{error.message[:LONGEST]}…")
    return Breach(f"{words}, not {_shown(value)}", _right_form(schema, root, error))


def example(schema: Mapping[str, object], root: Mapping[str, object], depth: int = _DEEPEST) -> str:
    """What a schema lets be written, on one line as YAML; empty where only a person can tell."""
    schema = resolved(schema, root)
    for stated in (*sequence(schema, "examples"), *sequence(schema, "enum"), *([schema["const"]] if "const" in schema else [])):
        return _plain(stated)
    kind = schema.get("type")
    if kind == "array" and depth:
        entry = example(mapping(schema, "items"), root, depth - 1)
        return f"[{entry}]" if entry else ""
    if kind == "object" and depth:
        return _object(schema, root, depth)
    return str(schema.get("minimum", 1)) if kind == "integer" else ""


def _object(schema: Mapping[str, object], root: Mapping[str, object], depth: int) -> str:
    properties = mapping(schema, "properties")
    keys = [key for key in properties if key in sequence(schema, "required")] or list(properties)[:1]
    written = {key: example(mapping(properties[key]), root, depth - 1) for key in keys[:_MOST_KEYS]}
    return "{" + ", ".join(f"{key}: {text}" for key, text in written.items()) + "}" if written and all(written.values()) else ""


def resolved(schema: Mapping[str, object], root: Mapping[str, object]) -> Mapping[str, object]:
    """A schema, or the one that it refers to in the same document."""
    reference = schema.get("$ref")
    return mapping(root, *reference[2:].split("/")) if isinstance(reference, str) and reference.startswith("#/") else schema


def _right_form(schema: Mapping[str, object], root: Mapping[str, object], error: ValidationError) -> str:
    written = example(schema, root)
    key = next((step for step in reversed(error.absolute_path) if isinstance(step, str)), "")
    if written:
        return f"such as {key}: {written}" if key and not isinstance(error.absolute_path[-1], int) else f"such as {written}"
    described = schema.get("description")
    return described.rstrip(".") if isinstance(described, str) else ""


def _unknown(value: object, choices: Sequence[object]) -> Breach:
    """A word that is none of those known, with the nearest."""
    known = [_plain(choice) for choice in choices]
    near = near_word(value, known) if isinstance(value, str) else ""
    if near:
        return Breach(f"{_shown(value)} is not known", f"did you mean {near!r}?")
    return Breach(f"must be {_listed(known)}, not {_shown(value)}")


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def _kinds(wanted: object) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []
    return f"must be {_listed([_NAMES.get(str(name), str(name)) for name in names])}" if names else ""


def _at_least(least: object, several: str, single: str) -> str:
    return f"must have {single}" if least == 1 else f"must have at least {least} {several}"


def _plain(value: object) -> str:
    """A value as YAML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(each)}" for key, each in value.items()) + "}"
    return f"{Decimal(str(value)):f}" if isinstance(value, float) else str(value)


def _shown(value: object) -> str:
    """A value in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        kind = "keys with values" if isinstance(value, dict) else "a list"
        return kind if value else "an empty list" if isinstance(value, list) else "nothing"
    if not isinstance(value, str):
        return _plain(value)[:_LONGEST_VALUE]
    if not value:
        return "empty text"
    return repr(value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}…")


_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "type": _kinds,
    "const": lambda value: f"must be {_plain(value)}",
    "minimum": lambda bound: f"must be {_plain(bound)} or more",
    "maximum": lambda bound: f"must be {_plain(bound)} or less",
    "exclusiveMinimum": lambda bound: f"must be more than {_plain(bound)}",
    "exclusiveMaximum": lambda bound: f"must be less than {_plain(bound)}",
    "minItems": lambda least: _at_least(least, "entries", "an entry"),
    "maxItems": lambda most: f"must have {most} entries at most",
    "minLength": lambda least: _at_least(least, "characters", "a character"),
    "maxLength": lambda most: f"must have {most} characters at most",
    "minProperties": lambda least: _at_least(least, "keys", "a key"),
    "maxProperties": lambda most: f"must have {most} keys at most",
    "pattern": lambda _: "must be of another form",
}
"""What each keyword of a schema demands."""
