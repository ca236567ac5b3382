"""Ways a pod gets at a GPU, or keeps one from others, without requesting it: what no count of requests shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workloads.devices.accelerator import is_described
from workloads.field import FieldPath, dig, mapping, sequence, text
from workloads.nodes.named_node import NamedNode, node_name
from workloads.nodes.selection import select
from workloads.workload import GpuAccess

_GROUPS = ("containers", "initContainers", "ephemeralContainers")

VISIBLE_DEVICES = (
    *("NVIDIA_VISIBLE_DEVICES", "AMD_VISIBLE_DEVICES", "HABANA_VISIBLE_DEVICES", "ASCEND_VISIBLE_DEVICES"),
    *("MTHREADS_VISIBLE_DEVICES", "CAMBRICON_VISIBLE_DEVICES", "AWS_NEURON_VISIBLE_DEVICES"),
)
"""Environment variables by which a container runtime hands out devices."""
_VISIBLE = frozenset(VISIBLE_DEVICES)
_CDI = "cdi.k8s.io/"
"""Start of the annotations that name devices: ``nvidia.com/gpu=all``."""
_NONE: Mapping[str, object] = {}
NO_DEVICES = ("", "none", "void")
VISIBLE_AS_MOUNTS = "/var/run/nvidia-container-devices"
"""Where volumes are mounted to name devices, for runtimes that do not heed the environment variable."""
DEVICE_FILES = (
    "/dev/nvidia",
    "/dev/dri",
    "/dev/kfd",
    "/dev/accel",
    "/dev/neuron",
    "/dev/davinci",
    "/dev/dxg",
    "/dev/qaic",
    "/dev/cambricon",
)
"""Starts of the paths of accelerators' device files."""
RUNTIME_CLASSES = ("nvidia", "nvidia-cdi", "nvidia-legacy", "nvidia-experimental")
"""The RuntimeClasses that NVIDIA's GPU operator makes."""
USUAL_TAINTS = {"sku": "gpu", "gpu": ""}
"""Keys, with their value where one matters, that providers' manuals give the taint of GPU nodes; beside resource names."""


def gpu_access(spec: Mapping[str, object], annotations: Mapping[str, object] = _NONE) -> tuple[GpuAccess, ...]:
    """Every such way in a pod's spec, and in the annotations by which the container device interface (CDI) hands out devices.

    Environment, mounts and devices are looked at container by container: a container that requests an accelerator may see it.
    RuntimeClass, selector and tolerations are the pod's, and count only where none of its containers requests one. Claims for
    devices (DRA) are requests too.
    """
    found = [access for group in _GROUPS if group in spec for access in _of_containers(spec, group)]
    of_pod = (*_of_pod(spec), *_of_annotations(annotations))
    # Most pods have none of these: what they request is looked at only where one has.
    return (*found, *of_pod) if of_pod and not _pod_requests(spec) else tuple(found)


def note(access: GpuAccess) -> str:
    """The same for people: ``not counted: GPU through NVIDIA_VISIBLE_DEVICES in container web, without a request``."""
    if access.kind in ("selector", "toleration"):
        return f"not counted: room on a GPU node, without a GPU request: {access.what}"
    return f"not counted: GPU through {access.what}, without a request"


def _of_containers(spec: Mapping[str, object], group: str) -> Iterator[GpuAccess]:
    for index, container in enumerate(sequence(spec, group)):
        if not isinstance(container, dict) or not ("env" in container or "volumeMounts" in container):
            continue
        path: FieldPath = ("spec", group, index)
        where = f"container {text(container, 'name') or index}"
        found = [*_environment(container, where, path), *_mounts(spec, container, where, path)]
        if found and not _container_requests(container):
            yield from found


def _environment(container: Mapping[str, object], where: str, path: FieldPath) -> Iterator[GpuAccess]:
    for index, variable in enumerate(sequence(container, "env")):
        name = variable.get("name") if isinstance(variable, dict) else None
        if isinstance(name, str) and name in _VISIBLE and _hands_out(variable):
            yield GpuAccess("environment", f"{name} in {where}", (*path, "env", index))


def _hands_out(variable: object) -> bool:
    """Whether a variable names devices. A value from elsewhere may be any."""
    return text(variable, "value").strip().lower() not in NO_DEVICES or bool(dig(variable, "valueFrom"))


def _mounts(spec: Mapping[str, object], container: Mapping[str, object], where: str, path: FieldPath) -> Iterator[GpuAccess]:
    mounts = sequence(container, "volumeMounts")
    if not mounts:
        return
    devices = _device_volumes(spec) if dig(container, "securityContext", "privileged") is True else {}
    for index, mount in enumerate(mounts):
        place: FieldPath = (*path, "volumeMounts", index)
        device = devices.get(text(mount, "name"))
        if device:
            yield GpuAccess("device", f"{device} of the host in privileged {where}", place)
        elif text(mount, "mountPath").startswith(VISIBLE_AS_MOUNTS):
            yield GpuAccess("mount", f"{text(mount, 'mountPath')} in {where}", place)


def _device_volumes(spec: Mapping[str, object]) -> dict[str, str]:
    """The host's accelerator devices that volumes hold, by the volume's name."""
    volumes = [(text(volume, "name"), text(volume, "hostPath", "path")) for volume in sequence(spec, "volumes")]
    return {name: path for name, path in volumes if path.startswith(DEVICE_FILES)}


def _of_pod(spec: Mapping[str, object]) -> Iterator[GpuAccess]:
    runtime_class = text(spec, "runtimeClassName")
    if runtime_class in RUNTIME_CLASSES:
        yield GpuAccess("runtimeClass", f"RuntimeClass {runtime_class}", ("spec", "runtimeClassName"))
    named = select(spec).gpu_labels
    if named:
        by_selector = named[0].partition("=")[0] in mapping(spec, "nodeSelector")
        yield GpuAccess("selector", f"selects {', '.join(named)}", ("spec", "nodeSelector" if by_selector else "affinity"))
    for index, toleration in enumerate(sequence(spec, "tolerations")):
        key = text(toleration, "key")
        if _is_gpu_taint(key, text(toleration, "value")):
            yield GpuAccess("toleration", f"tolerates {key}", ("spec", "tolerations", index))


def of_named_node(spec: Mapping[str, object], nodes: Mapping[str, NamedNode]) -> Iterator[GpuAccess]:
    """That a pod names a node with accelerators and requests none, where no label of that node tells of them."""
    known = nodes.get(node_name(spec)) if nodes else None
    if known is not None and known.devices and not select(spec).gpu_labels and not _pod_requests(spec):
        place = "nodeName" if text(spec, "nodeName") else "nodeSelector"
        yield GpuAccess("selector", f"names node {node_name(spec)[:80]}, which has {known.devices[0]}", ("spec", place))


def _of_annotations(annotations: Mapping[str, object]) -> Iterator[GpuAccess]:
    for name, value in annotations.items():
        devices = value.split(",") if name.startswith(_CDI) and isinstance(value, str) else ()
        if any(is_described(device.partition("=")[0].strip()) for device in devices):
            yield GpuAccess("annotation", f"annotation {name[:80]}", ("metadata", "annotations", name))


def _is_gpu_taint(key: str, value: str) -> bool:
    return is_described(key) or (key in USUAL_TAINTS and USUAL_TAINTS[key] in ("", value))


def _pod_requests(spec: Mapping[str, object]) -> bool:
    containers = (container for group in _GROUPS for container in sequence(spec, group))
    return bool(sequence(spec, "resourceClaims")) or any(_container_requests(container) for container in containers)


def _container_requests(container: object) -> bool:
    """Whether a container requests an accelerator, or devices by claims. A count of zero is no request."""
    resources = mapping(container, "resources")
    if not resources:
        return False
    if sequence(resources, "claims"):
        return True
    stated = {**mapping(resources, "limits"), **mapping(resources, "requests")}
    return any(is_described(str(name)) and str(count) != "0" for name, count in stated.items())
