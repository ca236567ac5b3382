"""Our documents as Kubernetes' own objects: CustomResourceDefinitions made from the schemas that hold for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from policies.documents.loader import policy_schema
from policies.documents.structural import Json, structural
from policies.exemptions.reader import exemption_schema
from workloads.api_group import GROUP
from workloads.field import mapping

VERSION: Final = "v1alpha1"

_CONDITION: Final[Json] = {
    "type": "object",
    "required": ["type", "status", "lastTransitionTime", "reason", "message"],
    "properties": {
        "type": {"type": "string", "maxLength": 316, "description": "What it is about: Ready."},
        "status": {"type": "string", "enum": ["True", "False", "Unknown"], "description": "Whether it is so."},
        "lastTransitionTime": {"type": "string", "format": "date-time", "description": "Since when the status is what it is."},
        "reason": {"type": "string", "maxLength": 1024, "description": "Why, in one word."},
        "message": {"type": "string", "maxLength": 32768, "description": "Why, in a sentence."},
        "observedGeneration": {
            "type": "integer",
            "format": "int64",
            "minimum": 0,
            "description": "The metadata.generation that it is about.",
        },
    },
}
_CONDITIONS: Final[Json] = {
    "type": "array",
    "description": "How the document stands, in Kubernetes' own conditions.",
    "maxItems": 16,
    "items": _CONDITION,
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["type"],
}
_READY: Final = ("Ready", '.status.conditions[?(@.type=="Ready")].status')
_IN_ORDER: Final = {
    "rule": "!has(self.startsAt) || self.startsAt < self.expiresAt",
    "message": "startsAt is not before expiresAt",
}


def definitions() -> tuple[Json, Json]:
    """The definitions of CostPolicy and CostExemption, of ``apiextensions.k8s.io/v1``."""
    return _policy(), _exemption()


def _policy() -> Json:
    schema = structural(policy_schema())
    # No two rules of one name.
    by_name = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    spec = mapping(schema, "properties", "spec")
    rules = {**mapping(spec, "properties", "rules"), **by_name}
    columns = (("Actions", ".spec.validationActions"), ("Rules", ".spec.rules[*].name"), _READY)
    return _definition("CostPolicy", "costpolicies", "Cluster", schema, _with(spec, rules=rules), columns)


def _exemption() -> Json:
    schema = structural(exemption_schema())
    spec = {**mapping(schema, "properties", "spec"), "x-kubernetes-validations": [_IN_ORDER]}
    columns = (("Rules", ".spec.rules"), ("Expires", ".spec.expiresAt"), ("Approved by", ".status.approval.by"), _READY)
    return _definition("CostExemption", "costexemptions", "Namespaced", schema, spec, columns)


def _definition(
    kind: str, plural: str, scope: str, schema: Json, spec: Mapping[str, object], columns: Sequence[tuple[str, str]]
) -> Json:
    version: Json = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": [
            *({"name": name, "type": "string", "jsonPath": path} for name, path in columns),
            {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        ],
        "schema": {"openAPIV3Schema": _object(schema, spec)},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": scope,
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
                "categories": ["weighbridge"],
            },
            "versions": [version],
        },
    }


def _object(schema: Json, spec: Mapping[str, object]) -> Json:
    """The schema of an object: its metadata are the API server's to check, its status has conditions."""
    stated = mapping(schema, "properties", "status")
    status = _with(stated or {"type": "object", "description": "What is found of it."}, conditions=_CONDITIONS)
    properties = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
    return {
        "type": "object",
        "description": schema["description"],
        "required": ["spec"],
        "properties": {**properties, "spec": spec, "status": status},
    }


def _with(schema: Mapping[str, object], **properties: Mapping[str, object]) -> Json:
    """A schema with some of its properties in another form."""
    return {**schema, "properties": {**mapping(schema, "properties"), **properties}}
