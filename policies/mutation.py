"""Which labels an object inherits from its pods' template, its namespace or a rule's default, where it states none itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from policies.context import Context
from policies.match import selected
from policies.policy import RequireLabels
from policies.policy_set import PolicySet
from policies.subject import Subject
from workloads.field import mapping
from workloads.manifest import Manifest


class Inherited(NamedTuple):
    """A label's value, and where it comes from."""

    value: str
    source: str
    """``its pod template``, ``namespace shop``, ``the default of cost-labels/team``."""


def inherited_labels(manifest: Manifest, policies: PolicySet, context: Context) -> Mapping[str, Inherited]:
    """The labels that an object lacks and that are known for it, by key, in the order of the rules.

    Idempotent: an object with these labels inherits none. An object that states a label by any of a rule's keys keeps its own.
    """
    identity = manifest.identity(context.cluster)
    subject = Subject(identity, manifest, context)
    found: dict[str, Inherited] = {}
    for policy in policies.about(identity.group, identity.kind, costs=True):
        if not selected(policy.match, subject):
            continue
        for rule in policy.rules:
            check = rule.check
            if isinstance(check, RequireLabels) and not any(key in subject.labels or key in found for key in check.keys):
                inherited = _inherited(check, subject, f"{policy.name}/{rule.name}")
                if inherited is not None:
                    found[check.keys[0]] = inherited
    return found


def _inherited(check: RequireLabels, subject: Subject, rule: str) -> Inherited | None:
    for source, labels in _sources(check, subject):
        for key in check.keys:
            value = labels.get(key)
            if isinstance(value, str) and value:
                return Inherited(value, source)
    return Inherited(check.default, f"the default of {rule}") if check.default else None


def _sources(check: RequireLabels, subject: Subject) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Where a label may be taken from, nearest first."""
    if "template" in check.sources:
        yield "its pod template", mapping(subject.manifest.body, "spec", "template", "metadata", "labels")
    if "namespace" in check.sources:
        yield f"namespace {subject.namespace}", subject.namespace_labels or {}
