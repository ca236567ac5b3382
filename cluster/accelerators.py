"""The accelerators of what runs in a cluster, by the object that a person or a controller of its own kind wrote: its root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from policies.matching.owner import controller_of
from policies.side import most_accelerators
from workloads.field import mapping, sequence, text
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.settings.assumptions import DEFAULTS, Assumptions
from workloads.snapshots.snapshot import Snapshot, Target

COUNTED: Final = (
    *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
    *(("batch/v1", kind) for kind in ("CronJob", "Job")),
    *(("v1", kind) for kind in ("ReplicationController", "Pod")),
)
"""What is looked at, makers before what they make: Kubernetes' own kinds, and of all others the Pods and Jobs that they made."""
MAKERS: Final = {
    "Pod": frozenset(("ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController")),
    "ReplicaSet": frozenset(("Deployment",)),
    "Job": frozenset(("CronJob",)),
}
"""Whose templates explain an object of a kind: what says that another controls it is counted by itself."""
MOST: Final = Decimal(10**12)
"""Accelerators of one object that are believed."""
_STEP: Final = Decimal("0.001")
"""The finest part of one that is told apart, as in every quantity."""
_OVER: Final = frozenset(("Succeeded", "Failed"))

Count = Callable[[Manifest], Decimal]


class Root(NamedTuple):
    """What stands above an object, or the object itself."""

    target: Target
    uid: str


class Share(NamedTuple):
    """What one object has of its root's accelerators."""

    root: Root
    accelerators: Decimal


@dataclass(slots=True)
class Running:
    """Accelerators by root, of objects that are seen one by one in the order of ``COUNTED``."""

    count: Count
    """The accelerators of one object, at the most that may run."""
    counts: dict[Target, Share] = field(default_factory=dict)
    """By object: those that have any, and that no other's template explains."""
    _above: dict[tuple[str, str], Root] = field(default_factory=dict)
    """By kind and uid, the root of each object that was seen."""

    def see(self, body: Mapping[str, object]) -> None:
        """Count an object, unless the template of one that was seen explains it, or it has come to its end."""
        manifest = Manifest.of(body)
        root, explained = self._root(manifest)
        if uid := text(body, "metadata", "uid"):
            self._above[manifest.kind, uid] = root
        if explained or _is_over(manifest):
            return
        count = min(self.count(manifest), MOST).quantize(_STEP, ROUND_CEILING)
        if count:
            # By the object: a list that has to be begun again shows it twice.
            self.counts[Target.of(manifest)] = Share(root, count)

    def root(self, manifest: Manifest) -> Root:
        """The root of an object, as far as those that were seen tell."""
        return self._root(manifest)[0]

    def _root(self, manifest: Manifest) -> tuple[Root, bool]:
        """The root of an object, and whether its template is one that was seen."""
        own = Root(Target.of(manifest), text(manifest.body, "metadata", "uid"))
        owner = controller_of(manifest.body)
        if owner is None:
            return own, False
        kind, uid = text(owner, "kind"), text(owner, "uid")
        above = self._above.get((kind, uid))
        if above is not None:
            explained = kind in MAKERS.get(manifest.kind, ())
            return (above if explained else own), explained
        group = text(owner, "apiVersion").rpartition("/")[0]
        return Root(Target(group, kind, manifest.namespace, text(owner, "name")), uid), False

    def by_root(self) -> Mapping[Target, Decimal]:
        """The accelerators by what others name their roots by."""
        found: dict[Target, Decimal] = {}
        for root, accelerators in self.counts.values():
            found[root.target] = min(found.get(root.target, Decimal(0)) + accelerators, MOST)
        return found


def counted(snapshot: Snapshot, assumptions: Assumptions = DEFAULTS, cluster: str = "") -> Count:
    """How many accelerators an object has at the most that may run, by what is known of its cluster."""

    def count(manifest: Manifest) -> Decimal:
        inventory = take_inventory([manifest], snapshot, assumptions, cluster)
        return sum(map(most_accelerators, inventory.workloads), Decimal(0))

    return count


def _is_over(manifest: Manifest) -> bool:
    """Whether a Pod or a Job has come to its end, and holds nothing any more."""
    conditions = sequence(manifest.body, "status", "conditions") if manifest.kind == "Job" else ()
    ended = any(text(each, "type") in {"Complete", "Failed"} and text(each, "status") == "True" for each in conditions)
    return ended or (manifest.kind == "Pod" and text(mapping(manifest.body, "status"), "phase") in _OVER)
