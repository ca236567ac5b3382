"""An object of every kind in ``kinds.json``, with something in every field that its line there reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import workloads

_DATA: Final = Path(workloads.__file__).parent / "data" / "kinds.json"
_PATH: Final = re.compile(
    r"(?<![\w$@'./-])\.?[A-Za-z_]\w*(?:\[\]|\.\*|\['[^']+'\]|\.[A-Za-z_]\w*)*(?![\w(])|(?<![\w$@'./)-])\.\*[.\w\[\]]*"
)
_STEP: Final = re.compile(r"\[\]|\*|\['([^']+)'\]|\w+")
_NO_PATHS: Final = {
    "kind",
    "group",
    "of",
    "as",
    "is",
    "reason",
    "empty",
    "modelled",
    "default",
    "items",
    "rename",
    "cloud",
    "free",
    "walk",
    "through",
}

TEMPLATE: Final = {
    "metadata": {"labels": {"app": "web"}, "annotations": {"scheduler.example/x": "y"}},
    "spec": {
        "containers": [
            {
                "name": "main",
                "image": "example.com/web:1",
                "env": [{"name": "NVIDIA_VISIBLE_DEVICES", "value": "none"}],
                "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi", "nvidia.com/gpu": "1"}},
            }
        ],
        "initContainers": [{"name": "first", "restartPolicy": "Always", "resources": {"requests": {"cpu": "100m"}}}],
        "nodeSelector": {"node.kubernetes.io/instance-type": "m5.large"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {"matchExpressions": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}]}
                    ]
                }
            }
        },
        "volumes": [
            {
                "name": "scratch",
                "ephemeral": {
                    "volumeClaimTemplate": {"spec": {"storageClassName": "gp3", "resources": {"requests": {"storage": "10Gi"}}}}
                },
            }
        ],
        "resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": "gpu"}],
        "overhead": {"cpu": "10m"},
        "resources": {"requests": {"cpu": "1"}},
        "priorityClassName": "high",
        "runtimeClassName": "nvidia",
    },
}
_CLAIM: Final = {
    "metadata": {"name": "data"},
    "spec": {"storageClassName": "gp3", "resources": {"requests": {"storage": "10Gi"}}},
}


@cache
def skeletons() -> tuple[str, ...]:
    """One object of each kind as JSON, in the order of the file, which is read anew by each who wants to change it."""
    rows = json.loads(_DATA.read_text())["kinds"]
    return tuple(json.dumps(_skeleton(row)) for row in rows)


def _skeleton(row: dict[str, Any]) -> dict[str, Any]:
    group, kind = row["group"].split("|")[0], row["kind"].split("|")[0]
    body: dict[str, Any] = {
        "apiVersion": f"{group}/v1" if group else "v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": "shop", "labels": {"team": "shop"}, "annotations": {}},
    }
    for path in _paths(row, "", ""):
        _plant(body, [found[1] or found[0] for found in _STEP.finditer(path)])
    for path in _paths(row, "", "", only=("template", "podSpec")):
        steps = [found[1] or found[0] for found in _STEP.finditer(path)]
        _fill(body, steps)
    return body


def _paths(value: Any, base: str, key: str, only: tuple[str, ...] = ()) -> Iterator[str]:
    """Every path that a line of the file names, each from the object's root."""
    if isinstance(value, list):
        for each in value:
            yield from _paths(each, base, key, only)
    elif isinstance(value, dict):
        at = value.get("at", "")
        inside = at if isinstance(at, str) and at and not at.startswith(("@", ".")) else base
        for name, each in value.items():
            if name not in _NO_PATHS:
                yield from _paths(each, inside, name, only)
    elif isinstance(value, str) and (not only or key in only):
        for found in _PATH.finditer(value):
            stated = found[0]
            if stated == ".":
                continue
            yield f"{base}{stated}" if stated.startswith(".") else stated
        if value == "." and base:
            yield base


def _plant(body: Any, steps: list[str]) -> None:
    """Put something at the end of a path; what stands on the way stays."""
    here = body
    for place, step in enumerate(steps):
        last = place == len(steps) - 1
        following = steps[place + 1] if not last else ""
        new: Any = [] if following == "[]" else {}
        if step == "[]":
            if not isinstance(here, list):
                return
            if not here:
                here.append(new if not last else {})
            here = here[0]
        elif isinstance(here, dict):
            name = "worker" if step == "*" else step
            if last:
                here.setdefault(name, _leaf(name))
                return
            if not isinstance(here.get(name), dict | list) or (following == "[]") != isinstance(here[name], list):
                here[name] = new
            here = here[name]
        else:
            return


def _leaf(name: str) -> Any:
    lowered = name.lower()
    if lowered in {"spec", "template"}:
        return {}
    for words, value in (
        (("suspend", "enable", "paused"), False),
        (("schedule", "cron"), "0 3 * * *"),
        (("template",), {"spec": {}}),
        (("resources",), {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "2"}}),
        (("containers",), [{"name": "main", "resources": {"requests": {"cpu": "1"}}}]),
        (("claim", "pvc"), _CLAIM),
        (("storage", "memory", "capacity"), "10Gi"),
        (
            (
                "size",
                "deadline",
                "seconds",
                "cores",
                "shards",
                "nodes",
                "members",
                "active",
                "replica",
                "count",
                "min",
                "max",
                "num",
                "parallel",
                "number",
                "instances",
                "completions",
            ),
            2,
        ),
    ):
        if any(word in lowered for word in words):
            return json.loads(json.dumps(value))
    return "web"


def _fill(body: Any, steps: list[str]) -> None:
    """Put a whole pod template, or its spec, where a line says that one stands."""
    here: Any = body
    for step in steps:
        if step == "[]" and isinstance(here, list):
            here = here[0] if here else None
        elif isinstance(here, dict):
            here = here.get("worker" if step == "*" else step)
        if here is None:
            return
    if isinstance(here, dict):
        here.update(json.loads(json.dumps({**TEMPLATE, **TEMPLATE["spec"]})))
