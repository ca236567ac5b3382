"""What is wrong with the expressions of a CostPolicy: texts that CEL does not take, and fields that no object can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from policies.cel.expression import CompileError, compile_expression
from policies.cel.fields import Absent, absent, every_field, kinds
from policies.documents.mistake import DocumentMistake
from policies.matching.match import resource_of
from workloads.field import FieldPath, sequence, text
from workloads.text.near_word import misspelt

MOST: Final = 5
"""Mistakes that are told of one expression."""
_ALIKE: Final = 0.75


class _About(NamedTuple):
    """The kinds that a policy is about."""

    known: tuple[tuple[str, str], ...] = ()
    """Those whose fields are known, by group and name; none where it names another, whose fields nobody here knows."""
    others: bool = False
    """Whether it may be about others too: it names none, or all."""


def expression_mistakes(document: Mapping[str, object]) -> Iterator[DocumentMistake]:
    """Each mistake with the path of its expression, in words that have its place in the expression."""
    about = _about(sequence(document, "spec", "matchConstraints", "resourceRules"))
    for path, written, result in _expressions(document):
        for line, column, words, certain in _mistakes(written, result, about)[:MOST]:
            yield DocumentMistake(path, f"in the expression at line {line}, column {column}: {words}", certain)


def _expressions(document: Mapping[str, object]) -> Iterator[tuple[FieldPath, str, str]]:
    """Every expression that is stated, with its path and the type it has to come to."""
    for index, condition in enumerate(sequence(document, "spec", "matchConditions")):
        yield ("spec", "matchConditions", index, "expression"), text(condition, "expression"), "BOOL"
    for index, rule in enumerate(sequence(document, "spec", "rules")):
        for key, result in (("expression", "BOOL"), ("messageExpression", "STRING")):
            if text(rule, key):
                yield ("spec", "rules", index, key), text(rule, key), result


def _mistakes(written: str, result: str, about: _About) -> list[tuple[int, int, str, bool]]:
    """Line, column and words of each mistake, and whether it surely is one."""
    try:
        compile_expression(written, result)
    except CompileError as error:
        return [(mistake.line, mistake.column, mistake.message, True) for mistake in error.mistakes]
    return [(each.line, each.column, *_told(each, about)) for each in absent(written, about.known)]


def _told(field: Absent, about: _About) -> tuple[str, bool]:
    """What is said of a field that none of the known kinds has, and whether it surely is a mistake.

    Where a policy names no kinds, a custom resource may have it; one that is almost a known field is a misspelling all the same.
    """
    if not about.others:
        close = get_close_matches(field.name, sorted(every_field()), n=1, cutoff=_ALIKE)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        return f"no object that the policy is about has a field {field.name!r}{meant}", True
    near = misspelt(field.name, every_field())
    nobody = f"no kind of Kubernetes' own has a field {field.name!r} there"
    named = "name the custom resource that has it under matchConstraints.resourceRules"
    return (f"{nobody}; did you mean {near!r}? Else {named}", True) if near else (f"{nobody}; {named}", False)


def _about(rules: object) -> _About:
    """The kinds that resource rules name."""
    known = {(group, resource_of(kind)): (group, kind) for group, kind in kinds()}
    named = [
        (str(group), str(resource))
        for rule in (rules if isinstance(rules, list) else ())
        for group in sequence(rule, "apiGroups")
        for resource in sequence(rule, "resources")
    ]
    if not named or any(group == "*" == resource for group, resource in named):
        return _About(kinds(), others=True)
    found = [known.get(each) for each in named]
    return _About() if None in found else _About(tuple(kind for kind in found if kind is not None))
