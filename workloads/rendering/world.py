"""What objects that deploy others are read against: the tree they name paths of, and the objects they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from workloads.field import mapping, text
from workloads.manifest import Manifest
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.plan import Plan
from workloads.rendering.tree import OutsideError, joined

_LAST_TWO: Final = re.compile(r"([^/:]+/[^/:]+?)(?:\.git)?/*\Z")
ELSEWHERE: Final = "its source is another repository"


def repository_name(address: str) -> str:
    """``acme/platform``, whatever way an address of it is written: a mirror and an SSH address are known to be one."""
    found = _LAST_TWO.search(address.strip())
    return found[1].lower() if found else ""


@dataclass(frozen=True, slots=True)
class World:
    """One side of a change, as far as it is known."""

    plan: Plan
    remotes: frozenset[str] = frozenset()
    """The names that this repository goes by; empty where nobody knows."""
    objects: Mapping[tuple[str, str, str], Manifest] = field(default_factory=dict)
    """What objects may refer to, by kind, namespace and name."""

    @classmethod
    def of(cls, plan: Plan, remotes: frozenset[str], manifests: Iterable[Manifest]) -> World:
        """The world of some objects."""
        kinds = {"GitRepository", "HelmRepository", "OCIRepository", "HelmChart", "ConfigMap"}
        found = {(each.kind, each.namespace, each.name): each for each in manifests if each.kind in kinds}
        return cls(plan, remotes, found)

    def elsewhere(self, address: str) -> Obstacle | None:
        """That an address is not this repository's; None where it is, or nobody knows."""
        if not address or not self.remotes or repository_name(address) in self.remotes:
            return None
        return Obstacle(f"{ELSEWHERE}, {address[:200]}", "weigh the change there, or what it renders")

    def referred(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """An object by its reference."""
        return self.objects.get((kind, namespace, name))

    def path(self, *parts: str) -> str | None:
        """A path from the tree's top, one part as seen from the one before; None where it leads out."""
        here = ""
        try:
            for part in parts:
                here = joined(here, part or ".")
        except OutsideError:
            return None
        return here

    def values_of(self, namespace: str, reference: Mapping[str, object]) -> str | Obstacle:
        """The text that a reference to a key of a ConfigMap means; why it is not known, where it is not."""
        kind, name = text(reference, "kind") or "ConfigMap", text(reference, "name")
        key = text(reference, "valuesKey") or "values.yaml"
        found = self.referred(kind, namespace, name) if kind == "ConfigMap" else None
        value = text(mapping(found.body, "data"), key) if found is not None else ""
        if value:
            return value
        return Obstacle(
            f"its values are in {kind} {name[:100]}, which only the cluster has",
            "keep sizes in values that are in the repository",
        )
