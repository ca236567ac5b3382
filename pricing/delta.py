"""The difference between two estimates, workload by workload."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pricing.estimate import Change, Estimate, FieldChange, WorkloadEstimate
from workloads.manifest import Identity


class Kind(StrEnum):
    """What happened to a workload."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class WorkloadDelta:
    """One workload before and after; one of the two may be absent."""

    identity: Identity
    kind: Kind
    before: WorkloadEstimate | None
    after: WorkloadEstimate | None
    change: Change
    """US dollars a month."""
    one_off: Change
    """US dollars once."""
    fields: tuple[FieldChange, ...] = ()
    """What changed it, in the order sizes, replicas, prices; their parts sum to ``change`` and ``one_off`` together."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Two estimates compared. ``before`` is None where there is nothing to compare with."""

    before: Estimate | None
    after: Estimate
    workloads: tuple[WorkloadDelta, ...]
    """Every workload of either side, in the order of ``after``, then the removed in the order of ``before``."""
    change: Change
    one_off: Change
