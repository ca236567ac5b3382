"""What expressions read: the object, what it was, the request, its namespace, the policy's parameters, and what it costs.

A variable that is not known is absent, and an expression that reads it is undecided: ``request`` away from admission, ``cost``
where something of the object has no price, ``namespaceObject`` where nobody knows the namespace.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from policies.subject import Subject
from pricing.rounding import to_cents
from workloads.excess import MOST_VALUES, too_large
from workloads.span import NOTHING, Span, total

ABSENT = {
    "object": f"it holds more than {MOST_VALUES:,} values, which no expression is held against",
    "oldObject": f"it held more than {MOST_VALUES:,} values, which no expression is held against",
    "request": "an admission request is there only at the gate",
    "cost": "something of it has no price",
    "namespaceObject": "its namespace is not among the objects read",
}
"""Why a variable is not there, in words."""


def variables(subject: Subject, before: Subject | None, params: Mapping[str, object]) -> Mapping[str, object]:
    """The variables of one object on one side of a change, given what it was; those that are not known are left out."""
    found: dict[str, object] = {"params": params}
    if not too_large(subject.manifest):
        found["object"] = subject.manifest.body
    if before is None or not too_large(before.manifest):
        found["oldObject"] = before.manifest.body if before is not None else None
    if subject.context.request is not None:
        found["request"] = subject.context.request
    namespace = _namespace(subject)
    if namespace is not None:
        found["namespaceObject"] = namespace
    if not subject.unpriced:
        found["cost"] = _cost(subject, before)
    return found


def _namespace(subject: Subject) -> Mapping[str, object] | None:
    """The namespace with its name and labels; None where they are not known. An object without one has no namespace."""
    labels = subject.namespace_labels
    if labels is None:
        return None
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": subject.namespace, "labels": dict(labels)}}


def _cost(subject: Subject, before: Subject | None) -> Mapping[str, object]:
    """What an object costs a month and a run, what a change adds, and how many pods it has; money in US dollars and cents.

    What a change adds to something without a price is not known, and not there.
    """
    month, run = _sums(subject)
    earlier, earlier_run = _sums(before)
    endless = {group.one_off for group in subject.groups if group.endless}
    added = {
        "month": _told(_between(earlier, month), endless=False in endless),
        "run": _told(_between(earlier_run, run), endless=True in endless),
    }
    return {
        "currency": "USD",
        "month": _told(_ends(month), endless=False in endless),
        "run": _told(_ends(run), endless=True in endless),
        **({"added": added} if before is None or not before.unpriced else {}),
        "pods": _told(_pods(subject), endless=any(group.unbounded for group in subject.groups)),
    }


def _told(ends: Mapping[str, float], *, endless: bool) -> Mapping[str, float]:
    """The ends that are known: no high one where more may run than is counted, so that who reads it gets no answer."""
    return {key: value for key, value in ends.items() if key != "high"} if endless else ends


def _sums(subject: Subject | None) -> tuple[Span, Span]:
    estimate = subject.estimate if subject is not None else None
    return (estimate.total, estimate.one_off) if estimate is not None else (NOTHING, NOTHING)


def _ends(span: Span) -> Mapping[str, float]:
    return {"low": _money(span.low), "expected": _money(span.expected), "high": _money(span.high)}


def _between(before: Span, after: Span) -> Mapping[str, float]:
    return {
        "low": _money(after.low - before.low),
        "expected": _money(after.expected - before.expected),
        "high": _money(after.high - before.high),
    }


def _money(amount: Decimal) -> float:
    """An amount in whole cents, as the double that prints the same digits: CEL knows no decimals."""
    return float(to_cents(amount))


def _pods(subject: Subject) -> Mapping[str, float]:
    pods = total([group.pods for group in subject.groups])
    return {"low": float(pods.low), "expected": float(pods.expected), "high": float(pods.high)}
