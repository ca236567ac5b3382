"""A label that a policy asks for, where its value can be told: the only one allowed, the one nearly written, its neighbours'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from policies.advice.proposal import Proposal
from policies.context import Context
from policies.matching.allowed_values import listed_values
from policies.matching.near_miss import near_miss
from policies.message import quoted
from policies.policy import RequireLabels
from policies.rules.labels import fits, label_keys
from policies.subject import Subject
from policies.verdict import Violation
from workloads.edit import Edit
from workloads.field import FieldPath, mapping
from workloads.manifest import Manifest
from workloads.workload import Inventory

_ALIKE: Final = 0.7
"""From which likeness on, of 1, a value or a key is one that was misspelt."""
_MOST_LISTED: Final = 8
_LABELS: Final[FieldPath] = ("metadata", "labels")


class _Told(NamedTuple):
    """A value, and how it can be told."""

    value: str
    why: str


def proposals(
    check: RequireLabels, violation: Violation, manifest: Manifest, after: Inventory, context: Context
) -> Iterator[Proposal]:
    """The label with the value that is most likely meant; nothing where none can be told."""
    if "object" not in check.sources:
        return
    subject = Subject(manifest.identity(context.cluster), manifest, context)
    keys = label_keys(check, subject)
    stated = _wrong(violation.path, manifest)
    key = str(violation.path[-1]) if stated else keys[0]
    path = violation.path if stated else (*_LABELS, key)
    values = (*check.values, *(listed_values(check.values_from, subject).values if check.values_from else ()))
    told = next((each for each in _told(stated, keys, values, subject, after) if fits(check, subject, each.value) is True), None)
    if told is not None:
        yield Proposal(
            violation.policy,
            f"with label {quoted(key)}: {quoted(told.value)}",
            manifest,
            ((Edit(path, told.value),),),
            why=" ".join(filter(None, (f"{told.why}.", _allowed(values)))),
            settles=violation,
            about_money=False,
        )


def _wrong(path: FieldPath, manifest: Manifest) -> str:
    """The value that a rule does not take; empty where there is none."""
    if len(path) < len(_LABELS) + 1 or path[-2] != "labels":
        return ""
    value = mapping(manifest.body, *path[:-1]).get(str(path[-1]))
    return value if isinstance(value, str) else ""


def _told(stated: str, keys: tuple[str, ...], values: tuple[str, ...], subject: Subject, after: Inventory) -> Iterator[_Told]:
    if stated and (near := near_miss(stated, values, _ALIKE)):
        yield _Told(near, f"{quoted(stated)} looks like {quoted(near)}")
    if not stated:
        yield from _misspelt(keys, subject.labels)
    if len(values) == 1:
        yield _Told(values[0], f"{quoted(values[0])} is the only value allowed")
    yield from _of_neighbours(keys, subject, after)


def _misspelt(keys: tuple[str, ...], labels: Mapping[str, object]) -> Iterator[_Told]:
    """The value of a label whose key looks like the one that is asked for."""
    for key in keys:
        near = near_miss(key, map(str, labels), _ALIKE)
        value = labels.get(near)
        if near and isinstance(value, str):
            yield _Told(value, f"Label {quoted(near)} looks like it")


def _of_neighbours(keys: tuple[str, ...], subject: Subject, after: Inventory) -> Iterator[_Told]:
    """The value that all other workloads of the namespace carry which carry any."""
    if not subject.namespace:
        return
    found: dict[str, int] = {}
    for workload in after.workloads:
        manifest = workload.manifest
        namespace = manifest.namespace or subject.context.default_namespace
        if namespace != subject.namespace or manifest.body is subject.manifest.body:
            continue
        labels = mapping(manifest.body, *_LABELS)
        value = next((labels[key] for key in keys if isinstance(labels.get(key), str)), None)
        if isinstance(value, str):
            found[value] = found.get(value, 0) + 1
    if len(found) == 1:
        value, count = next(iter(found.items()))
        others = "The other workload" if count == 1 else f"The other {count} workloads"
        carry = "carries" if count == 1 else "carry"
        yield _Told(value, f"{others} of this namespace that {'has' if count == 1 else 'have'} one {carry} {quoted(value)}")


def _allowed(values: tuple[str, ...]) -> str:
    if len(values) < 2:
        return ""
    more = " …" if len(values) > _MOST_LISTED else ""
    return f"Allowed: {', '.join(map(quoted, values[:_MOST_LISTED]))}{more}."
