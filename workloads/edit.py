"""A change to one field of an object, as somebody is advised to make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workloads.field import FieldPath


@dataclass(frozen=True, slots=True)
class Edit:
    """A field and what is to stand there."""

    path: FieldPath
    """From the root of the object. Mappings on the way that are absent are made; an index as large as its list appends."""
    value: object
    """A text, a number, a truth value, or lists and mappings of these."""


def edited(body: Mapping[str, object], edits: Sequence[Edit]) -> Mapping[str, object] | None:
    """An object with fields changed, itself left as it was; None where a path leads through what is no container."""
    found: object = body
    for edit in edits:
        found = _set(found, edit.path, edit.value)
    return found if isinstance(found, dict) else None


def _set(here: object, path: FieldPath, value: object) -> object:
    """A copy of a value with one field changed; None where that cannot be done."""
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(part, str) and (here is None or isinstance(here, dict)):
        inner = _set((here or {}).get(part), rest, value)
        return None if inner is None else {**(here or {}), part: inner}
    if isinstance(part, int) and isinstance(here, list) and 0 <= part <= len(here):
        inner = _set(here[part] if part < len(here) else None, rest, value)
        return None if inner is None else [*here[:part], inner, *here[part + 1 :]]
    return None
