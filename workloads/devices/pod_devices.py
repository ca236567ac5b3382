"""The devices of a pod: asked for by resource name, by annotation, or claimed; its own, not those that pods share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from workloads.devices.accelerator import AcceleratorRequest, accelerators, is_device
from workloads.devices.annotation import asks_for_a_part, by_annotation, models_by_annotation
from workloads.devices.claim import NOTHING_CLAIMED, Claimed, of_class, read_claim, together
from workloads.devices.count import fraction
from workloads.field import dig, mapping, sequence, text
from workloads.snapshots.snapshot import Snapshot, Target

IMPLICIT = "deviceclass.resource.kubernetes.io/"
"""Start of the resource name by which any class can be asked for as an extended resource (KEP-5004)."""

_GROUP = "resource.k8s.io"
_FOR_POD = ("resource.kubernetes.io/pod-claim-name", "resource.kubernetes.io/extended-resource-claim")
"""Annotations of the claims that Kubernetes makes for one pod: of a template, of an extended resource."""


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
    if not extended and "resourceClaims" not in spec and not (annotations and asks_for_a_part(annotations)):
        return NO_DEVICES
    reasons = tuple(filter(None, (fraction(name, count) for name, count in extended.items() if is_device(name))))
    if reasons:
        extended = {name: count for name, count in extended.items() if not (count % 1 and is_device(name))}
    backed = {name: found for name in extended if (found := _class_behind(name, snapshot))}
    notes: list[str] = []
    own = _own({name: count for name, count in extended.items() if name not in backed}, spec, annotations, notes)
    by_class = [of_class(device_class, extended[name], snapshot) for name, device_class in backed.items()]
    shared = _shared_in_group(spec, namespace, snapshot, notes)
    by_claim = [_claim(entry, namespace, snapshot, shared, notes) for entry in sequence(spec, "resourceClaims")]
    claimed = together((*by_class, *by_claim))
    choices = [(*own, *choice) for choice in claimed.choices]
    return PodDevices(choices[0], tuple(choices[1:]), reasons + claimed.reasons, tuple(notes))


def claimed_by(spec: Mapping[str, object], namespace: str, snapshot: Snapshot) -> Claimed:
    """What a ResourceClaim's ``spec`` claims, or a PodGroup's for all of its pods. Never raises."""
    if "resourceClaims" not in spec:
        return read_claim(spec, snapshot)
    return together(_claim(entry, namespace, snapshot, {}, []) for entry in sequence(spec, "resourceClaims"))


def made_for_owner(body: Mapping[str, object]) -> bool:
    """Whether a claim is one that Kubernetes made for a Pod or a PodGroup, and that goes with it: its owner is charged.

    The garbage collector takes a claim away whose owner is not there, so that nobody gains by inventing one.
    """
    annotations = mapping(body, "metadata", "annotations")
    owners = sequence(body, "metadata", "ownerReferences")
    kinds = {text(owner, "kind") for owner in owners if dig(owner, "controller") is True and text(owner, "uid")}
    return "PodGroup" in kinds or ("Pod" in kinds and any(name in annotations for name in _FOR_POD))


def _own(
    extended: Mapping[str, Decimal], spec: Mapping[str, object], annotations: Mapping[str, object], notes: list[str]
) -> tuple[AcceleratorRequest, ...]:
    """What the pod asks for by resource name and by annotation."""
    asked = accelerators(extended)
    if not annotations:
        return asked
    fraction = by_annotation(annotations, text(spec, "schedulerName"))
    if isinstance(fraction, str):
        notes.append(fraction)
        fraction = ()
    elif fraction and not text(spec, "schedulerName"):
        notes.append(f"annotation {fraction[0].resource} is read by the KAI and Run:ai schedulers alone: the pod names none")
    models = models_by_annotation(annotations) if asked else ()
    if models:
        asked = tuple(replace(each, models=models) if each.vendor == "NVIDIA" and not each.models else each for each in asked)
    return (*asked, *fraction)


def _class_behind(resource: str, snapshot: Snapshot) -> str:
    """The class that backs an extended resource; empty where a device plugin does."""
    if resource.startswith(IMPLICIT):
        return resource.removeprefix(IMPLICIT)
    classes = snapshot.device_classes.values()
    return next((each.name for each in classes if each.extended_resource == resource), "")


def _shared_in_group(spec: Mapping[str, object], namespace: str, snapshot: Snapshot, notes: list[str]) -> Mapping[str, str]:
    """The claims that a pod shares with all of its PodGroup (KEP-5729): the template of each by its name."""
    name = text(spec, "schedulingGroup", "podGroupName")
    if not name or "resourceClaims" not in spec:
        return {}
    for place in (namespace, ""):
        claims = snapshot.pod_groups.get(Target("scheduling.k8s.io", "PodGroup", place, name))
        if claims is not None:
            return claims
    notes.append(f"PodGroup {name[:60]} is not among the objects read: claims that its pods share are charged with each of them")
    return {}


def _claim(entry: object, namespace: str, snapshot: Snapshot, shared: Mapping[str, str], notes: list[str]) -> Claimed:
    """What one of a pod's ``resourceClaims`` comes to for that pod alone."""
    for kind, name in _named(entry):
        if kind == "ResourceClaimTemplate" and shared.get(text(entry, "name")) == name:
            notes.append(f"the devices of claim {text(entry, 'name')[:60]} are charged with the PodGroup, once for all its pods")
            return NOTHING_CLAIMED
        spec = _spec(kind, name, namespace, snapshot)
        if spec is None:
            return Claimed(reasons=(f"devices of {kind} {name[:60]}: it is not among the objects read",))
        if kind == "ResourceClaimTemplate":
            return read_claim(spec, snapshot)
        notes.append(f"the devices of ResourceClaim {name[:60]} are charged with the claim, once for all pods that share it")
        return NOTHING_CLAIMED
    return Claimed(
        reasons=(f"devices of claim {text(entry, 'name')[:60] or 'unknown'}: it names neither a claim nor a template",)
    )


def _named(entry: object) -> Iterator[tuple[str, str]]:
    """The object that an entry names; before v1alpha3 it stood under ``source``."""
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
