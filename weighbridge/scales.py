"""From what was read to what is said: manifests by cluster, weighed once each, and the report of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from policies.policy_set import PolicySet
from policies.weigh import weigh
from policies.weighing import Weighing
from pricing.book import PriceBook
from weighbridge.clusters import Clusters
from weighbridge.settings import Settings
from workloads.configuration import ClusterSettings
from workloads.inventory import take_inventory
from workloads.manifest import Manifest
from workloads.reader import Reading
from workloads.surroundings import observe
from workloads.workload import Inventory


@dataclass(frozen=True, slots=True)
class Scales:
    """Prices, policies and settings, ready to weigh."""

    settings: Settings
    prices: PriceBook
    policies: PolicySet
    clusters: Clusters

    def weigh(self, before: Reading | None, after: Reading, now: datetime) -> tuple[Weighing, ...]:
        """One weighing for each cluster the manifests reach; one of nothing where there are no manifests.

        What could not be read is told with the first cluster's weighing, since it belongs to none.
        """
        earlier = self.clusters.split(before.manifests) if before is not None else None
        later = self.clusters.split(after.manifests)
        reached = list(dict.fromkeys([*later, *(earlier or {})])) or [None]
        weighings = []
        for place, cluster in enumerate(reached):
            first = place == 0
            old = None
            if earlier is not None and before is not None:
                old = self._inventory(cluster, earlier.get(cluster, []), before if first else None)
            new = self._inventory(cluster, later.get(cluster, []), after if first else None)
            context = self.settings.context(cluster, observe(later.get(cluster, [])), self.prices)
            if earlier is not None:
                context = replace(context, earlier=observe(earlier.get(cluster, [])))
            weighings.append(weigh(old, new, self.prices, self.policies, context, now))
        return tuple(weighings)

    def _inventory(self, cluster: ClusterSettings | None, manifests: Sequence[Manifest], told: Reading | None) -> Inventory:
        inventory = take_inventory(
            manifests,
            observe(manifests),
            self.settings.assumptions(cluster),
            cluster.name if cluster else "",
            cluster.namespace if cluster else "",
        )
        if told is None:
            return inventory
        return replace(inventory, problems=(*told.problems, *inventory.problems))
