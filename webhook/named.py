"""What an object names of its cluster, wherever it describes pods: claims, classes, nodes, resources that a class may back.

Kinds keep their pod templates in many places (a CronJob's are three levels down, a RayCluster has several), and what a template
names is called the same in all of them. So the fields are looked for by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from workloads.devices.accelerator import is_described
from workloads.devices.pod_devices import IMPLICIT
from workloads.nodes.named_node import node_name

STORAGE_CLASS: Final = "storageClassName"
ATTRIBUTES_CLASS: Final = "volumeAttributesClassName"
RUNTIME_CLASS: Final = "runtimeClassName"
CLAIM: Final = "resourceClaimName"
CLAIM_TEMPLATE: Final = "resourceClaimTemplateName"
DEVICE_CLASS: Final = "deviceClassName"
POD_GROUP: Final = "podGroupName"
_FIELDS: Final = frozenset((STORAGE_CLASS, ATTRIBUTES_CLASS, RUNTIME_CLASS, CLAIM, CLAIM_TEMPLATE, DEVICE_CLASS, POD_GROUP))
_RESOURCES: Final = ("requests", "limits")
_OF_NODES: Final = ("nodeName", "nodeSelector", "affinity")
_LOOKED_AT: Final = _FIELDS.union(_RESOURCES, _OF_NODES)
_NOT_SPECIFIED: Final = ("metadata", "status")
_CONTAINERS: Final = (dict, list)


@dataclass(slots=True)
class Named:
    """Names by the field that has them, in order; each is what the cluster may be asked for."""

    names: dict[str, dict[str, None]] = field(default_factory=lambda: {each: {} for each in _FIELDS})
    nodes: dict[str, None] = field(default_factory=dict)
    backed: bool = False
    """Whether it asks for a resource of no known device plugin, which a DeviceClass may back."""


def named_in(bodies: Iterable[Mapping[str, object]]) -> Named:
    """Everything that objects name. Linear in their values; what is too large to be weighed is for the caller to leave out."""
    found = Named()
    for body in bodies:
        pending: list[object] = [value for key, value in body.items() if key not in _NOT_SPECIFIED]
        while pending:
            here = pending.pop()
            if isinstance(here, dict):
                # Most mappings have none of the fields, and every decision looks at all of an object's.
                if not _LOOKED_AT.isdisjoint(here):
                    _look_at(here, found)
                pending += [each for each in here.values() if isinstance(each, _CONTAINERS)]
            elif isinstance(here, list):
                pending += [each for each in here if isinstance(each, _CONTAINERS)]
    return found


def _look_at(here: Mapping[str, object], found: Named) -> None:
    for key in _FIELDS & here.keys():
        name = here[key]
        if isinstance(name, str) and name:
            found.names[key][name] = None
    if any(key in here for key in _OF_NODES) and (node := node_name(here)):
        found.nodes[node] = None
    for key in _RESOURCES:
        resources = here.get(key)
        if isinstance(resources, dict):
            _resources(resources, found)


def _resources(resources: Mapping[object, object], found: Named) -> None:
    for name in resources:
        if not isinstance(name, str) or "/" not in name:
            continue
        if name.startswith(IMPLICIT):
            found.names[DEVICE_CLASS][name.removeprefix(IMPLICIT)] = None
        elif not is_described(name):
            found.backed = True
