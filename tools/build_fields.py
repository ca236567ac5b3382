"""Write down which kinds and fields Kubernetes has: workloads/data/fields.json, as an API server publishes them in OpenAPI.

    python tools/build_fields.py        # of the cluster in kubectl's current context

Manifests and expressions are checked against it. API versions that are not settled are left out: servers differ in them. What
only the official client has, which is often a release ahead, is taken in as well, so that nobody is told off who is ahead too.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kubernetes import client

FILE = Path(__file__).resolve().parent.parent / "workloads" / "data" / "fields.json"

Read = Callable[[str], Mapping[str, Any]]
"""Gives the JSON that an API server has at a path."""

KINDS = {
    "": "Pod PodTemplate ReplicationController Service PersistentVolumeClaim PersistentVolume Namespace ConfigMap LimitRange",
    "apps": "Deployment StatefulSet DaemonSet ReplicaSet",
    "batch": "Job CronJob",
    "autoscaling": "HorizontalPodAutoscaler",
    "networking.k8s.io": "Ingress",
    "node.k8s.io": "RuntimeClass",
    "policy": "PodDisruptionBudget",
    "scheduling.k8s.io": "PriorityClass",
    "storage.k8s.io": "StorageClass VolumeAttributesClass",
    "resource.k8s.io": "ResourceClaim ResourceClaimTemplate DeviceClass",
}
"""What costs, and what decides a cost, by group: the kinds whose fields are kept. Of all others only the names are."""

MODELS = {
    "HorizontalPodAutoscalerV2": "V2HorizontalPodAutoscaler",
    "ResourceClaimV1": "ResourceV1ResourceClaim",
}
"""Models of the client's that are not called by a version and a kind."""

_SETTLED = re.compile(r"(?:api|apis/[^/]+)/v\d+")
_SCALARS = {"integer": "int", "boolean": "bool", "number": "number"}
_OPAQUE = {"int-or-string": "any", "date-time": "any"}
_REFERENCE = "#/components/schemas/"
_HELD = re.compile(r"(?i:list|dict)[\[(](?:str, )?(.*)[\])]")


def fields(read: Read) -> dict[str, Any]:
    """The versions of server and client; the kinds of each API version, each with its type; and the types, each with its fields.

    ``[]`` stands before a list's type, ``{}`` before a map's.
    """
    kinds: dict[str, dict[str, str]] = {}
    types: dict[str, dict[str, str]] = {}
    for path in sorted(read("/openapi/v3")["paths"]):
        if _SETTLED.fullmatch(path):
            schemas = read(f"/openapi/v3/{path}")["components"]["schemas"]
            found = dict(sorted(_kinds(path.split("/", 1)[1], schemas, types)))
            kinds |= {path.split("/", 1)[1]: found} if found else {}
    for api_version, names in kinds.items():
        for kind, name in names.items():
            version = api_version.rpartition("/")[2].upper()
            _add_newer(types, name, MODELS.get(f"{kind}{version}", f"{version}{kind}"), set())
    of_client = f"1.{client.__version__.partition('.')[0]}"
    versions = {"server": read("/version")["gitVersion"].lstrip("v"), "client": of_client}
    return {"versions": versions, "kinds": kinds, "types": {name: dict(sorted(types[name].items())) for name in sorted(types)}}


def _kinds(api_version: str, schemas: Mapping[str, Any], types: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Each of Kubernetes' own kinds of an API version, with its type where its fields are kept."""
    group, _, version = api_version.rpartition("/")
    for name, schema in schemas.items():
        for of in schema.get("x-kubernetes-group-version-kind", ()):
            if name.startswith("io.k8s.") and (of["group"], of["version"]) == (group, version):
                kept = of["kind"] in KINDS.get(group, "").split()
                yield of["kind"], _type({"$ref": f"{_REFERENCE}{name}"}, schemas, types) if kept else ""


def _type(schema: Mapping[str, Any], schemas: Mapping[str, Any], types: dict[str, dict[str, str]]) -> str:
    """A type by its own short name, taken in with everything it refers to."""
    reference = next((each["$ref"] for each in (schema, *schema.get("allOf", ())) if "$ref" in each), "").removeprefix(_REFERENCE)
    target = schemas[reference] if reference else schema
    if reference.endswith(".resource.Quantity"):
        return "quantity"
    if "properties" in target:
        name = "".join(part[:1].upper() + part[1:] for part in reference.split(".")[-3:])
        if name not in types:
            types[name] = {}
            inner = ((field, _type(each, schemas, types)) for field, each in target["properties"].items())
            types[name].update(inner)
        return name
    if target.get("type") == "array":
        return f"[]{_type(target['items'], schemas, types)}"
    if "additionalProperties" in target:
        return f"{{}}{_type(target['additionalProperties'], schemas, types)}"
    return _scalar(target)


def _scalar(schema: Mapping[str, Any]) -> str:
    stated = str(schema.get("type", ""))
    return _OPAQUE.get(str(schema.get("format"))) or ("str" if stated == "string" else _SCALARS.get(stated, "any"))


def _add_newer(types: dict[str, dict[str, str]], name: str, model_name: str, seen: set[str]) -> None:
    """Take in the fields that only the client's model of a type has, of whatever type they are, and of all that it holds."""
    model: Any = getattr(client, model_name, None)
    if name not in types or name in seen or not hasattr(model, "openapi_types"):
        return
    seen.add(name)
    for attribute, held in model.openapi_types.items():
        inner = types[name].setdefault(model.attribute_map[attribute], "any").lstrip("[]{}")
        found = _HELD.fullmatch(held)
        _add_newer(types, inner, found[1] if found else held, seen)


def written(found: Mapping[str, Any]) -> str:
    """The file's text: a kind's API version, or a type, a line."""
    parts = [f' "versions": {json.dumps(found["versions"])}']
    for key in ("kinds", "types"):
        lines = (f"  {json.dumps(name)}: {json.dumps(inner)}" for name, inner in found[key].items())
        parts.append(f' "{key}": {{\n' + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _from_kubectl(path: str) -> Mapping[str, Any]:
    kubectl = shutil.which("kubectl") or "kubectl"
    done = subprocess.run([kubectl, "get", f"--raw={path}"], check=True, capture_output=True)
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    FILE.write_text(written(fields(_from_kubectl)), encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
