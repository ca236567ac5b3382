"""Which labels of a node tell what it is, and are kept of it; never its name, its addresses, or what marks it alone.

Of the labels that Kubernetes, clouds and node tools set themselves, those are kept that decide where pods go and what machines
cost. Labels of everybody else are kept too, since a node selector may name any of them, unless their values tell nodes apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from workloads.devices.gpu_selection import labels_of_gpus
from workloads.nodes.capacity_type import SPOT_VALUES
from workloads.nodes.pool import ZONE_LABELS

POOL_LABELS = (
    *("eks.amazonaws.com/nodegroup", "karpenter.sh/nodepool", "cloud.google.com/gke-nodepool"),
    *("kubernetes.azure.com/agentpool", "agentpool", "karpenter.sh/provisioner-name", "alpha.eksctl.io/nodegroup-name"),
    *("doks.digitalocean.com/node-pool", "k8s.scaleway.com/pool-name", "nodepool"),
)
"""The labels that name a node's pool, the first that is there counts."""
TYPE_LABELS = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
REGION_LABELS = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
ARCHITECTURE_LABELS = ("kubernetes.io/arch", "beta.kubernetes.io/arch")

MOST_VALUES = 32
"""Values that a label may have in a cluster: one with more tells nodes apart, not pools."""
MOST_LABELS = 100
"""Labels that are kept of a node."""
SHORTEST_NAME = 4
"""Letters of a node's name that is looked for inside values: a shorter one is in everything."""
LONGEST_KEY = 317
"""Characters of a label's name, as Kubernetes allows them."""

_SYSTEM = re.compile(
    r"(?:.*\.)?(?:kubernetes\.io|k8s\.io|k8s\.aws|amazonaws\.com|google\.com|gke\.io|azure\.com|karpenter\.sh|nvidia\.com|amd\.com|"
    r"intel\.com|habana\.ai|eksctl\.io|x-k8s\.io)\Z"
)
"""Domains of the labels that clusters and their tools set themselves."""
_KEPT = frozenset(
    (
        *(*POOL_LABELS, *TYPE_LABELS, *REGION_LABELS, *ARCHITECTURE_LABELS, *SPOT_VALUES, *labels_of_gpus()),
        *("kubernetes.io/os", "beta.kubernetes.io/os", "eks.amazonaws.com/compute-type", "kubernetes.azure.com/mode"),
        *("cloud.google.com/compute-class", "cloud.google.com/machine-family", "node.kubernetes.io/windows-build"),
    )
)
_KEPT_STARTS = (
    *("node-role.kubernetes.io/", "cloud.google.com/gke-gpu", "cloud.google.com/gke-tpu", "cloud.google.com/gke-max-shared"),
    *("karpenter.k8s.aws/instance-", "eks.amazonaws.com/instance-", "karpenter.azure.com/sku-"),
    *("nvidia.com/gpu.", "nvidia.com/mig", "amd.com/gpu", "gpu.intel.com/", "feature.node.kubernetes.io/pci-"),
)
_PASSING = re.compile(
    r"timestamp|checksum|hash|uuid|generation\Z|launch-?template|instance-?id|provider-?id|host-?name|node-?name"
)
"""Words in a label's name that mark one node, or one moment."""
_IDENTITY = re.compile(
    r"i-[0-9a-f]{8,17}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|.*(?<![0-9])(?:[0-9]{1,3}[.-]){3}[0-9]{1,3}(?![0-9]).*"
)
"""Values that are an instance's id, a UUID, or hold an address."""


def kept_labels(labels: Mapping[str, object], own: frozenset[str]) -> dict[str, str]:
    """The labels of a node that are kept, by name; ``own`` are its names and addresses, which no value may be or hold."""
    kept = {
        key: value
        for key, value in sorted(labels.items())
        if isinstance(value, str) and key not in ZONE_LABELS and keeps(key) and not _names_a_node(key, value, own)
    }
    return dict(list(kept.items())[:MOST_LABELS])


def _names_a_node(key: str, value: str, own: frozenset[str]) -> bool:
    if value in own or _IDENTITY.fullmatch(value):
        return True
    # The values of labels that decide a price have set forms; what people write may hold anything.
    return not _decides(key) and any(len(name) >= SHORTEST_NAME and name in value for name in own)


@lru_cache(maxsize=4096)
def keeps(key: str) -> bool:
    """Whether a snapshot keeps a label of this name, or the zone that it tells; of others nobody knows which nodes have them."""
    if len(key) > LONGEST_KEY:
        return False
    if key in ZONE_LABELS or _decides(key):
        return True
    return not _SYSTEM.match(key.rpartition("/")[0]) and not _PASSING.search(key.lower())


def _decides(key: str) -> bool:
    """Whether a label that clusters and their tools set decides where pods go, or what machines cost."""
    return key in _KEPT or (key.startswith(_KEPT_STARTS) and not key.startswith("nvidia.com/gpu.deploy."))


def telling_apart(several: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The labels that have more values than ``MOST_VALUES`` over all nodes."""
    values: dict[str, set[str]] = {}
    for labels in several:
        for key, value in labels.items():
            values.setdefault(key, set()).add(value)
    return frozenset(key for key, found in values.items() if len(found) > MOST_VALUES and key not in _KEPT)
