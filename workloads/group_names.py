"""Names that tell the pod groups of one object apart: figures, machines and changes are told by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from workloads.field import FieldPath, mapping, text
from workloads.workload import PodGroup


def told_apart(groups: Sequence[PodGroup], body: Mapping[str, object]) -> Sequence[PodGroup]:
    """The groups, those of one name called by where in the object they stand. The same where no two share a name."""
    if len(groups) < 2:
        return groups
    counts = Counter(group.name for group in groups)
    if len(counts) == len(groups):
        return groups
    taken = set(counts)
    found = []
    for number, group in enumerate(groups, 1):
        if counts[group.name] == 1:
            found.append(group)
            continue
        others = [other.path for other in groups if other is not group and other.name == group.name]
        name = _place(group.path, others, body) or str(number)
        name = f"{group.name} {name}" if group.name else name
        found.append(replace(group, name=name if name not in taken else f"{name} ({number})"))
        taken.add(found[-1].name)
    return found


def _place(path: FieldPath, others: Sequence[FieldPath], body: Mapping[str, object]) -> str:
    """The first part of a path that no other path has there: a key, or the name of an entry of a list; empty for none."""
    for depth, part in enumerate(path):
        if all(other[: depth + 1] != path[: depth + 1] for other in others):
            return part if isinstance(part, str) else text(mapping(body, *path[: depth + 1]), "name")
    return ""
