"""Nodes of a cluster that are alike: what a pod may run on there, and what such a machine is called where it is sold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ZONE_LABELS = (
    *("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"),
    *("topology.ebs.csi.aws.com/zone", "topology.gke.io/zone", "topology.disk.csi.azure.com/zone"),
)
"""The labels that tell a node's zone; kept as the pool's zones."""


@dataclass(frozen=True, slots=True, order=True)
class Taint:
    """What keeps pods away that do not tolerate it."""

    key: str
    value: str
    effect: str
    """``NoSchedule``, ``PreferNoSchedule`` or ``NoExecute``."""


@dataclass(frozen=True, slots=True, order=True)
class PublishedDevices:
    """Devices that the drivers of a pool's nodes publish to dynamic resource allocation."""

    driver: str
    product: str
    """As the driver calls the model: ``NVIDIA H100 80GB HBM3``; empty where it publishes none."""
    count: int
    """On all nodes of the pool together."""


@dataclass(frozen=True, slots=True)
class NodePool:
    """Nodes that are alike but for their names."""

    name: str = ""
    """The pool's name in EKS, GKE, AKS or Karpenter; empty where no label names one."""
    machine_type: str = ""
    cloud: str = ""
    """``aws``, ``gcp``, ``azure``; empty where the nodes do not tell."""
    region: str = ""
    zones: Mapping[str, int] = field(default_factory=dict)
    """Nodes by zone."""
    spot: bool = False
    architecture: str = ""
    nodes: int = 1
    capacity: Mapping[str, Decimal] = field(default_factory=dict)
    """Of one node: cores, bytes, devices."""
    allocatable: Mapping[str, Decimal] = field(default_factory=dict)
    """What pods can have of one node."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The labels that all of its nodes carry, zones aside."""
    taints: tuple[Taint, ...] = ()
    devices: tuple[PublishedDevices, ...] = ()

    @property
    def title(self) -> str:
        """``gpu (g6.xlarge)``: how the output names it."""
        machine = self.machine_type or "machine type not known"
        return f"{self.name} ({machine})" if self.name else machine

    def variants(self) -> Iterator[tuple[Mapping[str, str], int]]:
        """The labels of its nodes with their zone, and how many nodes carry them."""
        left = self.nodes
        for zone, count in self.zones.items():
            left -= count
            yield {**self.labels, **dict.fromkeys(ZONE_LABELS, zone)}, count
        if left > 0:
            yield self.labels, left


@dataclass(frozen=True, slots=True, eq=False)
class NodePools:
    """The pools of one cluster, as they were at one time. Two are equal where they are one, so that answers are kept by it."""

    pools: tuple[NodePool, ...] = ()
    because: str = ""
    """``snapshot production of 2026-11-26``: how the output says where they are from."""

    labels_left_out: frozenset[str] = frozenset()
    """Labels of nodes that the pools do not tell of."""
    types: tuple[str, ...] = ()
    """The machine types that the nodes usually are, where they are listed: what pools were seen then places no pod."""

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return sum(pool.nodes for pool in self.pools)


NO_POOLS = NodePools()
"""Nothing is known of the nodes."""
