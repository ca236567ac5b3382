"""What objects tell of the cluster they are in: autoscalers, limit ranges, classes, namespaces, and what others refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import attrgetter

from workloads.autoscaler import larger, read_autoscaler
from workloads.devices.resource_slice import published
from workloads.field import mapping, sequence, text
from workloads.kinds.kind import Category, Kind
from workloads.kinds.reference import wanted
from workloads.kinds.registry import choosing_kinds, find
from workloads.manifest import Manifest
from workloads.models.config_map import ConfigMap, read_config_map
from workloads.namespace import named
from workloads.nodes.fargate_profile import FargateSelector, fargate_selectors
from workloads.nodes.named_node import NamedNode, read_node
from workloads.nodes.provisioner import requirements
from workloads.quantity import QuantityError, parse_quantity
from workloads.refusal import kind_meant
from workloads.schedule.availability import concerns
from workloads.snapshots.snapshot import (
    DECIDING,
    Autoscaler,
    ControllerClass,
    DeviceClass,
    Snapshot,
    StorageClass,
    Target,
    VolumeAttributesClass,
)

_CHANNEL = "compute-domain-default-channel.nvidia.com"
"""The class of the channels of a ComputeDomain."""
_DEFAULT_INGRESS_CLASS = "ingressclass.kubernetes.io/is-default-class"
_DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_EKS_GROUPS = ("eks.services.k8s.aws", "eks.aws.upbound.io", "eks.aws.m.upbound.io", "eks.aws.crossplane.io")
_AUTOPILOT_NODE = "gk3-"
"""How the names of Autopilot's nodes begin; those of other GKE clusters begin with gke-."""


def observe(manifests: Iterable[Manifest]) -> Snapshot:
    """The snapshot that a set of objects makes: what a change itself says of its surroundings, or a dump of a cluster."""
    gathered = _Gathered()
    for manifest in manifests:
        gathered.add(manifest)
    return gathered.snapshot()


@dataclass(slots=True)
class _Gathered:
    """What was found so far."""

    autoscalers: dict[Target, Autoscaler] = field(default_factory=dict)
    unscaled: dict[Target, str] = field(default_factory=dict)
    limit_ranges: dict[str, list[Manifest]] = field(default_factory=dict)
    overheads: dict[str, Mapping[str, Decimal]] = field(default_factory=dict)
    storage_classes: dict[str, StorageClass] = field(default_factory=dict)
    volume_attributes_classes: dict[str, VolumeAttributesClass] = field(default_factory=dict)
    namespaces: dict[str, Mapping[str, str]] = field(default_factory=dict)
    torn_namespaces: set[str] = field(default_factory=set)
    namespace_annotations: dict[str, Mapping[str, str]] = field(default_factory=dict)
    references: dict[Target, Manifest] = field(default_factory=dict)
    node_requirements: dict[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    device_classes: dict[str, DeviceClass] = field(default_factory=dict)
    device_claims: dict[Target, Mapping[str, object]] = field(default_factory=dict)
    pod_groups: dict[Target, Mapping[str, str]] = field(default_factory=dict)
    slices: list[Mapping[str, object]] = field(default_factory=list)
    config_maps: dict[Target, ConfigMap] = field(default_factory=dict)
    controller_classes: dict[tuple[str, str], tuple[ControllerClass, Target | None]] = field(default_factory=dict)
    """By kind and name, each with the object that holds its parameters."""
    wanted: set[Target] = field(default_factory=set)
    others: dict[Target, Manifest] = field(default_factory=dict)
    """Objects that may turn out to be referred to."""
    nodes: int = 0
    named_nodes: dict[str, NamedNode] = field(default_factory=dict)
    fargate_profiles: dict[str, tuple[FargateSelector, ...]] = field(default_factory=dict)
    serverless: str = ""
    deciding: dict[Target, Manifest] = field(default_factory=dict)

    def add(self, manifest: Manifest) -> None:
        """Takes one object in."""
        reader = _READERS.get((manifest.group, manifest.kind))
        if reader is not None:
            reader(self, manifest)
            if manifest.kind in DECIDING:
                self.deciding[Target.of(manifest)] = manifest
            return
        kind = find(manifest.group, manifest.kind) or kind_meant(manifest)
        target = Target.of(manifest)
        self.others[target] = manifest
        if kind is None:
            return
        if kind.category is Category.TEMPLATE:
            self.references[target] = manifest
        if kind.scaler is not None:
            self._scaler(manifest, kind)
        for rule in kind.references:
            self.wanted.update(wanted(rule, manifest.body, manifest.namespace))

    def _scaler(self, manifest: Manifest, kind: Kind) -> None:
        reading = read_autoscaler(manifest, kind)
        if reading is None or reading.target is None:
            return
        found = reading.autoscaler
        if found is not None:
            known = self.autoscalers.get(found.target)
            self.autoscalers[found.target] = found if known is None else larger(known, found)
        elif reading.wrong and manifest.origin is not None:  # what an API server has taken scales by what nobody here knows
            told = f"{manifest.kind} {manifest.title}, which is to scale it, cannot: {reading.wrong}"
            self.unscaled.setdefault(reading.target, told)

    def snapshot(self) -> Snapshot:
        """What was found, as a value."""
        self.references.update({target: self.others[target] for target in self.wanted if target in self.others})
        return Snapshot(
            autoscalers=self.autoscalers,
            unscaled=self.unscaled,
            limit_ranges={key: tuple(sorted(ranges, key=attrgetter("name"))) for key, ranges in self.limit_ranges.items()},
            overheads=self.overheads,
            storage_classes=self.storage_classes,
            volume_attributes_classes=self.volume_attributes_classes,
            ingress_classes=self._classes("IngressClass"),
            gateway_classes=self._classes("GatewayClass"),
            namespaces=self._whole(self.namespaces),
            namespace_annotations=self._whole(self.namespace_annotations),
            references=self.references,
            choices={target: each for target, each in self.references.items() if target[:2] in choosing_kinds()},
            node_requirements=self.node_requirements,
            device_classes=self.device_classes,
            device_claims=self.device_claims,
            pod_groups=self.pod_groups,
            devices=published(self.slices) if self.slices else {},
            config_maps=self.config_maps,
            named_nodes=self.named_nodes,
            nodes=self.nodes or None,
            fargate_profiles=self.fargate_profiles,
            serverless=self.serverless,
            deciding=self.deciding,
        )

    def _whole(self, by_namespace: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
        """What is known of namespaces: of one that is given twice, and not alike, nothing is."""
        return {name: known for name, known in by_namespace.items() if name not in self.torn_namespaces}

    def _classes(self, kind: str) -> dict[str, ControllerClass]:
        """The classes of a kind by name, each with its parameters where they were found."""
        found = {}
        for (of_kind, name), (known, target) in self.controller_classes.items():
            if of_kind == kind:
                parameters = self.others.get(target) if target is not None else None
                found[name] = replace(known, parameters=mapping(parameters.body, "spec")) if parameters is not None else known
        return found


def read_kinds() -> frozenset[str]:
    """The kinds whose objects tell of the cluster by themselves, whatever refers to them."""
    return frozenset(kind for _, kind in _READERS)


def says_of_others(manifest: Manifest) -> bool:
    """Whether an object decides what others are, or cost, by being of its kind."""
    if (manifest.group, manifest.kind) in _READERS:
        return True
    kind = find(manifest.group, manifest.kind) or kind_meant(manifest)
    return kind is not None and (kind.scaler is not None or kind.category is Category.TEMPLATE)


def _limit_range(gathered: _Gathered, manifest: Manifest) -> None:
    gathered.limit_ranges.setdefault(manifest.namespace, []).append(manifest)


def _runtime_class(gathered: _Gathered, manifest: Manifest) -> None:
    fixed = {}
    for resource, written in mapping(manifest.body, "overhead", "podFixed").items():
        try:
            fixed[resource] = parse_quantity(written)
        except QuantityError:  # the API server refuses such a class, so no pod can have its overhead
            continue
    gathered.overheads[manifest.name] = fixed


def _storage_class(gathered: _Gathered, manifest: Manifest) -> None:
    annotations = mapping(manifest.body, "metadata", "annotations")
    gathered.storage_classes[manifest.name] = StorageClass(
        manifest.name,
        text(manifest.body, "provisioner"),
        _texts(manifest.body, "parameters"),
        any(annotations.get(key) == "true" for key in _DEFAULT_CLASS),
    )


def _volume_attributes_class(gathered: _Gathered, manifest: Manifest) -> None:
    driver, parameters = text(manifest.body, "driverName"), _texts(manifest.body, "parameters")
    gathered.volume_attributes_classes[manifest.name] = VolumeAttributesClass(manifest.name, driver, parameters)


def _controller_class(gathered: _Gathered, manifest: Manifest) -> None:
    spec = mapping(manifest.body, "spec")
    default = mapping(manifest.body, "metadata", "annotations").get(_DEFAULT_INGRESS_CLASS) == "true"
    known = ControllerClass(manifest.name, text(spec, "controller") or text(spec, "controllerName"), default)
    gathered.controller_classes[manifest.kind, manifest.name] = known, class_parameters(spec)


def class_parameters(spec: Mapping[str, object]) -> Target | None:
    """The object that an IngressClass (``parameters``) or a GatewayClass (``parametersRef``) takes its parameters from."""
    reference = mapping(spec, "parameters") or mapping(spec, "parametersRef")
    if not text(reference, "name"):
        return None
    group = text(reference, "apiGroup") or text(reference, "group")
    return Target(group, text(reference, "kind"), text(reference, "namespace"), text(reference, "name"))


def _texts(body: Mapping[str, object], *path: str) -> dict[str, str]:
    return {key: value for key, value in mapping(body, *path).items() if isinstance(value, str)}


def _namespace(gathered: _Gathered, manifest: Manifest) -> None:
    labels = named(_texts(manifest.body, "metadata", "labels"), manifest.name)
    stated = _texts(manifest.body, "metadata", "annotations")
    annotations = {key: value for key, value in stated.items() if concerns(key)}
    for known, found in ((gathered.namespaces, labels), (gathered.namespace_annotations, annotations)):
        if known.setdefault(manifest.name, found) != found:
            gathered.torn_namespaces.add(manifest.name)


def _node(gathered: _Gathered, manifest: Manifest) -> None:
    """Counts what a DaemonSet can run on: a Fargate pod's own node and a virtual one are none."""
    labels = mapping(manifest.body, "metadata", "labels")
    if labels.get("eks.amazonaws.com/compute-type") == "fargate" or labels.get("type") == "virtual-kubelet":
        return
    gathered.nodes += 1
    gathered.named_nodes[manifest.name] = read_node(manifest.body)
    if manifest.name.startswith(_AUTOPILOT_NODE):
        gathered.serverless = "gke-autopilot"


def _fargate_profile(gathered: _Gathered, manifest: Manifest) -> None:
    gathered.fargate_profiles[manifest.name] = fargate_selectors(manifest.body)


def _provisioner(gathered: _Gathered, manifest: Manifest) -> None:
    gathered.node_requirements[manifest.name] = requirements(manifest.body)


def _device_class(gathered: _Gathered, manifest: Manifest) -> None:
    spec = mapping(manifest.body, "spec")
    cel = filter(None, (text(selector, "cel", "expression") for selector in sequence(spec, "selectors")))
    gathered.device_classes[manifest.name] = DeviceClass(manifest.name, tuple(cel), text(spec, "extendedResourceName"))


def _device_claim(gathered: _Gathered, manifest: Manifest) -> None:
    path = ("spec", "spec") if manifest.kind == "ResourceClaimTemplate" else ("spec",)
    gathered.device_claims[Target.of(manifest)] = mapping(manifest.body, *path)


def _pod_group(gathered: _Gathered, manifest: Manifest) -> None:
    shared = sequence(manifest.body, "spec", "resourceClaims")
    gathered.pod_groups[Target.of(manifest)] = {text(each, "name"): text(each, "resourceClaimTemplateName") for each in shared}


def _resource_slice(gathered: _Gathered, manifest: Manifest) -> None:
    gathered.slices.append(mapping(manifest.body, "spec"))


def _compute_domain(gathered: _Gathered, manifest: Manifest) -> None:
    """NVIDIA's driver makes a template for claims of the domain's channel, under the name that the domain gives it."""
    name = text(manifest.body, "spec", "channel", "resourceClaimTemplate", "name")
    target = Target("resource.k8s.io", "ResourceClaimTemplate", manifest.namespace, name)
    gathered.device_claims.setdefault(target, {"devices": {"requests": [{"exactly": {"deviceClassName": _CHANNEL}}]}})


def _config_map(gathered: _Gathered, manifest: Manifest) -> None:
    gathered.config_maps[Target.of(manifest)] = read_config_map(manifest.body)


_READERS: Mapping[tuple[str, str], Callable[[_Gathered, Manifest], None]] = {
    ("", "LimitRange"): _limit_range,
    ("", "ConfigMap"): _config_map,
    ("node.k8s.io", "RuntimeClass"): _runtime_class,
    ("storage.k8s.io", "StorageClass"): _storage_class,
    ("storage.k8s.io", "VolumeAttributesClass"): _volume_attributes_class,
    ("networking.k8s.io", "IngressClass"): _controller_class,
    ("gateway.networking.k8s.io", "GatewayClass"): _controller_class,
    ("", "Namespace"): _namespace,
    ("", "Node"): _node,
    ("infrastructure.cluster.x-k8s.io", "AWSFargateProfile"): _fargate_profile,
    **{(group, "FargateProfile"): _fargate_profile for group in _EKS_GROUPS},
    ("karpenter.sh", "NodePool"): _provisioner,
    ("resource.k8s.io", "DeviceClass"): _device_class,
    ("resource.k8s.io", "ResourceClaim"): _device_claim,
    ("resource.k8s.io", "ResourceClaimTemplate"): _device_claim,
    ("resource.k8s.io", "ResourceSlice"): _resource_slice,
    ("resource.nvidia.com", "ComputeDomain"): _compute_domain,
    ("scheduling.k8s.io", "PodGroup"): _pod_group,
}
