"""LimitRanges: the requests and limits that a namespace gives to containers which state none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
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
    the last. One with an unreadable quantity is left out: the API server would not have stored it.
    """
    if not limit_ranges:
        return NO_DEFAULTS
    requests: dict[str, object] = {}
    limits: dict[str, object] = {}
    notes: list[str] = []
    for limit_range in limit_ranges:
        own = _of_one(limit_range)
        requests = {**own.requests, **requests}
        limits = {**own.limits, **limits}
        notes += own.notes
    return ContainerDefaults(requests, limits, tuple(notes))


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
