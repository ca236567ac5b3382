"""From what was read to what is said: manifests by cluster, weighed once each, and the report of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from policies.advice.advise import advise
from policies.beside import with_neighbours
from policies.context import Context
from policies.exemptions.exemption import Exemption
from policies.policy_set import PolicySet
from policies.subject import Subject, subjects
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.book import PriceBook
from pricing.currency import Currency
from pricing.estimator import estimate
from weighbridge.cluster_rules import in_force
from weighbridge.clusters import ByCluster, Clusters
from weighbridge.configuration.not_in_force import not_in_force
from weighbridge.configuration.settings import Settings
from weighbridge.moves import followed
from weighbridge.output.failure import Failure
from weighbridge.rules import Rules
from weighbridge.snapshots import Known, known
from workloads.inventory import take_inventory
from workloads.left_behind import left_behind
from workloads.manifest import Manifest
from workloads.nearness import Nearness
from workloads.problem import Problem
from workloads.settings.configuration import ClusterSettings
from workloads.snapshots.change import both_sides
from workloads.snapshots.snapshot import Snapshot
from workloads.surroundings import observe
from workloads.text.reader import Reading
from workloads.workload import Inventory

Cluster = ClusterSettings | None
"""None for what is of no cluster."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Prices, policies and settings, ready to weigh."""

    settings: Settings
    prices: PriceBook
    rules: Rules
    clusters: Clusters

    def weigh(self, before: Reading | None, after: Reading, now: datetime) -> tuple[Weighing, ...]:
        """One weighing for each cluster the manifests reach; one of nothing where there are no manifests.

        What could not be read is told with the first cluster's weighing, since it belongs to none.

        :raises Failure: when a cluster's snapshot cannot be read, or is named for several clusters at once.
        """
        after = replace(after, problems=(*self._not_in_force(before, after), *after.problems))
        later, *both = self.clusters.split(after.manifests, *([before.manifests] if before is not None else []))
        earlier = followed(both[0], later) if both else None
        new, old = _sides(later), _sides(earlier) if earlier is not None else None
        reached = _reached(new, old)
        self._require_one_cluster(reached)
        weighings = []
        for place, cluster in enumerate(reached):
            then = replace(old.get(cluster, _NONE), told=None if place else before) if old is not None else None
            weighings.append(self._weigh(cluster, then, replace(new.get(cluster, _NONE), told=None if place else after), now))
        return tuple(weighings)

    def _not_in_force(self, before: Reading | None, after: Reading) -> Iterator[Problem]:
        """The configurations beside what is weighed that have no say in it.

        Of one that was named, nobody expects another; nor of a commit's that a change puts its own in the same place.
        """
        if self.settings.named:
            return
        files = {each.origin.file for side in (before, after) if side for each in side.manifests if each.origin}
        file = self.settings.configuration.file
        homes = map(Path, self.clusters.folders) if file or self.settings.committed else ()
        yield from not_in_force({Path(each).parent for each in files - {"-", ""}}, homes, file)

    def _require_one_cluster(self, reached: Sequence[ClusterSettings | None]) -> None:
        several = {cluster.whole if cluster else "" for cluster in reached}
        if self.settings.flags.snapshot.value and len(several) > 1:
            raise Failure(
                f"{self.settings.flags.snapshot.because} is of one cluster, and the manifests go to {len(several)}: "
                "name each cluster's in weighbridge.yaml (clusters[].snapshot)"
            )

    def currency(self, now: datetime) -> Currency:
        """The currency that costs are shown in.

        :raises Failure: when its rate is dated in the future.
        """
        found = Currency.of(self.settings.configuration.currency)
        if found.age(now.date()) < 0:
            raise Failure(f"prices.currency.date: {found.date} is in the future ({self.settings.configuration.file})")
        return found

    def _weigh(self, cluster: ClusterSettings | None, before: _Side | None, after: _Side, now: datetime) -> Weighing:
        """One cluster's weighing: its own snapshot lies under what the manifests say."""
        here = known(cluster, self.settings, self.prices)
        stated, then, old = observe(after.seen), None, None
        there = here.snapshot
        if before is not None:
            # What either side of a change states is the change's to say, not the cluster's.
            stated_before = observe(before.seen)
            then, there = both_sides(there.without(stated).under(stated_before), there.without(stated_before).under(stated))
            there = replace(there, left=left_behind(then, there, before.seen))
            old = self._inventory(cluster, before, then)
        else:
            there = there.under(stated)
        new = self._inventory(cluster, after, there)
        new = replace(new, problems=(*here.problems(now), *new.problems))
        held = self._held(cluster, here)
        context = replace(self._context(cluster, there), earlier=then, exemptions=held.exemptions)
        context = _counted(held.policies, context, new, *([old] if old is not None else []))
        weighing = weigh(old, new, self.prices, held.policies, context, now)
        return replace(weighing, advice=advise(weighing, old, new, self.prices, held.policies, now))

    def exemptions(self) -> tuple[Exemption, ...]:
        """Every exemption, those of all clusters' snapshots where these are to be taken.

        :raises Failure: when they cannot be.
        """
        if "exemptions" not in self.rules.of_cluster:
            return self.rules.exemptions
        held = [self._held(each, known(each, self.settings, self.prices)) for each in self.clusters.clusters or (None,)]
        return tuple(dict.fromkeys(exemption for rules in held for exemption in rules.exemptions))

    def _held(self, cluster: ClusterSettings | None, here: Known) -> Rules:
        return in_force(self.rules, here, cluster.name if cluster else "")

    def subjects(self, reading: Reading, now: datetime) -> Iterator[tuple[Subject, PolicySet]]:
        """Every object as rules look at it, as if all of them were new, with the policies of its cluster.

        :raises Failure: as ``weigh``.
        """
        by_cluster = _sides(self.clusters.split(reading.manifests)[0])
        self._require_one_cluster(list(by_cluster))
        for cluster, side in by_cluster.items():
            here = known(cluster, self.settings, self.prices)
            held, there = self._held(cluster, here), here.snapshot.under(observe(side.seen))
            policies, context = held.policies, replace(self._context(cluster, there), exemptions=held.exemptions)
            inventory = self._inventory(cluster, side, there)
            context = _counted(policies, context, inventory)
            estimated = estimate(inventory, self.prices, context.location, context.series, context.snapshot.pools)
            for subject in subjects(inventory, estimated, context, self.prices, now.date()):
                yield subject, policies

    def _context(self, cluster: ClusterSettings | None, snapshot: Snapshot) -> Context:
        found = self.settings.context(cluster, snapshot, self.prices)
        return replace(found, config_maps=self.rules.config_maps, clusters=len(self.clusters.clusters))

    def _inventory(self, cluster: ClusterSettings | None, side: _Side, snapshot: Snapshot) -> Inventory:
        inventory = take_inventory(
            side.manifests,
            snapshot,
            self.settings.assumptions(cluster),
            cluster.name if cluster else "",
            cluster.namespace if cluster else "",
            side.every,
        )
        if side.told is None:
            return inventory
        return replace(inventory, problems=(*side.told.problems, *inventory.problems))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a change, in one cluster or a part of one."""

    manifests: Sequence[Manifest] = ()
    around: Sequence[Manifest] = ()
    """What other parts of the cluster say of these."""
    every: Sequence[Manifest] = ()
    """All that other parts have, where there are any."""
    told: Reading | None = None
    """What was read of the whole side, where its problems are told with this cluster."""

    @property
    def seen(self) -> Sequence[Manifest]:
        """What tells of the objects' surroundings: of what is told twice their own holds."""
        return (*self.around, *self.manifests) if self.around else self.manifests


_NONE = _Side()


def _sides(clusters: ByCluster) -> dict[ClusterSettings | None, _Side]:
    """Each cluster's side, and each part's with what the other parts of the cluster say of it."""
    apart: dict[str, list[ClusterSettings]] = {}
    for cluster in clusters:
        if cluster is not None and cluster.part_of is not None:
            apart.setdefault(cluster.part_of, []).append(cluster)
    near: dict[str, Nearness] = {}
    for whole, parts in apart.items():
        rest = next((found for cluster, found in clusters.items() if _is(cluster, whole)), [])
        near[whole] = Nearness([clusters[part] for part in parts], rest)
    every = {whole: tuple(found.every()) for whole, found in near.items()}
    sides: dict[ClusterSettings | None, _Side] = {}
    for cluster, manifests in clusters.items():
        whole = cluster.whole if cluster is not None else ""
        found = near.get(whole)
        sides[cluster] = _Side(manifests, found.around(manifests), every[whole]) if found is not None else _Side(manifests)
    return sides


def _is(cluster: ClusterSettings | None, name: str) -> bool:
    """Whether a cluster is the one of a name, and no part of it."""
    return cluster is None if not name else cluster is not None and cluster.part_of is None and cluster.name == name


def _reached(later: Mapping[Cluster, _Side], earlier: Mapping[Cluster, _Side] | None) -> list[Cluster]:
    """The clusters to weigh for: of a change, without those that only surroundings of it are in, where others are."""
    every = list(dict.fromkeys([*later, *(earlier or {})]))
    moved = [each for each in every if earlier is not None and not _still(earlier.get(each, _NONE), later.get(each, _NONE))]
    return moved or every or [None]


def _still(before: _Side, after: _Side) -> bool:
    """Whether the very objects that are on one side are on the other: a change reads what it leaves alone once for both."""
    return {id(each) for each in before.seen} == {id(each) for each in after.seen}


def _counted(policies: PolicySet, context: Context, *sides: Inventory) -> Context:
    return with_neighbours(context, *sides) if policies.counts_namespaces else context
