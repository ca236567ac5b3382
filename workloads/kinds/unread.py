"""What an object of an unknown kind says beside its pod templates that may decide how many pods run, or how large they are.

Such are numbers, sizes, switches and lists of parts. Plain texts are none: they name things, as images, labels and addresses do.
Neither is what stands under words that every kind uses for something else: ports, times, versions, probes, security contexts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from workloads.field import FieldPath, render, shown
from workloads.quantity import QuantityError, parse_quantity

DEEPEST: Final = 24
"""Containers inside one another that are looked into."""
MOST: Final = 20_000
"""Values that are looked at."""
TOLD: Final = 3
"""Fields that are told by name."""

_NO_PART: Final = frozenset(
    (
        *("metadata", "status", "labels", "annotations", "selector", "matchLabels", "env", "envFrom", "args", "command"),
        *("affinity", "tolerations", "topologySpreadConstraints", "securityContext", "podSecurityContext", "strategy"),
        *("livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "imagePullSecrets", "volumeMounts", "users"),
        *("version", "image", "tag", "weight", "priority", "generation", "mode", "defaultMode", "type"),
        *("terminationGracePeriodSeconds", "revisionHistoryLimit", "minReadySeconds", "progressDeadlineSeconds"),
    )
)
_NO_PART_ENDS: Final = ("port", "ports", "seconds", "timeout", "interval", "period", "percent", "version", "threshold", "probe")
_COUNTING: Final = re.compile(
    "count|replica|shard|member|instance|node|size|worker|parallel|partition|server|broker", re.IGNORECASE
)

Value = tuple[FieldPath, object]
"""A field with what it states; of a list of parts, how many there are."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What nobody understands of an object whose kind is not known."""

    fields: tuple[Value, ...]
    uncounted: bool
    """Whether there is a template beside which no count was found."""

    @property
    def path(self) -> FieldPath:
        """Of the field that most looks like a count; empty where there is none."""
        return next((path for path, _ in self._stated()), ())

    def _stated(self) -> list[Value]:
        """The fields that are worth a word, those that look like counts first."""
        stated = [each for each in self.fields if not isinstance(each[1], bool)]
        return sorted(stated, key=lambda each: not _COUNTING.search(str(each[0][-1])))

    @property
    def words(self) -> str:
        """Why its figure is not sure; empty where everything was understood."""
        doubt = "how many pods it runs is not understood" if self.uncounted else "what else it runs is not understood"
        first = self._stated()
        told = ", ".join(f"{render(path)}: {shown(value)}" for path, value in first[:TOLD])
        if not told:
            return f"its kind is not known: {doubt}" if self.uncounted else ""
        more = f" and {len(first) - TOLD} more" if len(first) > TOLD else ""
        return f"its kind is not known: {doubt} ({told}{more})"


def unread(body: Mapping[str, object], read: Set[FieldPath], *, uncounted: bool) -> Unread:
    """What is left of an object beside what was ``read`` of it: its pod templates, and the counts beside them."""
    return Unread(tuple(_fields(body, read)), uncounted)


def _fields(body: Mapping[str, object], read: Set[FieldPath]) -> Iterator[Value]:
    """Those in the order of the text, level by level; bounded in depth and number."""
    around = {path[:end] for path in read for end in range(len(path))}
    pending: list[Value] = list(_children((), body))
    for path, value in _bounded(pending):
        if path in read:
            continue
        if isinstance(value, dict | list):
            if path not in around and _lists_parts(value):
                yield path, len(value)
            if len(path) < DEEPEST:
                pending.extend(_children(path, value))
        elif _may_count(value):
            yield path, value


def _bounded(pending: Sequence[Value]) -> Iterator[Value]:
    """What is waiting, with what is put there meanwhile."""
    place = 0
    while place < min(len(pending), MOST):
        yield pending[place]
        place += 1


def _children(path: FieldPath, value: object) -> Iterable[Value]:
    if isinstance(value, dict):
        return [((*path, key), child) for key, child in value.items() if isinstance(key, str) and not _is_no_part(key)]
    return [((*path, index), child) for index, child in enumerate(value)] if isinstance(value, list) else ()


def _is_no_part(key: str) -> bool:
    return key in _NO_PART or key.lower().endswith(_NO_PART_ENDS) or key in {"apiVersion", "kind"}


def _lists_parts(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _may_count(value: object) -> bool:
    """Whether a plain value is a number, a switch or a size: a text that says an amount."""
    if isinstance(value, str):
        return value[:1].isdigit() and _is_amount(value)
    return isinstance(value, int | float)


def _is_amount(value: str) -> bool:
    try:
        parse_quantity(value)
    except QuantityError:
        return False
    return True
