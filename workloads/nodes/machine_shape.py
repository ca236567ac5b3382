"""What node labels say of the shape of a machine without naming it: its family, its size, its generation, its CPUs and memory.

The labels are Karpenter's for AWS (https://karpenter.sh/docs/concepts/scheduling/) and Azure
(https://learn.microsoft.com/azure/aks/node-auto-provisioning-node-pools), EKS Auto Mode's and GKE's; what they mean is read out
of the names of machine types, as Karpenter does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from workloads.nodes.affinity import Alternative, LabelValues

_FIELDS: Mapping[str, str] = {
    **{
        f"{group}/instance-{field}": field
        for group in ("karpenter.k8s.aws", "eks.amazonaws.com")
        for field in ("family", "category")
    },
    **{f"{group}/instance-generation": "generation" for group in ("karpenter.k8s.aws", "eks.amazonaws.com")},
    **{
        f"{group}/instance-{field}": field
        for group in ("karpenter.k8s.aws", "eks.amazonaws.com")
        for field in ("size", "cpu", "memory")
    },
    **{f"karpenter.azure.com/sku-{field}": field for field in ("name", "family", "version", "cpu")},
    "karpenter.azure.com/sku-memory": "memory",
    "cloud.google.com/machine-family": "family",
}
"""The labels, and what of a machine each of them tells."""
_CLOUDS = {"karpenter.k8s.aws": "aws", "eks.amazonaws.com": "aws", "karpenter.azure.com": "azure", "cloud.google.com": "gcp"}
_AWS = re.compile(r"(?P<family>(?P<category>[a-z]+)(?:-[0-9]+tb)?(?P<generation>[0-9]+)?[a-z0-9-]*)\.(?P<size>[a-z0-9-]+)\Z")
_AZURE = re.compile(r"(?P<name>Standard_(?P<family>[A-Z]+)[0-9][0-9A-Za-z-]*(?:_[A-Za-z0-9]+)*?(?:_v(?P<version>[0-9]+))?)\Z")
_GCP = re.compile(r"(?P<family>[a-z0-9]+)-[a-z0-9-]+\Z")
_NAMES = {"aws": _AWS, "azure": _AZURE, "gcp": _GCP}
_MEBIBYTES = 1024
LABELS = frozenset(_FIELDS)


@dataclass(frozen=True, slots=True)
class MachineShape:
    """What a machine must be like, by what of it is told: its ``family``, ``size``, ``cpu`` and so on."""

    cloud: str
    fields: tuple[tuple[str, LabelValues], ...]

    @property
    def fixes(self) -> bool:
        """Whether it says which kinds of machines, not only their sizes or which not."""
        return any(name in ("family", "category", "name") and values.allowed for name, values in self.fields)

    @property
    def words(self) -> str:
        """``family=g6e``, ``category=m|c|r, generation > 6``: what is told of it."""
        return ", ".join(f"{name}{values.words}" for name, values in self.fields if values.words)

    def holds(self, machine_type: str, cpu: Decimal, memory_gib: Decimal) -> bool:
        """Whether a machine type has this shape."""
        read = _NAMES[self.cloud].match(machine_type)
        told = {**(read.groupdict() if read else {}), "cpu": str(int(cpu)), "memory": str(int(memory_gib * _MEBIBYTES))}
        return all(_meets(values, told.get(name)) for name, values in self.fields)


def shape_of(alternative: Alternative) -> MachineShape | None:
    """The shape that one alternative of a node selection asks for; None where it asks for none."""
    found = [(key, values) for key, values in alternative.items() if key in _FIELDS]
    if not found:
        return None
    cloud = _CLOUDS[found[0][0].partition("/")[0]]
    return MachineShape(cloud, tuple((_FIELDS[key], values) for key, values in found))


def _meets(values: LabelValues, told: str | None) -> bool:
    if told is None:
        return not (values.allowed or values.above is not None or values.below is not None)
    if values.above is None and values.below is None:
        return values.takes(told)
    within = told.isdecimal() and (values.above is None or int(told) > values.above)
    return within and values.takes(told) and (values.below is None or int(told) < values.below)
