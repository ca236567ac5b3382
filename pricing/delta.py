"""The difference between two estimates, workload by workload."""

from __future__ import annotations

from enum import StrEnum

from pricing.estimate import Change, Estimate, FieldChange, WorkloadEstimate
from workloads.manifest import Identity
from workloads.quick_dataclass import quick_dataclass


class Kind(StrEnum):
    """What happened to a workload."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@quick_dataclass(frozen=True, slots=True)
class WorkloadDelta:
    """One workload before and after."""

    identity: Identity
    kind: Kind
    before: WorkloadEstimate | None
    """None where it was added."""
    after: WorkloadEstimate | None
    """None where it was removed, unless volumes of it stay: then what they cost."""
    change: Change
    """US dollars a month."""
    one_off: Change
    """US dollars once."""
    fields: tuple[FieldChange, ...] = ()
    """What changed it, in the order sizes, replicas, prices; their parts sum to ``change`` and ``one_off`` together.
    Empty where it was added or removed."""
    notes: tuple[str, ...] = ()
    """What a person should know of it: ``disks grow, never shrink: …``."""
    in_part: bool = False
    """Whether some of what changes has no price: ``change`` is then what is known of it."""


@quick_dataclass(frozen=True, slots=True)
class Delta:
    """Two estimates compared. ``before`` is None where there is nothing to compare with."""

    before: Estimate | None
    after: Estimate
    """With what the change does not free, volumes of removed or smaller StatefulSets: its total is before plus change."""
    workloads: tuple[WorkloadDelta, ...]
    """Every workload of either side, in the order of ``after``, then the removed in the order of ``before``."""
    change: Change
    one_off: Change
