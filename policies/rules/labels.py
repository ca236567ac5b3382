"""``requireLabels``: a label that has to be stated, on the object, its pods' template, its owner or its namespace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from policies.finding import Finding, untold
from policies.matching.allowed_values import listed_values
from policies.matching.near_miss import near_miss
from policies.matching.owner import owner_of
from policies.message import dollars, quoted
from policies.policy import RequireLabels
from policies.subject import Subject
from pricing.volumes.retention import after_change
from workloads.field import FieldPath, mapping

_VALUE: Final = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
"""What Kubernetes takes for a label's value, which may be empty there and not here."""
_LARGEST: Final = 10**15
"""Numbers up to which one is shown."""
_ALIKE_KEY: Final = 0.8
_ALIKE_VALUE: Final = 0.7
_MOST_LISTED: Final = 8
"""Allowed values that a message tells."""

Place = tuple[str, FieldPath, Mapping[str, object]]
"""Where a label may be stated: the source's name, the path of its labels in the object, and the labels."""


def find(check: RequireLabels, subject: Subject, before: Subject | None = None) -> list[Finding]:
    """At most one finding: the label is missing, has a value that is not allowed, or may be stated where nobody can look.

    ``before`` tells which volumes the change does not free.
    """
    if subject.unlabelled:
        return []
    subject = _with_what_stays(subject, before)
    keys = label_keys(check, subject)
    for source, path, labels in _places(check, subject):
        for key in keys:
            if key in labels:
                wrong = _judge(check, subject, key, labels[key], source, (*path, key) if path else ())
                return [wrong] if wrong else []
    unseen, of_cluster = _unseen(check, subject), _of_cluster(check, subject)
    if unseen and (not of_cluster or _restricted(check)):
        where, why = unseen
        name = quoted(keys[0])
        fix = f"{_meant(keys, check, subject)}Add {name} under metadata.labels, or show {where} with the rest."
        return [untold(f"label {keys[0]}", f"its {name} label", why, fix, names=(name,))]
    if of_cluster:
        wrong = _judge(check, subject, keys[0], of_cluster, "cluster", ())
        return [wrong] if wrong else []
    return [_missing(check, subject)]


def label_keys(check: RequireLabels, subject: Subject) -> tuple[str, ...]:
    """The keys by which a label may be stated: the rule's own, else those that the configuration lists for its dimension."""
    return check.keys or subject.context.ownership.keys(check.dimension)


def fits(check: RequireLabels, subject: Subject, value: object) -> bool | str:
    """Whether a rule takes a value; in words, why that cannot be told: nobody knows the list that it may stand in."""
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        return False
    if check.pattern is not None and not check.pattern.fullmatch(value):
        return False
    if value in check.values or not (check.values or check.values_from):
        return True
    if check.values_from is None:
        return False
    listed = listed_values(check.values_from, subject)
    return listed.wrong or value in listed.values


def _places(check: RequireLabels, subject: Subject) -> Iterator[Place]:
    if "object" in check.sources:
        yield "object", ("metadata", "labels"), subject.labels
    if "template" in check.sources:
        for group in subject.groups:
            yield "template", (*group.path, "metadata", "labels"), mapping(group.template, "metadata", "labels")
    if "owner" in check.sources:
        yield "owner", (), owner_of(subject).labels
    if "namespace" in check.sources and subject.namespace_labels is not None:
        yield "namespace", (), subject.namespace_labels


def _of_cluster(check: RequireLabels, subject: Subject) -> str:
    """The environment of its cluster, which holds where neither it nor its namespace states one; empty where nobody asks."""
    ownership = subject.context.ownership
    asked = set(ownership.keys("environment")) & set(label_keys(check, subject))
    return ownership.cluster_environment if asked and "namespace" in check.sources else ""


def _restricted(check: RequireLabels) -> bool:
    """Whether not every value is allowed."""
    return bool(check.values or check.values_from or check.pattern)


def _unseen(check: RequireLabels, subject: Subject) -> tuple[str, str] | None:
    """What the label may yet be stated by and nobody can look at, and why; None where everything was looked at."""
    if "namespace" in check.sources and subject.namespace_labels is None and not subject.cluster_scoped:
        name = f"namespace {quoted(subject.namespace)}" if subject.namespace else "its namespace"
        reason = subject.context.missing.get("namespaces", "it is not among the objects read")
        return "the namespace", f"it states none, and {name} may: {reason}"
    reason = owner_of(subject).unknown if "owner" in check.sources else ""
    return ("the owner", f"it states none, and its owner may: {reason}") if reason else None


def _judge(check: RequireLabels, subject: Subject, key: str, value: object, source: str, path: FieldPath) -> Finding | None:
    fitting = fits(check, subject, value)
    if fitting is True:
        return None
    stated = value if isinstance(value, str) else ""
    where = "" if source == "object" else f" of its {source}"
    shown = _shown(value)
    words = f"label {quoted(key)}{where} is {shown}"
    first = label_keys(check, subject)[0]
    if fitting:
        # Of another value there is another thing that cannot be told: the value is part of what makes findings the same.
        asked = f"whether label {quoted(key)}{where} may be {shown}"
        return untold(f"label {first} {stated}", asked, str(fitting), names=(quoted(key), shown))
    allowed, near = _allowed(check, subject), near_miss(stated, _values(check, subject), _ALIKE_VALUE)
    hint = f"Did you mean {quoted(near)}? " if near else ""
    hint = hint if isinstance(value, str | None) else "Write it in quotes. "
    fix = f"{hint}Set {quoted(key)} to {allowed or 'the value that owns it'}."
    wrong = f"{words}, which is not {allowed or 'a value'}{_money(subject, first)}"
    return Finding(f"label {first}", wrong, fix, shown, allowed or "a value", path, parts=(quoted(key), shown, allowed))


def _shown(value: object) -> str:
    """A label's value in a message: YAML reads ``7`` and ``yes`` as no text, which the API server refuses."""
    if isinstance(value, str | None):
        return quoted(value) if value and value.strip() else "empty"
    return f"the number {value}" if type(value) is int and abs(value) < _LARGEST else "no text"


def _values(check: RequireLabels, subject: Subject) -> tuple[str, ...]:
    return (*check.values, *(listed_values(check.values_from, subject).values if check.values_from else ()))


def _allowed(check: RequireLabels, subject: Subject) -> str:
    values = _values(check, subject)
    if values:
        listed = [quoted(value) for value in values[:_MOST_LISTED]]
        return "one of " + ", ".join(listed) + (" …" if len(values) > len(listed) else "")
    return f"what {quoted(check.pattern.pattern)} matches" if check.pattern else ""


def _missing(check: RequireLabels, subject: Subject) -> Finding:
    keys = label_keys(check, subject)
    key = keys[0]
    allowed = _allowed(check, subject)
    return Finding(
        f"label {key}",
        f"no {quoted(key)} label{_money(subject, key)}",
        f"{_meant(keys, check, subject)}Add {quoted(key)} under metadata.labels{f', {allowed}' if allowed else ''}.",
        "none",
        allowed or quoted(key),
        ("metadata", "labels") if subject.labels else ("metadata",),
        parts=(quoted(key),),
    )


def _meant(keys: tuple[str, ...], check: RequireLabels, subject: Subject) -> str:
    """A question about a label that looks like a key; empty where none does."""
    near, meant = next(_near(keys, check, subject), ("", ""))
    return f"Label {quoted(near)} looks like it: did you mean {quoted(meant)}? " if near else ""


def _near(keys: tuple[str, ...], check: RequireLabels, subject: Subject) -> Iterator[tuple[str, str]]:
    """Labels that look like a key, each with that key."""
    stated = [labels for _, _, labels in _places(check, subject) if labels]
    for key in keys:
        for labels in stated:
            near = near_miss(key, map(str, labels), _ALIKE_KEY)
            if near:
                yield near, key


def _with_what_stays(subject: Subject, before: Subject | None) -> Subject:
    """An object with what its volumes go on to cost; the same value where the change frees all that it gives up."""
    if subject.estimate is None or before is None or before.estimate is None:
        return subject
    settled = after_change(before.estimate, subject.estimate).estimate
    return subject if settled is subject.estimate else replace(subject, estimate=settled)


def _money(subject: Subject, key: str) -> str:
    """What is at stake: ``, so its $16 a month goes to no team``."""
    if subject.estimate is None:
        return ""
    monthly, once = subject.estimate.total.expected, subject.estimate.one_off.expected
    amount = f"{dollars(monthly)} a month" if monthly else f"{dollars(once)} a run"
    return f", so its {amount} goes to no {quoted(key)}" if monthly or once else ""
