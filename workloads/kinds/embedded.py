"""An object inside another, as a whole or as the spec of one, told as an object of its own."""

from __future__ import annotations

from collections.abc import Mapping

from workloads.field import FieldPath, mapping
from workloads.kinds.kind import EmbeddedRule


def embedded_object(rule: EmbeddedRule, outer: Mapping[str, object], value: Mapping[str, object]) -> Mapping[str, object]:
    """The object inside: a whole object, or a kind's spec with the outer object's metadata."""
    if not rule.kind:
        return value
    version = f"{rule.group}/v1" if rule.group else "v1"
    return {"apiVersion": version, "kind": rule.kind, "metadata": mapping(outer, "metadata"), "spec": value}


def lifted(rule: EmbeddedRule, at: FieldPath, path: FieldPath) -> FieldPath:
    """A path of the object inside as it is in the outer one, which has it ``at``.

    Of a kind's spec alone, ``spec`` is what stands there, under whatever name; its metadata are the outer object's own.
    """
    if not rule.kind:
        return (*at, *path)
    return (*at, *path[1:]) if path[:1] in {(), ("spec",)} else path
