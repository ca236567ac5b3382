"""Objects that controllers made of others of the same set, as in a dump of a cluster: they are counted with their owner.

Anybody can write an owner into a manifest, so the owner has to be there, with the uid that is named, and of a kind that makes
such objects. A manifest that was never in a cluster has no uid, so nothing of a folder of plain manifests depends on anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from workloads.field import dig, mapping, sequence, text
from workloads.kinds.registry import find
from workloads.manifest import Manifest

DEEPEST = 8
"""Owners above one another: a CronJob's Job's Pod has two."""

MAKES: Final = {
    ("apps", "Deployment"): ("ReplicaSet",),
    ("apps", "ReplicaSet"): ("Pod",),
    ("apps", "StatefulSet"): ("Pod", "PersistentVolumeClaim"),
    ("apps", "DaemonSet"): ("Pod",),
    ("batch", "CronJob"): ("Job",),
    ("batch", "Job"): ("Pod",),
    ("", "ReplicationController"): ("Pod",),
    ("", "Pod"): ("ResourceClaim",),
    ("scheduling.k8s.io", "PodGroup"): ("ResourceClaim",),
}
"""What of the kinds that cost the built-in controllers make; an operator may make any."""

Named = Mapping[tuple[str, str, str, str], Manifest]
"""Objects by group, kind, namespace and name."""


def dependents(manifests: Sequence[Manifest]) -> frozenset[int]:
    """The ids (of the values themselves) of those that another of the set makes. Linear in the set."""
    claiming = [manifest for manifest in manifests if _controller(manifest) is not None]
    volumes = [manifest for manifest in manifests if manifest.kind == "PersistentVolumeClaim" and _was_stored(manifest)]
    if not claiming and not volumes:
        return frozenset()
    named = {_name(manifest): manifest for manifest in manifests}
    templates = _claim_templates(manifests) if volumes else {}
    owned = [manifest for manifest in volumes if _is_of_a_set(manifest, templates)]
    return frozenset(id(manifest) for manifest in (*owned, *(each for each in claiming if _depends(each, named))))


def _was_stored(manifest: Manifest) -> bool:
    return bool(text(manifest.body, "metadata", "uid"))


def _claim_templates(manifests: Sequence[Manifest]) -> Mapping[tuple[str, str], int]:
    """How many claims StatefulSets make, by namespace and by what their names begin with: the template's and the set's name."""
    return {
        (each.namespace, f"{text(template, 'metadata', 'name')}-{each.name}"): _replicas(each)
        for each in manifests
        if (each.group, each.kind) == ("apps", "StatefulSet") and _was_stored(each)
        for template in sequence(each.body, "spec", "volumeClaimTemplates")
    }


def _is_of_a_set(claim: Manifest, templates: Mapping[tuple[str, str], int]) -> bool:
    """Whether a claim is that of a pod which a StatefulSet has: it has no owner, and is named by rule.

    ``template-set-ordinal`` (Kubernetes documentation, "StatefulSets"). One beyond its replicas was left behind, and counts.
    """
    prefix, _, ordinal = claim.name.rpartition("-")
    plain = ordinal.isascii() and ordinal.isdigit() and len(ordinal) < 10
    return plain and int(ordinal) < templates.get((claim.namespace, prefix), 0)


def _replicas(stateful_set: Manifest) -> int:
    stated = dig(stateful_set.body, "spec", "replicas")
    return stated if isinstance(stated, int) and not isinstance(stated, bool) else 1


def _depends(manifest: Manifest, named: Named) -> bool:
    """Whether a chain of true owners leads up to an object that no other of the set makes; a circle leads nowhere."""
    here = manifest
    for _ in range(DEEPEST):
        owner = _owner(here, named)
        if owner is None:
            return here is not manifest
        here = owner
    return False


def _owner(manifest: Manifest, named: Named) -> Manifest | None:
    """The object of the set that makes this one."""
    controller = _controller(manifest)
    if controller is None:
        return None
    group, kind, uid = text(controller, "apiVersion").rpartition("/")[0], text(controller, "kind"), text(controller, "uid")
    owner = named.get((group, kind, manifest.namespace, text(controller, "name")))
    true = owner is not None and bool(uid) and uid == text(owner.body, "metadata", "uid")
    return owner if true and _may_make(group, kind, manifest) else None


def _may_make(group: str, kind: str, manifest: Manifest) -> bool:
    if (group, kind) in MAKES:
        return manifest.kind in MAKES[group, kind]
    known = find(group, kind)
    return (
        known is not None
        and bool(known.pods or known.machines or known.embedded)
        and (group, kind) != (manifest.group, manifest.kind)
    )


def _controller(manifest: Manifest) -> Mapping[str, object] | None:
    for owner in sequence(manifest.body, "metadata", "ownerReferences"):
        if dig(owner, "controller") is True:
            return mapping(owner)
    return None


def _name(manifest: Manifest) -> tuple[str, str, str, str]:
    return manifest.group, manifest.kind, manifest.namespace, manifest.name
