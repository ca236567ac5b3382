"""Variables that Flux fills in after a build: ``${NAME}``, ``${NAME:=default}``.

Source: fluxcd.io/flux/components/kustomize/kustomizations, post build variable substitution.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workloads.field import FieldPath, render

_VARIABLE: Final = re.compile(rb"(\$?)\$\{([A-Za-z_]\w*)(?::?[-=]([^}\n]*))?\}")
_LEFT: Final = re.compile(r"\$\{[A-Za-z_]\w*\}")
_SIZES: Final = frozenset(
    [
        "replicas",
        "minReplicas",
        "maxReplicas",
        "minReplicaCount",
        "maxReplicaCount",
        "replicaCount",
        "parallelism",
        "completions",
        "resources",
        "requests",
        "limits",
        "storage",
        "size",
        "storageClassName",
        "storageClass",
        "schedule",
        "nodeSelector",
        "instanceType",
        "machineType",
        "count",
    ]
)
"""Fields, of objects and of charts' values alike, that decide what something costs."""


def unfilled(body: Mapping[str, object]) -> str:
    """Why it is not known what an object costs: a field of size that is still a variable. Empty where there is none."""
    waiting: list[tuple[FieldPath, object, bool]] = [((), body, False)]
    while waiting:
        path, value, sized = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), entry, sized or key in _SIZES) for key, entry in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, place), entry, sized) for place, entry in enumerate(value)]
        elif sized and isinstance(value, str) and (found := _LEFT.search(value)):
            return f"{render(path)} is {found[0]}, which only the cluster knows"
    return ""


def substituted(output: bytes, values: Mapping[str, str]) -> bytes:
    """Text with its ``${VARIABLE}`` filled in as Flux does; one that nobody here knows stays as it is."""

    def value(match: re.Match[bytes]) -> bytes:
        if match[1]:
            return match[0][1:]
        known = values.get(match[2].decode())
        if known is not None:
            return known.encode("utf-8", "replace")
        return match[3] if match[3] is not None else match[0]

    return _VARIABLE.sub(value, output)
