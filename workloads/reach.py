"""How far a change reaches: which other objects a changed one can affect, or be affected by, told by the words in their text.

A change to one file can change the weight of an object in another: an autoscaler sizes a Deployment, a LimitRange fills in
requests, a StorageClass prices volumes. Those files are searched for by words, so that the rest of a repository is not parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final

from workloads.field import dig, mapping, one_level_down, sequence, text
from workloads.manifest import Identity, Manifest
from workloads.network.service import INGRESS_GROUP
from workloads.nodes.provisioner import NODE_POOL

ENCLOSING_KINDS: Final = frozenset({"LimitRange", "Namespace"})
"""Kinds that change the weight, or the owner, of every object of a namespace."""
NAMING_KINDS: Final = frozenset(
    {
        "HorizontalPodAutoscaler",
        "ScaledObject",
        "HTTPScaledObject",
        "MultidimPodAutoscaler",
        "RuntimeClass",
        "StorageClass",
        "VolumeAttributesClass",
        "IngressClass",
        "GatewayClass",
        "IngressClassParams",
        "NodePool",
        "AWSMachineTemplate",
        "AzureMachineTemplate",
        "GCPMachineTemplate",
        "TrainingRuntime",
        "ClusterTrainingRuntime",
        "ServingRuntime",
        "ClusterServingRuntime",
        "WorkflowTemplate",
        "ClusterWorkflowTemplate",
    }
)
"""Kinds that change the weight of objects they name, or that name them."""


DEFAULT_CLASS: Final = "is-default-class"
"""In every class that serves what names none."""
STORAGE: Final = "storage"
"""In every claim of a volume."""
CONTAINERS: Final = "containers"
"""In every workload whose pods are written out."""
NO_NAMESPACE: Final = ""
"""Of an object that states none: of which namespace it is, only whoever applies it knows."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Words to search other files for."""

    names: frozenset[str]
    """In files that hold one of ``NAMING_KINDS``: such an object with one of these words may affect a changed one."""
    namespaces: frozenset[str]
    """The same for ``ENCLOSING_KINDS``; with ``NO_NAMESPACE``, any limit range that states none may, too."""
    dependents: frozenset[str]
    """In any file: an object with one of these words may be affected by a changed one."""


def reach(touched: Iterable[Manifest], unchanged: Set[Identity] = frozenset()) -> Reach:
    """The words by which the surroundings and the dependents of changed objects can be found. Linear in the objects.

    Of what is rendered anew, most is ``unchanged``: nothing depends on that which did not before.
    """
    names: set[str] = set()
    namespaces: set[str] = set()
    dependents: set[str] = set()
    for manifest in touched:
        if manifest.kind in NAMING_KINDS | ENCLOSING_KINDS:
            dependents |= _reached(manifest) if manifest.identity() not in unchanged else set()
        else:
            names |= _used(manifest)
            namespaces.add(manifest.namespace)
            dependents.add(text(manifest.body, "spec", "workloadRef", "name"))
            dependents.add(text(manifest.body, "metadata", "annotations", INGRESS_GROUP))
    return Reach(frozenset(names - {""}), frozenset(namespaces), frozenset(dependents - {""}))


def depends(manifest: Manifest, words: Reach) -> bool:
    """Whether an object may be affected by what these words tell of."""
    if not words.dependents.isdisjoint({manifest.name, manifest.namespace, manifest.kind}):
        return True
    return any(word in words.dependents and _has_key(manifest.body, word) for word in (STORAGE, CONTAINERS))


def _reached(manifest: Manifest) -> set[str]:
    """What an autoscaler scales, or the name by which others use a class, a runtime or a namespace; what names no class or
    states no namespace is found by what it cannot do without."""
    target = text(manifest.body, "spec", "scaleTargetRef", "name")
    if target:
        return {target}
    if manifest.kind == "LimitRange":
        return {manifest.namespace or CONTAINERS}
    annotations = mapping(manifest.body, "metadata", "annotations")
    if any(key.endswith(f"/{DEFAULT_CLASS}") for key in annotations):
        return {manifest.name, STORAGE if manifest.kind == "StorageClass" else "Ingress"}
    return {manifest.name}


def _used(manifest: Manifest) -> set[str]:
    """The names by which a workload's autoscaler, classes and runtimes can be found."""
    body = manifest.body
    specs = [
        mapping(body, "spec"),
        mapping(body, "spec", "template", "spec"),
        mapping(body, "spec", "jobTemplate", "spec", "template", "spec"),
    ]
    claims = [mapping(claim, "spec") for claim in sequence(body, "spec", "volumeClaimTemplates")]
    words = {
        manifest.name,
        text(body, "spec", "runtimeRef", "name"),
        text(body, "spec", "workflowTemplateRef", "name"),
        text(body, "spec", "template", "spec", "infrastructureRef", "name"),
    }
    words |= {text(spec, "runtimeClassName") for spec in specs}
    words |= {text(spec, "nodeSelector", NODE_POOL) for spec in specs}
    words |= {text(spec, key) for spec in (*specs, *claims) for key in ("storageClassName", "volumeAttributesClassName")}
    words |= {text(body, "spec", "ingressClassName"), text(body, "spec", "gatewayClassName")}
    if _has_key(body, STORAGE) or manifest.kind == "Ingress":
        words.add(DEFAULT_CLASS)
    runtime = dig(body, "spec", "predictor", "model", "runtime")
    return words | ({runtime} if isinstance(runtime, str) else set())


def _has_key(body: Mapping[str, object], key: str) -> bool:
    """Whether anything in an object is called so. Linear in the object."""
    level = one_level_down([{"": body}])
    while level:
        if any(key in container for container in level if isinstance(container, dict)):
            return True
        level = one_level_down(level)
    return False
