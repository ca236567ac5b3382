"""LimitRanges: the requests and limits that a namespace gives to containers which state none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
from workloads.quantity import parse_quantity
from workloads.resource_list import Reader

_PARTS = ("max", "min", "default", "defaultRequest")


@dataclass(frozen=True, slots=True)
class ContainerDefaults:
    """What a container gets where it states nothing: quantities by resource, as they are written in the LimitRange."""

    requests: Mapping[str, object] = field(default_factory=dict)
    limits: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """LimitRanges that cannot be applied, and why."""


NO_DEFAULTS = ContainerDefaults()


def container_defaults(limit_ranges: Sequence[Manifest]) -> ContainerDefaults:
    """The defaults of a namespace's LimitRanges together, as the LimitRanger admission plugin applies them one after another.

    Only items of type Container give defaults. Of several LimitRanges the first that has a value gives it, of the items of one
    the last. One with an unreadable quantity is left out: the API server would not have stored it. Of one that is given more
    than once, and not alike, nobody knows which the cluster has: the larger of what its copies give counts.
    """
    if not limit_ranges:
        return NO_DEFAULTS
    requests: dict[str, object] = {}
    limits: dict[str, object] = {}
    notes: list[str] = []
    for _, copies in groupby(limit_ranges, key=lambda each: (each.namespace, each.name)):
        own = _of_copies(list(copies))
        requests = {**own.requests, **requests}
        limits = {**own.limits, **limits}
        notes += own.notes
    return ContainerDefaults(requests, limits, tuple(notes))


def _of_copies(copies: Sequence[Manifest]) -> ContainerDefaults:
    """The defaults of a LimitRange, of which there should be one."""
    first, *others = map(_of_one, copies)
    if all(other == first for other in others):
        return first
    several = [first, *others]
    words = f"LimitRange {copies[0].title} is given {len(copies)} times, and not alike: the larger of what each gives counts"
    notes = dict.fromkeys((words, *(note for each in several for note in each.notes)))
    return ContainerDefaults(_largest(each.requests for each in several), _largest(each.limits for each in several), tuple(notes))


def _largest(several: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """By resource the largest of some quantities. All of them are readable."""
    found: dict[str, object] = {}
    for quantities in several:
        for name, quantity in quantities.items():
            if name not in found or parse_quantity(quantity) > parse_quantity(found[name]):
                found[name] = quantity
    return found


def _of_one(limit_range: Manifest) -> ContainerDefaults:
    requests: dict[str, object] = {}
    limits: dict[str, object] = {}
    for index, item in enumerate(sequence(limit_range.body, "spec", "limits")):
        if text(item, "type") != "Container":
            continue
        reader = Reader()
        for part in _PARTS:
            reader.read(mapping(item).get(part), ("spec", "limits", index, part))
        if reader.problems:
            return ContainerDefaults(notes=(f"LimitRange {limit_range.title} is not applied: {reader.problems[0]}",))
        own = _of_item(item)
        requests |= own.requests
        limits |= own.limits
    return ContainerDefaults(requests, limits)


def _of_item(item: object) -> ContainerDefaults:
    """An item's own defaulting (`SetDefaults_LimitRangeItem`): max gives default, default and then min give defaultRequest."""
    default = {**mapping(item, "max"), **mapping(item, "default")}
    request = {**mapping(item, "min"), **default, **mapping(item, "defaultRequest")}
    return ContainerDefaults(request, default)
