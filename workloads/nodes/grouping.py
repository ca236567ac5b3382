"""Nodes as the API server tells of them, put together into pools of nodes that are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from workloads.field import mapping, sequence, text
from workloads.nodes.capacity_type import SPOT_VALUES
from workloads.nodes.labels import (
    ARCHITECTURE_LABELS,
    POOL_LABELS,
    REGION_LABELS,
    TYPE_LABELS,
    kept_labels,
    telling_apart,
)
from workloads.nodes.place import cloud_of, region_of_zone
from workloads.nodes.pool import ZONE_LABELS, NodePool, PublishedDevices, Taint
from workloads.resource_list import Reader

_CLOUDS = {"aws": "aws", "gce": "gcp", "azure": "azure"}
"""Clouds by the scheme of ``providerID``, the rest of which names the machine and is not kept."""
_PASSING_TAINTS = (
    *("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/", "ToBeDeletedByClusterAutoscaler"),
    *("DeletionCandidateOfClusterAutoscaler", "karpenter.sh/"),
)
"""Taints of a moment: a node that is not ready, under pressure, cordoned or about to go."""
MOST_TAINTS = 32


@dataclass(frozen=True, slots=True)
class _Node:
    """One node, as far as it is kept, and the name by which others refer to it."""

    name: str
    pool: NodePool
    zone: str


def pools_of(nodes: Iterable[Mapping[str, object]], slices: Iterable[Mapping[str, object]] = ()) -> tuple[NodePool, ...]:
    """The pools that nodes make, with the devices that ResourceSlices publish of them; by name and machine type. Never raises."""
    read = [_read(node) for node in nodes if not _is_virtual(node)]
    noise = telling_apart(node.pool.labels for node in read)
    groups: dict[tuple[object, ...], list[_Node]] = {}
    for node in read:
        labels = {key: value for key, value in node.pool.labels.items() if key not in noise}
        pool = replace(node.pool, labels=labels)
        groups.setdefault(_key(pool), []).append(replace(node, pool=pool))
    published = _published(slices)
    return tuple(sorted((_together(group, published) for group in groups.values()), key=_key))


def labels_left_out(nodes: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """The labels that pools do not tell of because they tell single nodes apart, by name."""
    return tuple(sorted(telling_apart(_read(node).pool.labels for node in nodes if not _is_virtual(node))))


def _is_virtual(node: Mapping[str, object]) -> bool:
    """Whether a node is no machine that pods share: a Fargate pod's own, or one that a provider only pretends."""
    labels = mapping(node, "metadata", "labels")
    return labels.get("eks.amazonaws.com/compute-type") == "fargate" or labels.get("type") == "virtual-kubelet"


def _key(pool: NodePool) -> tuple[object, ...]:
    """What nodes of one pool have in common, and the order of pools."""
    return pool.name, pool.machine_type, pool.cloud, pool.region, pool.spot, pool.taints, tuple(pool.labels.items())


def _read(node: Mapping[str, object]) -> _Node:
    name, labels = text(node, "metadata", "name"), mapping(node, "metadata", "labels")
    own = frozenset({name, *(text(address, "address") for address in sequence(node, "status", "addresses"))})
    zone = _first(labels, ZONE_LABELS)
    region = _first(labels, REGION_LABELS) or region_of_zone(zone)
    scheme = text(node, "spec", "providerID").partition("://")[0]
    kept = kept_labels(labels, own)
    pool = NodePool(
        name=_first(labels, POOL_LABELS),
        machine_type=_first(labels, TYPE_LABELS),
        cloud=_CLOUDS.get(scheme) or cloud_of([frozenset(kept)], [zone] if zone else [], [region] if region else []),
        region=region,
        spot=any(labels.get(key) in values for key, values in SPOT_VALUES.items()),
        architecture=_first(labels, ARCHITECTURE_LABELS),
        capacity=_amounts(node, "capacity"),
        allocatable=_amounts(node, "allocatable"),
        labels=kept,
        taints=_taints(node),
    )
    return _Node(name, pool, zone)


def _first(labels: Mapping[str, object], keys: Sequence[str]) -> str:
    return next((value for key in keys if isinstance(value := labels.get(key), str) and value), "")


def _amounts(node: Mapping[str, object], part: str) -> Mapping[str, Decimal]:
    # What a node states is read as far as it can be: a quantity that is none is a resource that nobody can ask for.
    return dict(sorted(Reader().read(mapping(node, "status", part), ("status", part)).items()))


def _taints(node: Mapping[str, object]) -> tuple[Taint, ...]:
    stated = sequence(node, "spec", "taints")[:MOST_TAINTS]
    taints = (Taint(text(taint, "key"), text(taint, "value"), text(taint, "effect")) for taint in stated)
    return tuple(sorted(taint for taint in taints if taint.key and not taint.key.startswith(_PASSING_TAINTS)))


def _together(group: Sequence[_Node], published: Mapping[str, Counter[tuple[str, str]]]) -> NodePool:
    zones = Counter(node.zone for node in group if node.zone)
    devices: Counter[tuple[str, str]] = Counter()
    for node in group:
        devices.update(published.get(node.name, {}))
    return replace(
        group[0].pool,
        nodes=len(group),
        zones=dict(sorted(zones.items())),
        capacity=_usual([node.pool.capacity for node in group]),
        allocatable=_usual([node.pool.allocatable for node in group]),
        devices=tuple(sorted(PublishedDevices(*key, count) for key, count in devices.items())),
    )


def _usual(several: Sequence[Mapping[str, Decimal]]) -> Mapping[str, Decimal]:
    """Of each resource what most nodes have, of amounts equally frequent the smaller: nodes of a type differ by a few KiB."""
    found: dict[str, Decimal] = {}
    for name in sorted({name for each in several for name in each}):
        counted = Counter(each[name] for each in several if name in each)
        found[name] = min(counted, key=lambda amount: (-counted[amount], amount))
    return found


def _published(slices: Iterable[Mapping[str, object]]) -> Mapping[str, Counter[tuple[str, str]]]:
    """Devices by node, then by driver and product."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    for each in slices:
        node, driver = text(each, "spec", "nodeName"), text(each, "spec", "driver")
        if node and driver:
            products = (_product(device) for device in sequence(each, "spec", "devices"))
            found.setdefault(node, Counter()).update((driver, product) for product in products)
    return found


def _product(device: object) -> str:
    """What the driver calls a device; v1beta1 has its attributes one level deeper."""
    attributes = mapping(device, "attributes") or mapping(device, "basic", "attributes")
    return next((name for key in ("productName", "model", "deviceType") if (name := text(attributes.get(key), "string"))), "")
