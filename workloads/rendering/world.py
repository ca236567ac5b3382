"""What objects that deploy others are read against: the tree they name paths of, and the objects they refer to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from workloads.field import mapping, text
from workloads.manifest import Manifest
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.plan import Plan
from workloads.rendering.revision import branch, followed, repository_name
from workloads.rendering.tree import OutsideError, joined
from workloads.rendering.variables import Giver

SOURCES: Final = frozenset({"GitRepository", "HelmRepository", "OCIRepository", "HelmChart", "Bucket", "ExternalArtifact"})
"""Kinds of Flux that tell where something is from."""
REFERRED: Final = SOURCES | {"ConfigMap", "Secret"}
"""Kinds that what deploys refers to."""
ELSEWHERE: Final = "its source is another repository"


def _nearness(manifest: Manifest, asking: Manifest) -> tuple[bool, int]:
    """How near two objects stand: rendered together or not, and how many folders their files have in common."""
    one, other = manifest.origin, asking.origin
    if one is None or other is None:
        return False, 0
    together = bool(one.root) and (one.root, one.variant, one.asked) == (other.root, other.variant, other.asked)
    pairs = zip(posixpath.dirname(one.file).split("/"), posixpath.dirname(other.file).split("/"), strict=False)
    return together, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@dataclass(frozen=True, slots=True)
class World:
    """One side of a change, as far as it is known."""

    plan: Plan
    remotes: frozenset[str] = frozenset()
    """The names that this repository goes by; empty where nobody knows."""
    objects: Mapping[tuple[str, str, str], Sequence[Manifest]] = field(default_factory=dict)
    """What objects may refer to, by kind, namespace and name: several clusters may each have one."""

    @classmethod
    def of(cls, plan: Plan, remotes: frozenset[str], manifests: Iterable[Manifest]) -> World:
        """The world of some objects."""
        found: dict[tuple[str, str, str], list[Manifest]] = {}
        for each in manifests:
            if each.kind in REFERRED:
                found.setdefault((each.kind, each.namespace, each.name), []).append(each)
        return cls(plan, remotes, found)

    def elsewhere(self, address: str) -> Obstacle | None:
        """That an address is not this repository's; None where it is, or nobody knows."""
        if not address or not self.remotes or repository_name(address) in self.remotes:
            return None
        return Obstacle(f"{ELSEWHERE}, {address[:200]}", "weigh the change there, or what it renders")

    def followed(self, address: str, revision: str) -> str:
        """A revision of a repository in words. The ``HEAD`` of this one, and the branch that it names, are one."""
        default = self.plan.directions.default_branch if self.elsewhere(address) is None else ""
        return followed(address, branch(revision, default))

    def referred(self, kind: str, namespace: str, name: str, asking: Manifest) -> Manifest | None:
        """An object by its reference: of several, one that stands nearest to what asks for it."""
        nearest = self._nearest(kind, namespace, name, asking)
        return nearest[0] if nearest else None

    def _nearest(self, kind: str, namespace: str, name: str, asking: Manifest) -> list[Manifest]:
        found = self.objects.get((kind, namespace, name), ())
        best = max((_nearness(each, asking) for each in found), default=None)
        return [each for each in found if _nearness(each, asking) == best]

    def path(self, *parts: str) -> str | None:
        """A path from the tree's top, one part as seen from the one before; None where it leads out."""
        here = ""
        try:
            for part in parts:
                here = joined(here, part or ".")
        except OutsideError:
            return None
        return here

    def configured(self, asking: Manifest, reference: Mapping[str, object]) -> Manifest | str:
        """The ConfigMap or Secret of a reference; why none is known, where none is."""
        kind, name = text(reference, "kind") or "ConfigMap", text(reference, "name")
        nearest = self._nearest(kind, asking.namespace, name, asking)
        if not nearest:
            absent = "only the cluster has" if kind == "Secret" else "is in no file of the repository that is known"
            return f"{kind} {name[:100]}, which {absent}"
        if any(each.body != nearest[0].body for each in nearest):
            return f"{kind} {name[:100]}, of which several stand equally near"
        return nearest[0]

    def values_of(self, asking: Manifest, reference: Mapping[str, object]) -> str | Obstacle | None:
        """The text that a reference to a key of a ConfigMap means; why it is not known, where it is not.

        None for one that need not be there and is not: Flux goes on without it.
        """
        found = self.configured(asking, reference)
        key = text(reference, "valuesKey") or "values.yaml"
        what = found if isinstance(found, str) else f"{found.kind} {found.name[:100]}, which only the cluster has"
        if isinstance(found, Manifest) and found.kind == "ConfigMap":
            value = mapping(found.body, "data").get(key)
            if isinstance(value, str) and not found.unrendered:
                return value
            what = found.unrendered or f"ConfigMap {found.name[:100]}, which has no {key[:100]}"
            if not found.unrendered and reference.get("optional") is True:
                return None
        if self._spared(asking, reference):
            return None
        return Obstacle(f"its values are in {what}", "keep sizes in values that are in the repository")

    def _spared(self, asking: Manifest, reference: Mapping[str, object]) -> bool:
        """Whether a ConfigMap need not be there and is not, as far as files tell. Of Secrets they tell nothing."""
        kind = text(reference, "kind") or "ConfigMap"
        optional = reference.get("optional") is True and kind != "Secret"
        return optional and not self._nearest(kind, asking.namespace, text(reference, "name"), asking)

    def giver(self, asking: Manifest, reference: Mapping[str, object]) -> Giver | None:
        """What a ConfigMap or a Secret gives as variables; None for one that need not be there and is not."""
        found = self.configured(asking, reference)
        name = f"{text(reference, 'kind') or 'ConfigMap'} {text(reference, 'name')[:100]}"
        if isinstance(found, str):
            return None if self._spared(asking, reference) else Giver(name, hidden=None)
        if found.kind == "Secret":
            # Encrypted as it may be, it tells which variables it gives.
            keys = {*mapping(found.body, "data"), *mapping(found.body, "stringData")}
            return Giver(name, hidden=frozenset(map(str, keys)))
        return Giver(name, {str(key): value for key, value in mapping(found.body, "data").items() if isinstance(value, str)})
