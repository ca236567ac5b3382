"""What one pod group, claim or load balancer costs: its lines, its machine, and what of it has no price."""

from __future__ import annotations

from dataclasses import replace

from pricing.estimate import Line, MachineUse
from pricing.part import NO_PART, PartName
from workloads.quick_dataclass import quick_dataclass


@quick_dataclass(frozen=True, slots=True)
class Bill:
    """The cost of one part of a workload."""

    lines: tuple[Line, ...] = ()
    machine: MachineUse | None = None
    unpriced: tuple[str, ...] = ()
    """Why parts of it have no price, each in words."""
    free: tuple[str, ...] = ()
    """Why parts of it cost nothing by themselves, each in words."""
    part: PartName = NO_PART
    """Which part it is of, where something of it has no price."""

    def of(self, part: PartName) -> Bill:
        """The same bill, known to be of a part; the same object where all of it has a price."""
        return replace(self, part=part) if self.unpriced else self
