"""The parts of a workload that have a price each by itself: a group of its pods, a volume claim, its load balancers."""

from __future__ import annotations

from typing import Final, NamedTuple

PODS: Final = "pods"
VOLUMES: Final = "volumes"
LOAD_BALANCERS: Final = "load balancers"
TRAFFIC: Final = "traffic"
AI_MODELS: Final = "AI models"
FEES: Final = "fees"


class PartName(NamedTuple):
    """What a part is called within its workload."""

    kind: str
    name: str = ""
    """Of the pod group or the claim; empty where it has none, and for what a workload has only once."""


NO_PART: Final = PartName("")
