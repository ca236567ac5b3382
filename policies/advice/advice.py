"""One piece of advice: what to change of an object, and what that was found to save."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from policies.verdict import Verdict, Violation
from pricing.estimate import WorkloadEstimate
from workloads.edit import Edit
from workloads.manifest import Identity, Manifest
from workloads.span import NOTHING, Span


@dataclass(frozen=True, slots=True)
class Saving:
    """What a workload costs as the change leaves it, and what it would cost: US dollars, exact."""

    before: Span
    """A month."""
    after: Span
    once_before: Span = NOTHING
    """Once, or a run."""
    once_after: Span = NOTHING

    @classmethod
    def between(cls, before: WorkloadEstimate, after: WorkloadEstimate) -> Saving:
        """What comes of one estimate in place of another."""
        return cls(before.total, after.total, before.one_off, after.one_off)

    @property
    def expected(self) -> Decimal:
        """US dollars that are saved a month and once together: what advice is sorted by."""
        return self.before.expected - self.after.expected + self.once_before.expected - self.once_after.expected

    @property
    def most(self) -> Decimal:
        """US dollars that are saved where all runs that may."""
        return self.before.high - self.after.high + self.once_before.high - self.once_after.high

    @property
    def nothing(self) -> bool:
        """Whether it changes no figure."""
        return self.before == self.after and self.once_before == self.once_after


@dataclass(frozen=True, slots=True)
class Advice:
    """What is advised for one object of a change."""

    rule: str
    """``prefer-spot``, ``right-size``; the name of the policy whose rule it settles."""
    identity: Identity
    """The workload that it is about."""
    title: str
    """``namespace/name``."""
    what: str
    """What to do, as it stands behind the name and before the money: ``on spot``, ``with label team: shop``."""
    condition: str
    """Under which condition, beginning with ``if``; empty for none."""
    why: str
    """What it rests on, in a sentence or two; may be empty."""
    manifest: Manifest
    """The object that is to be changed: the workload, or what scales it."""
    edits: tuple[Edit, ...]
    """Empty where no lines are to be committed: nothing can be told, or data would be lost."""
    saving: Saving | None
    """None where it is not about money."""
    settles: Violation | None = None
    """What a policy found that it settles."""


def in_order(every: Iterable[Advice]) -> tuple[Advice, ...]:
    """What settles a denial first, then the largest saving; always in the same order."""
    return tuple(sorted(every, key=_order))


def _order(advice: Advice) -> tuple[object, ...]:
    denied = advice.settles is not None and advice.settles.verdict is Verdict.DENY
    saved, most = (advice.saving.expected, advice.saving.most) if advice.saving is not None else (Decimal(0), Decimal(0))
    return (not denied, -saved, -most, advice.identity, advice.rule, advice.what)
