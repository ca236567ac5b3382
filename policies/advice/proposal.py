"""What a kind of advice proposes before anybody tried it, and the changed object that it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from policies.advice.advice import Saving
from policies.context import Context
from policies.verdict import Violation
from pricing.book import PriceBook
from pricing.delta import Kind
from pricing.estimate import WorkloadEstimate
from workloads.edit import Edit
from workloads.field import FieldPath, mapping
from workloads.manifest import Identity, Manifest
from workloads.workload import PodGroup, Workload

LEAST_SAVING: Final = Decimal(5)
"""US dollars, a month or a run, below which nobody is bothered."""

Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to be tried."""

    rule: str
    what: str
    manifest: Manifest
    """The object that is to be changed."""
    ways: tuple[Edits, ...] = ()
    """Edits of it; the first that does what is promised and breaks no rule is taken."""
    condition: str = ""
    why: str = ""
    settles: Violation | None = None
    about_money: bool = True
    """Whether it is worth saying for what it saves alone."""
    committable: bool = True
    """Whether its edits may be handed to somebody to commit; else they only measure what it saves."""
    known: Saving | None = None
    """What it saves, where that is known without a try."""
    least: Decimal = LEAST_SAVING


@dataclass(frozen=True, slots=True)
class Changed:
    """A workload that a change adds or changes, as kinds of advice look at it."""

    identity: Identity
    title: str
    kind: Kind
    estimate: WorkloadEstimate
    """As the change leaves it; of a removed one what stays of it."""
    context: Context
    prices: PriceBook
    before: WorkloadEstimate | None = None
    violations: Sequence[Violation] = field(default=())
    """What policies find of it that is the change's own."""

    @property
    def workload(self) -> Workload:
        """The workload."""
        return self.estimate.workload

    @property
    def manifest(self) -> Manifest:
        """Its object."""
        return self.workload.manifest

    def spec_of(self, group: PodGroup) -> FieldPath:
        """Where the pods' spec of a group stands in the object as it is written; empty where it does not stand there as such."""
        path = (*group.path, "spec")
        return path if group.path and mapping(self.manifest.body, *path).get("containers") else ()

    def named(self, group: PodGroup) -> str:
        """What tells a group from others of its workload, to be put before words about it."""
        return f"pods of {group.name} " if len(self.workload.groups) > 1 and group.name else ""
