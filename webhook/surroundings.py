"""What a cluster knows around one review: namespace labels, limit ranges, autoscalers, classes, and what could not be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cluster.lookup import Found, Lookup, Reference, Unavailable
from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
from workloads.snapshot import Snapshot
from workloads.surroundings import observe


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known, and why the rest is not."""

    snapshot: Snapshot
    missing: Mapping[str, str] = field(default_factory=dict)
    """``namespaces: no cluster is connected``."""


def around(manifest: Manifest, lookup: Lookup, without: Manifest | None = None) -> Surroundings:
    """What has to be known to weigh an object where it is going; ``without`` an autoscaler that is itself being changed.

    Costs three requests to the API server, remembered for seconds, and one for each class that the object names.
    """
    found: list[Manifest] = []
    missing: dict[str, str] = {}
    namespace = manifest.namespace
    if namespace:
        _one(lookup, Reference("v1", "Namespace", "", namespace), "namespaces", found, missing)
        _all(lookup, ("v1", "LimitRange", namespace), "limitRanges", found, missing)
        _all(lookup, ("autoscaling/v2", "HorizontalPodAutoscaler", namespace), "autoscalers", found, missing)
    for name in _storage_classes(manifest.body):
        _one(lookup, Reference("storage.k8s.io/v1", "StorageClass", "", name), "storageClasses", found, missing)
    runtime = _pod_spec(manifest.body).get("runtimeClassName")
    if isinstance(runtime, str) and runtime:
        _one(lookup, Reference("node.k8s.io/v1", "RuntimeClass", "", runtime), "runtimeClasses", found, missing)
    own = without.identity() if without is not None else None
    return Surroundings(observe([each for each in found if each.identity() != own]), missing)


class AutoscalerTarget(NamedTuple):
    """What an autoscaler names."""

    api_version: str
    kind: str
    name: str


def target_of(autoscaler: Manifest) -> AutoscalerTarget | None:
    """What an autoscaler scales; None where it names nothing. KEDA takes a Deployment where no kind is stated."""
    target = mapping(autoscaler.body, "spec", "scaleTargetRef")
    name = text(target, "name")
    kind = text(target, "kind") or "Deployment"
    version = text(target, "apiVersion") or ("apps/v1" if kind in {"Deployment", "StatefulSet"} else "")
    return AutoscalerTarget(version, kind, name) if name and version else None


def _one(lookup: Lookup, reference: Reference, what: str, found: list[Manifest], missing: dict[str, str]) -> None:
    answer = lookup.get(reference)
    if isinstance(answer, Found):
        found.append(Manifest.of(answer.body))
    elif isinstance(answer, Unavailable):
        missing[what] = answer.reason


def _all(lookup: Lookup, place: tuple[str, str, str], what: str, found: list[Manifest], missing: dict[str, str]) -> None:
    listing = lookup.list(*place)
    if isinstance(listing, Unavailable):
        missing[what] = listing.reason
    else:
        found.extend(map(Manifest.of, listing))


def _storage_classes(body: Mapping[str, object]) -> set[str]:
    specs = [mapping(body, "spec"), *(mapping(claim, "spec") for claim in sequence(body, "spec", "volumeClaimTemplates"))]
    return {text(spec, "storageClassName") for spec in specs} - {""}


def _pod_spec(body: Mapping[str, object]) -> Mapping[str, object]:
    return mapping(body, "spec", "template", "spec") or mapping(body, "spec")
