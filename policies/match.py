"""Whether a policy is about an object: resource rules, object and namespace selectors, as an API server matches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from policies.message import quoted
from policies.policy import Match, ResourceRule, Selector
from policies.subject import Subject
from workloads.namespace import NAME_LABEL, named

_PLURALS: Final = {"endpoints": "endpoints", "gateway": "gateways"}


@lru_cache(maxsize=1024)
def resource_of(kind: str) -> str:
    """The plural by which the API server calls a kind: ``deployments``, ``networkpolicies``, ``ingresses``."""
    name = kind.lower()
    if name in _PLURALS:
        return _PLURALS[name]
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh", "z")) else f"{name}s"


def is_about(match: Match, group: str, resource: str, costs: bool) -> bool:
    """Whether a policy's resource rules name a resource; without rules it is about every object that costs."""
    named = any(_covers(rule, group, resource) for rule in match.resources) if match.resources else costs
    return named and not any(_covers(rule, group, resource) for rule in match.excluded)


def _covers(rule: ResourceRule, group: str, resource: str) -> bool:
    return ("*" in rule.groups or group in rule.groups) and ("*" in rule.resources or resource in rule.resources)


def selected(match: Match, subject: Subject) -> bool | str:
    """Whether the selectors take an object; in words, why that cannot be told: nobody knows its namespace's labels."""
    if match.resources and not _versioned(match.resources, subject):
        return False
    if match.objects is not None and not selects(match.objects, subject.labels):
        return False
    return match.namespaces is None or _by_namespace(match.namespaces, subject)


def labels_of_namespace(subject: Subject) -> Mapping[str, object] | None:
    """What a namespace selector looks at; None where nobody knows it, or the object is in no namespace and every one takes it.

    Of a namespace its own labels are meant, as the API server has it.
    """
    if subject.identity[1:3] == ("", "Namespace"):
        return named(subject.labels, subject.manifest.name)
    return subject.namespace_labels if subject.namespace else None


def _by_namespace(selector: Selector, subject: Subject) -> bool | str:
    """Whether a selector takes an object's namespace."""
    labels = labels_of_namespace(subject)
    if labels is not None:
        return selects(selector, labels)
    if not subject.namespace:
        return True
    if all(expression.key == NAME_LABEL for expression in selector.expressions):
        return selects(selector, {NAME_LABEL: subject.namespace})
    reason = subject.context.missing.get("namespaces", "its labels are not among the objects read")
    return f"whether the policy is about it cannot be told: namespace {quoted(subject.namespace)} is not known, {reason}"


def _versioned(rules: Sequence[ResourceRule], subject: Subject) -> bool:
    """Whether a rule that names the resource names the version of the object as it is written."""
    version, resource = subject.manifest.api_version.rpartition("/")[2], resource_of(subject.identity.kind)
    named = (rule for rule in rules if "*" in rule.versions or version in rule.versions)
    return any(_covers(rule, subject.identity.group, resource) for rule in named)


def selects(selector: Selector, labels: Mapping[str, object]) -> bool:
    """Whether a label selector takes an object with these labels."""
    for expression in selector.expressions:
        value = labels.get(expression.key)
        if not _HELD[expression.operator](value, expression.values):
            return False
    return True


_HELD: Final[Mapping[str, Callable[[object, tuple[str, ...]], bool]]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
}
