"""What is known of the cluster around a workload: autoscalers, limit ranges, classes, namespaces, nodes.

Filled from the manifests of the same change, from the live cluster, or from both; what is absent is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeVar

from workloads.devices.device import Device
from workloads.manifest import Manifest
from workloads.models.config_map import ConfigMap
from workloads.models.usage import AiUsage
from workloads.nodes.fargate_profile import FargateSelector
from workloads.nodes.named_node import NamedNode
from workloads.nodes.pool import NO_POOLS, NodePools
from workloads.quick_dataclass import quick_dataclass
from workloads.schedule.job_series import series_of
from workloads.schedule.keda import NONE as NO_TRIGGERS
from workloads.schedule.keda import Triggers

DECIDING = frozenset(("LimitRange", "StorageClass", "VolumeAttributesClass", "RuntimeClass", "NodePool", "ConfigMap"))
"""The kinds of which it is told which object makes others cost what they do."""
Key = TypeVar("Key")
Value = TypeVar("Value")


class Target(NamedTuple):
    """What an autoscaler scales. The version is left out: a reference to any version means the same object."""

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, manifest: Manifest, default_namespace: str = "") -> Target:
        """What a reference to an object names."""
        return cls(manifest.group, manifest.kind, manifest.namespace or default_namespace, manifest.name)


@quick_dataclass(frozen=True, slots=True)
class Autoscaler:
    """The bounds one HorizontalPodAutoscaler or KEDA ScaledObject sets on its target."""

    manifest: Manifest
    target: Target
    minimum: int
    maximum: int
    idle: int | None = None
    """What it falls to where nothing happens, below the minimum; None where it has no such state."""
    from_zero: bool = False
    """Whether it also starts a target that states zero replicas, to which a HorizontalPodAutoscaler means switched off."""
    triggers: Triggers = NO_TRIGGERS
    """What a ScaledObject scales by."""

    @property
    def name(self) -> str:
        """``HorizontalPodAutoscaler web``: how the output names the cause of a range."""
        return f"{self.manifest.kind} {self.manifest.name}"


@dataclass(frozen=True, slots=True)
class StorageClass:
    """What provisions a volume and with which parameters."""

    name: str
    provisioner: str
    parameters: Mapping[str, str]
    default: bool = False


@dataclass(frozen=True, slots=True)
class VolumeAttributesClass:
    """What a volume's driver is told beside its StorageClass, and may be told anew while the volume is in use (KEP-3751)."""

    name: str
    driver: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ControllerClass:
    """An IngressClass or a GatewayClass: which controller serves what names it."""

    name: str
    controller: str
    """``spec.controller`` or ``spec.controllerName``."""
    default: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)
    """``spec`` of the object that it refers to for its parameters, where that is known."""


@dataclass(frozen=True, slots=True)
class DeviceClass:
    """A class of devices of dynamic resource allocation."""

    name: str
    selectors: tuple[str, ...] = ()
    """CEL expressions over a device, all of which have to hold."""
    extended_resource: str = ""
    """The extended resource that the class backs."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the containers of one name use, over the pods of a workload at one moment: cores or bytes."""

    p50: Decimal
    p95: Decimal


@dataclass(frozen=True, slots=True)
class ContainerUsage:
    """What was read of the containers of one name of a workload, once."""

    pods: int
    cpu: Usage
    memory: Usage


@dataclass(frozen=True, slots=True)
class JobRuns:
    """How long the Jobs of one kind took that completed."""

    runs: int
    seconds: int
    """Of one pod, the median: a Job's duration times its pods at one time over its completions."""


@dataclass(frozen=True, slots=True)
class ObservedDuration:
    """How long one pod of a Job runs, in hours, and where that is from in words."""

    hours: Fraction
    because: str


@dataclass(frozen=True, slots=True)
class Observations:
    """What was seen of workloads at one time. Jobs that nothing controls are kept by the series their names belong to."""

    on: str = ""
    """The day, as ISO date."""
    replicas: Mapping[Target, int] = field(default_factory=dict)
    jobs: Mapping[Target, JobRuns] = field(default_factory=dict)
    usage: Mapping[Target, Mapping[str, ContainerUsage]] = field(default_factory=dict)
    """By workload and container."""
    ai_tokens: Mapping[Target, tuple[AiUsage, ...]] = field(default_factory=dict)
    """What workloads used of AI models behind an API, scaled to a month."""

    def duration(self, target: Target | None) -> ObservedDuration | None:
        """How long one pod runs of a Job, or of what makes Jobs; None where none was seen to complete."""
        if target is None or not self.jobs:
            return None
        known = target._replace(name=series_of(target.name)) if target[:2] == ("batch", "Job") else target
        found = self.jobs.get(known)
        if found is None:
            return None
        of = "the Job" if found.runs == 1 else f"the median of {found.runs:,} Jobs"
        words = f"each pod runs {found.seconds:,} s: {of} observed on {self.on}"
        return ObservedDuration(Fraction(found.seconds, 3600), words)


NOTHING_OBSERVED = Observations()


@dataclass(frozen=True, slots=True)
class Taken:
    """When and where the cluster's part of a snapshot was taken."""

    name: str
    """The cluster's."""
    at: datetime
    """With zone."""
    not_known: Mapping[str, str] = field(default_factory=dict)
    """Parts that could not be read (``namespaces``, ``usage``), each with the reason."""

    @property
    def words(self) -> str:
        """``snapshot production of 2026-11-26``."""
        return f"snapshot {self.name} of {self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of one cluster. Every mapping is by name; limit ranges by namespace."""

    autoscalers: Mapping[Target, Autoscaler] = field(default_factory=dict)
    unscaled: Mapping[Target, str] = field(default_factory=dict)
    """Why nobody can tell what scales an object: what is to do so cannot."""
    left: Mapping[Target, Autoscaler] = field(default_factory=dict, repr=False)
    """What scaled an object before a change, and does not after it: told by the snapshots of both sides."""
    limit_ranges: Mapping[str, tuple[Manifest, ...]] = field(default_factory=dict)
    """By namespace; each LimitRange as it is written, in name order as the API server applies them."""
    overheads: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """``overhead.podFixed`` by RuntimeClass name."""
    storage_classes: Mapping[str, StorageClass] = field(default_factory=dict)
    volume_attributes_classes: Mapping[str, VolumeAttributesClass] = field(default_factory=dict)
    ingress_classes: Mapping[str, ControllerClass] = field(default_factory=dict)
    gateway_classes: Mapping[str, ControllerClass] = field(default_factory=dict)
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Labels by namespace."""
    namespace_annotations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By namespace: those annotations that say when its objects run."""
    references: Mapping[Target, Manifest] = field(default_factory=dict)
    """Objects that others point at: what a Rollout's ``workloadRef`` or a TrainJob's ``runtimeRef`` names."""
    choices: Mapping[Target, Manifest] = field(default_factory=dict, repr=False)
    """Those of them that others choose among where they name none: KServe's runtimes."""
    node_requirements: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    """What Karpenter's NodePools require of the nodes that they make, as expressions over labels."""
    former_pools: tuple[str, ...] = ()
    """The NodePools that a change removes, or calls otherwise: nothing makes nodes of these names after it."""
    coming_pools: tuple[str, ...] = ()
    """Those that a change adds: what pods that selected one ran on before, nobody knows."""
    device_classes: Mapping[str, DeviceClass] = field(default_factory=dict)
    device_claims: Mapping[Target, Mapping[str, object]] = field(default_factory=dict)
    """``spec`` of ResourceClaims, and of the claims that ResourceClaimTemplates make."""
    pod_groups: Mapping[Target, Mapping[str, str]] = field(default_factory=dict)
    """The claims that the pods of a PodGroup share: the template of each by its name."""
    devices: Mapping[str, tuple[Device, ...]] = field(default_factory=dict)
    """The kinds of devices that the cluster's ResourceSlices publish, by driver."""
    config_maps: Mapping[Target, ConfigMap] = field(default_factory=dict)
    """What ConfigMaps say of AI models, and nothing else of them."""
    named_nodes: Mapping[str, NamedNode] = field(default_factory=dict)
    """Nodes by name, where objects themselves were seen: a snapshot's file keeps no names."""
    nodes: int | None = None
    """How many nodes the cluster has; None where nobody counted."""
    fargate_profiles: Mapping[str, tuple[FargateSelector, ...]] = field(default_factory=dict)
    """Which pods run on AWS Fargate, by profile."""
    serverless: str = ""
    """The service whose nodes the cluster's are (``gke-autopilot``); empty where they are its own or nobody looked."""
    pools: NodePools = NO_POOLS
    observed: Observations = NOTHING_OBSERVED
    accelerators: Mapping[Target, Decimal] | None = None
    """What runs in the cluster has of them at the most, by its root; None where nobody counted."""
    taken: Taken | None = None
    """Of the cluster's own snapshot, where there is one."""
    deciding: Mapping[Target, Manifest] = field(default_factory=dict, repr=False)
    """What of the above makes others cost what they do, as it is written, for who says which of them it is."""

    def under(self, nearer: Snapshot) -> Snapshot:
        """This snapshot with what ``nearer`` knows laid over it: the change's own objects over the cluster's."""
        return replace(
            self,
            autoscalers={**self.autoscalers, **nearer.autoscalers},
            unscaled={**self.unscaled, **nearer.unscaled},
            limit_ranges={**self.limit_ranges, **nearer.limit_ranges},
            overheads={**self.overheads, **nearer.overheads},
            storage_classes={**self.storage_classes, **nearer.storage_classes},
            volume_attributes_classes={**self.volume_attributes_classes, **nearer.volume_attributes_classes},
            ingress_classes={**self.ingress_classes, **nearer.ingress_classes},
            gateway_classes={**self.gateway_classes, **nearer.gateway_classes},
            namespaces={**self.namespaces, **nearer.namespaces},
            namespace_annotations={**self.namespace_annotations, **nearer.namespace_annotations},
            references={**self.references, **nearer.references},
            choices={**self.choices, **nearer.choices},
            node_requirements={**self.node_requirements, **nearer.node_requirements},
            former_pools=(*self.former_pools, *nearer.former_pools),
            coming_pools=(*self.coming_pools, *nearer.coming_pools),
            device_classes={**self.device_classes, **nearer.device_classes},
            device_claims={**self.device_claims, **nearer.device_claims},
            pod_groups={**self.pod_groups, **nearer.pod_groups},
            devices={**self.devices, **nearer.devices},
            config_maps={**self.config_maps, **nearer.config_maps},
            named_nodes={**self.named_nodes, **nearer.named_nodes},
            nodes=self.nodes if nearer.nodes is None else nearer.nodes,
            fargate_profiles={**self.fargate_profiles, **nearer.fargate_profiles},
            serverless=nearer.serverless or self.serverless,
            pools=nearer.pools if nearer.pools.pools else self.pools,
            observed=nearer.observed if nearer.observed.on else self.observed,
            accelerators=self.accelerators if nearer.accelerators is None else nearer.accelerators,
            taken=nearer.taken or self.taken,
            deciding={**self.deciding, **nearer.deciding},
        )

    def figures(self) -> Snapshot:
        """The nodes and what was observed, without the cluster's objects: for who can ask the cluster itself for those."""
        return Snapshot(nodes=self.nodes, pools=self.pools, observed=self.observed, serverless=self.serverless, taken=self.taken)

    def without(self, other: Snapshot) -> Snapshot:
        """This snapshot less what ``other`` speaks of: what the earlier side of a change states is the change's to say."""
        # By field: whatever a snapshot comes to know by name can be stated by a change.
        stated = ((each.name, getattr(self, each.name)) for each in fields(self))
        less = {name: _less(known, getattr(other, name)) for name, known in stated if isinstance(known, dict)}
        return replace(self, **less)  # type: ignore[arg-type]


def _less(known: Mapping[Key, Value], stated: Mapping[Key, Value]) -> Mapping[Key, Value]:
    return {key: value for key, value in known.items() if key not in stated} if known and stated else known


UNKNOWN = Snapshot()
"""Nothing is known of the cluster."""
