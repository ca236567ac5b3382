"""What goes on running when the repository no longer has it, since what deploys it is told to leave it.

Of an Argo CD Application that is synced by hand nobody can tell: whoever syncs it decides (argo-cd.readthedocs.io, "Automatic
Pruning", "No Prune Resources"; fluxcd.io, "Kustomization: Prune", "Controlling the apply behavior of resources"; helm.sh, "Tell
Helm Not To Uninstall a Resource").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workloads.field import mapping, text
from workloads.manifest import Manifest

_ARGO: Final = "argoproj.io"
_FLUX: Final = "kustomize.toolkit.fluxcd.io"
_HELM: Final = "helm.toolkit.fluxcd.io"


def unpruned(deployer: Manifest) -> str:
    """Why an object that deploys others leaves those that its source no longer has; empty where it does not, or nobody knows."""
    spec = mapping(deployer.body, "spec")
    if deployer.group == _ARGO:
        automated = mapping(spec, "syncPolicy").get("automated")
        leaves = isinstance(automated, Mapping) and automated.get("enabled") is not False and automated.get("prune") is not True
        field = "spec.syncPolicy.automated.prune"
    else:
        leaves, field = deployer.group == _FLUX and spec.get("prune") is False, "spec.prune"
    return f"{deployer.kind} {deployer.title} does not prune ({field})" if leaves else ""


def spared(manifest: Manifest, deployer: Manifest) -> str:
    """The annotation by which an object is left when its source no longer has it; empty where there is none."""
    if deployer.group not in _SPARED:
        return ""
    key, kept = _SPARED[deployer.group]
    stated = [option.strip() for option in text(manifest.body, "metadata", "annotations", key).split(",")]
    return f"its annotation {key}: {kept} keeps it" if kept in stated else ""


_SPARED: Final[Mapping[str, tuple[str, str]]] = {
    _ARGO: ("argocd.argoproj.io/sync-options", "Prune=false"),
    _FLUX: ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
    _HELM: ("helm.sh/resource-policy", "keep"),
}
"""By group of what deploys: the annotation, and what of it says so."""
