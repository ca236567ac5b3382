"""What a cluster knows around one review: namespace labels, limit ranges, autoscalers, classes, and what could not be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from cluster.lookup import Answer, Found, Listing, Lookup, Reference, Unavailable
from policies.exemptions.exemption import Exemption
from policies.exemptions.reader import load_exemptions
from policies.matching.owner import controller_of
from webhook.named import (
    ATTRIBUTES_CLASS,
    CLAIM,
    CLAIM_TEMPLATE,
    DEVICE_CLASS,
    POD_GROUP,
    RUNTIME_CLASS,
    STORAGE_CLASS,
    Named,
    named_in,
)
from workloads.api_group import API_VERSION
from workloads.autoscaler import read_autoscaler
from workloads.excess import overfull, too_large
from workloads.field import mapping, text
from workloads.kinds.choice import sought
from workloads.kinds.reference import wanted
from workloads.kinds.reference_rule import ReferenceRule
from workloads.kinds.registry import find
from workloads.manifest import Manifest
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
    refer to others. Costs six requests to the API server and one for each of them, remembered for seconds, and one for each
    of what the object names.
    """
    answers: list[tuple[str, Answer | Listing]] = [
        ("configMaps", lookup.get(Reference("v1", "ConfigMap", *place))) for place in config_maps
    ]
    namespace = manifest.namespace
    if namespace:
        answers += (
            ("namespaces", lookup.get(Reference("v1", "Namespace", "", namespace))),
            ("limitRanges", lookup.list("v1", "LimitRange", namespace)),
            *(("autoscalers", lookup.list(version, kind, namespace)) for version, kind in _AUTOSCALERS),
            ("exemptions", lookup.list(API_VERSION, "CostExemption", namespace)),
        )
    if too_large(manifest):
        # What it names is not asked for: it is not weighed.
        return tuple(answers)
    references = tuple(_references(manifest, before, lookup))
    referred = [each.body for _, each in references if isinstance(each, Found)]
    bodies = [manifest.body, *(each for each in referred if not overfull(each))]
    if before is not None and not too_large(before):
        bodies.append(before.body)
    answers += references
    named = named_in(bodies)
    answers += _named(manifest, named, lookup) if named else ()
    answers += _controllers(manifest, lookup)
    return tuple(answers)


def _named(manifest: Manifest, named: Named, lookup: Lookup) -> Iterator[tuple[str, Answer | Listing]]:
    """What templates name, then what the claims among that name."""
    for asked in _ASKED:
        namespace = manifest.namespace if asked.namespaced else ""
        yield from _each(asked, named.names(asked.field), namespace, lookup)
    claims: list[Mapping[str, object]] = []
    for asked in _CLAIMS:
        for what, answer in _each(asked, named.names(asked.field), manifest.namespace, lookup):
            yield what, answer
            claims += [answer.body] if isinstance(answer, Found) else []
    classes = {**named.names(DEVICE_CLASS), **(named_in(claims).names(DEVICE_CLASS) if claims else {})}
    if named.backed:
        yield "deviceClasses", lookup.list(_DEVICES_API, "DeviceClass", "")
    yield from _each(_DEVICE_CLASSES, classes, "", lookup)
    if named.nodes and not _is_a_daemon(manifest):
        yield from _each(_NODES, named.nodes, "", lookup)


def _each(asked: _Asked, names: Iterable[str], namespace: str, lookup: Lookup) -> Iterator[tuple[str, Answer | Listing]]:
    """The objects of some names; beyond a number they are not asked for, which leaves them unknown."""
    for count, name in enumerate(names):
        if count == MOST_NAMES:
            yield asked.what, Unavailable(f"it names more than {MOST_NAMES}")
            return
        yield asked.what, lookup.get(Reference(asked.api_version, asked.kind, namespace, name))


def _is_a_daemon(manifest: Manifest) -> bool:
    """Whether it is a DaemonSet's pod, each of which names its node: it was weighed as one of the DaemonSet's."""
    return manifest.kind == "Pod" and text(controller_of(manifest.body) or {}, "kind") == "DaemonSet"


def _references(manifest: Manifest, before: Manifest | None, lookup: Lookup) -> Iterator[tuple[str, Answer | Listing]]:
    """The objects whose pods an object runs without stating them: a Rollout's workload, a TrainJob's runtime."""
    kind = find(manifest.group, manifest.kind)
    sides = [manifest, *([before] if before is not None else [])]
    rules = kind.references if kind is not None else ()
    for target in dict.fromkeys(target for rule in rules for each in sides for target in _of(rule, each)):
        version = f"{target.group}/v1" if target.group else "v1"
        yield _REFERENCES, lookup.get(Reference(version, target.kind, target.namespace, target.name))
    for rule in rules:
        if any(not _of(rule, each) and rule.choice is not None and sought(rule.choice, each.body) for each in sides):
            for name in rule.kinds:
                yield _REFERENCES, lookup.list(f"{rule.group}/v1", name, "" if name in rule.cluster_kinds else manifest.namespace)


def _of(rule: ReferenceRule, manifest: Manifest) -> tuple[Target, ...]:
    return wanted(rule, manifest.body, manifest.namespace)


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


class _Asked(NamedTuple):
    """What is asked for because an object names it."""

    what: str
    """As `Surroundings.missing` calls it."""
    field: str
    api_version: str
    kind: str
    namespaced: bool = False


_AUTOSCALERS = (
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("keda.sh/v1alpha1", "ScaledObject"),
    ("autoscaling.gke.io/v1beta1", "MultidimPodAutoscaler"),
)
MOST_NAMES = 32
"""Names of one kind that are asked for: each is a request, and the API server waits for all of them."""
_REFERENCES = "references"
"""What is asked for because the object refers to it."""
_DEVICES_API = "resource.k8s.io/v1"
_ASKED = (
    _Asked("storageClasses", STORAGE_CLASS, "storage.k8s.io/v1", "StorageClass"),
    _Asked("volumeAttributesClasses", ATTRIBUTES_CLASS, "storage.k8s.io/v1", "VolumeAttributesClass"),
    _Asked("runtimeClasses", RUNTIME_CLASS, "node.k8s.io/v1", "RuntimeClass"),
    _Asked("podGroups", POD_GROUP, "scheduling.k8s.io/v1alpha2", "PodGroup", namespaced=True),
)
_CLAIMS = (
    _Asked("deviceClaims", CLAIM_TEMPLATE, _DEVICES_API, "ResourceClaimTemplate", namespaced=True),
    _Asked("deviceClaims", CLAIM, _DEVICES_API, "ResourceClaim", namespaced=True),
)
_NODES = _Asked("nodes", "", "v1", "Node")
"""What is asked for because a pod names its node: what it is decides its price, and nothing of how many there are."""
_DEVICE_CLASSES = _Asked("deviceClasses", DEVICE_CLASS, _DEVICES_API, "DeviceClass")
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


def target_of(autoscaler: Manifest) -> Target | None:
    """What an autoscaler scales; None where it names nothing, is paused, or its bounds cannot be read."""
    kind = find(autoscaler.group, autoscaler.kind)
    reading = read_autoscaler(autoscaler, kind) if kind is not None else None
    return reading.autoscaler.target if reading is not None and reading.autoscaler is not None else None


def reference_to(target: Target) -> Reference:
    """Where the cluster has what an autoscaler scales; of a group's versions, the one that is served."""
    return Reference(f"{target.group}/v1" if target.group else "v1", target.kind, target.namespace, target.name)


def is_asked_for(autoscaler: Manifest) -> bool:
    """Whether an autoscaler that is there before what it scales is found when that is made."""
    return any((version.rpartition("/")[0], kind) == (autoscaler.group, autoscaler.kind) for version, kind in _AUTOSCALERS)
