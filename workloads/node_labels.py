"""Which labels of a node tell what it is, and are kept of it; never its name, its addresses, or what marks it alone.

Of the labels that Kubernetes, clouds and node tools set themselves, those are kept that decide where pods go and what machines
cost. Labels of everybody else are kept too, since a node selector may name any of them, unless their values tell nodes apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from workloads.capacity_type import SPOT_VALUES
from workloads.gpu_label import gpu_labels, memory_labels
from workloads.node_pool import ZONE_LABELS

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

_SYSTEM = re.compile(
    r"(?:.*\.)?(?:kubernetes\.io|k8s\.io|k8s\.aws|amazonaws\.com|google\.com|gke\.io|azure\.com|karpenter\.sh|nvidia\.com|amd\.com|"
    r"intel\.com|habana\.ai|eksctl\.io|x-k8s\.io)\Z"
)
"""Domains of the labels that clusters and their tools set themselves."""
_KEPT = frozenset(
    (
        *(*POOL_LABELS, *TYPE_LABELS, *REGION_LABELS, *ARCHITECTURE_LABELS, *SPOT_VALUES, *gpu_labels(), *memory_labels()),
        *("kubernetes.io/os", "beta.kubernetes.io/os", "eks.amazonaws.com/compute-type", "kubernetes.azure.com/mode"),
        *("cloud.google.com/compute-class", "cloud.google.com/machine-family", "node.kubernetes.io/windows-build"),
    )
)
_KEPT_STARTS = (
    *("node-role.kubernetes.io/", "cloud.google.com/gke-gpu", "cloud.google.com/gke-tpu", "cloud.google.com/gke-max-shared"),
    *("karpenter.k8s.aws/instance-", "eks.amazonaws.com/instance-", "karpenter.azure.com/sku-"),
    *("nvidia.com/gpu.", "nvidia.com/mig", "amd.com/gpu", "gpu.intel.com/"),
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
    """The labels of a node that are kept, by name; ``own`` are its names and addresses, which no value may be."""
    kept = {
        key: value
        for key, value in sorted(labels.items())
        if isinstance(value, str) and _keeps(key) and value not in own and not _IDENTITY.fullmatch(value)
    }
    return dict(list(kept.items())[:MOST_LABELS])


def _keeps(key: str) -> bool:
    if key in ZONE_LABELS or len(key) > 317:
        return False
    if key in _KEPT or key.startswith(_KEPT_STARTS):
        return not key.startswith("nvidia.com/gpu.deploy.")
    return not _SYSTEM.match(key.rpartition("/")[0]) and not _PASSING.search(key.lower())


def telling_apart(several: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The labels that have more values than ``MOST_VALUES`` over all nodes."""
    values: dict[str, set[str]] = {}
    for labels in several:
        for key, value in labels.items():
            values.setdefault(key, set()).add(value)
    return frozenset(key for key, found in values.items() if len(found) > MOST_VALUES and key not in _KEPT)
