"""How far a change reaches: which other objects a changed one can affect, or be affected by, told by the words in their text.

A change to one file can change the weight of an object in another: an autoscaler sizes a Deployment, a LimitRange fills in
requests, a StorageClass prices volumes. Those files are searched for by words, so that the rest of a repository is not parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Final

from workloads.field import dig, mapping, sequence, text
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


@dataclass(frozen=True, slots=True)
class Reach:
    """Words to search other files for."""

    names: frozenset[str]
    """In files that hold one of ``NAMING_KINDS``: such an object with one of these words may affect a changed one."""
    namespaces: frozenset[str]
    """The same for ``ENCLOSING_KINDS``."""
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
    return Reach(frozenset(names - {""}), frozenset(namespaces - {""}), frozenset(dependents - {""}))


def _reached(manifest: Manifest) -> set[str]:
    """What an autoscaler scales, or the name by which others use a class, a runtime or a namespace."""
    target = text(manifest.body, "spec", "scaleTargetRef", "name")
    if target:
        return {target}
    return {manifest.namespace} if manifest.kind == "LimitRange" else {manifest.name}


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
    runtime = dig(body, "spec", "predictor", "model", "runtime")
    return words | ({runtime} if isinstance(runtime, str) else set())
