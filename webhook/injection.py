"""What a controller's pod asks for that its owner's template does not say: injected containers, requests raised at creation.

The template was weighed when somebody wrote it. What a mutating webhook adds to each pod of it was not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policies.context import Derivation
from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest

_OF_CONTAINERS: Final = ("name", "resources", "env", "restartPolicy", "securityContext")
_OF_PODS: Final = ("resources", "overhead", "runtimeClassName", "nodeSelector", "resourceClaims", "schedulerName")
_OWN_TAINTS: Final = ("node.kubernetes.io/",)
"""Taints that the API server and the controllers of DaemonSets let every pod tolerate."""


def as_made(derivation: Derivation | None, pod: Manifest) -> Manifest | None:
    """A pod as its owner's template alone makes it; None where that is not known, or the pod asks for nothing else."""
    template = derivation.template if derivation is not None else None
    if not template or _asked(mapping(template, "spec")) == _asked(mapping(pod.body, "spec")):
        return None
    metadata = {**mapping(template, "metadata"), "name": pod.name, "namespace": pod.namespace}
    return Manifest.of({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": mapping(template, "spec")})


def _asked(spec: Mapping[str, object]) -> object:
    """Of a pod's spec what may decide its cost, without what every pod gets. Linear in its containers."""
    containers = [
        [{key: value for key in _OF_CONTAINERS if (value := mapping(each).get(key))} for each in sequence(spec, kind)]
        for kind in ("containers", "initContainers")
    ]
    tolerated = [each for each in sequence(spec, "tolerations") if not text(each, "key").startswith(_OWN_TAINTS)]
    volumes = [each for each in sequence(spec, "volumes") if "ephemeral" in mapping(each) or "hostPath" in mapping(each)]
    return containers, [spec.get(key) or None for key in _OF_PODS], tolerated, volumes
