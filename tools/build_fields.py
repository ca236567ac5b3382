"""Write down which fields Kubernetes' own kinds have: policies/data/fields.json, from the official client's models.

    python tools/build_fields.py

Expressions are checked against it when a policy is loaded, without the half second that importing the client takes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from kubernetes import client

FILE = Path(__file__).resolve().parent.parent / "policies" / "data" / "fields.json"

KINDS = {
    "": ["Pod", "PodTemplate", "ReplicationController", "Service", "PersistentVolumeClaim", "Namespace", "ConfigMap"],
    "apps": ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"],
    "batch": ["Job", "CronJob"],
    "autoscaling": ["HorizontalPodAutoscaler"],
    "networking.k8s.io": ["Ingress"],
    "storage.k8s.io": ["StorageClass"],
    "resource.k8s.io": ["ResourceClaim", "ResourceClaimTemplate"],
}
"""What costs, and what decides a cost, by group."""

SPELT = {"HorizontalPodAutoscaler": "V2HorizontalPodAutoscaler", "ResourceClaim": "ResourceV1ResourceClaim"}
"""Models that are not called by V1 and the kind."""

_LIST = re.compile(r"(?:list|List)\[(.*)\]")
_MAP = re.compile(r"(?:dict|Dict)\((?:str), (.*)\)|(?:dict|Dict)\[str, (.*)\]")


def fields() -> dict[str, Any]:
    """The kinds, each with its type, and the types, each with its fields: ``[]`` before a list's type, ``{}`` before a map's."""
    types: dict[str, dict[str, str]] = {}
    kinds = {f"{group}/{kind}": _read(SPELT.get(kind, f"V1{kind}"), types) for group, names in KINDS.items() for kind in names}
    return {"kinds": kinds, "types": dict(sorted(types.items()))}


def _read(name: str, types: dict[str, dict[str, str]]) -> str:
    """A type by its own short name, taken in with everything it refers to."""
    if found := _LIST.fullmatch(name):
        return f"[]{_read(found[1], types)}"
    if found := _MAP.fullmatch(name):
        return f"{{}}{_read(found[1] or found[2], types)}"
    model = getattr(client, name, None)
    if model is None or not hasattr(model, "openapi_types"):
        return name if name in {"str", "int", "bool"} else "any"
    if name not in types:
        types[name] = {}
        types[name].update(
            sorted((model.attribute_map[attribute], _read(kind, types)) for attribute, kind in model.openapi_types.items())
        )
    return name


def written() -> str:
    """The file's text."""
    return f"{json.dumps(fields(), indent=1)}\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
