"""Sets of parameters that an ApplicationSet makes Applications of: which are selected, and how they are laid over each other.

Source: argo-cd.readthedocs.io, ApplicationSet, merge generator and post selector; templatePatch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.rendering.not_known import NotKnownError
from workloads.rendering.template_functions import shown

Parameters = Mapping[str, object]
"""By name, those of parameters after a dot; texts and numbers, for Go templates lists and mappings in these too."""
DOT: Final = "\0"
"""Stands for a dot in a name of one part: no YAML holds it."""


def nested(parameters: Parameters) -> dict[str, object]:
    """Parameters with those of parameters as mappings."""
    found: dict[str, object] = {}
    for name, value in parameters.items():
        *above, last = (part.replace(DOT, ".") for part in name.split("."))
        here = found
        for part in above:
            inner = here.setdefault(part, {})
            if not isinstance(inner, dict):
                raise NotKnownError(f"its parameter {part[:60]} is a value, and has further ones")
            here = inner
        here[last] = value
    return found


@dataclass(frozen=True, slots=True)
class ParameterSelector:
    """What a generator keeps of what it makes."""

    labels: Mapping[str, object]
    expressions: Sequence[object]

    def takes(self, parameters: Parameters) -> bool:
        """Whether a set of parameters is kept: parameters are selected as labels are."""
        plain = ((name, value) for name, value in parameters.items() if not isinstance(value, list))
        known = {name.replace(DOT, "."): shown(value) for name, value in plain}
        return all(known.get(name) == value for name, value in self.labels.items()) and all(
            _holds(expression, known) for expression in self.expressions
        )


def selector_of(stated: object) -> ParameterSelector:
    """The selector that a generator states; one that takes everything where it states none."""
    return ParameterSelector(mapping(stated, "matchLabels"), sequence(stated, "matchExpressions"))


def _holds(expression: object, known: Mapping[str, str]) -> bool:
    value, values = known.get(text(expression, "key")), sequence(expression, "values")
    held = {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }.get(text(expression, "operator"))
    if held is None:
        raise NotKnownError(f"a selector by {text(expression, 'operator')[:40] or 'no operator'}")
    return held


def crossed(one: Parameters, other: Parameters, *, go: bool) -> dict[str, object]:
    """A set of one generator of a matrix with a set of the other."""
    if go:
        return {**other, **{name: value for name, value in one.items() if value or name not in other}}
    twice = next((name for name in one.keys() & other.keys() if shown(one[name]) != shown(other[name])), None)
    if twice is not None:
        raise NotKnownError(f"both generators of a matrix give {twice[:60]}")
    return {**one, **other}


def merged(sets: Sequence[Sequence[Parameters]], keys: Sequence[object], *, go: bool) -> list[dict[str, object]]:
    """What the first generator makes, with what the others make that has the same values of the keys laid over it."""
    names = [str(key) for key in keys]
    if len(sets) < 2 or not names or (go and any("." in name for name in names)):
        raise NotKnownError("a merge of fewer than two generators, or without keys that are plain")
    found = [dict(each) for each in sets[0]]
    for others in sets[1:]:
        over = {_key(each, names): each for each in others}
        if len(over) < len(others):
            raise NotKnownError("a merge of parameters that are not told apart by its keys")
        for base in found:
            laid = over.get(_key(base, names), {})
            # With Go templates what is empty is not laid over.
            base.update({name: value for name, value in laid.items() if value or not go})
    return found


def _key(parameters: Parameters, names: Sequence[str]) -> tuple[tuple[str, str] | None, ...]:
    given = (parameters.get(name) for name in names)
    return tuple(None if value is None else (type(value).__name__, shown(value)) for value in given)


def patched(whole: Mapping[str, object], patch: Mapping[str, object]) -> dict[str, object]:
    """A mapping with another laid over it: mappings go into each other, lists take each other's place, null takes away."""
    found = dict(whole)
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        elif isinstance(value, dict):
            found[name] = patched(mapping(found, name), value)
        else:
            found[name] = value
    return found
