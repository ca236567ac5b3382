"""A live cluster's snapshot: what may be read is read, list by list; what may not is said to be not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from cluster.lists import Lists, Resource
from cluster.lookup import Unavailable
from cluster.observing import JobRead, Owners, job_runs, read_job, read_metrics, replicas_of, usage_of
from workloads.devices.slices import merged_slices, reduced_slice
from workloads.field import mapping
from workloads.manifest import Manifest
from workloads.nodes.grouping import labels_left_out, pools_of
from workloads.snapshots.cluster import ClusterSnapshot
from workloads.snapshots.objects import kept
from workloads.snapshots.snapshot import ContainerUsage, Target
from workloads.surroundings import observe

Body = Mapping[str, object]
Kept = TypeVar("Kept")

_RESOURCE_API: Final = ("v1", "v1beta2", "v1beta1")
NODES: Final = Resource("", "nodes")
SLICES: Final = Resource("resource.k8s.io", "resourceslices", _RESOURCE_API)
OBJECTS: Final = (
    ("namespaces", "Namespace", Resource("", "namespaces")),
    ("limitRanges", "LimitRange", Resource("", "limitranges")),
    ("runtimeClasses", "RuntimeClass", Resource("node.k8s.io", "runtimeclasses")),
    ("storageClasses", "StorageClass", Resource("storage.k8s.io", "storageclasses")),
    (
        "volumeAttributesClasses",
        "VolumeAttributesClass",
        Resource("storage.k8s.io", "volumeattributesclasses", ("v1", "v1beta1")),
    ),
    ("ingressClasses", "IngressClass", Resource("networking.k8s.io", "ingressclasses")),
    ("gatewayClasses", "GatewayClass", Resource("gateway.networking.k8s.io", "gatewayclasses", ("v1", "v1beta1"))),
    ("ingressClasses", "IngressClassParams", Resource("elbv2.k8s.aws", "ingressclassparams", ("v1beta1",))),
    ("ingressClasses", "IngressClassParams", Resource("eks.amazonaws.com", "ingressclassparams")),
    ("autoscalers", "HorizontalPodAutoscaler", Resource("autoscaling", "horizontalpodautoscalers", ("v2", "v1"))),
    ("autoscalers", "ScaledObject", Resource("keda.sh", "scaledobjects", ("v1alpha1",))),
    ("deviceClasses", "DeviceClass", Resource("resource.k8s.io", "deviceclasses", _RESOURCE_API)),
    ("deviceClaims", "ResourceClaim", Resource("resource.k8s.io", "resourceclaims", _RESOURCE_API)),
    ("deviceClaimTemplates", "ResourceClaimTemplate", Resource("resource.k8s.io", "resourceclaimtemplates", _RESOURCE_API)),
)
"""What is kept as it is, each with the part of the snapshot it belongs to."""
SCALED: Final = (
    ("Deployment", Resource("apps", "deployments")),
    ("StatefulSet", Resource("apps", "statefulsets")),
    ("ReplicationController", Resource("", "replicationcontrollers")),
)
"""Whose replicas are counted."""
JOBS: Final = Resource("batch", "jobs")
METRICS: Final = Resource("metrics.k8s.io", "pods", ("v1beta1",))
CONTROLLED: Final = (
    ("Pod", Resource("", "pods", metadata=True)),
    ("ReplicaSet", Resource("apps", "replicasets", metadata=True)),
)
"""Whose owners are asked for, and nothing else of them, to tell whose containers the metrics are about."""
MOST_POOLS: Final = 5000

EVERY: Final = (
    *(NODES, SLICES, JOBS, METRICS),
    *(resource for _, _, resource in OBJECTS),
    *(resource for _, resource in (*SCALED, *CONTROLLED)),
)
"""Every list that is asked for: what a role has to allow."""


class NothingReadError(Exception):
    """Nothing of the cluster could be read. The text says why."""


def collect(lists: Lists, name: str, now: datetime) -> ClusterSnapshot:
    """The snapshot of the cluster that ``lists`` asks.

    :raises NothingReadError: when the API server cannot be reached, or lets nothing be read at all.
    """
    server = lists.server()
    if isinstance(server, Unavailable):
        raise NothingReadError(server.reason)
    found = _Collection(lists)
    nodes = found.part("nodes", NODES, _node)
    slices = found.part("devices", SLICES, reduced_slice)
    pools = pools_of(nodes, slices)
    if len(pools) > MOST_POOLS:
        found.not_known["nodes"], pools = f"more than {MOST_POOLS:,} kinds of nodes", ()
    objects = [each for part, kind, resource in OBJECTS for each in found.part(part, resource, _keeper(kind))]
    objects += merged_slices(slices)
    replicas = [each for kind, resource in SCALED for each in found.part("replicas", resource, _counter(kind, resource))]
    jobs = found.part("jobs", JOBS, read_job)
    snapshot = ClusterSnapshot(
        name=name,
        taken_at=now,
        server=server,
        serverless=observe([Manifest.of(node) for node in nodes]).serverless,
        pools=pools,
        labels_left_out=labels_left_out(nodes),
        objects=tuple(objects),
        replicas=dict(replicas),
        jobs=job_runs(jobs),
        usage=found.usage(jobs),
        not_known=found.not_known,
    )
    if found.read == 0:
        raise NothingReadError("; ".join(dict.fromkeys(found.not_known.values())))
    return snapshot


@dataclass(slots=True)
class _Collection:
    """What could be read so far, and what could not."""

    lists: Lists
    not_known: dict[str, str] = field(default_factory=dict)
    read: int = 0
    """Lists that could be read."""

    def part(self, part: str, resource: Resource, keep: Callable[[Body], Kept | None], absent: str = "") -> list[Kept]:
        """What is kept of a list; none, and a word about it, where it cannot be read. A kind that is not there has no objects."""
        found = self.lists.each(resource, keep)
        if isinstance(found, list):
            self.read += 1
            return found
        reason = found.reason if isinstance(found, Unavailable) else absent
        if reason:
            known = self.not_known.get(part)
            self.not_known[part] = (f"{known}; {reason}" if known else reason)[:500]
        return []

    def usage(self, jobs: list[JobRead]) -> Mapping[Target, Mapping[str, ContainerUsage]]:
        """What containers use, where that and whose they are can be read."""
        readings = self.part("usage", METRICS, read_metrics, absent="the metrics API is not served")
        owners = Owners()
        for kind, resource in CONTROLLED if readings else ():
            self.part("usage", resource, _watcher(owners, kind))
        for job in jobs:
            owners.see("Job", job.owner)
        return {} if "usage" in self.not_known else usage_of(readings, owners)


def _keeper(kind: str) -> Callable[[Body], Body | None]:
    # Items of a list state no kind.
    return lambda body: kept({**body, "kind": kind})


def _counter(kind: str, resource: Resource) -> Callable[[Body], tuple[Target, int] | None]:
    return lambda body: replicas_of(resource.group, kind, body)


def _watcher(owners: Owners, kind: str) -> Callable[[Body], None]:
    return lambda body: owners.see(kind, body)


def _node(body: Body) -> Body:
    """What grouping needs of a node."""
    status = {key: mapping(body, "status").get(key) for key in ("capacity", "allocatable", "addresses")}
    spec = {key: mapping(body, "spec").get(key) for key in ("providerID", "taints")}
    metadata = {key: mapping(body, "metadata").get(key) for key in ("name", "labels")}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": status}
