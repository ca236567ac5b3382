"""Which running hours count for an object: those that kube-downscaler keeps, of it or of its autoscaler, else those it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workloads.field import mapping
from workloads.kinds.kind import Kind
from workloads.schedule.downscaler import PREFIX, downscaled
from workloads.schedule.running_hours import NOT_STATED, RUNNING_HOURS, Stated, stated_hours
from workloads.snapshots.snapshot import Autoscaler, Snapshot

_NONE: Mapping[str, str] = {}


def concerns(annotation: object) -> bool:
    """Whether an annotation says when something runs."""
    return isinstance(annotation, str) and (annotation == RUNNING_HOURS or annotation.startswith(PREFIX))


def availability(
    body: Mapping[str, object], kind: Kind | None, namespace: str, autoscaler: Autoscaler | None, snapshot: Snapshot
) -> Stated:
    """When an object runs, as far as annotations say, and what a person should know of them."""
    own = mapping(body, "metadata", "annotations")
    around = snapshot.namespace_annotations.get(namespace, _NONE)
    scaler = mapping(autoscaler.manifest.body, "metadata", "annotations") if autoscaler is not None else _NONE
    if not (around or any(map(concerns, own)) or any(map(concerns, scaler))):
        return NOT_STATED
    kept = NOT_STATED
    if kind is not None and kind.downscaled:
        pod = mapping(body, "spec", "template", "metadata", "annotations")
        kept = downscaled(own, around, namespace, pod)
        if autoscaler is not None:
            kept = _with_autoscaler(kept, autoscaler, scaler, around, namespace)
    if kept.hours is not None:
        return kept
    stated = stated_hours(own, around)
    return Stated(stated.hours, (*kept.notes, *stated.notes), stated.wrong)


def _with_autoscaler(
    of_object: Stated, autoscaler: Autoscaler, own: Mapping[str, object], around: Mapping[str, str], namespace: str
) -> Stated:
    """Scaled to nothing, an object is out of its autoscaler's reach; else its autoscaler's bounds are what counts."""
    if of_object.hours is not None and not of_object.hours.left:
        return of_object
    notes = of_object.notes
    if of_object.hours is not None:
        notes = (
            *notes,
            f"{autoscaler.name} scales up again what kube-downscaler scales down to {of_object.hours.left:,}: annotate it",
        )
    if not any(map(concerns, own)):
        return Stated(notes=notes)
    found = downscaled(own, around, namespace, _NONE)
    notes = (*notes, *found.notes)
    if found.hours is None:
        return Stated(notes=notes)
    if not found.hours.left and autoscaler.manifest.kind == "HorizontalPodAutoscaler":
        # The API server refuses a minimum of zero, so that the downscaler changes nothing.
        return Stated(
            notes=(*notes, f"{autoscaler.name} cannot have a minimum of 0: {PREFIX}downtime-replicas must be 1 or more")
        )
    return Stated(replace(found.hours, because=f"{found.hours.because} of {autoscaler.name}"), notes)
