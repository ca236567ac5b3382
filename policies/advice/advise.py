"""What is advised for the workloads of a change, biggest first: every piece of it was tried and found to keep its promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from policies.advice import accelerators, autoscaling, limits, region, spot, usage, volumes
from policies.advice.advice import Advice, Saving, in_order
from policies.advice.proposal import Changed, Edits, Proposal
from policies.advice.settling import settling
from policies.advice.trial import Trial, allowed
from policies.policy_set import PolicySet
from policies.verdict import Verdict, Violation
from policies.weighing import Weighing
from pricing.book import PriceBook
from pricing.delta import Kind, WorkloadDelta
from pricing.precision import exactly
from workloads.manifest import Identity
from workloads.workload import Inventory

MOST_WORKLOADS: Final = 40
"""Workloads of a change that are looked at, the dearest first."""
MOST_EACH: Final = 2
"""Pieces of advice about money for one workload."""
MOST: Final = 50
"""Pieces of advice altogether."""

_ABOUT_MONEY: Final[tuple[Callable[[Changed], Iterable[Proposal]], ...]] = (
    spot.proposals,
    usage.proposals,
    autoscaling.proposals,
    accelerators.proposals,
    region.proposals,
    limits.proposals,
    volumes.proposals,
)


def advise(
    weighing: Weighing,
    before: Inventory | None,
    after: Inventory,
    prices: PriceBook,
    policies: PolicySet,
    now: datetime,
) -> tuple[Advice, ...]:
    """Advice for one cluster's change; none where there is nothing to compare with, since nothing is new then.

    Denials that can be settled come first, then the largest saving. Weighs at most some hundred single objects again.
    """
    if before is None:
        return ()
    with exactly():
        trial = Trial(before, after, prices, policies, weighing.context, now)
        own = _own(weighing.violations)
        settled = settling(own, after, policies, trial)
        saved = [each for changed in _changed(weighing, prices, own) for each in _saving(changed, trial)]
        every = {(each.identity, each.rule, each.what): each for each in (*saved, *settled)}
    return in_order(every.values())[:MOST]


def _own(violations: Iterable[Violation]) -> list[Violation]:
    """What a change is told by policies and did not find there."""
    stopping = (Verdict.DENY, Verdict.WARN)
    return [each for each in violations if each.verdict in stopping and not each.existed and not each.exemption]


def _changed(weighing: Weighing, prices: PriceBook, own: Iterable[Violation]) -> Iterator[Changed]:
    by_object: dict[Identity, list[Violation]] = {}
    for violation in own:
        by_object.setdefault(violation.identity, []).append(violation)
    touched = [delta for delta in weighing.delta.workloads if delta.kind is not Kind.UNCHANGED and delta.after is not None]
    for delta in sorted(touched, key=_cost)[:MOST_WORKLOADS]:
        if delta.after is not None and not delta.after.unpriced:
            manifest = delta.after.workload.manifest
            namespace = manifest.namespace or weighing.context.default_namespace
            title = f"{namespace}/{manifest.called}" if namespace else manifest.called
            violations = by_object.get(delta.identity, ())
            yield Changed(delta.identity, title, delta.kind, delta.after, weighing.context, prices, delta.before, violations)


def _cost(delta: WorkloadDelta) -> tuple[object, ...]:
    if delta.after is None:
        return (0, delta.identity)
    return (-max(delta.after.total.high, delta.after.one_off.high), delta.identity)


def _saving(changed: Changed, trial: Trial) -> list[Advice]:
    """The best advice for one workload."""
    tried = [_tried(proposal, changed, trial) for kind in _ABOUT_MONEY for proposal in kind(changed)]
    best: dict[tuple[object, ...], Advice] = {}
    for advice in in_order(each for each in tried if each is not None):
        # Of several values for one field the one that saves most.
        best.setdefault((advice.rule, advice.manifest.kind, *(edit.path for edit in advice.edits)), advice)
    kept = list(best.values())
    about_money = [each for each in kept if each.saving is not None][:MOST_EACH]
    return about_money + [each for each in kept if each.saving is None]


def _tried(proposal: Proposal, changed: Changed, trial: Trial) -> Advice | None:
    """A proposal as advice, where it saves enough and breaks no rule that was kept."""
    if proposal.known is not None:
        return _advice(proposal, changed, (), proposal.known) if proposal.known.expected >= proposal.least else None
    now = trial.as_it_is(changed.manifest)
    if now.estimate is None or (now.estimate.total, now.estimate.one_off) != (changed.estimate.total, changed.estimate.one_off):
        return None  # what it costs depends on what stands beside it, and by itself it cannot be told
    for edits in proposal.ways:
        then = trial.of(changed.manifest, proposal.manifest, edits)
        if then is None or then.estimate is None or not allowed(now, then, proposal.settles):
            continue
        saving = Saving.between(now.estimate, then.estimate)
        if not proposal.about_money:
            return _advice(proposal, changed, edits, None) if saving.nothing else None
        if (saving.expected or saving.most) >= proposal.least:
            return _advice(proposal, changed, edits if proposal.committable else (), saving)
    return None


def _advice(proposal: Proposal, changed: Changed, edits: Edits, saving: Saving | None) -> Advice:
    return Advice(
        proposal.rule,
        changed.identity,
        changed.title,
        proposal.what,
        proposal.condition,
        proposal.why,
        proposal.manifest,
        edits,
        saving,
        proposal.settles,
    )
