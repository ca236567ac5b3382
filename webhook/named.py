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
from workloads.field import one_level_down
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
_OF_NODES: Final = frozenset(("nodeName", "nodeSelector", "affinity"))
_LOOKED_AT: Final = _FIELDS.union(_RESOURCES, _OF_NODES)
_NOT_SPECIFIED: Final = ("metadata", "status")
_NO_NAMES: Final[Mapping[str, None]] = {}


@dataclass(slots=True)
class Named:
    """Names by the field that has them, in order; each is what the cluster may be asked for."""

    nodes: dict[str, None] = field(default_factory=dict)
    backed: bool = False
    """Whether it asks for a resource of no known device plugin, which a DeviceClass may back."""
    _names: dict[str, dict[str, None]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to ask for."""
        return bool(self._names or self.nodes or self.backed)

    def names(self, key: str) -> Mapping[str, None]:
        """Those that stand in fields of a name."""
        return self._names.get(key, _NO_NAMES)

    def add(self, key: str, name: str) -> None:
        """Take in a name that stands in a field."""
        self._names.setdefault(key, {})[name] = None


def named_in(bodies: Iterable[Mapping[str, object]]) -> Named:
    """Everything that objects name. Linear in their values; what is too large to be weighed is for the caller to leave out."""
    found = Named()
    for body in bodies:
        level = one_level_down([{key: value for key, value in body.items() if key not in _NOT_SPECIFIED}])
        while level:
            for here in level:
                # Most mappings have none of the fields, and every decision looks at all of an object's.
                if here.__class__ is dict and not _LOOKED_AT.isdisjoint(here):
                    _look_at(here, found)
            level = one_level_down(level)
    return found


def _look_at(here: Mapping[str, object], found: Named) -> None:
    if not _FIELDS.isdisjoint(here):
        _fields(here, found)
    if not _OF_NODES.isdisjoint(here) and (node := node_name(here)):
        found.nodes[node] = None
    for key in _RESOURCES:
        resources = here.get(key)
        if isinstance(resources, dict):
            _resources(resources, found)


def _fields(here: Mapping[str, object], found: Named) -> None:
    for key in _FIELDS:
        name = here.get(key)
        if isinstance(name, str) and name:
            found.add(key, name)


def _resources(resources: Mapping[object, object], found: Named) -> None:
    for name in resources:
        if not isinstance(name, str) or "/" not in name:
            continue
        if name.startswith(IMPLICIT):
            found.add(DEVICE_CLASS, name.removeprefix(IMPLICIT))
        elif not is_described(name):
            found.backed = True
