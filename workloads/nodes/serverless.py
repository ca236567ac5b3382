"""Pods that run on capacity bought by the pod and not by the machine: AWS Fargate, GKE Autopilot, virtual nodes.

What tells them: labels that their nodes carry, their scheduler, a Fargate profile that selects them, the nodes of the cluster, or
``clusters[].serverless`` in weighbridge.yaml. Sizes that such a service gives to containers which request nothing are its own:
"Resource requests in Autopilot" (Google Kubernetes Engine documentation), "Resource availability" (Azure Container Instances).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workloads.field import dig, mapping, sequence, text
from workloads.nodes.affinity import alternatives, either
from workloads.requests import read_requests
from workloads.resource_list import CPU, EPHEMERAL_STORAGE, MEMORY, Reader
from workloads.snapshots.snapshot import Snapshot

FARGATE = "eks-fargate"
AUTOPILOT = "gke-autopilot"
VIRTUAL_NODES = "virtual-nodes"
NONE = "none"
"""Says of a cluster that its pods run on nodes, whatever its nodes look like."""

_COMPUTE_TYPE = "eks.amazonaws.com/compute-type"
_COMPUTE_CLASS = "cloud.google.com/compute-class"
_MACHINE_TYPE = "node.kubernetes.io/instance-type"
_VIRTUAL = {"type": "virtual-kubelet", "virtualization": "virtualnode2"}
"""Labels of virtual nodes: virtual-kubelet's own, and those of AKS virtual nodes 2."""
_VIRTUAL_TAINT = "virtual-kubelet.io/provider"
_AUTOPILOT_CLASSES = frozenset(
    ("Balanced", "Scale-Out", "Performance", "Accelerator", "autopilot", "autopilot-spot", "autopilot-arm")
)
"""Compute classes that only Autopilot has; any other name is a company's own, and makes nodes as it says."""
_LABELS = frozenset((_COMPUTE_TYPE, _COMPUTE_CLASS, _MACHINE_TYPE, *_VIRTUAL))
_MEBIBYTE = Decimal(2**20)

_GIVEN = {
    AUTOPILOT: {CPU: Decimal("0.5"), MEMORY: 2048 * _MEBIBYTE, EPHEMERAL_STORAGE: 1024 * _MEBIBYTE},
    VIRTUAL_NODES: {CPU: Decimal(1), MEMORY: 1536 * _MEBIBYTE},
}
"""What a container gets that requests nothing."""
_GIVEN_TO_DAEMONS = {CPU: Decimal("0.05"), MEMORY: 100 * _MEBIBYTE, EPHEMERAL_STORAGE: 100 * _MEBIBYTE}
"""What Autopilot gives a container of a DaemonSet."""


@dataclass(frozen=True, slots=True)
class ServerlessPod:
    """What one pod asks of a service that sells capacity by the pod."""

    service: str
    """``eks-fargate``, ``gke-autopilot`` or ``virtual-nodes``."""
    because: str
    """What says so: ``FargateProfile web selects it``, ``clusters[].serverless``."""
    cpu: Decimal
    """Cores."""
    memory: Decimal
    """Bytes."""
    ephemeral_storage: Decimal = Decimal(0)
    """Bytes."""
    given: bool = False
    """Whether a part of that is the service's own size for containers that request nothing."""
    compute_class: str = ""
    """Of Autopilot, as stated."""
    daemon: bool = False
    refused: tuple[str, ...] = ()
    """Why it cannot run there, or has no price, each in words."""


@dataclass(frozen=True, slots=True)
class _Found:
    service: str
    because: str
    compute_class: str = ""


def serverless_pod(
    template: Mapping[str, object], kind: str, namespace: str, snapshot: Snapshot, usual: str, *, devices: bool
) -> ServerlessPod | None:
    """What a pod of a completed template asks of a serverless service; None for a pod that runs on nodes.

    ``usual`` is the service that all of the cluster's pods run on, ``none``, or empty where nobody says; ``devices`` says whether
    it asks for any.
    """
    spec = mapping(template, "spec")
    if not spec:
        return None
    found = _found(template, spec, namespace, snapshot, usual)
    if found is None:
        return None
    daemon = kind == "DaemonSet"
    stated = read_requests(spec, Reader())
    absent = _GIVEN_TO_DAEMONS if daemon and found.service == AUTOPILOT else _GIVEN.get(found.service, {})
    asked = stated.at_least(absent).sum() if absent else stated.sum()
    return ServerlessPod(
        service=found.service,
        because=found.because,
        cpu=asked.get(CPU, Decimal(0)),
        memory=asked.get(MEMORY, Decimal(0)),
        ephemeral_storage=asked.get(EPHEMERAL_STORAGE, Decimal(0)),
        given=bool(absent) and not stated.states(CPU, MEMORY),
        compute_class=found.compute_class,
        daemon=daemon,
        refused=tuple(_refused(found.service, spec, daemon, devices)),
    )


def service_notes(spec: Mapping[str, object]) -> tuple[str, ...]:
    """Words about a pod on nodes, on what a service adds to them or offers beside: EKS Auto Mode's fee, virtual nodes."""
    tolerates = any(text(toleration, "key") == _VIRTUAL_TAINT for toleration in sequence(spec, "tolerations"))
    service, because, _ = _labelled(spec)
    if because == f"{_COMPUTE_TYPE}=auto":
        return ("not counted: what EKS Auto Mode charges beside its machines, which is not in the price book",)
    if not tolerates or service == VIRTUAL_NODES:
        return ()
    return (f"it tolerates virtual nodes ({_VIRTUAL_TAINT}) and is priced on the cluster's own",)


def _found(
    template: Mapping[str, object], spec: Mapping[str, object], namespace: str, snapshot: Snapshot, usual: str
) -> _Found | None:
    service, because, compute_class = _labelled(spec)
    if service:
        return _Found(service, because, compute_class)
    if because:  # its labels ask for nodes
        return None
    marked = _marked_fargate(template, spec) or _profiled(template, namespace, snapshot)
    if marked:
        return _Found(FARGATE, marked)
    if usual:
        return None if usual == NONE else _Found(usual, "clusters[].serverless")
    return _Found(snapshot.serverless, "the cluster's nodes are its") if snapshot.serverless else None


def _labelled(spec: Mapping[str, object]) -> tuple[str, str, str]:
    """The service that required node labels mean, what says so, and the compute class; a reason alone means nodes."""
    if not (spec.get("nodeSelector") or spec.get("affinity")):
        return "", "", ""
    found = alternatives(spec, _LABELS)
    types = either(found, (_COMPUTE_TYPE,))
    if types:
        says = f"{_COMPUTE_TYPE}={types[0]}"
        return (FARGATE if types == ("fargate",) else "", says, "")
    virtual = next((f"{key}={value}" for key, value in _VIRTUAL.items() if either(found, (key,)) == (value,)), "")
    if virtual:
        return VIRTUAL_NODES, virtual, ""
    classes = either(found, (_COMPUTE_CLASS,))
    if len(classes) == 1 and classes[0] in _AUTOPILOT_CLASSES:
        return AUTOPILOT, f"{_COMPUTE_CLASS}={classes[0]}", classes[0]
    machines = either(found, (_MACHINE_TYPE,))
    return "", f"{_MACHINE_TYPE}={machines[0]}" if machines else "", ""


def _marked_fargate(template: Mapping[str, object], spec: Mapping[str, object]) -> str:
    """What on a pod itself says that Fargate's scheduler has it or had it."""
    if text(spec, "schedulerName") == "fargate-scheduler":
        return "schedulerName: fargate-scheduler"
    if text(template, "metadata", "labels", "eks.amazonaws.com/fargate-profile"):
        return "label eks.amazonaws.com/fargate-profile"
    return "annotation CapacityProvisioned" if text(template, "metadata", "annotations", "CapacityProvisioned") else ""


def _profiled(template: Mapping[str, object], namespace: str, snapshot: Snapshot) -> str:
    labels = mapping(template, "metadata", "labels") if snapshot.fargate_profiles else {}
    for name, selectors in snapshot.fargate_profiles.items():
        if any(selector.selects(namespace or "default", labels) for selector in selectors):
            return f"FargateProfile {name} selects it"
    return ""


def _refused(service: str, spec: Mapping[str, object], daemon: bool, devices: bool) -> Iterator[str]:
    """What a service has no price for; what keeps a pod off Fargate is in "AWS Fargate considerations", Amazon EKS User Guide."""
    if service == VIRTUAL_NODES and devices:
        yield "accelerators of virtual nodes are not in the price book"
    if service != FARGATE:
        return
    if daemon:
        yield "a DaemonSet cannot run on Fargate: it stays pending there"
    if devices:
        yield "accelerators cannot be had on Fargate: it stays pending there"
    if spec.get("hostNetwork") is True or any(_host_port(container) for container in _containers(spec)):
        yield "host network and host ports cannot be had on Fargate: it stays pending there"
    if any(dig(container, "securityContext", "privileged") is True for container in _containers(spec)):
        yield "a privileged container cannot run on Fargate: it stays pending there"


def _containers(spec: Mapping[str, object]) -> Iterator[object]:
    yield from sequence(spec, "containers")
    yield from sequence(spec, "initContainers")


def _host_port(container: object) -> bool:
    return any(dig(port, "hostPort") for port in sequence(container, "ports"))
