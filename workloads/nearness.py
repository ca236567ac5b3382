"""What the parts of one cluster say of each other's objects, where objects of one identity have set the parts apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workloads.autoscaler import read_autoscaler
from workloads.copies import key_of
from workloads.kinds.kind import Category
from workloads.kinds.reference import wanted
from workloads.kinds.registry import find
from workloads.manifest import Identity, Manifest
from workloads.refusal import kind_meant
from workloads.snapshots.snapshot import Target
from workloads.surroundings import says_of_others


@dataclass(frozen=True, slots=True)
class _Told:
    """What one part says of objects."""

    shared: tuple[Manifest, ...]
    """Without the autoscalers of its own objects."""
    keys: frozenset[Identity | int]


class Nearness:
    """One side of a change in one cluster, by parts; the last of them is the rest, which nothing has set apart."""

    def __init__(self, parts: Sequence[Sequence[Manifest]], rest: Sequence[Manifest]) -> None:
        self._parts = {id(part): part for part in (*parts, rest)}
        self._rest = id(rest)
        self._told = {key: _told(part, kept=key != self._rest) for key, part in self._parts.items()}
        self._named = {Target.of(each): (key, each) for key, part in self._parts.items() for each in part}

    def around(self, part: Sequence[Manifest]) -> list[Manifest]:
        """What other parts say of a part's objects, by being classes, limits or autoscalers, or by being referred to.

        An autoscaler is for the target that stands in its own part; where none does, for all of that name. Of anything else a
        part's own copy holds in place of another part's; what stands in none is said to all.
        """
        own = self._told[id(part)].keys
        return [*self._referred(part), *self._from_others(id(part), own)] if len(self._parts) > 1 else []

    def every(self) -> Iterator[Manifest]:
        """All objects of the cluster."""
        for part in self._parts.values():
            yield from part

    def _from_others(self, here: int, own: frozenset[Identity | int]) -> Iterator[Manifest]:
        for key, told in self._told.items():
            if key != here:
                common = key == self._rest
                yield from (each for each in told.shared if common or _scales(each) or key_of(each) not in own)

    def _referred(self, part: Sequence[Manifest]) -> Iterator[Manifest]:
        for target in _wanted(part):
            there = self._named.get(target)
            if there is not None and there[0] != id(part):
                yield there[1]


def _told(part: Sequence[Manifest], *, kept: bool) -> _Told:
    """``kept`` says that autoscalers of the part's own objects are for these alone."""
    names = {Target.of(each)._replace(namespace="") for each in part} if kept else frozenset[Target]()
    telling = [each for each in part if says_of_others(each)]
    return _Told(tuple(each for each in telling if _target(each) not in names), frozenset(map(key_of, telling)))


def _scales(manifest: Manifest) -> bool:
    kind = find(manifest.group, manifest.kind) or kind_meant(manifest)
    return kind is not None and kind.scaler is not None


def _target(manifest: Manifest) -> Target | None:
    """What an autoscaler scales, without its namespace, which either may leave out; None for anything else."""
    kind = find(manifest.group, manifest.kind) or kind_meant(manifest)
    reading = read_autoscaler(manifest, kind) if kind is not None else None
    if reading is None or reading.target is None:
        return None
    return reading.target._replace(namespace="")


def _wanted(part: Iterable[Manifest]) -> dict[Target, None]:
    """What objects that are made from others name to be made from, in the order read."""
    found: dict[Target, None] = {}
    for manifest in part:
        kind = find(manifest.group, manifest.kind)
        if kind is not None and kind.category is not Category.FREE:
            for rule in kind.references:
                found.update(dict.fromkeys(wanted(rule, manifest.body, manifest.namespace)))
    return found
