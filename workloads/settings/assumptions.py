"""What decides when a manifest does not say: each assumption has a key in weighbridge.yaml and is named by it in the output."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

HOURS_PER_MONTH = Decimal(730)
"""Hours in a month, 8,760 / 12, as every cloud's price calculator counts."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The sizes, counts and durations taken where nothing is stated, observed or known."""

    cpu: Decimal = Decimal("0.1")
    """Cores of a container that requests no CPU: the scheduler's own ``DefaultMilliCPURequest``. Key ``assume.cpu``."""
    memory: Decimal = Decimal(200 * 1024 * 1024)
    """Bytes of a container that requests no memory: the scheduler's ``DefaultMemoryRequest``. Key ``assume.memory``."""
    nodes: int = 3
    """Nodes a DaemonSet runs on: one a zone. Key ``assume.nodes``."""
    zones: int = 3
    """Zones that a load balancer stands in. Key ``assume.zones``."""
    load_balancer: str = "network"
    """What a Service on AWS gets that states no type: ``network`` or ``classic``. Key ``assume.loadBalancer``."""
    storage_class: str = ""
    """StorageClass of claims that name none, where the cluster has no default that is known; empty for the one that the cloud's
    clusters come with. Key ``assume.storageClass``."""
    job_hours: Decimal = Decimal(1)
    """Hours one pod of a Job runs. Key ``assume.jobDuration``."""
    serverless: str = ""
    """What pods that name no machine run on: a service, ``none``, or empty where nobody says. Key ``clusters[].serverless``."""
    ai_token_ratio: Decimal = Decimal(3)
    """Tokens an AI model reads for each one it writes, where it is held against an API. Key ``assume.aiTokenRatio``."""


DEFAULTS = Assumptions()
