"""Where a group's pod spec stands in its manifest."""

from __future__ import annotations

from collections.abc import Mapping

from workloads.field import FieldPath, dig


def pod_spec(body: Mapping[str, object], path: FieldPath) -> FieldPath:
    """The path of a group's pod spec, whether its template at ``path`` is a PodTemplateSpec or a bare PodSpec."""
    inside = (*path, "spec")
    return inside if isinstance(dig(body, *inside), Mapping) else path
