"""What a cluster knows around one review: namespace labels, limit ranges, autoscalers, classes, and what could not be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cluster.lookup import Answer, Found, Listing, Lookup, Reference, Unavailable
from policies.exemption import Exemption
from policies.exemption_reader import load_exemptions
from policies.owner import controller_of
from workloads.devices.claim import class_names
from workloads.excess import too_large
from workloads.field import mapping, sequence, text
from workloads.kinds.kind import ReferenceRule
from workloads.kinds.reference import wanted
from workloads.kinds.registry import find
from workloads.manifest import Manifest
from workloads.nodes.named_node import node_name
from workloads.snapshots.snapshot import Snapshot, Target
from workloads.surroundings import class_parameters, observe


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known, and why the rest is not."""

    snapshot: Snapshot
    exemptions: tuple[Exemption, ...] = ()
    """Those of its namespace; one whose text is wrong has no effect."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """``namespaces: no cluster is connected``."""
    config_maps: Mapping[tuple[str, str], Mapping[str, object]] = field(default_factory=dict)
    """Those that policies take values from, by namespace and name."""


Answers = tuple[tuple[str, Answer | Listing], ...]
"""What the cluster answered, each with what was asked for: ``namespaces``, ``limitRanges``."""


def ask(
    manifest: Manifest, lookup: Lookup, config_maps: Iterable[tuple[str, str]] = (), before: Manifest | None = None
) -> Answers:
    """Ask the cluster what has to be known to weigh an object where it is going.

    ``config_maps`` are those that policies take values from, by namespace and name; ``before`` is the object as it was, which may
    refer to others. Costs four requests to the API server and
    one for each of them, remembered for seconds, and one for each class that the object names.
    """
    answers: list[tuple[str, Answer | Listing]] = [
        ("configMaps", lookup.get(Reference("v1", "ConfigMap", *place))) for place in config_maps
    ]
    namespace = manifest.namespace
    if namespace:
        answers += (
            ("namespaces", lookup.get(Reference("v1", "Namespace", "", namespace))),
            ("limitRanges", lookup.list("v1", "LimitRange", namespace)),
            ("autoscalers", lookup.list("autoscaling/v2", "HorizontalPodAutoscaler", namespace)),
            ("exemptions", lookup.list("weighbridge.dev/v1alpha1", "CostExemption", namespace)),
        )
    if too_large(manifest.body):
        # What it names is not asked for: it is not weighed.
        return tuple(answers)
    for name in _of_claims(manifest.body, "storageClassName"):
        answers.append(("storageClasses", lookup.get(Reference("storage.k8s.io/v1", "StorageClass", "", name))))
    for name in _of_claims(manifest.body, "volumeAttributesClassName"):
        answers.append(("volumeAttributesClasses", lookup.get(Reference("storage.k8s.io/v1", "VolumeAttributesClass", "", name))))
    answers += _references(manifest, before, lookup)
    answers += _devices(manifest.body, namespace, lookup)
    answers += _controllers(manifest, lookup)
    if node := _node(manifest):
        answers.append((_NODES, lookup.get(Reference("v1", "Node", "", node))))
    runtime = _pod_spec(manifest.body).get("runtimeClassName")
    if isinstance(runtime, str) and runtime:
        answers.append(("runtimeClasses", lookup.get(Reference("node.k8s.io/v1", "RuntimeClass", "", runtime))))
    return tuple(answers)


def _references(manifest: Manifest, before: Manifest | None, lookup: Lookup) -> Iterator[tuple[str, Answer | Listing]]:
    """The objects whose pods an object runs without stating them: a Rollout's workload, a TrainJob's runtime."""
    kind = find(manifest.group, manifest.kind)
    sides = [manifest, *([before] if before is not None else [])]
    targets = (target for rule in (kind.references if kind is not None else ()) for each in sides for target in _of(rule, each))
    for target in dict.fromkeys(targets):
        version = f"{target.group}/v1" if target.group else "v1"
        yield _REFERENCES, lookup.get(Reference(version, target.kind, target.namespace, target.name))


def _of(rule: ReferenceRule, manifest: Manifest) -> tuple[Target, ...]:
    return wanted(rule, manifest.body, manifest.namespace)


def _devices(body: Mapping[str, object], namespace: str, lookup: Lookup) -> Iterator[tuple[str, Answer | Listing]]:
    """The claims that a pod's template names, and the classes that they and a claim itself name."""
    specs = [mapping(body, "spec")] if text(body, "kind") == "ResourceClaim" else []
    for entry in sequence(_pod_spec(body), "resourceClaims"):
        for key, kind in (("resourceClaimTemplateName", "ResourceClaimTemplate"), ("resourceClaimName", "ResourceClaim")):
            if text(entry, key):
                answer = lookup.get(Reference("resource.k8s.io/v1", kind, namespace, text(entry, key)))
                yield "deviceClaims", answer
                if isinstance(answer, Found):
                    specs.append(mapping(answer.body, "spec", "spec") or mapping(answer.body, "spec"))
    for name in sorted({name for spec in specs for name in class_names(spec)}):
        yield "deviceClasses", lookup.get(Reference("resource.k8s.io/v1", "DeviceClass", "", name))


def _node(manifest: Manifest) -> str:
    """The node that a pod names, where somebody chose it: a DaemonSet's pods each name theirs, and were weighed as one."""
    if manifest.kind == "Pod" and text(controller_of(manifest.body) or {}, "kind") == "DaemonSet":
        return ""
    return node_name(_pod_spec(manifest.body))


def _controllers(manifest: Manifest, lookup: Lookup) -> Iterator[tuple[str, Answer | Listing]]:
    """The class of an Ingress or a Gateway, with its parameters; every class of Ingresses where one names none."""
    kind, key, version = {
        "Ingress": ("IngressClass", "ingressClassName", "networking.k8s.io/v1"),
        "Gateway": ("GatewayClass", "gatewayClassName", "gateway.networking.k8s.io/v1"),
    }.get(manifest.kind if manifest.group in _ROUTING else "", ("", "", ""))
    if not kind:
        return
    what, name = f"{kind[0].lower()}{kind[1:]}es", text(manifest.body, "spec", key)
    if not name:
        yield what, lookup.list(version, kind, "")
        return
    answer = lookup.get(Reference(version, kind, "", name))
    yield what, answer
    parameters = class_parameters(mapping(answer.body, "spec")) if isinstance(answer, Found) else None
    if parameters is not None:
        reference = Reference(f"{parameters.group}/{_PARAMETERS_VERSION}", parameters.kind, parameters.namespace, parameters.name)
        yield f"{kind} parameters", lookup.get(reference)


_NODES = "nodes"
"""What is asked for because a pod names its node: what it is decides its price, and nothing of how many there are."""
_REFERENCES = "references"
"""What is asked for because the object refers to it."""
_ROUTING = frozenset(("networking.k8s.io", "gateway.networking.k8s.io"))
_PARAMETERS_VERSION = "v1beta1"
"""Of the AWS Load Balancer Controller's parameters; another that is served in its place is found too."""


def around(answers: Answers, without: Manifest | None = None) -> Surroundings:
    """What the answers tell; ``without`` an autoscaler that is itself being changed."""
    found: list[Manifest] = []
    referred: list[Manifest] = []
    missing: dict[str, str] = {}
    for what, answer in answers:
        if isinstance(answer, Unavailable):
            missing[what] = answer.reason
        elif isinstance(answer, Found):
            manifest = Manifest.of(answer.body)
            found.append(manifest)
            if what == _REFERENCES:
                referred.append(manifest)
        elif isinstance(answer, tuple):
            found.extend(map(Manifest.of, answer))
    own = without.identity() if without is not None else None
    others = [each for each in found if each.identity() != own]
    config_maps = {(each.namespace, each.name): each.body for each in others if each.kind == "ConfigMap"}
    # One node that was asked for by name is not all that there are.
    snapshot = replace(observe(others), nodes=None)
    if referred:
        targets = {Target.of(each): each for each in referred}
        snapshot = replace(snapshot, references={**snapshot.references, **targets})
    return Surroundings(snapshot, load_exemptions(others).exemptions, missing, config_maps)


class AutoscalerTarget(NamedTuple):
    """What an autoscaler names."""

    api_version: str
    kind: str
    name: str


def target_of(autoscaler: Manifest) -> AutoscalerTarget | None:
    """What an autoscaler scales; None where it names nothing. KEDA takes a Deployment where no kind is stated."""
    target = mapping(autoscaler.body, "spec", "scaleTargetRef")
    name = text(target, "name")
    kind = text(target, "kind") or "Deployment"
    version = text(target, "apiVersion") or ("apps/v1" if kind in {"Deployment", "StatefulSet"} else "")
    return AutoscalerTarget(version, kind, name) if name and version else None


def _of_claims(body: Mapping[str, object], key: str) -> list[str]:
    """What the claims of an object name: a claim itself, the templates of a StatefulSet, a pod's ephemeral volumes."""
    claims: list[object] = [*sequence(body, "spec", "volumeClaimTemplates")]
    claims += [mapping(volume, "ephemeral", "volumeClaimTemplate") for volume in sequence(_pod_spec(body), "volumes")]
    names = {text(body, "spec", key), *(text(claim, "spec", key) for claim in claims)}
    return sorted(names - {""})


def _pod_spec(body: Mapping[str, object]) -> Mapping[str, object]:
    return mapping(body, "spec", "template", "spec") or mapping(body, "spec")
