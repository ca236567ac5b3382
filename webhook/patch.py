"""JSON Patch (RFC 6902) that only adds: labels that an object lacks."""

from __future__ import annotations

from collections.abc import Mapping

from workloads.field import dig

Operation = Mapping[str, object]


def add_labels(body: Mapping[str, object], labels: Mapping[str, str]) -> tuple[Operation, ...]:
    """The operations that add labels to an object's metadata, none for those it has: applied twice, the second adds nothing."""
    present = dig(body, "metadata", "labels")
    if not isinstance(present, dict):
        return ({"op": "add", "path": "/metadata/labels", "value": dict(labels)},) if labels else ()
    return tuple(
        {"op": "add", "path": f"/metadata/labels/{pointer(key)}", "value": value}
        for key, value in labels.items()
        if key not in present
    )


def pointer(key: str) -> str:
    """A key as one step of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
