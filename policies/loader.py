"""Policy documents to policies: checked against their schema, with the place of what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

import orjson

from policies.message import quoted
from policies.pattern import PatternError, compile_pattern
from policies.policy import (
    AtPoint,
    Check,
    Expression,
    LimitAccelerators,
    LimitCost,
    LimitResources,
    Match,
    Policy,
    RequireLabels,
    ResourceRule,
    Rule,
    Selector,
)
from policies.verdict import Action, Point
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.location import locate
from workloads.manifest import Manifest, Origin
from workloads.problem import Problem, Severity
from workloads.quantity import QuantityError, parse_quantity
from workloads.schema import check

GROUP: Final = "weighbridge.dev"
KIND: Final = "CostPolicy"
SCHEMA_FILE: Final = Path(__file__).parent / "schemas" / "costpolicy.schema.json"


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
        if manifest.group != GROUP and manifest.kind != KIND:
            continue
        origin = manifest.origin or Origin("")
        found = _problems(manifest, origin)
        if found:
            problems += found
        else:
            policies.append(read_policy(manifest))
    problems += _twice(policies)
    return Loaded(tuple(policies), tuple(problems))


def _problems(manifest: Manifest, origin: Origin) -> tuple[Problem, ...]:
    if manifest.group != GROUP:
        return (_problem(origin, ("apiVersion",), f"{KIND} of group {quoted(manifest.group)}: did you mean {GROUP}/v1alpha1?"),)
    if manifest.kind != KIND:
        return (_problem(origin, ("kind",), f"kind {manifest.kind[:60]} is not known to this version: only {KIND} is"),)
    return check(policy_schema(), manifest.body, origin) or tuple(_mistakes(manifest, origin))


def _mistakes(manifest: Manifest, origin: Origin) -> Iterable[Problem]:
    """What a schema cannot tell: quantities and patterns that are none, names given twice."""
    names: set[str] = set()
    for index, rule in enumerate(sequence(manifest.body, "spec", "rules")):
        path: FieldPath = ("spec", "rules", index)
        name = text(rule, "name")
        if name in names:
            yield _problem(origin, (*path, "name"), f"rule {name!r} is given twice")
        names.add(name)
        pattern = dig(rule, "requireLabels", "pattern")
        if isinstance(pattern, str) and (wrong := _wrong_pattern(pattern)):
            yield _problem(origin, (*path, "requireLabels", "pattern"), wrong)
        for place, value in _quantities(rule):
            if wrong := _wrong_quantity(value):
                yield _problem(origin, (*path, *place), wrong)


def _wrong_pattern(pattern: str) -> str:
    try:
        compile_pattern(pattern)
    except PatternError as error:
        return f"not a regular expression (RE2): {error}"
    return ""


def _quantities(rule: object) -> Iterable[tuple[FieldPath, object]]:
    limits = mapping(rule, "limitResources")
    for scope in ("container", "pod"):
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


def _problem(origin: Origin, path: FieldPath, message: str) -> Problem:
    line, column = locate(origin, path)
    return Problem(Severity.ERROR, message, origin.file, line, column)


def read_policy(manifest: Manifest) -> Policy:
    """The policy of a document that keeps the schema."""
    spec = mapping(manifest.body, "spec")
    points = mapping(spec, "points")
    return Policy(
        name=manifest.name,
        rules=tuple(_rule(mapping(rule)) for rule in sequence(spec, "rules")),
        match=_match(mapping(spec, "matchConstraints")),
        actions=_actions(spec) or (Action.DENY,),
        points={Point(name): AtPoint(_actions(mapping(stated)), text(stated, "unknown")) for name, stated in points.items()},
        digest=hashlib.sha256(orjson.dumps(manifest.body, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        origin=manifest.origin,
    )


def _actions(stated: Mapping[str, object]) -> tuple[Action, ...]:
    return tuple(Action(str(action)) for action in sequence(stated, "validationActions"))


def _match(stated: Mapping[str, object]) -> Match:
    return Match(
        tuple(_resource_rule(rule) for rule in sequence(stated, "resourceRules")),
        tuple(_resource_rule(rule) for rule in sequence(stated, "excludeResourceRules")),
        _selector(stated.get("namespaceSelector")),
        _selector(stated.get("objectSelector")),
    )


def _resource_rule(rule: object) -> ResourceRule:
    return ResourceRule(
        _texts(rule, "apiGroups"),
        _texts(rule, "resources"),
        _texts(rule, "apiVersions") or ("*",),
        _texts(rule, "operations") or ("*",),
    )


def _selector(stated: object) -> Selector | None:
    if not isinstance(stated, dict):
        return None
    labels = [Expression(str(key), "In", (str(value),)) for key, value in mapping(stated, "matchLabels").items()]
    expressions = [
        Expression(text(each, "key"), text(each, "operator"), _texts(each, "values"))
        for each in sequence(stated, "matchExpressions")
    ]
    return Selector((*labels, *expressions))


def _texts(stated: object, *path: str | int) -> tuple[str, ...]:
    return tuple(str(value) for value in sequence(stated, *path))


def _rule(stated: Mapping[str, object]) -> Rule:
    name, read = next((key, read) for key, read in _CHECKS.items() if key in stated)
    return Rule(text(stated, "name"), read(mapping(stated, name)), text(stated, "message"))


def _require_labels(stated: Mapping[str, object]) -> RequireLabels:
    pattern = text(stated, "pattern")
    return RequireLabels(
        keys=_texts(stated, "keys"),
        values=_texts(stated, "values"),
        pattern=compile_pattern(pattern) if pattern else None,
        sources=_texts(stated, "from") or RequireLabels(()).sources,
        default=text(stated, "default"),
    )


def _limit_accelerators(stated: Mapping[str, object]) -> LimitAccelerators:
    return LimitAccelerators(
        container=_number(stated, "maximum", "container"),
        pod=_number(stated, "maximum", "pod"),
        workload=_number(stated, "maximum", "workload"),
        models=_texts(stated, "models"),
        vendors=_texts(stated, "vendors"),
        profiles=_texts(stated, "migProfiles"),
        equal_limits=bool(stated.get("requestsEqualLimits")),
        requested_access=bool(stated.get("accessByRequest")),
        deadline=bool(stated.get("requireDeadline")),
    )


def _limit_resources(stated: Mapping[str, object]) -> LimitResources:
    return LimitResources(
        requests=_texts(stated, "requests"),
        limits=_texts(stated, "limits"),
        container=_amounts(stated, "maximum", "container"),
        pod=_amounts(stated, "maximum", "pod"),
        ratio=_amounts(stated, "limitToRequestRatio"),
        replicas=_number(stated, "replicas"),
        volume_size=parse_quantity(stated["volumeSize"]) if "volumeSize" in stated else None,
        load_balancers=_number(stated, "loadBalancers"),
    )


def _limit_cost(stated: Mapping[str, object]) -> LimitCost:
    return LimitCost(
        run=stated.get("of") == "run",
        exposed=stated.get("exposure") == "maximum",
        amount=_number(stated, "maximum"),
        increase=_number(stated, "increase", "amount"),
        increase_percent=_number(stated, "increase", "percent"),
    )


def _amounts(stated: Mapping[str, object], *path: str) -> Mapping[str, Decimal]:
    return {name: parse_quantity(value) for name, value in mapping(stated, *path).items()}


def _number(stated: Mapping[str, object], *path: str) -> Decimal | None:
    value = dig(stated, *path)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


_CHECKS: Final[Mapping[str, Callable[[Mapping[str, object]], Check]]] = {
    "requireLabels": _require_labels,
    "limitAccelerators": _limit_accelerators,
    "limitResources": _limit_resources,
    "limitCost": _limit_cost,
}
