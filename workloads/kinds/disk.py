"""Where a kind says how large the disks of the machines are that its objects keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workloads.counting.count import Expression
from workloads.counting.pattern import Pattern


@dataclass(frozen=True, slots=True)
class DiskRule:
    """A disk that each machine has, where its size is stated."""

    item: Pattern
    size: Expression
    """GiB."""
    provisioner: str
    """The driver under whose name the price book has such disks."""
    parameters: Mapping[str, Expression]
    """The driver's parameters: of which type the disk is."""
    assumption: str = ""
    """What is assumed where no type is stated."""
    where: Expression | None = None
