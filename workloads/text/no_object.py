"""Documents that were surely meant for a Kubernetes object and are none, so that nothing of them is weighed.

Most documents that are no objects were never meant for one, such as values files: of those nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workloads.kinds.fields import homes_of
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.text.near_word import misspelt

_NEEDED: Final = ("apiVersion", "kind")
_LONGEST: Final = 1000
"""Entries of a list that are looked at, and keys that are compared."""


def no_object(value: object, origin: Origin) -> Iterator[Problem]:
    """What is missing of a document to be an object; nothing where it is one, or was not meant for one."""
    if isinstance(value, list):
        if value and all(isinstance(each, dict) and each.keys() >= {*_NEEDED} for each in value[:_LONGEST]):
            hint = "write --- between them, or put them under items: of a kind: List"
            yield _problem(origin, "a list of objects, which no API server takes: none of them is weighed", hint)
        return
    if not isinstance(value, dict) or not value.keys() & {"spec", "data"} or not isinstance(value.get("metadata"), dict):
        return
    missing = [key for key in _NEEDED if not value.get(key)]
    if len(missing) == 1:
        yield _problem(origin, f"no object, and not weighed: it states no {missing[0]}", _meant(missing[0], value))


def _meant(missing: str, value: dict[str, object]) -> str:
    """The key that is misspelt, or what to write."""
    near = next((key for key in list(value)[:_LONGEST] if key != missing and misspelt(key, (missing,))), "")
    if near:
        return f"did you mean {missing!r} by {near[:40]!r}?"
    kind = value.get("kind")
    homes = homes_of(kind) if isinstance(kind, str) else ()
    return f"write apiVersion: {homes[-1]}" if homes else ""


def _problem(origin: Origin, words: str, hint: str) -> Problem:
    return Problem(Severity.WARNING, words, origin.file, origin.line, 1, hint)
