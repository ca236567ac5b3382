"""``requireLabels``: a label that has to be stated, on the object, its pods' template or its namespace."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from policies.finding import Finding
from policies.message import dollars, quoted
from policies.policy import RequireLabels
from policies.subject import Subject
from workloads.field import FieldPath, mapping

LONGEST_VALUE = 63
"""Characters of a label's value that Kubernetes allows."""

Place = tuple[str, FieldPath, Mapping[str, object]]
"""Where a label may be stated: the source's name, the path of its labels in the object, and the labels."""


def find(check: RequireLabels, subject: Subject) -> list[Finding]:
    """At most one finding: the label is missing, has a value that is not allowed, or may be stated where nobody can look."""
    for source, path, labels in _places(check, subject):
        for key in check.keys:
            if key in labels:
                wrong = _judge(check, key, labels[key], source, (*path, key) if path else ())
                return [wrong] if wrong else []
    unseen = _unseen(check, subject)
    if unseen:
        fix = f"Add {quoted(check.keys[0])} under metadata.labels, or show the namespace with the rest."
        return [Finding(_key(check), f"no {quoted(check.keys[0])} label, and whether {unseen}", fix, undecided=True)]
    return [_missing(check, subject)]


def _key(check: RequireLabels) -> str:
    return f"label {check.keys[0]}"


def _places(check: RequireLabels, subject: Subject) -> Iterator[Place]:
    if "object" in check.sources:
        yield "object", ("metadata", "labels"), subject.labels
    if "template" in check.sources:
        for group in subject.groups:
            yield "template", (*group.path, "metadata", "labels"), mapping(group.template, "metadata", "labels")
    if "namespace" in check.sources and subject.namespace_labels is not None:
        yield "namespace", (), subject.namespace_labels


def _unseen(check: RequireLabels, subject: Subject) -> str:
    """Where the label may yet be stated and nobody can look; empty where everything was looked at."""
    if "namespace" in check.sources and subject.namespace_labels is None:
        name = f"namespace {quoted(subject.namespace)}" if subject.namespace else "its namespace"
        return f"{name} has one is not known: {subject.context.missing.get('namespaces', 'it is not among the objects read')}"
    reason = subject.context.missing.get("owners", "")
    return f"its owner has one is not known: {reason}" if "owner" in check.sources and reason else ""


def _judge(check: RequireLabels, key: str, value: object, source: str, path: FieldPath) -> Finding | None:
    stated = value if isinstance(value, str) else ""
    if stated and len(stated) <= LONGEST_VALUE and stated == stated.strip() and _fits(check, stated):
        return None
    allowed = _allowed(check)
    where = "" if source == "object" else f" of its {source}"
    shown = quoted(stated) if stated.strip() else "empty"
    near = difflib.get_close_matches(stated.lower().strip(), check.values, n=1, cutoff=0.7)
    hint = f"Did you mean {near[0]}? " if near else ""
    return Finding(
        _key(check),
        f"label {quoted(key)}{where} is {shown}, which is not {allowed or 'a value'}",
        f"{hint}Set {quoted(key)} to {allowed or 'the value that owns it'}.",
        shown,
        allowed,
        path,
    )


def _fits(check: RequireLabels, value: str) -> bool:
    return (not check.values or value in check.values) and (check.pattern is None or bool(check.pattern.fullmatch(value)))


def _allowed(check: RequireLabels) -> str:
    if check.values:
        listed = [quoted(value) for value in check.values[:8]]
        return "one of " + ", ".join(listed) + (" …" if len(check.values) > len(listed) else "")
    return f"what {quoted(check.pattern.pattern)} matches" if check.pattern else ""


def _missing(check: RequireLabels, subject: Subject) -> Finding:
    key = check.keys[0]
    near = next((found for _, _, labels in _places(check, subject) for found in _near(key, labels)), "")
    hint = f"Label {quoted(near)} looks like it: did you mean {quoted(key)}? " if near else ""
    allowed = _allowed(check)
    return Finding(
        _key(check),
        f"no {quoted(key)} label{_money(subject, key)}",
        f"{hint}Add {quoted(key)} under metadata.labels{f', {allowed}' if allowed else ''}.",
        "none",
        allowed or quoted(key),
        ("metadata", "labels") if subject.labels else ("metadata",),
    )


def _near(key: str, labels: Mapping[str, object]) -> list[str]:
    return difflib.get_close_matches(key, [str(label) for label in labels], n=1, cutoff=0.8)


def _money(subject: Subject, key: str) -> str:
    """What is at stake: ``, so its $16 a month goes to no team``."""
    if subject.estimate is None or not subject.estimate.total.expected:
        return ""
    return f", so its {dollars(subject.estimate.total.expected)} a month goes to no {quoted(key)}"
