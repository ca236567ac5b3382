"""Why the ephemeral storage that pods ask for costs nothing by itself where it is not sold by the pod, in words."""

from __future__ import annotations

from decimal import Decimal

from pricing.demand import GIB
from pricing.placement import Placement
from pricing.pod_size import FARGATE_FREE
from workloads.nodes.serverless import FARGATE
from workloads.workload import PodGroup

EPHEMERAL_STORAGE = "ephemeralStorage"
_TENTH = Decimal("0.1")


def free_storage(group: PodGroup, placement: Placement) -> tuple[str, ...]:
    """What a pod asks for of it and why no line is about that; nothing where it asks for none, or a line is.

    A request sets aside a part of the disk that its node starts from. That disk is as large as its node pool says, whatever pods
    ask of it, and is no part of a machine's price.
    """
    asked = group.requests.ephemeral_storage
    if not asked or any(part.what == EPHEMERAL_STORAGE for part in placement.parts):
        return ()
    size = f"{max((asked / GIB).quantize(_TENTH), _TENTH).normalize():f} GiB of ephemeral storage a pod"
    if group.serverless is not None and placement.choice is None:
        included = group.serverless.service == FARGATE and not placement.unpriced
        return (f"{size}: Fargate gives every pod {FARGATE_FREE} GiB without a charge",) if included else ()
    return (f"{size}, of its node's own disk: nothing beyond what the node costs (what such disks cost is not counted)",)
