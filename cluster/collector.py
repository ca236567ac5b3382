"""A live cluster's snapshot: what may be read is read, list by list; what may not is said to be not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from cluster.accelerators import Running, counted
from cluster.lists import Lists, Resource
from cluster.lookup import Unavailable
from cluster.observing import JobRead, Owners, PodReading, job_runs, read_job, read_metrics, replicas_of, usage_of
from workloads.api_group import GROUP
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
    ("autoscalers", "MultidimPodAutoscaler", Resource("autoscaling.gke.io", "multidimpodautoscalers", ("v1beta1",))),
    ("deviceClasses", "DeviceClass", Resource("resource.k8s.io", "deviceclasses", _RESOURCE_API)),
    ("deviceClaims", "ResourceClaim", Resource("resource.k8s.io", "resourceclaims", _RESOURCE_API)),
    ("deviceClaimTemplates", "ResourceClaimTemplate", Resource("resource.k8s.io", "resourceclaimtemplates", _RESOURCE_API)),
    ("policies", "CostPolicy", Resource(GROUP, "costpolicies", ("v1alpha1",))),
    ("exemptions", "CostExemption", Resource(GROUP, "costexemptions", ("v1alpha1",))),
)
"""What is kept as it is, each with the part of the snapshot it belongs to."""
SCALED: Final = (
    ("Deployment", Resource("apps", "deployments")),
    ("StatefulSet", Resource("apps", "statefulsets")),
    ("ReplicationController", Resource("", "replicationcontrollers")),
)
"""Whose replicas are counted."""
MAKERS: Final = (("DaemonSet", Resource("apps", "daemonsets")), ("CronJob", Resource("batch", "cronjobs")))
"""Of which nothing is kept but their accelerators."""
JOBS: Final = Resource("batch", "jobs")
METRICS: Final = Resource("metrics.k8s.io", "pods", ("v1beta1",))
CONTROLLED: Final = (("ReplicaSet", Resource("apps", "replicasets")), ("Pod", Resource("", "pods")))
"""Of which nothing is kept but the accelerators that nothing else explains, and whose containers the metrics are about."""
COUNTED_BY: Final = ("autoscalers", "deviceClasses", "deviceClaims", "deviceClaimTemplates")
"""Parts without which nobody can tell how many accelerators run at the most."""
MOST_POOLS: Final = 5000

EVERY: Final = (
    *(NODES, SLICES, JOBS, METRICS),
    *(resource for _, _, resource in OBJECTS),
    *(resource for _, resource in (*SCALED, *MAKERS, *CONTROLLED)),
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
    nodes = found.part(NODES, _node, "nodes")
    slices = found.part(SLICES, reduced_slice, "devices")
    pools = pools_of(nodes, slices)
    if len(pools) > MOST_POOLS:
        found.not_known["nodes"], pools = f"more than {MOST_POOLS:,} kinds of nodes", ()
    objects = [each for part, kind, resource in OBJECTS for each in found.part(resource, _keeper(kind), part)]
    objects += merged_slices(slices)
    snapshot = ClusterSnapshot(
        name=name,
        taken_at=now,
        server=server,
        serverless=observe([Manifest.of(node) for node in nodes]).serverless,
        pools=pools,
        labels_left_out=labels_left_out(nodes),
        objects=tuple(objects),
        not_known=found.not_known,
    )
    snapshot = found.workloads(snapshot)
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

    def part(self, resource: Resource, keep: Callable[[Body], Kept | None], *parts: str, absent: str = "") -> list[Kept]:
        """What is kept of a list; none, and a word about the parts, where it cannot be read. A kind not there has no objects."""
        found = self.lists.each(resource, keep)
        if isinstance(found, list):
            self.read += 1
            return found
        reason = found.reason if isinstance(found, Unavailable) else absent
        for part in parts if reason else ():
            known = self.not_known.get(part)
            self.not_known[part] = (f"{known}; {reason}" if known else reason)[:500]
        return []

    def workloads(self, around: ClusterSnapshot) -> ClusterSnapshot:
        """The snapshot with what workloads were seen to do and have. Each list is read once, makers before what they make."""
        running = Running(counted(around.surroundings()))
        readings = self.part(METRICS, read_metrics, "usage", absent="the metrics API is not served")
        replicas = [
            each
            for kind, resource in SCALED
            for each in self.part(resource, _seen(running, kind, _counter(kind, resource)), "replicas", "accelerators")
        ]
        for kind, resource in MAKERS:
            self.part(resource, _seen(running, kind, _nothing), "accelerators")
        jobs = self.part(JOBS, _seen(running, "Job", read_job), "jobs", "accelerators")
        usage = self._usage(readings, jobs, running)
        for part in COUNTED_BY:
            if part in self.not_known:
                self.not_known.setdefault("accelerators", f"{part} are not known")
        accelerators = running.by_root() if "accelerators" not in self.not_known else None
        return replace(around, replicas=dict(replicas), jobs=job_runs(jobs), usage=usage, accelerators=accelerators)

    def _usage(
        self, readings: list[PodReading], jobs: list[JobRead], running: Running
    ) -> Mapping[Target, Mapping[str, ContainerUsage]]:
        """What containers use, where whose they are can be read."""
        owners = Owners()
        for kind, resource in CONTROLLED:
            watch = _watcher(owners, kind) if readings else _nothing
            self.part(resource, _seen(running, kind, watch), "accelerators", *(("usage",) if readings else ()))
        for job in jobs:
            owners.see("Job", job.owner)
        return {} if "usage" in self.not_known else usage_of(readings, owners)


def _seen(running: Running, kind: str, keep: Callable[[Body], Kept | None]) -> Callable[[Body], Kept | None]:
    """What keeps of an object what ``keep`` does, after its accelerators were counted."""

    def counting(body: Body) -> Kept | None:
        # Items of a list state no kind.
        running.see({**body, "kind": kind})
        return keep(body)

    return counting


def _nothing(_: Body) -> None:
    return None


def _keeper(kind: str) -> Callable[[Body], Body | None]:
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
