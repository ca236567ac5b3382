"""What changed of the class that a volume is of, in a person's words: which class, and what it says of its volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pricing.estimate import Line
from pricing.field_names import Named
from pricing.precision import tidy
from pricing.volumes.volume import CAPACITY
from workloads.snapshots.snapshot import StorageClass
from workloads.workload import VolumeClaim

_MOST: Final = 3
"""Parameters of a class that are told."""
_LONGEST: Final = 40
"""Characters of a parameter's name, and of its value, that are told."""


def storage_class(old: VolumeClaim, new: VolumeClaim) -> Named:
    """The field of a claim's class, with what the class itself says otherwise than before where it is the same one."""
    words = [_named(claim) for claim in (old, new)]
    if words[0] == words[1]:
        words = [f"{name} ({told})" if told else name for name, told in zip(words, _defined(old, new), strict=True)]
    return Named(new.name, (*new.path, "spec", "storageClassName"), "storage class", *words)


def _named(claim: VolumeClaim) -> str:
    """The class of a claim: the one that it names, else the cluster's default by its name, where that is known."""
    if claim.storage_class or claim.definition is None:
        return claim.storage_class or "default"
    return f"default {claim.definition.name}"


def _defined(old: VolumeClaim, new: VolumeClaim) -> tuple[str, str]:
    """What one class says on both sides, as far as these differ: ``type gp3`` and ``type io2``."""
    then, now = (_parameters(claim.definition) for claim in (old, new))
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return _told(names, then), _told(names, now)


def _told(names: Sequence[str], side: Mapping[str, str]) -> str:
    told = [f"{name[:_LONGEST]} {side.get(name, 'not set')[:_LONGEST]}" for name in names[:_MOST]]
    return ", ".join(told + ["…"] * (len(names) > _MOST))


def _parameters(definition: StorageClass | None) -> Mapping[str, str]:
    """What a class says of its volumes; of one that is not there, that."""
    if definition is None:
        return {"definition": "not known"}
    return {"provisioner": definition.provisioner, **definition.parameters}


def volume_performance(old: VolumeClaim, new: VolumeClaim, was: Sequence[Line], now: Sequence[Line]) -> Named:
    """The class that says what a claim's volumes are provisioned for beside their size."""
    stated = new.attributes_class or old.attributes_class
    path = (*new.path, "spec", "volumeAttributesClassName" if stated else "storageClassName")
    return Named(new.name, path, "volume performance", *(_beyond(side) for side in (was, now)))


def _beyond(lines: Sequence[Line]) -> str:
    """``+3,000 IOPS, +125 MiB/s``: what is paid beyond what the size includes."""
    beside = [f"+{tidy(line.quantity):,f} {line.unit}" for line in lines if line.unit not in CAPACITY]
    return ", ".join(beside) or "as the size includes"
