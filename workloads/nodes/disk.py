"""The disks of machines that an object keeps: paid for as long as the machines are, each with its own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from workloads.counting.count import CountError, Scope, holds, number, text
from workloads.counting.pattern import expand
from workloads.field import dig
from workloads.kinds.assembly import look_up
from workloads.kinds.disk import DiskRule
from workloads.kinds.kind import MachineRule
from workloads.snapshots.snapshot import StorageClass
from workloads.span import Span
from workloads.workload import PodGroup, VolumeClaim

_GIB: Final = Decimal(2**30)


def disks(rule: MachineRule, scope: Scope, machines: PodGroup, count: Span) -> Iterator[VolumeClaim | str]:
    """The disks of so many machines whose sizes are stated, each machine has its own; in words, what is no size."""
    for disk in rule.disks:
        path, rest = scope.item.place(disk.item)
        for place, _ in expand(dig(scope.root(disk.item.root), *path), rest, path):
            here = scope.at(disk.item, place)
            try:
                size = number(disk.size, here) if disk.where is None or holds(disk.where, here) else None
            except CountError as error:
                yield str(error)
                continue
            if size:
                yield _disk(disk, here, size * _GIB, machines, count)


def _disk(rule: DiskRule, scope: Scope, size: Decimal, machines: PodGroup, count: Span) -> VolumeClaim:
    """One that goes when its machine goes: the next one may be smaller."""
    parameters = {key: text(expression, scope) for key, expression in rule.parameters.items()}
    return VolumeClaim(
        name=f"{machines.name} disk",
        path=machines.path if rule.item.root else scope.item.path,
        size=size,
        count=count,
        storage_class=next(iter(parameters.values()), ""),
        definition=StorageClass("", rule.provisioner, parameters),
        hours=machines.hours,
        ephemeral=True,
        lives_with="machine",
        assumption="; ".join(filter(None, (_assumed(rule, scope), machines.assumption))),
    )


def _assumed(rule: DiskRule, scope: Scope) -> str:
    """What is assumed of a disk whose type is not stated; empty where it is."""
    paths = [pattern for expression in rule.parameters.values() for pattern in expression.patterns()]
    return "" if any(look_up(pattern, scope) is not None for pattern in paths) else rule.assumption
