"""Where a cluster's nodes are bought, as far as they tell: the cloud and region of most of them."""

from __future__ import annotations

from collections import Counter

from pricing.book import PriceBook
from pricing.locality import MAIN_CLOUDS
from pricing.rate import Location
from workloads.nodes.pool import NodePool, NodePools


def location_of(pool: NodePool, prices: PriceBook) -> Location | None:
    """Where a pool's machines are bought; None where it does not tell, or tells of a place that has no prices."""
    if not pool.region:
        return None
    # Smaller clouds borrow the names of larger ones' regions.
    clouds = [pool.cloud] if pool.cloud else [*MAIN_CLOUDS, *prices.clouds()]
    return next((Location(cloud, pool.region) for cloud in clouds if pool.region in prices.regions(cloud)), None)


def home(pools: NodePools, prices: PriceBook) -> Location | None:
    """The place of most nodes, of several the first by name; None where no node tells one that has prices."""
    counted: Counter[Location] = Counter()
    for pool in pools.pools:
        place = location_of(pool, prices)
        if place is not None:
            counted[place] += pool.nodes
    return min(counted, key=lambda place: (-counted[place], place)) if counted else None
