"""What is known of the cluster around a workload: autoscalers, limit ranges, classes, namespaces, nodes.

Filled from the manifests of the same change, from the live cluster, or from both; what is absent is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from workloads.device import Device
from workloads.fargate_profile import FargateSelector
from workloads.keda import NONE as NO_TRIGGERS
from workloads.keda import Triggers
from workloads.manifest import Manifest


class Target(NamedTuple):
    """What an autoscaler scales. The version is left out: a reference to any version means the same object."""

    group: str
    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
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
class DeviceClass:
    """A class of devices of dynamic resource allocation."""

    name: str
    selectors: tuple[str, ...] = ()
    """CEL expressions over a device, all of which have to hold."""
    extended_resource: str = ""
    """The extended resource that the class backs."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of one cluster. Every mapping is by name; limit ranges by namespace."""

    autoscalers: Mapping[Target, Autoscaler] = field(default_factory=dict)
    limit_ranges: Mapping[str, tuple[Manifest, ...]] = field(default_factory=dict)
    """By namespace; each LimitRange as it is written, in name order as the API server applies them."""
    overheads: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """``overhead.podFixed`` by RuntimeClass name."""
    storage_classes: Mapping[str, StorageClass] = field(default_factory=dict)
    volume_attributes_classes: Mapping[str, VolumeAttributesClass] = field(default_factory=dict)
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Labels by namespace."""
    references: Mapping[Target, Manifest] = field(default_factory=dict)
    """Objects that others point at: what a Rollout's ``workloadRef`` or a TrainJob's ``runtimeRef`` names."""
    device_classes: Mapping[str, DeviceClass] = field(default_factory=dict)
    device_claims: Mapping[Target, Mapping[str, object]] = field(default_factory=dict)
    """``spec`` of ResourceClaims, and of the claims that ResourceClaimTemplates make."""
    pod_groups: Mapping[Target, Mapping[str, str]] = field(default_factory=dict)
    """The claims that the pods of a PodGroup share: the template of each by its name."""
    devices: Mapping[str, tuple[Device, ...]] = field(default_factory=dict)
    """The kinds of devices that the cluster's ResourceSlices publish, by driver."""
    nodes: int | None = None
    """How many nodes the cluster has; None where nobody counted."""
    fargate_profiles: Mapping[str, tuple[FargateSelector, ...]] = field(default_factory=dict)
    """Which pods run on AWS Fargate, by profile."""
    serverless: str = ""
    """The service whose nodes the cluster's are (``gke-autopilot``); empty where they are its own or nobody looked."""

    def under(self, nearer: Snapshot) -> Snapshot:
        """This snapshot with what ``nearer`` knows laid over it: the change's own objects over the cluster's."""
        return replace(
            self,
            autoscalers={**self.autoscalers, **nearer.autoscalers},
            limit_ranges={**self.limit_ranges, **nearer.limit_ranges},
            overheads={**self.overheads, **nearer.overheads},
            storage_classes={**self.storage_classes, **nearer.storage_classes},
            volume_attributes_classes={**self.volume_attributes_classes, **nearer.volume_attributes_classes},
            namespaces={**self.namespaces, **nearer.namespaces},
            references={**self.references, **nearer.references},
            device_classes={**self.device_classes, **nearer.device_classes},
            device_claims={**self.device_claims, **nearer.device_claims},
            pod_groups={**self.pod_groups, **nearer.pod_groups},
            devices={**self.devices, **nearer.devices},
            nodes=self.nodes if nearer.nodes is None else nearer.nodes,
            fargate_profiles={**self.fargate_profiles, **nearer.fargate_profiles},
            serverless=nearer.serverless or self.serverless,
        )


UNKNOWN = Snapshot()
"""Nothing is known of the cluster."""
