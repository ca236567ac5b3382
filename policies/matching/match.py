"""Whether a policy is about an object: resource rules, object and namespace selectors, as an API server matches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policies.message import quoted
from policies.policy import Match, ResourceRule, Selector
from policies.subject import Subject
from workloads.namespace import NAME_LABEL, named
from workloads.remembered import remembered

CREATE: Final = "CREATE"
UPDATE: Final = "UPDATE"
JUDGED: Final = (CREATE, UPDATE)
"""The operations that are judged: nothing is ever said against a deletion."""
_PLURALS: Final = {"endpoints": "endpoints", "gateway": "gateways"}


@remembered(1024)
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
    return bool(operations_of(match, group, resource, costs))


def operations_of(match: Match, group: str, resource: str, costs: bool) -> tuple[str, ...]:
    """At which of the operations that are judged a policy's resource rules name a resource."""
    return tuple(operation for operation in JUDGED if _names(match, group, resource, operation, costs))


def _names(match: Match, group: str, resource: str, operation: str, costs: bool) -> bool:
    named = any(_covers(rule, group, resource, operation) for rule in match.resources) if match.resources else costs
    return named and not any(_covers(rule, group, resource, operation) for rule in match.excluded)


def _covers(rule: ResourceRule, group: str, resource: str, operation: str) -> bool:
    return (
        ("*" in rule.groups or group in rule.groups)
        and ("*" in rule.resources or resource in rule.resources)
        and ("*" in rule.operations or operation in rule.operations)
    )


def selected(match: Match, subject: Subject, before: Subject | None) -> bool | str:
    """Whether a policy takes an object, given what it was before a change; in words, why that cannot be told.

    Nobody may know its namespace's labels. What is weighed by itself counts as created. An object selector takes a change by
    either side's labels, as the API server has it: nobody leaves a policy by taking a label off.
    """
    if (match.resources or match.excluded) and not _asked(match, subject, CREATE if before is None else UPDATE):
        return False
    if match.objects is not None and not any(selects(match.objects, labels) for labels in labels_of_object(subject, before)):
        return False
    return match.namespaces is None or _by_namespace(match.namespaces, subject)


def labels_of_object(subject: Subject, before: Subject | None) -> tuple[Mapping[str, object], ...]:
    """What an object selector looks at, of which one suffices: the object's labels as they are and as they were."""
    return (subject.labels,) if before is None else (subject.labels, before.labels)


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
    if subject.cluster_scoped:
        return True
    if not subject.namespace:
        return "it states no namespace (metadata.namespace, clusters[].namespace)"
    if all(expression.key == NAME_LABEL for expression in selector.expressions):
        return selects(selector, {NAME_LABEL: subject.namespace})
    reason = subject.context.missing.get("namespaces", "its labels are not among the objects read, or given twice and not alike")
    return f"namespace {quoted(subject.namespace)} is not known: {reason}"


def _asked(match: Match, subject: Subject, operation: str) -> bool:
    """Whether the rules that name the resource name the operation.

    In whichever version the object is written: the API server serves it in each (``matchPolicy: Equivalent``, its default).
    """
    return _names(match, subject.identity.group, resource_of(subject.identity.kind), operation, costs=True)


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
