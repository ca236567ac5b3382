"""MutatingAdmissionPolicy: labels that an object inherits, added where it states none, as the webhook adds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies.export.document import VERSION, Document, metadata
from policies.export.labels import fitting, unreadable
from policies.export.literal import text, texts
from policies.export.scope import Scope, conditions, may_inherit
from policies.policy import Policy, RequireLabels


def inheriting(policy: Policy) -> tuple[RequireLabels, ...]:
    """The rules whose label an object may inherit."""
    checks = (rule.check for rule in policy.rules if isinstance(rule.check, RequireLabels))
    readable = (check for check in checks if not unreadable(check) and "owner" not in check.sources)
    return tuple(check for check in readable if check.default or {"template", "namespace"} & set(check.sources))


def mutating(name: str, checks: Sequence[RequireLabels], scope: Scope) -> Iterator[Document]:
    """The policy and its binding. Labels are a granular map: adding one leaves every other, and every owner, as it is."""
    constraints = scope.constraints({"pods": ("CREATE",)})
    if not constraints["resourceRules"]:
        return  # about changes of Pods alone, to which nothing is added
    yield {
        "apiVersion": VERSION,
        "kind": "MutatingAdmissionPolicy",
        "metadata": metadata(name, ()),
        "spec": {
            "failurePolicy": "Ignore",
            "reinvocationPolicy": "IfNeeded",
            "matchConstraints": constraints,
            "matchConditions": conditions(
                [each for each in scope.conditions if each[0] != "costs"],
                may_inherit(),
            ),
            "mutations": [
                {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": _added(check)}} for check in checks
            ],
        },
    }
    yield {
        "apiVersion": VERSION,
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": metadata(name, ()),
        "spec": {"policyName": name},
    }


def _added(check: RequireLabels) -> str:
    """The label by the rule's first key, from the nearest place that states one by any of its keys."""
    values = f"[{', '.join([*_values(check), text(check.default)])}].filter(v, v != '')"
    stated = f"{texts(check.keys)}.exists(k, k in object.metadata.?labels.orValue({{}}))"
    label = f"Object.metadata{{labels: {{{text(check.keys[0])}: string({values}[0])}}}}"
    # The nearest place that states one decides: where that is not allowed, another is not looked for.
    unfit = f"!{fitting(check).replace('VALUE', f'string({values}[0])')}"
    return f"{stated} || {values}.size() == 0 || {unfit} ? Object{{}} : Object{{metadata: {label}}}"


def _values(check: RequireLabels) -> Iterator[str]:
    places = {
        "template": "object.?spec.?template.?metadata.?labels",
        "namespace": "namespaceObject.?metadata.?labels",
    }
    for source, labels in places.items():
        if source in check.sources:
            yield from (f"{labels}[?{text(key)}].orValue('')" for key in check.keys)
