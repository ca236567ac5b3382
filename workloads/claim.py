"""The volumes an object claims: by itself, from templates for each of its pods, or together with its pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from workloads.counting.count import CountError, Scope, holds, number, text
from workloads.counting.pattern import expand
from workloads.field import FieldPath, dig, mapping, render, sequence
from workloads.field import text as text_at
from workloads.kinds.kind import ClaimRule
from workloads.quantity import QuantityError, parse_quantity
from workloads.replicas import Scaling, count_pods
from workloads.settings.assumptions import HOURS_PER_MONTH, Assumptions
from workloads.snapshots.snapshot import Snapshot, StorageClass
from workloads.workload import PodGroup, VolumeClaim

_STORAGE = ("resources", "requests", "storage")
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


def claims(
    rule: ClaimRule, scope: Scope, scaling: Scaling | None, snapshot: Snapshot, assumptions: Assumptions
) -> Iterator[VolumeClaim | str]:
    """The claims a rule finds in an object, and in words what could not be told of them."""
    for path, value in expand(scope.root(rule.item.root), rule.item.steps):
        here = scope.at(rule.item, path)
        try:
            if rule.where is None or holds(rule.where, here):
                claim = _claim(rule, here, value, scaling, snapshot)
                yield _of_usual_class(claim, snapshot, assumptions)
        except CountError as error:
            yield str(error)


def _claim(rule: ClaimRule, scope: Scope, value: object, scaling: Scaling | None, snapshot: Snapshot) -> VolumeClaim:
    path = () if rule.item.root else scope.item.path
    nested = isinstance(dig(value, "spec"), Mapping)
    spec_path, spec = ((*path, "spec"), mapping(value, "spec")) if nested else (path, mapping(value))
    if rule.size is None:
        _require_new(spec, spec_path)
        size, stated = _size(spec, spec_path), _stated_class(value, spec)
    else:
        size, stated = number(rule.size, scope), text(rule.storage_class, scope) if rule.storage_class is not None else None
    if size is None:
        raise CountError(path, "states no size for its volume")
    replicas = count_pods(rule.count, scope, scaling)
    name = (text(rule.name, scope) if rule.name is not None else "") or text_at(value, "metadata", "name")
    # A claim stays when its pod goes, so that a calendar of replicas does not free it.
    pods = replicas.standing
    claim = VolumeClaim(name, path, size, pods, stated or "", _definition(stated, snapshot), pods * HOURS_PER_MONTH)
    return _with_attributes(claim, spec, snapshot)


def _with_attributes(claim: VolumeClaim, spec: Mapping[str, object], snapshot: Snapshot) -> VolumeClaim:
    stated = text_at(spec, "volumeAttributesClassName")
    if not stated:
        return claim
    return replace(claim, attributes_class=stated, attributes=snapshot.volume_attributes_classes.get(stated))


def _require_new(spec: Mapping[str, object], path: FieldPath) -> None:
    """Make sure that a claim has a volume made for it: one that names a volume, or asks for no class, binds to what is there."""
    for key, static in (("volumeName", bool(spec.get("volumeName"))), ("storageClassName", spec.get("storageClassName") == "")):
        if static:
            raise CountError((*path, key), "binds the claim to a volume that is there already, whose price is not known")


def _size(spec: Mapping[str, object], path: FieldPath) -> Decimal | None:
    written = dig(spec, *_STORAGE)
    if written is None:
        return None
    try:
        return parse_quantity(written)
    except QuantityError as error:
        raise CountError((*path, *_STORAGE), f"is no quantity: {error}") from error


def _stated_class(claim: object, spec: Mapping[str, object]) -> str | None:
    """The class a claim names; the empty text, which asks for none, is told from saying nothing."""
    for stated in (spec.get("storageClassName"), dig(claim, "metadata", "annotations", _OLD_CLASS)):
        if isinstance(stated, str):
            return stated
    return None


def _definition(stated: str | None, snapshot: Snapshot) -> StorageClass | None:
    if stated is not None:
        return snapshot.storage_classes.get(stated)
    return next((known for known in snapshot.storage_classes.values() if known.default), None)


def _of_usual_class(claim: VolumeClaim, snapshot: Snapshot, assumptions: Assumptions) -> VolumeClaim:
    """A claim of the class that is assumed, where it names none and no default of the cluster is known."""
    usual = assumptions.storage_class
    if not usual or claim.storage_class or claim.definition is not None:
        return claim
    words = "; ".join(filter(None, (f"no storageClassName: {usual} (assume.storageClass)", claim.assumption)))
    return replace(claim, storage_class=usual, definition=snapshot.storage_classes.get(usual), assumption=words)


def ephemeral_claims(group: PodGroup, snapshot: Snapshot, assumptions: Assumptions) -> Iterator[VolumeClaim | str]:
    """The generic ephemeral volumes of a group's pods: each pod has its own, which goes with it."""
    for index, volume in enumerate(sequence(group.template, "spec", "volumes")):
        template = dig(volume, "ephemeral", "volumeClaimTemplate")
        if not isinstance(template, dict):
            continue
        path = (*group.path, "spec", "volumes", index, "ephemeral", "volumeClaimTemplate")
        spec = mapping(template, "spec")
        try:
            size = _size(spec, (*path, "spec"))
        except CountError as error:
            yield str(error)
            continue
        if size is None:
            yield f"{render(path)} states no size for its volume"
            continue
        stated = _stated_class(template, spec)
        name = text_at(volume, "name")
        claim = VolumeClaim(
            name,
            path,
            size,
            group.pods,
            stated or "",
            _definition(stated, snapshot),
            group.hours,
            ephemeral=True,
            assumption=group.assumption,
            modelled="; ".join(filter(None, (group.modelled, group.observed))),
        )
        yield _of_usual_class(_with_attributes(claim, spec, snapshot), snapshot, assumptions)
