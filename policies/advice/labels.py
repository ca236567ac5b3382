"""A label that a policy asks for, where its value can be told: the only one allowed, the one nearly written, its neighbours'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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

_ALIKE: Final = 0.7
"""From which likeness on, of 1, a value or a key is one that was misspelt."""
_MOST_LISTED: Final = 8
LABELS: Final[FieldPath] = ("metadata", "labels")


class _Told(NamedTuple):
    """A value, how it can be told, and under which key; empty for the one that is asked for first."""

    value: str
    why: str
    key: str = ""


def proposals(
    check: RequireLabels, violation: Violation, manifest: Manifest, neighbours: Sequence[Manifest], context: Context
) -> Iterator[Proposal]:
    """The label with the value that is most likely meant; nothing where none can be told.

    ``neighbours`` are workloads that a change leaves as they are: what it brings itself is no witness for it.
    """
    if "object" not in check.sources:
        return
    subject = Subject(manifest.identity(context.cluster), manifest, context)
    keys = label_keys(check, subject)
    stated = _wrong(violation.path, manifest)
    values = (*check.values, *(listed_values(check.values_from, subject).values if check.values_from else ()))
    told = next(
        (each for each in _told(stated, keys, values, subject, neighbours) if fits(check, subject, each.value) is True), None
    )
    if told is not None:
        key = str(violation.path[-1]) if stated else told.key or keys[0]
        path = violation.path if stated else (*LABELS, key)
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
    if len(path) < len(LABELS) + 1 or path[-2] != "labels":
        return ""
    value = mapping(manifest.body, *path[:-1]).get(str(path[-1]))
    return value if isinstance(value, str) else ""


def _told(
    stated: str, keys: tuple[str, ...], values: tuple[str, ...], subject: Subject, neighbours: Sequence[Manifest]
) -> Iterator[_Told]:
    if stated and (near := near_miss(stated, values, _ALIKE)):
        yield _Told(near, f"{quoted(stated)} looks like {quoted(near)}")
    if not stated:
        yield from _misspelt(keys, subject.labels)
    if len(values) == 1:
        yield _Told(values[0], f"{quoted(values[0])} is the only value allowed")
    yield from _of_neighbours(keys, subject, neighbours)


def _misspelt(keys: tuple[str, ...], labels: Mapping[str, object]) -> Iterator[_Told]:
    """The value of a label whose key looks like the one that is asked for."""
    for key in keys:
        near = near_miss(key, map(str, labels), _ALIKE)
        value = labels.get(near)
        if near and isinstance(value, str):
            yield _Told(value, f"Label {quoted(near)} looks like it")


def _of_neighbours(keys: tuple[str, ...], subject: Subject, neighbours: Sequence[Manifest]) -> Iterator[_Told]:
    """The value that several workloads of the namespace carry, and none there carries another. One alone tells nothing."""
    if not subject.namespace:
        return
    here = [each for each in neighbours if (each.namespace or subject.context.default_namespace) == subject.namespace]
    found = Counter(carried for each in here if (carried := _carried(keys, each)))
    values = {value for _, value in found}
    if len(values) == 1 and found.total() > 1:
        value, key = values.pop(), found.most_common(1)[0][0][0]
        yield _Told(
            value, f"{found.total()} workloads of this namespace carry {quoted(value)}, and none that was read another", key
        )


def _carried(keys: tuple[str, ...], manifest: Manifest) -> tuple[str, str] | None:
    """The key and the value by which an object says what is asked for."""
    labels = mapping(manifest.body, *LABELS)
    return next(((key, value) for key in keys if isinstance(value := labels.get(key), str)), None)


def _allowed(values: tuple[str, ...]) -> str:
    if len(values) < 2:
        return ""
    more = " …" if len(values) > _MOST_LISTED else ""
    return f"Allowed: {', '.join(map(quoted, values[:_MOST_LISTED]))}{more}."
