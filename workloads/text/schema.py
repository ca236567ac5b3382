"""A document held against its JSON Schema: problems with their line, and a suggestion for a misspelt key.

Used for every document people write for us: weighbridge.yaml and policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workloads.field import FieldPath, mapping, render, sequence
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.text.breach import breach, example, resolved
from workloads.text.location import locate
from workloads.text.near_word import near_word

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MOST_PROBLEMS = 20
"""Problems told of one document: a wrong file would otherwise print thousands."""


def check(
    schema: Mapping[str, object], document: object, origin: Origin, meant: Mapping[str, str] = MappingProxyType({})
) -> tuple[Problem, ...]:
    """Every way in which a document breaks its schema, by line, at most ``MOST_PROBLEMS`` of them.

    ``schema`` is a JSON Schema of draft 2020-12; ``meant`` is what to write in place of keys that others call by other names.
    Costs a millisecond or so a document, and 50 ms once for the library.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - most runs have no document to check

    found: dict[Problem, None] = {}
    for error in Draft202012Validator(schema).iter_errors(document):
        # Of several missing keys there is an error each, which says the same.
        found |= dict.fromkeys(_problems(_deepest(error), schema, origin, meant))
        if len(found) >= MOST_PROBLEMS:
            break
    return tuple(sorted([*found][:MOST_PROBLEMS], key=lambda problem: (problem.line, problem.column)))


def _deepest(error: ValidationError) -> ValidationError:
    """Of an error that has alternatives, the one that came furthest: what the author most likely meant."""
    while error.context and not _alternatives(error):
        error = max(error.context, key=lambda inner: (len(inner.absolute_path), inner.validator == "additionalProperties"))
    return error


def _alternatives(error: ValidationError) -> list[str]:
    """The keys of which a mapping has to state one, where its alternatives say no more than that."""
    if not isinstance(error.instance, dict):
        return []
    stated = [mapping(each).get("required") for each in sequence(error.schema, str(error.validator))]
    single = [keys[0] for keys in stated if isinstance(keys, list) and len(keys) == 1]
    return single if error.validator in {"oneOf", "anyOf"} and len(single) == len(stated) else []


def _problems(error: ValidationError, root: Mapping[str, object], origin: Origin, meant: Mapping[str, str]) -> Iterable[Problem]:
    path = tuple(error.absolute_path)
    instance: Any = error.instance
    value: Any = error.validator_value
    place = f"in {render(path)}" if path else "at the top"
    if error.validator == "additionalProperties" and isinstance(instance, dict):
        known = list(mapping(error.schema, "properties"))
        for key in instance:
            if key not in known:
                hint = meant.get(str(key)) or _near(str(key), known) or _elsewhere(root, path, key) or _all(known)
                yield _problem(f"unknown key {key!r} {place}", origin, (*path, key), hint)
    elif error.validator == "required":
        missing = [key for key in value if key not in instance]
        written = [f"{key}: {form}" for key in missing if (form := example(mapping(error.schema, "properties", key), root))]
        hint = f"such as {', '.join(written)}" if written else ""
        yield _problem(f"{', '.join(map(repr, missing))} missing {place}", origin, path, hint)
    elif keys := _alternatives(error):
        stated = [key for key in keys if key in instance]
        found = f"{' and '.join(stated)} together" if stated else "none"
        yield _problem(f"one of {', '.join(keys)} is needed {place}, and there is {found}", origin, path, "")
    else:
        words, hint = breach(error, root)
        yield _problem(f"{render(path) or 'the document'}: {words}", origin, path, hint)


def _problem(message: str, origin: Origin, path: FieldPath, hint: str) -> Problem:
    line, column = locate(origin, path)
    return Problem(Severity.ERROR, message, origin.file, line, column, hint)


def _elsewhere(root: Mapping[str, object], path: FieldPath, key: str) -> str:
    """Where nearby a key is known: in a mapping that this one stands in, the nearest first, or in one right below it."""
    above = [path[:depth] for depth in range(len(path) - 1, -1, -1)]
    below = [(*path, child) for child in mapping(_part(root, path), "properties")]
    for place in (*above, *below):
        if key in mapping(_part(root, place), "properties"):
            return f"{key!r} belongs in {render(place)}" if place else f"{key!r} belongs at the top"
    return ""


def _part(root: Mapping[str, object], path: FieldPath) -> Mapping[str, object]:
    """The schema of what stands at a path; empty where the schema does not say."""
    here = resolved(root, root)
    for step in path:
        inner = mapping(here, "items") if isinstance(step, int) else mapping(here, "properties", step)
        here = resolved(inner, root)
    return here


def suggestion(word: str, known: Iterable[str]) -> str:
    """``did you mean 'region'?`` for a near miss, else what is known, in order."""
    choices = sorted(known)
    return _near(word, choices) or _all(choices)


def _near(word: str, known: Iterable[str]) -> str:
    near = near_word(word, sorted(known))
    return f"did you mean {near!r}?" if near else ""


def _all(known: Iterable[str]) -> str:
    choices = sorted(known)
    return f"known: {', '.join(choices)}" if choices else ""
