"""JSON Patch (RFC 6902) that only adds: what an object lacks, and never over anything it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policies.mutation import Addition

Operation = Mapping[str, object]


def add(body: Mapping[str, object], additions: Iterable[Addition]) -> tuple[Operation, ...]:
    """The fewest operations that add what an object lacks. Of lists the entries are appended. What is of another type stays."""
    wanted: dict[str, object] = {}
    for addition in additions:
        *parents, last = map(str, addition.path)
        place = wanted
        for step in parents:
            inner = place.setdefault(step, {})
            place = inner if isinstance(inner, dict) else {}
        place[last] = addition.value
    return tuple(_missing(wanted, body, ""))


def _missing(wanted: Mapping[str, object], present: Mapping[str, object], path: str) -> Iterator[Operation]:
    for key, value in wanted.items():
        here, place = present.get(key), f"{path}/{pointer(key)}"
        if here is None:
            yield {"op": "add", "path": place, "value": value}
        elif isinstance(value, dict) and isinstance(here, dict):
            yield from _missing(value, here, place)
        elif isinstance(value, list) and isinstance(here, list):
            yield from ({"op": "add", "path": f"{place}/-", "value": each} for each in value if each not in here)


def pointer(key: str) -> str:
    """A key as one step of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
