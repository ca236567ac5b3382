"""A cluster's snapshot as it is kept in a file: what estimates need of a live cluster, and when it was so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from workloads.autoscaler import read_autoscaler
from workloads.field import dig, mapping
from workloads.kinds.registry import find
from workloads.manifest import Manifest
from workloads.models.usage import AiUsage
from workloads.nodes.pool import NodePool, NodePools
from workloads.snapshots.snapshot import ContainerUsage, JobRuns, Observations, Snapshot, Taken, Target
from workloads.surroundings import observe


@dataclass(frozen=True, slots=True)
class ClusterSnapshot:
    """What was read of one cluster at one time. Small by what is left out: names of nodes, pod specs, environment, secrets."""

    name: str
    """The cluster's."""
    taken_at: datetime
    """With zone."""
    server: str = ""
    """Version of the API server: ``v1.36.3``."""
    serverless: str = ""
    """The service whose nodes the cluster's are: ``gke-autopilot``; empty for nodes of its own."""
    not_known: Mapping[str, str] = field(default_factory=dict)
    """Parts that could not be read, each with the reason: they are not empty, they are not known."""
    pools: tuple[NodePool, ...] = ()
    labels_left_out: tuple[str, ...] = ()
    """Labels of nodes that the pools do not tell of, because they tell single nodes apart."""
    objects: tuple[Mapping[str, object], ...] = ()
    """Classes, limit ranges, namespaces, autoscalers and claims, each reduced to what is kept of its kind."""
    replicas: Mapping[Target, int] = field(default_factory=dict)
    """Pods that workloads had, by root workload."""
    jobs: Mapping[Target, JobRuns] = field(default_factory=dict)
    """By what made the Jobs, or by the series of their names."""
    usage: Mapping[Target, Mapping[str, ContainerUsage]] = field(default_factory=dict)
    """By root workload and container, one reading."""
    ai_tokens: Mapping[Target, tuple[AiUsage, ...]] = field(default_factory=dict)
    """By root workload; no API server tells it, so that whoever counts tokens adds it."""
    accelerators: Mapping[Target, Decimal] | None = None
    """What runs has of them at the most, by its root; None where nobody counted."""

    def surroundings(self) -> Snapshot:
        """What is known of the cluster around a workload."""
        manifests = [Manifest.of(body) for body in self.objects]
        taken = Taken(self.name, self.taken_at, self.not_known)
        day = self.taken_at.date().isoformat()
        replicas = {**_scaled(manifests), **self.replicas}
        return replace(
            observe(manifests),
            nodes=sum(pool.nodes for pool in self.pools) or None,
            serverless=self.serverless,
            pools=NodePools(self.pools, taken.words, frozenset(self.labels_left_out)),
            observed=Observations(day, replicas, self.jobs, self.usage, self.ai_tokens),
            accelerators=self.accelerators,
            taken=taken,
        )


def _scaled(manifests: list[Manifest]) -> Mapping[Target, int]:
    """Replicas that autoscalers saw of their targets: all that is known of kinds whose objects were not read."""
    found: dict[Target, int] = {}
    for manifest in manifests:
        kind = find(manifest.group, manifest.kind)
        current = dig(mapping(manifest.body, "status"), "currentReplicas")
        reading = read_autoscaler(manifest, kind) if kind is not None and isinstance(current, int) else None
        if reading is not None and reading.autoscaler is not None and isinstance(current, int):
            found[reading.autoscaler.target] = current
    return found
