"""One object as rules look at it: the manifest, the workload it makes, what that costs, and what is known around it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping

from policies.context import Context
from policies.fingerprint import fingerprint
from policies.message import inert
from policies.side import Side
from pricing.book import PriceBook
from pricing.estimate import Estimate, WorkloadEstimate
from workloads.excess import TOO_LARGE
from workloads.field import mapping
from workloads.kinds.kind import Category
from workloads.kinds.registry import find
from workloads.manifest import Identity, Manifest
from workloads.quick_dataclass import quick_dataclass
from workloads.workload import Inventory, PodGroup, Unpriced, Workload


@quick_dataclass(frozen=True, slots=True)
class Subject:
    """One object on one side of a change."""

    identity: Identity
    manifest: Manifest
    context: Context
    workload: Workload | None = None
    """None for objects that cost nothing, or whose cost cannot be told."""
    estimate: WorkloadEstimate | None = None
    unpriced: tuple[Unpriced, ...] = ()
    """What of it has no price."""
    side: Side | None = None
    """The side of the change that it is on; None for an object that is looked at by itself."""

    @property
    def namespace(self) -> str:
        """The stated namespace, else the cluster's default; empty where neither is known."""
        return self.manifest.namespace or self.context.default_namespace

    @property
    def title(self) -> str:
        """``namespace/name`` as people say it."""
        return f"{self.namespace}/{self.manifest.called}" if self.namespace else self.manifest.called

    def told_of(self, group: PodGroup, reason: str) -> str:
        """A reason with the group of pods that it is of, where there are several."""
        return f"of its {inert(group.name)}, {reason}" if len(self.groups) > 1 and group.name else reason

    @property
    def labels(self) -> Mapping[str, object]:
        """The object's own labels."""
        return mapping(self.manifest.body, "metadata", "labels")

    @property
    def namespace_labels(self) -> Mapping[str, str] | None:
        """The labels of its namespace; None where nobody knows the namespace."""
        return self.context.snapshot.namespaces.get(self.namespace)

    @property
    def cluster_scoped(self) -> bool:
        """Whether it is in no namespace, as its kind or the API server's request tells."""
        kind = find(self.manifest.group, self.manifest.kind)
        return (kind is not None and kind.cluster_scoped) or (self.context.request is not None and not self.namespace)

    @property
    def unlabelled(self) -> bool:
        """Whether it is of a kind that takes no labels."""
        kind = find(self.manifest.group, self.manifest.kind)
        return kind is not None and kind.unlabelled

    @property
    def scales(self) -> bool:
        """Whether it is an autoscaler: it costs nothing by itself, and may not be known."""
        kind = find(self.manifest.group, self.manifest.kind)
        return kind is not None and kind.scaler is not None

    @property
    def groups(self) -> tuple[PodGroup, ...]:
        """Its groups of like pods."""
        return self.workload.groups if self.workload else ()

    @property
    def costs(self) -> bool:
        """Whether it costs anything, or may. What makes nodes for pods does not: the pods pay for them."""
        return (self.workload is not None and not self.makes_nodes) or bool(self.unpriced)

    @property
    def makes_nodes(self) -> bool:
        """Whether it makes nodes for pods, which pay for them, and keeps none by itself."""
        return self.workload is not None and self.workload.growth is not None and not self.workload.groups

    @property
    def untold(self) -> str:
        """Why its pods may be larger, or more, than is told of them; empty where they may not."""
        return self.workload.untold[0] if self.workload is not None and self.workload.untold else ""

    @property
    def unsized(self) -> bool:
        """Whether nobody can tell how large it is: too large to be looked at, or of a kind whose pods could not be read."""
        if self.workload is not None or not self.unpriced:
            return False
        if self.unpriced[0].reason == TOO_LARGE:
            return True
        kind = find(self.manifest.group, self.manifest.kind)
        return kind is not None and bool(kind.pods) and kind.category is not Category.UNPRICED

    @property
    def oversized(self) -> bool:
        """Whether it is of a kind that costs, and too large to be looked at: more than anybody writes of one."""
        if self.workload is not None or not self.unpriced or self.unpriced[0].reason != TOO_LARGE:
            return False
        return find(self.manifest.group, self.manifest.kind) is not None

    def fingerprints(self, what: str, stated: Callable[[], Iterable[object]]) -> frozenset[str]:
        """What of it decides ``what``, each part as a short text by which it is known again on the other side of a change."""
        if self.side is None:
            return frozenset(map(fingerprint, stated()))
        return self.side.fingerprints(self.manifest, what, stated)


def subjects(
    inventory: Inventory, estimated: Estimate, context: Context, prices: PriceBook, today: datetime.date
) -> Iterator[Subject]:
    """Every object of one side once, in the order of workloads, what has no price, and what costs nothing."""
    cluster = context.cluster
    side = Side(inventory, prices, cluster, context.default_namespace, today)
    unpriced: dict[int, tuple[Unpriced, ...]] = {}
    for entry in estimated.unpriced:
        unpriced[id(entry.manifest)] = (*unpriced.get(id(entry.manifest), ()), entry)
    for each in estimated.workloads:
        manifest = each.workload.manifest
        left = unpriced.pop(id(manifest), ())
        yield Subject(manifest.identity(cluster), manifest, context, each.workload, each, left, side)
    for entries in unpriced.values():
        manifest = entries[0].manifest
        yield Subject(manifest.identity(cluster), manifest, context, unpriced=entries, side=side)
    for manifest in inventory.free:
        yield Subject(manifest.identity(cluster), manifest, context, side=side)


def numbered(several: Iterable[Subject]) -> Iterator[tuple[tuple[Identity, int], Subject]]:
    """Objects by identity, and by their order among those of one identity: several may have their names generated alike."""
    seen: dict[Identity, int] = {}
    for subject in several:
        number = seen.get(subject.identity, 0)
        seen[subject.identity] = number + 1
        yield (subject.identity, number), subject
