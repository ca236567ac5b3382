"""One side of a change as a whole: what a rule asks of all objects together, worked out once, and only where one asks."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property

from policies.fingerprint import fingerprint
from pricing.book import PriceBook
from workloads.manifest import Identity, Manifest
from workloads.workload import Inventory, Workload


class Side:
    """Every object of one side, and the prices that it was weighed by."""

    def __init__(
        self, inventory: Inventory, prices: PriceBook, cluster: str, default_namespace: str, today: datetime.date
    ) -> None:
        self.prices = prices
        self.today = today
        self._inventory = inventory
        self._cluster = cluster
        self._default_namespace = default_namespace
        self._fingerprints: dict[tuple[int, str], frozenset[str]] = {}

    def fingerprints(self, manifest: Manifest, what: str, stated: Callable[[], Iterable[object]]) -> frozenset[str]:
        """What of an object decides ``what``, each part as a short text: worked out for the first rule that asks."""
        key = (id(manifest), what)
        if key not in self._fingerprints:
            self._fingerprints[key] = frozenset(map(fingerprint, stated()))
        return self._fingerprints[key]

    @cached_property
    def accelerators(self) -> Mapping[str, Decimal]:
        """Accelerators by namespace, of all workloads, at the most that may run. Linear in the workloads."""
        found: dict[str, Decimal] = {}
        for workload in self._inventory.workloads:
            count = most_accelerators(workload)
            if count:
                namespace = workload.manifest.namespace or self._default_namespace
                found[namespace] = found.get(namespace, Decimal(0)) + count
        return found

    @cached_property
    def config_maps(self) -> Mapping[tuple[str, str], Manifest]:
        """ConfigMaps by namespace and name. Linear in what costs nothing."""
        found = (each for each in self._inventory.free if each.kind == "ConfigMap" and not each.group)
        return {(each.namespace or self._default_namespace, each.name): each for each in found}

    @cached_property
    def manifests(self) -> Mapping[Identity, Manifest]:
        """Every object by its identity, each in the namespace that it has. Linear in the objects."""
        return {self._identity(each): each for each in self._inventory.manifests()}

    def _identity(self, manifest: Manifest) -> Identity:
        return manifest.identity(self._cluster)._replace(namespace=manifest.namespace or self._default_namespace)


def most_accelerators(workload: Workload) -> Decimal:
    """The accelerators of a workload at the most that may run, counted as ``limitAccelerators`` counts them."""
    return sum((group.most_devices * group.holders for group in workload.groups), Decimal(0))
