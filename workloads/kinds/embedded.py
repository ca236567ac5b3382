"""An object inside another, as a whole or as the spec of one, told as an object of its own."""

from __future__ import annotations

from collections.abc import Mapping

from workloads.field import FieldPath, mapping
from workloads.kinds.kind import EmbeddedRule


def embedded_object(
    rule: EmbeddedRule, outer: Mapping[str, object], value: Mapping[str, object], path: FieldPath
) -> tuple[Mapping[str, object], FieldPath]:
    """The object inside, and what goes before its paths: a whole object, or a kind's spec with the outer object's metadata."""
    if not rule.kind:
        return value, path
    version = f"{rule.group}/v1" if rule.group else "v1"
    return {"apiVersion": version, "kind": rule.kind, "metadata": mapping(outer, "metadata"), "spec": value}, path[:-1]
