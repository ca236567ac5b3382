"""Policies and exemptions with hostile values: loaded or refused by line, and where loaded, an object is judged by them."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
from choices import Choices, an_object, changed
from showing import require_shown, weighed_manifests

from policies.documents.loader import load
from policies.documents.starter import LIBRARY
from policies.exemptions.reader import load_exemptions
from policies.verdict import Point
from workloads.manifest import Manifest
from workloads.text.plain_yaml import write_yaml
from workloads.text.reader import read

SEEDS = [bytes([number, *bytes(range(60))]) for number in range(40)]
_EXEMPTION = {
    "apiVersion": "weighbridge.dev/v1alpha1",
    "kind": "CostExemption",
    "metadata": {"name": "launch", "namespace": "shop", "annotations": {"weighbridge.dev/requested-by": "jane"}},
    "spec": {
        "rules": ["workload-cost/month", "sizes/*"],
        "kinds": ["Deployment"],
        "names": ["web-*"],
        "reason": "launch",
        "startsAt": "2025-12-01T00:00:00Z",
        "expiresAt": "2026-01-24T18:00:00Z",
    },
    "status": {"approval": {"by": "joe"}},
}
_WHOLE = {
    "apiVersion": "weighbridge.dev/v1alpha1",
    "kind": "CostPolicy",
    "metadata": {"name": "whole"},
    "spec": {
        "matchConstraints": {
            "resourceRules": [{"apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"]}],
            "namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "In", "values": ["shop"]}]},
            "objectSelector": {"matchLabels": {"team": "shop"}},
        },
        "matchConditions": [{"name": "here", "expression": "has(object.spec)"}],
        "validationActions": ["Deny"],
        "points": {"pullRequest": {"validationActions": ["Warn"], "unknown": "fail"}},
        "params": {"most": 8},
        "rules": [
            {
                "name": "owner",
                "requireLabels": {
                    "keys": ["team"],
                    "pattern": "s[a-z]+",
                    "values": ["shop"],
                    "from": ["object", "template", "owner", "namespace"],
                },
            },
            {
                "name": "few",
                "expression": "object.spec.?replicas.orValue(1) <= params.most",
                "messageExpression": "string(object.metadata.name)",
            },
            {
                "name": "sizes",
                "limitResources": {
                    "requests": ["cpu"],
                    "limits": ["memory"],
                    "maximum": {"container": {"cpu": "100m"}, "pod": {"memory": "1Ki"}},
                    "limitToRequestRatio": {"cpu": 1},
                    "replicas": 0,
                    "volumeSize": "1Gi",
                    "loadBalancers": 0,
                },
            },
            {
                "name": "gpus",
                "limitAccelerators": {
                    "maximum": {"container": 0, "pod": 0, "workload": 0, "namespace": 0},
                    "requestsEqualLimits": True,
                    "accessByRequest": True,
                    "requireDeadline": True,
                    "models": ["L4"],
                    "vendors": ["amd"],
                    "migProfiles": ["1g.5gb"],
                },
            },
            {
                "name": "money",
                "message": "Ask first.",
                "limitCost": {"exposure": "maximum", "maximum": 0.01, "increase": {"amount": 0.01, "percent": 1}},
            },
            {"name": "spot", "preferSpot": {"kinds": ["Deployment"], "leastSaving": 0.01}},
        ],
    },
}


def _documents() -> list[str]:
    folders = (LIBRARY, Path(__file__).parents[1] / "policies" / "suites")
    texts = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*/*.yaml"))]
    bodies = [manifest.body for text in texts for manifest in read(text).manifests]
    return [json.dumps(body) for body in (_EXEMPTION, _WHOLE, *bodies)]


DOCUMENTS = _documents()


def target(data: bytes) -> None:
    """Load a document as a text, and judge an object by what it holds."""
    choices = Choices(data)
    body = json.loads(choices.of(DOCUMENTS))
    point = choices.of(tuple(Point))
    obj = an_object(choices)
    document = changed(body, choices)
    try:
        text = orjson.dumps(document) if choices.below(2) else write_yaml(document)
    except (TypeError, ValueError, RecursionError):
        return  # no text says so
    reading = read(text, "policy.yaml")
    loaded, exempted = load(reading.manifests), load_exemptions(reading.manifests)
    for problem in (*loaded.problems, *exempted.problems):
        assert problem.message
        assert problem.line > 0
    if loaded.policies:
        require_shown(weighed_manifests(None, [Manifest.of(obj)], loaded.policies, point))
