"""A CostPolicy's document, checked already, as a policy: every part of it as the value that rules work with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

import orjson

from policies.cel.expression import compile_expression
from policies.matching.image_set import image_set
from policies.matching.pattern import compile_pattern
from policies.policy import (
    AtPoint,
    Check,
    ConfigMapKey,
    Expression,
    LimitAccelerators,
    LimitCost,
    LimitResources,
    Match,
    MatchCondition,
    Policy,
    PreferSpot,
    RequireLabels,
    ResourceRule,
    Rule,
    Selector,
    Validation,
)
from policies.verdict import Action, Point
from workloads.field import dig, mapping, sequence, text
from workloads.manifest import Manifest
from workloads.quantity import parse_quantity


def read_policy(manifest: Manifest) -> Policy:
    """The policy of a document that keeps the schema and whose patterns, quantities and expressions were found right."""
    spec = mapping(manifest.body, "spec")
    points = mapping(spec, "points")
    return Policy(
        name=manifest.name,
        rules=tuple(_rule(mapping(rule), mapping(spec, "params")) for rule in sequence(spec, "rules")),
        match=_match(mapping(spec, "matchConstraints")),
        conditions=tuple(
            MatchCondition(text(condition, "name"), compile_expression(text(condition, "expression")))
            for condition in sequence(spec, "matchConditions")
        ),
        params=mapping(spec, "params"),
        actions=_actions(spec) or (Action.DENY,),
        points={Point(name): _at_point(mapping(stated)) for name, stated in points.items()},
        digest=hashlib.sha256(orjson.dumps(manifest.body, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        origin=manifest.origin,
    )


def _at_point(stated: Mapping[str, object]) -> AtPoint:
    return AtPoint(_actions(stated), text(stated, "unknown"), text(stated, "injected") == "Deny")


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


def _rule(stated: Mapping[str, object], params: Mapping[str, object]) -> Rule:
    return Rule(text(stated, "name"), _check(stated, params), text(stated, "message"))


def _check(stated: Mapping[str, object], params: Mapping[str, object]) -> Check:
    if "expression" in stated:
        words = text(stated, "messageExpression")
        return Validation(
            compile_expression(text(stated, "expression")), compile_expression(words, "STRING") if words else None, params
        )
    name, read = next((key, read) for key, read in _CHECKS.items() if key in stated)
    return read(mapping(stated, name))


def _require_labels(stated: Mapping[str, object]) -> RequireLabels:
    pattern = text(stated, "pattern")
    return RequireLabels(
        keys=_texts(stated, "keys"),
        values=_texts(stated, "values"),
        pattern=compile_pattern(pattern) if pattern else None,
        sources=_texts(stated, "from") or RequireLabels(()).sources,
        default=text(stated, "default"),
        dimension=text(stated, "dimension"),
        values_from=_config_map_key(mapping(stated, "valuesFrom", "configMap")),
        add_to_template=bool(stated.get("addToTemplate")),
    )


def _config_map_key(stated: Mapping[str, object]) -> ConfigMapKey | None:
    return ConfigMapKey(text(stated, "namespace"), text(stated, "name"), text(stated, "key")) if stated else None


def _limit_accelerators(stated: Mapping[str, object]) -> LimitAccelerators:
    return LimitAccelerators(
        container=_number(stated, "maximum", "container"),
        pod=_number(stated, "maximum", "pod"),
        workload=_number(stated, "maximum", "workload"),
        namespace=_number(stated, "maximum", "namespace"),
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
        container_limits=_amounts(stated, "maximum", "containerLimits"),
        ratio=_amounts(stated, "limitToRequestRatio"),
        replicas=_number(stated, "replicas"),
        volume_size=parse_quantity(stated["volumeSize"]) if "volumeSize" in stated else None,
        load_balancers=_number(stated, "loadBalancers"),
        initial=bool(stated.get("includeInitContainers")),
        exempt=image_set(_texts(stated, "exemptImages")),
    )


def _limit_cost(stated: Mapping[str, object]) -> LimitCost:
    return LimitCost(
        run=stated.get("of") == "run",
        exposed=stated.get("exposure") == "maximum",
        amount=_number(stated, "maximum"),
        increase=_number(stated, "increase", "amount"),
        increase_percent=_number(stated, "increase", "percent"),
    )


def _prefer_spot(stated: Mapping[str, object]) -> PreferSpot:
    return PreferSpot(
        kinds=_texts(stated, "kinds"),
        labels=_selector(stated.get("selector")),
        required=bool(stated.get("required")),
        least_saving=_number(stated, "leastSaving") or Decimal(0),
        place=text(stated, "place"),
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
    "preferSpot": _prefer_spot,
}
