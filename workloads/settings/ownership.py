"""Who owns a workload: which label keys say so, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workloads.field import mapping
from workloads.manifest import Manifest

DIMENSIONS = ("team", "application", "environment", "businessUnit")
"""The four cost dimensions, by their key in weighbridge.yaml and in the output."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """The label keys that answer each dimension, the first one present decides. Key ``ownership`` in weighbridge.yaml."""

    team: tuple[str, ...] = ("team",)
    application: tuple[str, ...] = ("application", "app.kubernetes.io/name", "app")
    environment: tuple[str, ...] = ("environment", "env")
    business_unit: tuple[str, ...] = ("business-unit",)
    cluster_environment: str = ""
    """The environment of what states none, nor its namespace. Key ``clusters[].environment``; empty where that is not stated."""

    def keys(self, dimension: str) -> tuple[str, ...]:
        """The label keys of a dimension named as in ``DIMENSIONS``."""
        return self._keys()[DIMENSIONS.index(dimension)]

    def _keys(self) -> tuple[tuple[str, ...], ...]:
        """The label keys of all dimensions, in their order."""
        return self.team, self.application, self.environment, self.business_unit

    def of(self, manifest: Manifest, namespace_labels: Mapping[str, str] | None = None) -> dict[str, str]:
        """The ownership of an object: its own labels, then its namespace's, then its cluster's. What nobody states is absent."""
        stated = [labels for labels in (mapping(manifest.body, "metadata", "labels"), namespace_labels) if labels]
        found = {"environment": self.cluster_environment} if self.cluster_environment else {}
        for dimension, keys in zip(DIMENSIONS, self._keys(), strict=True):
            for labels in stated:
                value = next((labels[key] for key in keys if labels.get(key)), None)
                if isinstance(value, str):
                    found[dimension] = value
                    break
        return {dimension: found[dimension] for dimension in DIMENSIONS if dimension in found}


STANDARD = Ownership()
