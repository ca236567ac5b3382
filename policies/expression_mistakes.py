"""What is wrong with the expressions of a CostPolicy: texts that CEL does not take, and fields that no object can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from policies.cel.expression import CompileError, compile_expression
from policies.cel.fields import kinds, mistyped
from policies.cel.mistake import Mistake
from policies.match import resource_of
from workloads.field import FieldPath, mapping, sequence, text

MOST: Final = 5
"""Mistakes that are told of one expression."""


def expression_mistakes(document: Mapping[str, object]) -> Iterator[tuple[FieldPath, str]]:
    """Each mistake with the path of its expression, in words that have its place in the expression."""
    about = _kinds(mapping(document, "spec", "matchConstraints"))
    for path, written, result in _expressions(document):
        for mistake in _mistakes(written, result, about)[:MOST]:
            yield path, f"in the expression at line {mistake.line}, column {mistake.column}: {mistake.message}"


def _expressions(document: Mapping[str, object]) -> Iterator[tuple[FieldPath, str, str]]:
    """Every expression that is stated, with its path and the type it has to come to."""
    for index, condition in enumerate(sequence(document, "spec", "matchConditions")):
        yield ("spec", "matchConditions", index, "expression"), text(condition, "expression"), "BOOL"
    for index, rule in enumerate(sequence(document, "spec", "rules")):
        for key, result in (("expression", "BOOL"), ("messageExpression", "STRING")):
            if text(rule, key):
                yield ("spec", "rules", index, key), text(rule, key), result


def _mistakes(written: str, result: str, about: tuple[tuple[str, str], ...]) -> tuple[Mistake, ...]:
    try:
        compile_expression(written, result)
    except CompileError as error:
        return error.mistakes
    return mistyped(written, about)


def _kinds(constraints: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The kinds that a policy is about, by group and name; none where it may be about one whose fields are not known."""
    known = {(group, resource_of(kind)): (group, kind) for group, kind in kinds()}
    named = [
        known.get((str(group), str(resource)))
        for rule in sequence(constraints, "resourceRules")
        for group in sequence(rule, "apiGroups")
        for resource in sequence(rule, "resources")
    ]
    return () if None in named else tuple(kind for kind in named if kind is not None)
