"""TPU slices on GKE: the chips and hosts that a topology comes to, and what each pod of a slice has to ask for.

A slice is made and taken away as a whole, and a pod takes all the chips of its host (Google Kubernetes Engine documentation,
"Plan TPUs in GKE", "About TPUs in GKE").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import prod

RESOURCE = "google.com/tpu"

_SHAPE = re.compile(r"\d{1,3}(?:x\d{1,3}){1,2}\Z")
_DIMENSIONS = {"TPU-v3": 2, "TPU-v4": 3, "TPU-v5e": 2, "TPU-v5p": 3, "TPU-v6e": 2, "TPU-v7x": 3}
_ON_ONE_HOST = {"TPU-v5e": (1, 4, 8), "TPU-v6e": (1, 4, 8), "TPU-v5p": (1, 2, 4), "TPU-v7x": (1, 4)}
"""Chips of the slices that one host holds; four where a generation is not named."""
_OF_MANY_HOSTS = 4
"""Chips of each host of a slice that has several."""


@dataclass(frozen=True, slots=True)
class TpuSlice:
    """One slice."""

    model: str
    topology: str
    chips: int
    per_host: int
    """Chips of one host: what each pod asks for."""

    @property
    def hosts(self) -> int:
        """Machines of the slice: how many pods fill it."""
        return self.chips // self.per_host


@lru_cache(maxsize=256)
def tpu_slice(model: str, topology: str, asked: Decimal) -> TpuSlice | None:
    """The slice of a model with a topology whose pods ask for so many chips; None where GKE has none of that shape.

    ``2x4`` is one host of eight chips, or two hosts of four where the pods ask for four each.
    """
    chips = prod(int(size) for size in topology.split("x")) if _SHAPE.match(topology) else 0
    if not chips or topology.count("x") + 1 != _DIMENSIONS.get(model):
        return None
    single = _ON_ONE_HOST.get(model, (_OF_MANY_HOSTS,))
    if chips in single and not (asked == _OF_MANY_HOSTS and chips == 2 * _OF_MANY_HOSTS):
        return TpuSlice(model, topology, chips, chips)
    return TpuSlice(model, topology, chips, _OF_MANY_HOSTS) if chips % _OF_MANY_HOSTS == 0 else None


def mismatch(found: TpuSlice, asked: Decimal, pods: Decimal) -> str:
    """What is wrong with pods that ask for so many chips each and are so many; empty where they fill whole slices."""
    wrong: list[str] = []
    if asked != found.per_host:
        wrong.append(f"each pod has to ask for the {found.per_host} chips of its host and asks for {int(asked)}")
    if pods % found.hosts:
        empty = found.hosts - int(pods) % found.hosts
        wrong.append(f"{int(pods)} pods leave {empty} of the hosts of a slice empty, which are paid all the same")
    shape = f"topology {found.topology} of {found.model} has {found.chips} chips on {found.hosts} hosts"
    return f"{shape}: {'; '.join(wrong)}" if wrong else ""
