"""What a snapshot keeps of a cluster's own objects: of each kind the fields that estimates read, and nothing else.

No annotation, parameter or spec is kept that is not named here: what a field means that nobody here knows, nobody here can say is
no secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workloads.api_group import GROUP
from workloads.devices.slices import kept_slice
from workloads.field import dig, mapping, sequence, text

Body = Mapping[str, object]
Kept = dict[str, object]

ANNOTATIONS = ("downscaler/", "weighbridge.dev/")
"""Beginnings of the annotations that are kept of namespaces: what says when their workloads sleep, and what is for us."""
_REQUESTED_BY = "weighbridge.dev/requested-by"
"""The API group of cost policies and exemptions."""
_OF_POLICY = ("matchConstraints", "matchConditions", "params", "validationActions", "points", "rules")
_OF_EXEMPTION = ("rules", "kinds", "names", "reason", "ticket", "startsAt", "expiresAt")
_OF_SCALERS = ("downscaler/", "autoscaling.keda.sh/paused")
"""Those that are kept of autoscalers: what switches them off."""
_DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_DEFAULT_INGRESS_CLASS = "ingressclass.kubernetes.io/is-default-class"
_REFERENCE = ("apiGroup", "group", "kind", "namespace", "name")
_PARAMETERS = frozenset(
    (
        *("type", "kind", "tier", "skuname", "storageaccounttype", "replication-type", "replicationtype", "provisioningmode"),
        *("iops", "iopspergb", "throughput", "allowautoiopspergbincrease", "diskiopsreadwrite", "diskmbpsreadwrite"),
        *("provisioned-iops-on-create", "provisioned-throughput-on-create", "perunitstoragethroughput", "deploymenttype"),
        *("protocol", "enableperformanceplus", "performanceplus", "csi.storage.k8s.io/fstype", "fstype"),
    )
)
"""Parameters of volumes that decide what is bought, in small letters: others name secrets, users and addresses."""
MOST = 256
"""Entries of a list, or of a mapping, that are kept of one object."""
LONGEST = 10 * 1024
"""Characters of a text, which is what the API server allows an expression."""


def kept(body: Body) -> Kept | None:
    """An object reduced to what is kept of it; None for a kind that is not. Reducing twice changes nothing. Never raises."""
    group, kind = text(body, "apiVersion").rpartition("/")[0], text(body, "kind")
    reduce = KINDS.get((group, kind))
    name = text(body, "metadata", "name")
    if reduce is None or not name:
        return None
    found = reduce(body)
    if found is None:
        return None
    namespace = text(body, "metadata", "namespace")
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **mapping(found, "metadata")}
    return {"apiVersion": text(body, "apiVersion"), "kind": kind, **found, "metadata": _sorted(metadata)}


def _sorted(values: Mapping[str, object]) -> Kept:
    return {key: values[key] for key in sorted(values)}


def _texts(values: Mapping[str, object], keep: Callable[[str], bool] = lambda _: True) -> Kept:
    """The texts of a mapping whose keys are kept, in order."""
    chosen = {key: value for key, value in sorted(values.items()) if isinstance(value, str) and keep(key)}
    return {key: value for key, value in list(chosen.items())[:MOST] if len(value) <= LONGEST}


def _scalars(body: object, *keys: str) -> Kept:
    """The texts, numbers and truth values of a mapping at some keys."""
    return {key: value for key in keys if isinstance(value := dig(body, key), str | int | float)}


def _some(**parts: object) -> Kept:
    """The parts that hold anything."""
    return {key: value for key, value in parts.items() if value not in ({}, [], "")}


def _storage_class(body: Body) -> Kept:
    annotations = _texts(mapping(body, "metadata", "annotations"), _DEFAULT_CLASS.__contains__)
    parameters = _texts(mapping(body, "parameters"), lambda key: key.lower() in _PARAMETERS)
    return {**_scalars(body, "provisioner"), **_some(parameters=parameters, metadata=_some(annotations=annotations))}


def _attributes_class(body: Body) -> Kept:
    parameters = _texts(mapping(body, "parameters"), lambda key: key.lower() in _PARAMETERS)
    return {**_scalars(body, "driverName"), **_some(parameters=parameters)}


def _controller_class(body: Body) -> Kept:
    spec = mapping(body, "spec")
    annotations = _texts(mapping(body, "metadata", "annotations"), _DEFAULT_INGRESS_CLASS.__eq__)
    references = {key: _scalars(mapping(spec, key), *_REFERENCE) for key in ("parameters", "parametersRef")}
    return {
        "spec": {**_scalars(spec, "controller", "controllerName"), **_some(**references)},
        **_some(metadata=_some(annotations=annotations)),
    }


def _ingress_parameters(body: Body) -> Kept:
    spec = mapping(body, "spec")
    return {"spec": {**_scalars(spec, "scheme"), **_some(group=_scalars(mapping(spec, "group"), "name"))}}


def _namespace(body: Body) -> Kept:
    metadata = mapping(body, "metadata")
    annotations = _texts(mapping(metadata, "annotations"), lambda key: key.startswith(ANNOTATIONS))
    return {"metadata": _some(annotations=annotations, labels=_texts(mapping(metadata, "labels")))}


def _runtime_class(body: Body) -> Kept | None:
    fixed = _scalars_of(mapping(body, "overhead", "podFixed"))
    return {"overhead": {"podFixed": fixed}} if fixed else {}


def _scalars_of(values: Mapping[str, object]) -> Kept:
    return _scalars(values, *sorted(str(key) for key in values)[:MOST])


def _limit_range(body: Body) -> Kept:
    parts = ("default", "defaultRequest", "max", "min")
    limits = [
        {**_scalars(item, "type"), **_some(**{part: _scalars_of(mapping(item, part)) for part in parts})}
        for item in sequence(body, "spec", "limits")[:MOST]
    ]
    return {"spec": {"limits": limits}}


def _pod_autoscaler(body: Body) -> Kept:
    owners = [_scalars(owner, "kind", "name") for owner in sequence(body, "metadata", "ownerReferences")[:MOST]]
    keda = [owner for owner in owners if owner.get("kind") == "ScaledObject"]
    spec = {**_scalars(mapping(body, "spec"), "minReplicas", "maxReplicas"), "scaleTargetRef": _target(body)}
    status = _scalars(mapping(body, "status"), "currentReplicas", "desiredReplicas")
    annotations = _texts(mapping(body, "metadata", "annotations"), lambda key: key.startswith(_OF_SCALERS))
    return {"spec": spec, **_some(status=status, metadata=_some(annotations=annotations, ownerReferences=keda))}


def _multidimensional(body: Body) -> Kept:
    bounds = _scalars(mapping(body, "spec", "constraints", "global"), "minReplicas", "maxReplicas")
    return {"spec": {"constraints": {"global": bounds}, "scaleTargetRef": _target(body)}}


def _scaled_object(body: Body) -> Kept:
    numbers = ("minReplicaCount", "maxReplicaCount", "idleReplicaCount")
    annotations = _texts(mapping(body, "metadata", "annotations"), lambda key: key.startswith(_OF_SCALERS))
    triggers = [_trigger(trigger) for trigger in sequence(body, "spec", "triggers")[:MOST]]
    formula = _scalars(mapping(body, "spec", "advanced", "scalingModifiers"), "formula")
    advanced = {"scalingModifiers": formula} if formula else {}
    parts = _some(triggers=triggers, advanced=advanced)
    return {
        "spec": {**_scalars(mapping(body, "spec"), *numbers), "scaleTargetRef": _target(body), **parts},
        **_some(metadata=_some(annotations=annotations)),
    }


def _trigger(trigger: object) -> Kept:
    """What a trigger is; of a calendar also when. What others ask, and with which credentials, is not kept."""
    when = _scalars(mapping(trigger, "metadata"), "start", "end", "timezone", "desiredReplicas")
    return {**_scalars(trigger, "type"), **_some(metadata=when if text(trigger, "type") == "cron" else {})}


def _target(body: Body) -> Kept:
    return _scalars(mapping(body, "spec", "scaleTargetRef"), "apiVersion", "kind", "name")


def _device_class(body: Body) -> Kept:
    spec = mapping(body, "spec")
    return {"spec": {**_scalars(spec, "extendedResourceName"), **_some(selectors=_selectors(spec))}}


def _selectors(root: object) -> list[object]:
    found = (text(selector, "cel", "expression") for selector in sequence(root, "selectors")[:MOST])
    return [{"cel": {"expression": each}} for each in found if each and len(each) <= LONGEST]


def _claim(body: Body) -> Kept | None:
    if any(text(owner, "kind") == "Pod" for owner in sequence(body, "metadata", "ownerReferences")):
        return None  # one of many that are made from a template, which is kept
    return {"spec": _claim_spec(mapping(body, "spec"))}


def _claim_template(body: Body) -> Kept:
    return {"spec": {"spec": _claim_spec(mapping(body, "spec", "spec"))}}


def _claim_spec(spec: Body) -> Kept:
    requests = [_device_request(request) for request in sequence(spec, "devices", "requests")[:MOST]]
    return {"devices": {"requests": requests}}


def _device_request(request: object, *, inside: bool = False) -> Kept:
    stated = _scalars(request, "name", "deviceClassName", "allocationMode", "count", "adminAccess")
    capacity = _scalars_of(mapping(request, "capacity", "requests"))
    exactly = mapping(request, "exactly")
    alternatives = [] if inside else [_device_request(each, inside=True) for each in sequence(request, "firstAvailable")[:MOST]]
    return {
        **stated,
        **_some(
            selectors=_selectors(request),
            capacity={"requests": capacity} if capacity else {},
            exactly=_device_request(exactly, inside=True) if exactly and not inside else {},
            firstAvailable=alternatives,
        ),
    }


def _parts(body: Body, keys: tuple[str, ...]) -> Kept:
    """The values of a mapping at some keys, whatever they are."""
    return {key: body[key] for key in keys if key in body}


def _cost_policy(body: Body) -> Kept:
    """A policy as its author wrote it."""
    return {"spec": _parts(mapping(body, "spec"), _OF_POLICY)}


def _cost_exemption(body: Body) -> Kept:
    """An exemption with who asked for it, and the approval with what it is of: without these it has no effect."""
    metadata, approval = mapping(body, "metadata"), _scalars(mapping(body, "status", "approval"), "by", "generation")
    annotations = _texts(mapping(metadata, "annotations"), _REQUESTED_BY.__eq__)
    known = {**_scalars(metadata, "generation", "deletionTimestamp"), **_some(annotations=annotations)}
    return {"spec": _parts(mapping(body, "spec"), _OF_EXEMPTION), **_some(metadata=known, status=_some(approval=approval))}


KINDS: Mapping[tuple[str, str], Callable[[Body], Kept | None]] = {
    ("", "Namespace"): _namespace,
    ("", "LimitRange"): _limit_range,
    ("node.k8s.io", "RuntimeClass"): _runtime_class,
    ("storage.k8s.io", "StorageClass"): _storage_class,
    ("storage.k8s.io", "VolumeAttributesClass"): _attributes_class,
    ("networking.k8s.io", "IngressClass"): _controller_class,
    ("gateway.networking.k8s.io", "GatewayClass"): _controller_class,
    ("elbv2.k8s.aws", "IngressClassParams"): _ingress_parameters,
    ("eks.amazonaws.com", "IngressClassParams"): _ingress_parameters,
    ("autoscaling", "HorizontalPodAutoscaler"): _pod_autoscaler,
    ("keda.sh", "ScaledObject"): _scaled_object,
    (GROUP, "CostPolicy"): _cost_policy,
    (GROUP, "CostExemption"): _cost_exemption,
    ("autoscaling.gke.io", "MultidimPodAutoscaler"): _multidimensional,
    ("resource.k8s.io", "DeviceClass"): _device_class,
    ("resource.k8s.io", "ResourceClaim"): _claim,
    ("resource.k8s.io", "ResourceClaimTemplate"): _claim_template,
    ("resource.k8s.io", "ResourceSlice"): kept_slice,
}
"""How each kind is reduced that a snapshot keeps, by group and kind."""
