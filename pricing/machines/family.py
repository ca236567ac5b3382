"""The family of a machine type: the types that a cloud prices by one rule, as each cloud spells it.

``m5.large`` is of ``m5``, ``n2-standard-4`` of ``n2`` and ``Standard_D4s_v5`` of ``Ds_v5``.
"""

from __future__ import annotations

import re
from functools import lru_cache

GENERAL_PURPOSE = "general-purpose"
"""All general-purpose families of a cloud as one."""

GPU = "gpu"
"""All machines with GPUs as one, in the table of fitted rates: they are fitted by model."""

_AZURE = re.compile(r"Standard_([A-Z]+)\d+(?:-\d+)?([a-z]*)((?:_v\d+)?)\Z")

_IRREGULAR = {
    "aws": re.compile(r"\.metal"),
    "gcp": re.compile(r"-(?:micro|small|medium)|metal"),
    "azure": re.compile(r"\d-\d"),
}
"""Types not priced by their family's rule: metal, shared cores, and sizes that sell fewer vCPUs at a larger size's price."""

_GENERAL_PURPOSE = {
    "aws": re.compile(r"[cmr](?:[5-9]|\d\d)(?:(?P<AMD>a)|(?P<Graviton>g)|(?P<Intel>))"),
    # Without T2A, which Google sells in three regions only.
    "gcp": re.compile(r"(?:e2|n1|n2|n2d|n4|n4a|n4d|t2d|c3|c3d|c4|c4a|c4d)\Z"),
    "azure": re.compile(r"[DEF][a-z]*_v[3-6]\Z"),
}
"""Which families are general-purpose; on AWS, whose processors are priced apart in some regions, with the processor's name."""

_PROCESSOR = {"aws": re.compile(r"(?P<Graviton>a1\Z|[a-z]+\d+g)|(?P<AMD>[a-z]+\d+a)|(?P<Intel>)")}
"""The processor in the name of any family, by which its peers are found."""

_SERIES = {"aws": re.compile(r"([cmr])((?:[5-9]|\d\d)[a-z-]*)\Z")}
"""Families that are one generation with little, medium and much memory: letter and generation."""


@lru_cache(maxsize=4096)
def family_of(machine_type: str) -> str:
    """A type's family as its cloud names it: ``m5`` of m5.large, ``n2`` of n2-standard-4, ``Ds_v5`` of Standard_D4s_v5."""
    azure = _AZURE.match(machine_type)
    if azure:
        return "".join(azure.groups())
    return machine_type.partition("." if "." in machine_type else "-")[0]


def irregular(cloud: str, machine_type: str) -> bool:
    """Whether a type's price does not follow its family's: metal, shared cores, constrained sizes."""
    pattern = _IRREGULAR.get(cloud)
    return bool(pattern and pattern.search(machine_type))


def regular(cloud: str, machine_type: str) -> bool:
    """Whether a type is of a family of its cloud and priced by its rule."""
    told = cloud in _IRREGULAR and (cloud != "azure" or _AZURE.match(machine_type) is not None)
    return told and not irregular(cloud, machine_type)


def general_purpose(cloud: str, family: str) -> bool:
    """Whether a family is general-purpose."""
    pattern = _GENERAL_PURPOSE.get(cloud)
    return bool(pattern and pattern.match(family))


def peers_of(cloud: str, family: str) -> str:
    """The general-purpose machines that a family's prices go with, where a region has none of the family."""
    pattern = _PROCESSOR.get(cloud)
    match = pattern.match(family) if pattern else None
    return f"{GENERAL_PURPOSE} {match.lastgroup}" if match else GENERAL_PURPOSE


def series_of(cloud: str, family: str) -> str:
    """The series that joins a family with those of its generation: ``c7i+m7i+r7i`` for ``m7i``; empty where there is none."""
    pattern = _SERIES.get(cloud)
    match = pattern.match(family) if pattern else None
    return "+".join(f"{letter}{match.group(2)}" for letter in "cmr") if match else ""
