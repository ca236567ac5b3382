"""What a manifest makes run: workloads with their groups of like pods, volumes, load balancers, and what could not be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workloads.devices.accelerator import AcceleratorRequest
from workloads.field import FieldPath
from workloads.manifest import Identity, Manifest
from workloads.models.name import ModelName
from workloads.models.usage import AiUsage
from workloads.network.controller_class import Builder
from workloads.network.traffic import Traffic
from workloads.nodes.provisioner import Growth
from workloads.nodes.serverless import ServerlessPod
from workloads.problem import Problem
from workloads.quick_dataclass import quick_dataclass
from workloads.settings.assumptions import DEFAULTS
from workloads.snapshots.snapshot import Autoscaler, StorageClass, VolumeAttributesClass
from workloads.span import NOTHING, Span
from workloads.text.location import locate


@quick_dataclass(frozen=True, slots=True)
class PodRequests:
    """What one pod asks of a node, by the scheduler's formula over the completed template."""

    cpu: Decimal
    """Cores."""
    memory: Decimal
    """Bytes."""
    ephemeral_storage: Decimal = Decimal(0)
    """Bytes."""
    extended: Mapping[str, Decimal] = field(default_factory=dict)
    """Every other resource by its full name: ``nvidia.com/gpu``, ``hugepages-2Mi``."""
    assumed_cpu: Decimal = Decimal(0)
    """The part of ``cpu`` that rests on an assumption, in cores."""
    assumed_memory: Decimal = Decimal(0)
    """The part of ``memory`` that rests on an assumption, in bytes."""


@dataclass(frozen=True, slots=True)
class GpuAccess:
    """One way to a GPU without a request for it."""

    kind: str
    """``environment``, ``mount``, ``device``, ``annotation``, ``runtimeClass``, ``selector`` or ``toleration``."""
    what: str
    """``NVIDIA_VISIBLE_DEVICES in container web``."""
    path: FieldPath
    """The field, from the pod template: ``("spec", "containers", 0, "env", 1)``."""


@quick_dataclass(frozen=True, slots=True)
class PodGroup:
    """Pods of one workload that are alike."""

    name: str
    """The group's role where the kind has several (``head``, ``workers``, a replicated job's name), else empty."""
    path: FieldPath
    """Where the pod template stands in the manifest (the PodTemplateSpec; for a bare PodSpec, that)."""
    template: Mapping[str, object]
    """The completed PodTemplateSpec: ``metadata`` and ``spec``, whatever shape the kind has."""
    requests: PodRequests
    pods: Span
    """How many pods exist at one time."""
    hours: Span
    """Pod-hours: in a month, or altogether where ``one_off``. A group that always runs has ``pods x 730``."""
    one_off: bool = False
    """Whether the hours are spent once (a Job) and not every month."""
    because: str = ""
    """Why this many: ``spec.replicas``, ``HorizontalPodAutoscaler web, 3 to 12``, ``*/5 * * * *, 8,760 runs a month``."""
    because_path: FieldPath = ()
    """The field that says so, where it is one of this manifest."""
    assumption: str = ""
    """What was assumed about count or duration, in words with its key; empty where nothing was."""
    observed: str = ""
    """What of count, duration or size was seen in the cluster, in words; empty where nothing was."""
    running: str = ""
    """When it runs, where annotations say that it does not always: ``up 217.5 of 730 h by …``."""
    modelled: str = ""
    """Why its hours are only modelled; empty where they are not."""
    accelerators: tuple[AcceleratorRequest, ...] = ()
    """What one pod asks for of accelerators, by resource name, annotation or claim."""
    alternatives: tuple[tuple[AcceleratorRequest, ...], ...] = ()
    """What it may get in place of ``accelerators``, where a claim leaves that open."""
    untold_devices: str = ""
    """Why not all of what one pod asks for of accelerators can be told; empty where it can."""
    gpu_access: tuple[GpuAccess, ...] = ()
    """Ways to a GPU that no request shows."""
    whole_machine: bool = False
    """Whether each pod takes a machine of its own, the instance type that its node selector names."""
    serverless: ServerlessPod | None = None
    """What one pod asks of a service that sells capacity by the pod; None for pods that run on nodes."""
    unknown_node: str = ""
    """That it names a node of which nothing is known, in words; empty where it names none, or that is known."""
    unknown_pool: str = ""
    """That it selects a node pool which its cluster does not have, in words; empty where it selects none, or a known one."""
    unbounded: str = ""
    """Why more of them may run at one time than ``pods`` tells; empty where no more may."""
    endless: str = ""
    """Why they may run for more hours than ``hours`` tells; empty where they may not."""
    untold_requests: str = ""
    """Why one pod may ask for more than ``requests`` tells; empty where it may not."""

    @property
    def choices(self) -> tuple[tuple[AcceleratorRequest, ...], ...]:
        """All that one pod may get of accelerators, each as a whole: what it asks for first, and what it may get instead."""
        return (self.accelerators, *self.alternatives)

    @property
    def most_devices(self) -> Decimal:
        """Accelerators of one pod at the most, whichever alternative it gets; unknown resources are not among them."""
        described = ((each.most for each in choice if each.kind != "unknown") for choice in self.choices)
        return max(sum(counts, Decimal(0)) for counts in described)

    @property
    def holders(self) -> Decimal:
        """How many have those accelerators at the most: its pods; of a claim that pods share, which states none, one."""
        return self.pods.high if self.template else Decimal(1)

    @property
    def machines_alone(self) -> bool:
        """Whether it is machines that are kept whole, and no pods: what runs there is counted where it is declared."""
        return self.whole_machine and not self.pods.high


@quick_dataclass(frozen=True, slots=True)
class VolumeClaim:
    """Claims for volumes that are alike: a PersistentVolumeClaim, a StatefulSet's template, a generic ephemeral volume."""

    name: str
    path: FieldPath
    """Where the claim stands in the manifest."""
    size: Decimal
    """Bytes of one claim."""
    count: Span
    storage_class: str = ""
    """``storageClassName`` as stated; empty where absent."""
    definition: StorageClass | None = None
    """The class itself, where the snapshot knows it."""
    hours: Span = NOTHING
    """Volume-hours a month where the volume lives with its pod (generic ephemeral); ``count x 730`` otherwise."""
    ephemeral: bool = False
    """Whether the volume goes when its pod goes."""
    lives_with: str = "pod"
    """What it goes with, in words, where it is ephemeral."""
    attributes_class: str = ""
    """``volumeAttributesClassName`` as stated; empty where absent."""
    attributes: VolumeAttributesClass | None = None
    """That class itself, where the snapshot knows it."""
    assumption: str = ""
    """What was assumed about the hours of the pods that it lives with."""
    modelled: str = ""
    """Why those hours are only modelled."""


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer that a Service of type LoadBalancer, an Ingress or a Gateway makes the cloud build."""

    load_balancer_class: str
    """``spec.loadBalancerClass``, or the class of the Ingress or Gateway; empty where absent."""
    annotations: Mapping[str, str]
    path: FieldPath = ("spec", "type")
    builder: Builder = Builder.SERVICE
    ports: int = 1
    protocols: int = 1
    """How many of TCP, UDP and SCTP its ports speak."""
    zones: int = DEFAULTS.zones
    """In how many zones it stands where its annotations do not say. Key ``assume.zones``."""
    usual: str = DEFAULTS.load_balancer
    """What it is on AWS where neither its class nor its annotations say. Key ``assume.loadBalancer``."""
    scheme: str = ""
    """``internal`` or ``internet-facing`` as the class has it; its annotations otherwise."""
    shared: str = ""
    """The group of Ingresses that share it; empty where nobody does."""


@dataclass(frozen=True, slots=True)
class Fee:
    """What an object makes a cloud charge by the hour whatever runs: a cluster's control plane, a NAT gateway, an address."""

    item: str
    """As the price book calls it: ``control-plane``."""
    cloud: str
    region: str = ""
    """As the object writes it: a region, a zone, or a region's name for people; empty where it states none."""
    path: FieldPath = ()


@quick_dataclass(frozen=True, slots=True)
class Workload:
    """One object that costs: pods in groups, volumes, load balancers. A bare PersistentVolumeClaim or Service has no pods."""

    manifest: Manifest
    cluster: str = ""
    groups: tuple[PodGroup, ...] = ()
    claims: tuple[VolumeClaim, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    autoscaler: Autoscaler | None = None
    modelled: str = ""
    """Why the pods are only modelled (``unknown kind, its pod templates were searched for``); empty for known kinds."""
    ai_usage: tuple[AiUsage, ...] = ()
    """What it declares to use of AI models behind an API, else what it was observed to."""
    models: tuple[ModelName, ...] = ()
    """Where it names AI models."""
    traffic: Traffic | None = None
    """What it declares to move over the network."""
    fees: tuple[Fee, ...] = ()
    """What it makes a cloud charge by the hour, whatever runs."""
    notes: tuple[str, ...] = ()
    """What a person should know: ``not counted: GPU through NVIDIA_VISIBLE_DEVICES without a request``."""

    growth: Growth | None = None
    """How far a pool that makes nodes for pods may grow, which costs nothing by itself."""
    untold: tuple[str, ...] = ()
    """Why its pods may be larger, or more, than the groups tell; each is among what has no price too."""
    unread: tuple[tuple[FieldPath, object], ...] = ()
    """Fields that may decide its cost and that nobody understands, with what they state."""

    @property
    def bare(self) -> bool:
        """Whether nothing of it costs, whatever there is to know of it."""
        return not (self.groups or self.claims or self.load_balancers or self.ai_usage or self.traffic or self.fees)

    @property
    def has_pods(self) -> bool:
        """Whether it is a workload, rather than a resource that costs without pods."""
        return bool(self.groups)


@dataclass(frozen=True, slots=True)
class Unpriced:
    """An object, or a part of one, that may cost and whose cost cannot be told. Never zero, never silent."""

    manifest: Manifest
    reason: str
    cluster: str = ""
    path: FieldPath = ()
    """Of the field that says so; empty where the object as a whole does."""
    refused: Identity | None = None
    """Of an object that no API server takes, whose it was meant to be: what has that goes on running. None for any other."""
    whole: bool = False
    """Whether what is known of the object is not even the least that it may cost."""
    rests_on: tuple[Manifest, ...] = ()
    """What else decides what it is: templates and classes that it names, and what these name."""

    @property
    def identity(self) -> Identity:
        """The object's identity in its cluster."""
        return self.manifest.identity(self.cluster)

    @property
    def line(self) -> int:
        """The 1-based line of that field; 0 for an object that came from an API."""
        return locate(self.manifest.origin, self.path)[0] if self.manifest.origin is not None else 0


@dataclass(frozen=True, slots=True)
class Remark:
    """Why an object costs nothing by itself that looks as if it did: an Ingress whose proxy is counted anyway."""

    manifest: Manifest
    text: str


@quick_dataclass(frozen=True, slots=True)
class Inventory:
    """Everything found in a set of manifests: every manifest is in at least one of the first three, so that nothing is lost."""

    workloads: tuple[Workload, ...] = ()
    """What costs, in the order read."""
    unpriced: tuple[Unpriced, ...] = ()
    free: tuple[Manifest, ...] = ()
    """What costs nothing by itself."""
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def manifests(self) -> Iterator[Manifest]:
        """Every manifest at least once, those of workloads last."""
        yield from self.free
        yield from (entry.manifest for entry in self.unpriced)
        yield from (workload.manifest for workload in self.workloads)
