"""From what was read to what is said: manifests by cluster, weighed once each, and the report of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from policies.advice.advise import advise
from policies.beside import with_neighbours
from policies.context import Context
from policies.exemption import Exemption
from policies.policy_set import PolicySet
from policies.subject import Subject, subjects
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.book import PriceBook
from pricing.currency import Currency
from pricing.estimator import estimate
from weighbridge.cluster_rules import in_force
from weighbridge.clusters import ByCluster, Clusters
from weighbridge.failure import Failure
from weighbridge.rules import Rules
from weighbridge.settings import Settings
from weighbridge.snapshots import Known, known
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.settings.configuration import ClusterSettings
from workloads.snapshots.snapshot import Snapshot
from workloads.surroundings import observe
from workloads.text.reader import Reading
from workloads.workload import Inventory


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
        later, *both = self.clusters.split(after.manifests, *([before.manifests] if before is not None else []))
        earlier = both[0] if both else None
        reached = _reached(later, earlier)
        if self.settings.flags.snapshot.value and len(reached) > 1:
            raise Failure(
                f"{self.settings.flags.snapshot.because} is of one cluster, and the manifests go to {len(reached)}: "
                "name each cluster's in weighbridge.yaml (clusters[].snapshot)"
            )
        weighings = []
        for place, cluster in enumerate(reached):
            old = _Side(earlier.get(cluster, []), before if place == 0 else None) if earlier is not None else None
            new = _Side(later.get(cluster, []), after if place == 0 else None)
            weighings.append(self._weigh(cluster, old, new, now))
        return tuple(weighings)

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
        here = known(cluster, self.settings)
        stated, then, old = observe(after.manifests), None, None
        there = here.snapshot
        if before is not None:
            # What either side of a change states is the change's to say, not the cluster's.
            stated_before = observe(before.manifests)
            then = there.without(stated).under(stated_before)
            there = there.without(stated_before)
            old = self._inventory(cluster, before, then)
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
        held = [self._held(each, known(each, self.settings)) for each in self.clusters.clusters or (None,)]
        return tuple(dict.fromkeys(exemption for rules in held for exemption in rules.exemptions))

    def _held(self, cluster: ClusterSettings | None, here: Known) -> Rules:
        return in_force(self.rules, here, cluster.name if cluster else "")

    def subjects(self, reading: Reading, now: datetime) -> Iterator[tuple[Subject, PolicySet]]:
        """Every object as rules look at it, as if all of them were new, with the policies of its cluster."""
        for cluster, manifests in self.clusters.split(reading.manifests)[0].items():
            here = known(cluster, self.settings)
            policies, there = self._held(cluster, here).policies, here.snapshot.under(observe(manifests))
            context = self._context(cluster, there)
            inventory = self._inventory(cluster, _Side(manifests, None), there)
            context = _counted(policies, context, inventory)
            estimated = estimate(inventory, self.prices, context.location, context.series)
            for subject in subjects(inventory, estimated, context, self.prices, now.date()):
                yield subject, policies

    def _context(self, cluster: ClusterSettings | None, snapshot: Snapshot) -> Context:
        return replace(self.settings.context(cluster, snapshot, self.prices), config_maps=self.rules.config_maps)

    def _inventory(self, cluster: ClusterSettings | None, side: _Side, snapshot: Snapshot) -> Inventory:
        inventory = take_inventory(
            side.manifests,
            snapshot,
            self.settings.assumptions(cluster),
            cluster.name if cluster else "",
            cluster.namespace if cluster else "",
        )
        if side.told is None:
            return inventory
        return replace(inventory, problems=(*side.told.problems, *inventory.problems))


def _reached(later: ByCluster, earlier: ByCluster | None) -> list[ClusterSettings | None]:
    """The clusters to weigh for: of a change, without those that only surroundings of it are in, where others are."""
    every = list(dict.fromkeys([*later, *(earlier or {})]))
    moved = [cluster for cluster in every if earlier is not None and not _still(earlier.get(cluster), later.get(cluster))]
    return moved or every or [None]


def _still(before: Sequence[Manifest] | None, after: Sequence[Manifest] | None) -> bool:
    """Whether the very objects that are on one side are on the other: a change reads what it leaves alone once for both."""
    return {id(each) for each in before or ()} == {id(each) for each in after or ()}


def _counted(policies: PolicySet, context: Context, *sides: Inventory) -> Context:
    return with_neighbours(context, *sides) if policies.counts_namespaces else context


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a change, in one cluster."""

    manifests: Sequence[Manifest]
    told: Reading | None
    """What was read of the whole side, where its problems are told with this cluster."""
