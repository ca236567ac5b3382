"""What an object gets at admission that it does not state: labels that it inherits, and spot nodes for what runs to its end.

Only what is absent is added, and nothing depends on prices or the time: the same object gets the same, as often as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from policies.context import Context
from policies.matching.condition import met
from policies.matching.match import selected
from policies.matching.owner import owner_of
from policies.policy import Policy, PreferSpot, RequireLabels
from policies.policy_set import PolicySet
from policies.rules.labels import fits, label_keys
from policies.spot_placement import placement
from policies.subject import Subject
from workloads.field import FieldPath, mapping
from workloads.kinds.kind import Category
from workloads.kinds.registry import find
from workloads.manifest import Manifest

TEMPLATES: Final[Mapping[tuple[str, str], FieldPath]] = {
    **{("apps", kind): ("spec", "template") for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")},
    ("", "ReplicationController"): ("spec", "template"),
    ("batch", "Job"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
}
"""Where Kubernetes' own kinds keep their pods' template. What operators make of a changed template, nobody here can say."""
_LABELS: Final = ("metadata", "labels")
_RUNS_NOTHING: Final = frozenset((Category.FREE, Category.TEMPLATE, Category.SCALER))


class Addition(NamedTuple):
    """One thing that an object gets."""

    path: FieldPath
    """Where it goes; what stands there already is kept."""
    value: object
    """A text, or a list whose entries are appended to what is there."""
    words: str
    """What it is and where it comes from: ``label team=shop from namespace shop``."""


class _Known(NamedTuple):
    """A label's value, and where it comes from."""

    value: object
    source: str
    """``its pod template``, ``namespace shop``, ``the default of cost-labels/team``."""


def additions(manifest: Manifest, policies: PolicySet, context: Context, before: Manifest | None = None) -> tuple[Addition, ...]:
    """What an object gets, in the order of the rules; ``before`` is what it was, None for what is created.

    Idempotent: an object with these additions gets none. One that states a label by any of a rule's keys keeps its own.
    """
    identity = manifest.identity(context.cluster)
    subject = Subject(identity, manifest, context)
    earlier = Subject(identity, before, context) if before is not None else None
    found: dict[FieldPath, Addition] = {}
    for policy in policies.about(subject, earlier, costs=_costs(identity.group, identity.kind)):
        if not _concerned(policy, subject, earlier):
            continue
        for rule in policy.rules:
            for each in _by_rule(rule.check, subject, f"{policy.name}/{rule.name}", created=before is None, found=found):
                found.setdefault(each.path, each)
    return tuple(found.values())


def _costs(group: str, kind: str) -> bool:
    """Whether objects of a kind may cost: what surely costs nothing needs nobody to pay for it."""
    known = find(group, kind)
    return known is None or known.category not in _RUNS_NOTHING


def _concerned(policy: Policy, subject: Subject, before: Subject | None) -> bool:
    """Whether a policy is surely about an object. One whose conditions read costs adds nothing: prices change."""
    if any("cost" in condition.expression.reads for condition in policy.conditions):
        return False
    return selected(policy.match, subject, before) is True and met(policy, subject, before) is True


def _by_rule(
    check: object, subject: Subject, rule: str, *, created: bool, found: Mapping[FieldPath, Addition]
) -> Iterator[Addition]:
    if isinstance(check, RequireLabels):
        yield from _own_label(check, subject, rule, found)
        if check.add_to_template and created:
            yield from _template_label(check, subject, rule, found)
    elif isinstance(check, PreferSpot) and created and not any("nodeSelector" in path for path in found):
        for path, value, words in placement(check, subject):
            yield Addition(path, value, f"{words}, by {rule}")


def _own_label(check: RequireLabels, subject: Subject, rule: str, found: Mapping[FieldPath, Addition]) -> Iterator[Addition]:
    keys = label_keys(check, subject)
    if any(key in subject.labels or (*_LABELS, key) in found for key in keys):
        return
    known = _inherited(check, subject, rule)
    if known is not None:
        yield Addition((*_LABELS, keys[0]), known.value, f"label {keys[0]}={known.value} from {known.source}")


def _template_label(check: RequireLabels, subject: Subject, rule: str, found: Mapping[FieldPath, Addition]) -> Iterator[Addition]:
    """The label for the pods' template: the object's own, else what the object inherits."""
    template = TEMPLATES.get((subject.manifest.group, subject.manifest.kind), ())
    if not template or not mapping(subject.manifest.body, *template):
        return
    keys, path = label_keys(check, subject), (*template, *_LABELS)
    stated = mapping(subject.manifest.body, *path)
    if any(key in stated or (*path, key) in found for key in keys):
        return
    known = _own(check, subject) or _inherited(check, subject, rule)
    if known is not None and fits(check, subject, known.value) is True:
        words = f"label {keys[0]}={known.value} to its pods' template, from {known.source}"
        yield Addition((*path, keys[0]), known.value, words)


def _own(check: RequireLabels, subject: Subject) -> _Known | None:
    stated = (subject.labels[key] for key in label_keys(check, subject) if key in subject.labels)
    value = next(stated, None)
    return _Known(value, "its own labels") if value is not None else None


def _inherited(check: RequireLabels, subject: Subject, rule: str) -> _Known | None:
    """What the nearest place that states the label lends; none where that is not allowed, or nobody can look there."""
    for source, labels in _sources(check, subject):
        if labels is None:
            return None
        for key in label_keys(check, subject):
            if key in labels:
                return _Known(labels[key], source) if fits(check, subject, labels[key]) is True else None
    fitting = bool(check.default) and fits(check, subject, check.default) is True
    return _Known(check.default, f"the default of {rule}") if fitting else None


def _sources(check: RequireLabels, subject: Subject) -> Iterator[tuple[str, Mapping[str, object] | None]]:
    """Where a label may be taken from, nearest first; None for a place where nobody can look."""
    template = TEMPLATES.get((subject.manifest.group, subject.manifest.kind), ("spec", "template"))
    if "template" in check.sources:
        yield "its pod template", mapping(subject.manifest.body, *template, *_LABELS)
    if "owner" in check.sources:
        owner = owner_of(subject)
        yield "its owner", owner.labels
        yield "its owner", None if owner.unknown else {}
    if "namespace" in check.sources:
        yield f"namespace {subject.namespace}", subject.namespace_labels if subject.namespace else {}
