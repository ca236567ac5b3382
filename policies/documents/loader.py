"""Policy documents to policies: checked against their schema, with the place of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from policies.documents.expression_mistakes import expression_mistakes
from policies.documents.parameter_mistakes import parameter_mistakes
from policies.documents.policy_reader import read_policy
from policies.documents.resource_mistakes import resource_mistakes
from policies.documents.selector_mistakes import selector_mistakes
from policies.exemptions.reader import is_exemption
from policies.matching.pattern import PatternError, compile_pattern
from policies.message import quoted
from policies.policy import Policy, Validation
from workloads.api_group import API_VERSION, GROUP
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.manifest import Manifest, Origin
from workloads.problem import Problem, Severity
from workloads.quantity import QuantityError, parse_quantity
from workloads.text.location import locate
from workloads.text.schema import check

KIND: Final = "CostPolicy"
SCHEMA_FILE: Final = Path(__file__).parents[1] / "schemas" / "costpolicy.schema.json"
_ACTIONS: Final = "write validationActions: [Deny], or [Warn], or [Audit]"
_RESOURCES: Final = "write matchConstraints: {resourceRules: [{apiGroups: [apps], resources: [deployments]}]}"
_NAMESPACES: Final = "write matchConstraints: {namespaceSelector: {matchLabels: {team: search}}}"
MEANT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("action", "actions", "enforcementAction", "failureAction", "validationFailureAction"), _ACTIONS),
    **dict.fromkeys(("kinds", "match", "resources", "resourceRules", "matchResources"), _RESOURCES),
    "namespaceSelector": _NAMESPACES,
    "namespaces": f"{_NAMESPACES}; accelerators of a whole namespace are limited by limitAccelerators.maximum.namespace",
    "objectSelector": "write matchConstraints: {objectSelector: {matchLabels: {team: search}}}",
    "labels": "write requireLabels: {keys: [team]}",
}
"""What is written here for what other tools, or other places of a policy, call so."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What policy documents hold, and what is wrong with them. One with an error is not among the policies."""

    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...] = ()


@cache
def policy_schema() -> Mapping[str, object]:
    """The published JSON Schema of a CostPolicy."""
    schema: Mapping[str, object] = orjson.loads(SCHEMA_FILE.read_bytes())
    return schema


def load(manifests: Iterable[Manifest]) -> Loaded:
    """The policies among manifests. Other kinds are passed over, but for what looks like a policy and is none, which is told."""
    policies: list[Policy] = []
    problems: list[Problem] = []
    for manifest in manifests:
        if (manifest.group != GROUP and manifest.kind != KIND) or is_exemption(manifest):
            continue
        origin = manifest.origin or Origin("")
        found = _problems(manifest, origin)
        problems += found
        if not any(problem.severity is Severity.ERROR for problem in found):
            policies.append(read_policy(manifest))
            problems += _only_at_admission(policies[-1], origin)
    problems += _twice(policies)
    return Loaded(tuple(policies), tuple(problems))


def _only_at_admission(policy: Policy, origin: Origin) -> Iterable[Problem]:
    """Says which expressions are undecided away from the gate."""
    if any("request" in condition.expression.reads for condition in policy.conditions):
        yield _problem(origin, ("spec", "matchConditions"), f"a condition reads request: {_ELSEWHERE}", Severity.WARNING)
    for index, rule in enumerate(policy.rules):
        if isinstance(rule.check, Validation) and "request" in rule.check.expression.reads:
            words = f"rule {rule.name} reads request: {_ELSEWHERE}"
            yield _problem(origin, ("spec", "rules", index, "expression"), words, Severity.WARNING)


_ELSEWHERE: Final = "it is decided only at admission, and unknown elsewhere"


def _problems(manifest: Manifest, origin: Origin) -> tuple[Problem, ...]:
    if manifest.group != GROUP:
        return (_problem(origin, ("apiVersion",), f"{KIND} of group {quoted(manifest.group)}: did you mean {API_VERSION}?"),)
    if manifest.kind != KIND:
        return (
            _problem(
                origin, ("kind",), f"kind {manifest.kind[:60]} is not known to this version: CostPolicy and CostExemption are"
            ),
        )
    broken = check(policy_schema(), manifest.body, origin, MEANT)
    told = {problem.place for problem in broken}
    # All that is wrong at once: a key misspelt in one rule hides no expression of another.
    return (*broken, *(problem for problem in _mistakes(manifest, origin) if problem.place not in told))


def _mistakes(manifest: Manifest, origin: Origin) -> Iterable[Problem]:
    """What a schema cannot tell: quantities and patterns that are none, names given twice."""
    body = manifest.body
    for find in (resource_mistakes, expression_mistakes, selector_mistakes, parameter_mistakes):
        for mistake in find(body):
            severity = Severity.ERROR if mistake.certain else Severity.WARNING
            yield _problem(origin, mistake.path, mistake.words, severity)
    names: set[str] = set()
    for index, rule in enumerate(sequence(manifest.body, "spec", "rules")):
        path: FieldPath = ("spec", "rules", index)
        name = text(rule, "name")
        if name and name in names:
            yield _problem(origin, (*path, "name"), f"rule {name!r} is given twice")
        names.add(name)
        pattern = dig(rule, "requireLabels", "pattern")
        if isinstance(pattern, str) and (wrong := _wrong_pattern(pattern)):
            yield _problem(origin, (*path, "requireLabels", "pattern"), wrong)
        for place, wrong in _idle(rule):
            yield _problem(origin, (*path, *place), wrong)
        for place, value in _quantities(rule):
            if wrong := _wrong_quantity(value):
                yield _problem(origin, (*path, *place), wrong)


def _idle(rule: object) -> Iterable[tuple[FieldPath, str]]:
    """Keys that say how another key is meant, and stand without it: a rule of these alone would hold nothing."""
    limits = mapping(rule, "limitResources")
    stated = bool({"requests", "limits"} & limits.keys())
    if "includeInitContainers" in limits and not stated:
        yield ("limitResources", "includeInitContainers"), "includeInitContainers says nothing without requests or limits"
    single = {"container", "containerLimits"} & mapping(limits, "maximum").keys()
    if "exemptImages" in limits and not (stated or single or "limitToRequestRatio" in limits):
        words = "exemptImages says nothing without requests, limits, limitToRequestRatio or a maximum of containers"
        yield ("limitResources", "exemptImages"), words


def _wrong_pattern(pattern: str) -> str:
    try:
        compile_pattern(pattern)
    except PatternError as error:
        return f"not a regular expression (RE2): {error}"
    return ""


def _quantities(rule: object) -> Iterable[tuple[FieldPath, object]]:
    limits = mapping(rule, "limitResources")
    for scope in ("container", "pod", "containerLimits"):
        for resource, value in mapping(limits, "maximum", scope).items():
            yield ("limitResources", "maximum", scope, resource), value
    for resource, value in mapping(limits, "limitToRequestRatio").items():
        yield ("limitResources", "limitToRequestRatio", resource), value
    if "volumeSize" in limits:
        yield ("limitResources", "volumeSize"), limits["volumeSize"]


def _wrong_quantity(value: object) -> str:
    try:
        return "" if parse_quantity(value) > 0 else "must be greater than zero"
    except QuantityError as error:
        return str(error)


def _twice(policies: Iterable[Policy]) -> Iterable[Problem]:
    seen: set[str] = set()
    for policy in policies:
        if policy.name in seen:
            yield _problem(policy.origin or Origin(""), ("metadata", "name"), f"policy {policy.name!r} is given twice")
        seen.add(policy.name)


def _problem(origin: Origin, path: FieldPath, message: str, severity: Severity = Severity.ERROR) -> Problem:
    line, column = locate(origin, path)
    return Problem(severity, message, origin.file, line, column)
