"""The devices of a pod: asked for by resource name, by annotation, or claimed; its own, not those that pods share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workloads.accelerator import AcceleratorRequest, accelerators, by_annotation
from workloads.device_claim import NOTHING_CLAIMED, Claimed, of_class, read_claim
from workloads.field import dig, mapping, sequence, text
from workloads.snapshot import Snapshot, Target

IMPLICIT = "deviceclass.resource.kubernetes.io/"
"""Start of the resource name by which any class can be asked for as an extended resource (KEP-5004)."""

_GROUP = "resource.k8s.io"


@dataclass(frozen=True, slots=True)
class PodDevices:
    """What one pod asks for, what it may get instead, and what a person should know."""

    accelerators: tuple[AcceleratorRequest, ...] = ()
    alternatives: tuple[tuple[AcceleratorRequest, ...], ...] = ()
    reasons: tuple[str, ...] = ()
    """What cannot be priced."""
    notes: tuple[str, ...] = ()


NO_DEVICES = PodDevices()


def pod_devices(
    template: Mapping[str, object], extended: Mapping[str, Decimal], namespace: str, snapshot: Snapshot
) -> PodDevices:
    """The devices of one pod of a completed template whose extended resources come to ``extended``. Never raises."""
    spec, annotations = mapping(template, "spec"), mapping(template, "metadata", "annotations")
    if not extended and not annotations and "resourceClaims" not in spec:
        return NO_DEVICES
    backed = {name: found for name in extended if (found := _class_behind(name, snapshot))}
    plain = accelerators({name: count for name, count in extended.items() if name not in backed} if backed else extended)
    own = (*plain, *by_annotation(annotations, text(spec, "schedulerName")))
    notes: list[str] = []
    claimed = NOTHING_CLAIMED
    for name, device_class in backed.items():
        claimed += of_class(device_class, extended[name], snapshot)
    for entry in sequence(spec, "resourceClaims"):
        claimed += _claim(entry, namespace, snapshot, notes)
    choices = [(*own, *choice) for choice in claimed.choices]
    return PodDevices(choices[0], tuple(choices[1:]), claimed.reasons, tuple(notes))


def _class_behind(resource: str, snapshot: Snapshot) -> str:
    """The class that backs an extended resource; empty where a device plugin does."""
    if resource.startswith(IMPLICIT):
        return resource.removeprefix(IMPLICIT)
    classes = snapshot.device_classes.values()
    return next((each.name for each in classes if each.extended_resource == resource), "")


def _claim(entry: object, namespace: str, snapshot: Snapshot, notes: list[str]) -> Claimed:
    """What one of a pod's ``resourceClaims`` comes to for that pod alone."""
    for kind, name in _named(entry):
        spec = _spec(kind, name, namespace, snapshot)
        if spec is None:
            return Claimed(reasons=(f"devices of {kind} {name[:60]}: it is not among the objects read",))
        if kind == "ResourceClaimTemplate":
            return read_claim(spec, snapshot)
        notes.append(f"the devices of ResourceClaim {name[:60]} are charged with the claim, once for all pods that share it")
    return NOTHING_CLAIMED


def _named(entry: object) -> Iterator[tuple[str, str]]:
    """The object that an entry names; before v1beta1 it stood under ``source``."""
    for place in (entry, dig(entry, "source")):
        for key, kind in (("resourceClaimTemplateName", "ResourceClaimTemplate"), ("resourceClaimName", "ResourceClaim")):
            if text(place, key):
                yield kind, text(place, key)


def _spec(kind: str, name: str, namespace: str, snapshot: Snapshot) -> Mapping[str, object] | None:
    for place in (namespace, ""):
        found = snapshot.device_claims.get(Target(_GROUP, kind, place, name))
        if found is not None:
            return found
    return None
