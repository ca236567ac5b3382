"""What stands in a namespace of a live cluster, as manifests: what nothing else there controls, and what lies around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cluster.lookup import Found, Lookup, Reference, Unavailable
from policies.matching.owner import controller_of
from workloads.manifest import Manifest

KINDS: Final = (
    *(("v1", kind) for kind in ("LimitRange", "Pod", "ReplicationController", "PersistentVolumeClaim", "Service")),
    *(("apps/v1", kind) for kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")),
    *(("batch/v1", kind) for kind in ("Job", "CronJob")),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
)
"""What is listed: Kubernetes' own kinds that cost something, and what decides how much."""


@dataclass(frozen=True, slots=True)
class NamespaceObjects:
    """The objects of some namespaces, and what could not be read of them."""

    manifests: tuple[Manifest, ...] = ()
    missing: tuple[str, ...] = ()
    """``Pods of shop: Pod may not be read``, each once."""


NO_OBJECTS: Final = NamespaceObjects()


def objects_of(lookup: Lookup, namespaces: Iterable[str]) -> NamespaceObjects:
    """The objects of namespaces that nothing controls, with the namespaces. Costs a list of each kind for each namespace."""
    found: list[Manifest] = []
    missing: list[str] = []
    for namespace in namespaces:
        answer = lookup.get(Reference("v1", "Namespace", "", namespace))
        if isinstance(answer, Found):
            found.append(Manifest.of({"apiVersion": "v1", "kind": "Namespace", **answer.body}))
        elif isinstance(answer, Unavailable):
            missing.append(f"namespace {namespace}: {answer.reason}")
        for version, kind in KINDS:
            listing = lookup.list(version, kind, namespace)
            if isinstance(listing, Unavailable):
                missing.append(f"{kind} of {namespace}: {listing.reason}")
            else:
                found += (Manifest.of(body) for body in listing if controller_of(body) is None)
    return NamespaceObjects(tuple(found), tuple(dict.fromkeys(missing)))
