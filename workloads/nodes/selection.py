"""Which nodes a pod may run on, as far as that decides its price: what its selector, affinity and tolerations say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from workloads.devices.gpu_label import gpu_labels, read_label
from workloads.devices.gpu_selection import MOST_DEVICES, labels_of_gpus, select_gpu
from workloads.field import sequence, text
from workloads.nodes.affinity import Alternative, alternatives, either, required_keys, terms, unique
from workloads.nodes.capacity_type import SPOT_VALUES, spot_of
from workloads.nodes.labels import POOL_LABELS
from workloads.nodes.machine_shape import LABELS as SHAPE_LABELS
from workloads.nodes.machine_shape import MachineShape, shape_of
from workloads.nodes.place import cloud_of, region_of_zone

_MACHINE_TYPE = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
_REGION = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
_ZONE = (
    *("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"),
    *("topology.ebs.csi.aws.com/zone", "topology.gke.io/zone", "topology.disk.csi.azure.com/zone"),
)
_ARCHITECTURE = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_OPERATING_SYSTEM = ("kubernetes.io/os", "beta.kubernetes.io/os")
_REPLICAS = ("nvidia.com/gpu.replicas", "cloud.google.com/gke-max-shared-clients-per-gpu")
_MPS = "nvidia.com/mps.capable"
_SHARING = ("cloud.google.com/gke-gpu-sharing-strategy", "nvidia.com/gpu.sharing-strategy")

_TOPOLOGY = ("cloud.google.com/gke-tpu-topology",)
_FAMILY = ("karpenter.k8s.aws/instance-family", "eks.amazonaws.com/instance-family", "cloud.google.com/machine-family")

_DECIDING = ("nodeSelector", "affinity", "tolerations", "nodeName", "os")


@dataclass(frozen=True, slots=True)
class NodeSelection:
    """What a pod's node must be. Every tuple holds the possible values in the order written; empty where any will do."""

    machine_types: tuple[str, ...] = ()
    """``m5.large``; the pod runs on one of these."""
    gpu_models: tuple[str, ...] = ()
    """Models, as the price book spells them, that the labels can mean."""
    excluded_gpu_models: tuple[str, ...] = ()
    """Models that the labels rule out."""
    excluded_machine_types: tuple[str, ...] = ()
    """Machine types that the labels rule out."""
    gpu_labels: tuple[str, ...] = ()
    """The labels that name the GPU, as written: ``cloud.google.com/gke-accelerator=nvidia-l4``. Where these are given and
    ``gpu_models`` is empty, the model they name is not known."""
    gpu_partition: str = ""
    """The MIG profile, or AMD's mode, that the required nodes cut their GPUs into: one GPU asked for is one such part there."""
    gpu_sharing: str = ""
    """How the required nodes share a GPU (``time-sharing``, ``mps``): one ``nvidia.com/gpu`` is a share of one there."""
    gpu_replicas: str = ""
    """Into how many shares the required nodes divide a GPU, as their label says; empty where none does."""
    device_counts: tuple[int, int] = (0, MOST_DEVICES)
    """The least and the most accelerators that a machine has which the labels allow."""
    machine_families: tuple[str, ...] = ()
    """``p5``, ``a3``: the machine is of one of these."""
    tpu_topology: str = ""
    """How the chips of a TPU slice are arranged: ``2x4``."""
    node_pools: tuple[str, ...] = ()
    """The names of the pools, groups or agent pools that the nodes are of."""
    regions: tuple[str, ...] = ()
    """From region labels, else from the form of the zones' names."""
    zones: tuple[str, ...] = ()
    architecture: str = ""
    """``amd64`` or ``arm64`` where required; empty where either will do."""
    operating_system: str = ""
    """``windows`` or ``linux`` where stated."""
    spot: str = "no"
    """``required``, ``permitted`` (a toleration, a preference, or spot as one of several) or ``no``."""
    node_name: str = ""
    cloud: str = ""
    """``aws``, ``gcp`` or ``azure`` where labels, zones or regions imply it; empty otherwise."""
    shape: MachineShape | None = None
    """What its machine must be like where labels tell that without naming it: ``karpenter.k8s.aws/instance-family``."""


ANYWHERE = NodeSelection()
"""Any node will do."""


def select(spec: Mapping[str, object]) -> NodeSelection:
    """What a pod's spec says of its node: node selector and required node affinity, tolerations for spot, and ``nodeName``.

    The terms of an affinity are alternatives, the expressions of one term and the node selector hold together, and a term that
    contradicts itself matches no node, as in the scheduler. Labels that decide no price are ignored. Never raises.
    """
    if not any(spec.get(key) for key in _DECIDING):
        return ANYWHERE
    found = alternatives(spec, _labels())
    gpu = select_gpu(found)
    zones, regions = either(found, _ZONE), either(found, _REGION)
    sharing = tuple(value for value in either(found, _SHARING) if value != "none") or gpu.sharing
    return NodeSelection(
        machine_types=either(found, _MACHINE_TYPE),
        gpu_models=gpu.models,
        excluded_gpu_models=_excluded_models(found),
        excluded_machine_types=_ruled_out(found, lambda key, value: (value,) if key in _MACHINE_TYPE else ()),
        gpu_labels=gpu.labels,
        gpu_partition=gpu.partition,
        gpu_sharing=_only(sharing) or ("mps" if either(found, (_MPS,)) == ("true",) else ""),
        gpu_replicas=_only(either(found, _REPLICAS)),
        device_counts=gpu.counts,
        machine_families=either(found, _FAMILY),
        tpu_topology=_only(either(found, _TOPOLOGY)),
        node_pools=either(found, POOL_LABELS),
        regions=regions or unique(region for zone in zones if (region := region_of_zone(zone))),
        zones=zones,
        architecture=_only(either(found, _ARCHITECTURE)),
        operating_system=text(spec, "os", "name") or _only(either(found, _OPERATING_SYSTEM)),
        spot=spot_of(spec, found),
        node_name=text(spec, "nodeName") or _named_by_field(spec),
        cloud=cloud_of(required_keys(spec), zones, regions),
        shape=shape_of(found[0]) if len(found) == 1 else None,
    )


@cache
def _labels() -> frozenset[str]:
    """Every label whose value decides a price."""
    fixed = (*_MACHINE_TYPE, *_REGION, *_ZONE, *_ARCHITECTURE, *_OPERATING_SYSTEM, *_SHARING, *_REPLICAS)
    return frozenset((*fixed, _MPS, *_TOPOLOGY, *_FAMILY, *POOL_LABELS, *SPOT_VALUES, *SHAPE_LABELS)) | labels_of_gpus()


def _excluded_models(found: Sequence[Alternative]) -> tuple[str, ...]:
    """The models that every alternative rules out by a label's value that means just one."""
    return _ruled_out(found, lambda key, value: read_label(key, value).models if key in gpu_labels() else ())


def _ruled_out(found: Sequence[Alternative], meaning: Callable[[str, str], tuple[str, ...]]) -> tuple[str, ...]:
    """What the excluded values of every alternative mean; a value that may mean several things rules none of them out."""
    each = [
        {means[0] for key, values in alternative.items() for value in values.excluded if len(means := meaning(key, value)) == 1}
        for alternative in found
    ]
    return tuple(sorted(set.intersection(*each))) if each else ()


def _named_by_field(spec: Mapping[str, object]) -> str:
    """The node that a required field selector names: how a DaemonSet's own pods are bound."""
    for term in terms(spec):
        for expression in sequence(term, "matchFields"):
            values = sequence(expression, "values")
            if text(expression, "operator") == "In" and len(values) == 1 and isinstance(values[0], str):
                return values[0]
    return ""


def _only(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else ""
