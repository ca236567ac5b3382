"""Which object beside a workload makes it cost something else: its limit range, a class, its NodePool. Never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policies.context import Context
from pricing.delta import Kind, WorkloadDelta
from pricing.estimate import FieldChange
from pricing.field_names import kind_in_words
from workloads.field import dig, mapping, text
from workloads.immutable import refused
from workloads.manifest import Manifest, Origin
from workloads.nodes.provisioner import selected_pools
from workloads.reference_words import config_map_words
from workloads.rendering.single_change import Cause, first_difference
from workloads.snapshots.snapshot import UNKNOWN, Snapshot, Target
from workloads.text.location import locate
from workloads.workload import VolumeClaim, Workload

_SIZES = frozenset(("cpu", "memory", "ephemeral storage"))
_OF_CLASSES = frozenset(("storage class", "volume performance"))
_OF_NODES = frozenset(("machine", "capacity type", "region", "price"))
_MODEL = "AI model"


class CausingObject(NamedTuple):
    """An object that makes others cost something else, before and after; one side may lack it."""

    before: Manifest | None
    after: Manifest | None
    told: bool = True
    """Whether it has to be named: of an autoscaler the change itself speaks."""

    @property
    def cause(self) -> Cause | None:
        """Where it is changed; without a file where it is removed, and None where there is nothing to say of it then."""
        manifest = self.after or self.before
        of = f"{manifest.kind} {manifest.title}" if manifest is not None and self.told else ""
        unplaced = Cause("", None, of) if of else None
        if self.after is None or self.after.origin is None:
            return unplaced
        return _placed(self.before, self.after, self.after.origin, of) or unplaced

    @property
    def refused(self) -> tuple[str, ...]:
        """What Kubernetes refuses of its change."""
        return tuple(refused(self.before, self.after)) if self.before is not None and self.after is not None else ()

    @property
    def changes(self) -> bool:
        """Whether it differs."""
        old, new = self.before, self.after
        return old is not new and (old is None or new is None or old.body != new.body)


def _placed(before: Manifest | None, after: Manifest, origin: Origin, of: str) -> Cause | None:
    """Where an object is changed: of a rendered one not in its own file, but in the one file in which both sides differ."""
    path = first_difference(before.body, after.body) if before is not None else ()
    if not origin.root:
        return Cause(origin.file, locate(origin, path)[0], of)
    if origin.single_change is None:
        return None
    was, now = (dig(side.body, *path) if side is not None else None for side in (before, after))
    return origin.single_change.cause(path, was, now)._replace(of=of)


def causing_object(delta: WorkloadDelta, context: Context) -> CausingObject | None:
    """The one object beside a workload that causes all of its change; None where there is none, or may be another."""
    if delta.kind is not Kind.CHANGED or delta.before is None or delta.after is None:
        return None
    sides = _Sides(delta.before.workload, delta.after.workload, context.earlier or UNKNOWN, context.snapshot)
    parts = [sides.of_field(field, context.default_namespace) for field in delta.fields]
    found = {id(part.after or part.before): part for part in parts if part is not None}
    return next(iter(found.values())) if len(found) == 1 and None not in parts else None


class _Sides(NamedTuple):
    """A workload and its surroundings, before and after."""

    old: Workload
    new: Workload
    then: Snapshot
    now: Snapshot

    def of_field(self, field: FieldChange, default_namespace: str) -> CausingObject | None:
        """The object that causes one part of the change."""
        if not field.path:
            return self._autoscaler(field)
        was, is_ = (dig(side.manifest.body, *field.path) for side in (self.old, self.new))
        if was != is_:
            return None
        if field.what in _OF_CLASSES:
            # Of classes that take each other's place as the default, the new one is the cause.
            return next(self._changed(self._classes(field.group)), None)
        found = list(self._changed(self._deciding(field, is_, self.new.manifest.namespace or default_namespace)))
        return found[0] if len(found) == 1 else None

    def _deciding(self, field: FieldChange, stated: object, namespace: str) -> Iterator[Target]:
        """What may decide a part of the change, which of the object itself is ``stated`` there."""
        if field.what in _SIZES:
            yield from self._limit_ranges(namespace)
            yield from self._runtime_classes()
        elif field.what in _OF_NODES:
            yield from self._node_pools(field.group)
        elif field.what == _MODEL:
            yield from (
                Target("", "ConfigMap", space, name) for name in config_map_words({"": stated}) for space in ("", namespace)
            )

    def _autoscaler(self, field: FieldChange) -> CausingObject | None:
        """What scales it, where the part is one of its bounds."""
        old, new = (side.autoscaler.manifest if side.autoscaler is not None else None for side in (self.old, self.new))
        present = new or old
        if present is None or field.what.split(" ")[0] != kind_in_words(present.kind):
            return None
        return CausingObject(old, new, told=False)

    def _changed(self, targets: Iterable[Target]) -> Iterator[CausingObject]:
        """Those of some objects that differ, each once."""
        every = (CausingObject(self.then.deciding.get(each), self.now.deciding.get(each)) for each in dict.fromkeys(targets))
        return (each for each in every if each.changes)

    def _limit_ranges(self, namespace: str) -> Iterator[Target]:
        for ranges in (self.now.limit_ranges, self.then.limit_ranges):
            yield from (Target.of(each) for each in ranges.get(namespace, ()))

    def _runtime_classes(self) -> Iterator[Target]:
        for group in self.new.groups:
            yield Target("node.k8s.io", "RuntimeClass", "", text(mapping(group.template, "spec"), "runtimeClassName"))

    def _node_pools(self, group: str) -> Iterator[Target]:
        for each in self.new.groups:
            if each.name == group:
                selected = selected_pools(mapping(each.template, "spec"))
                yield from (Target("karpenter.sh", "NodePool", "", name) for name in selected)

    def _classes(self, claim: str) -> Iterator[Target]:
        """The classes of a claim, those after the change first: of another default class the new one is the cause."""
        for side in (self.new, self.old):
            for each in side.claims:
                if each.name == claim:
                    yield from _classes_of(each)


def _classes_of(claim: VolumeClaim) -> Iterator[Target]:
    if claim.attributes is not None:
        yield Target("storage.k8s.io", "VolumeAttributesClass", "", claim.attributes.name)
    if claim.definition is not None:
        yield Target("storage.k8s.io", "StorageClass", "", claim.definition.name)
