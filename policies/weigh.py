"""The one decision function: what a change costs, and whether the rules let it pass. Every edge calls it and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from policies.context import Context
from policies.digest import digest
from policies.exemptions.exemption import exempted
from policies.exemptions.use import ending, uses
from policies.judgement import judge, undecided
from policies.left_alone import left_alone
from policies.matching.condition import met
from policies.matching.match import selected
from policies.message import dollars
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.reports.change_problems import problems_of_change, remarks_of_change
from policies.reports.unpriced import unseen_changes
from policies.subject import Subject, numbered, subjects
from policies.verdict import SEVERITY, Verdict, Violation
from policies.weighing import Weighing
from pricing.book import PriceBook
from pricing.comparison import compare
from pricing.estimate import Estimate
from pricing.estimator import estimate
from pricing.guessed import without_guesses
from pricing.precision import exactly
from pricing.rounding import CENT
from workloads.manifest import LOCAL_GROUPS, Identity
from workloads.models.declaration import declared_alike
from workloads.problem import Problem, Severity
from workloads.workload import Inventory


def weigh(
    before: Inventory | None,
    after: Inventory,
    prices: PriceBook,
    policies: PolicySet,
    context: Context,
    now: datetime,
) -> Weighing:
    """What lies on the scales: ``after`` against ``before``, or ``after`` alone where there is nothing to compare with.

    Pure: the same arguments give the same verdict at every point, and ``digest`` names all of them but the objects. Linear in the
    objects, times the policies that concern each.
    """
    explained = context.derivation.explained if context.derivation is not None else None
    before = declared_alike(before, after) if before is not None else None
    with exactly():
        new = _side(after, prices, context)
        old = _side(before, prices, context) if before is not None else None
        new = new._replace(estimate=without_guesses(old.estimate, new.estimate)) if old is not None else new
        template = _side(explained, prices, context) if explained is not None else None
        judged = _judged(old, new, template, policies, context, prices, now.date()) if policies else ()
        violations = list(exempted(judged, context.exemptions, context.default_namespace, now))
        delta = compare(old.estimate if old else None, new.estimate)
    used = uses(violations, context.exemptions)
    problems = problems_of_change(before, after)
    unseen = any(unseen_changes(delta))
    return Weighing(
        delta=delta,
        verdict=_verdict(violations, problems, context, unseen=unseen),
        blocked=unseen and context.unknowns.at(context.point) == "fail",
        violations=tuple(sorted(violations, key=lambda violation: SEVERITY.index(violation.verdict))),
        problems=problems,
        notes=(*_injected(context, template, new), *ending(used, now)),
        context=context,
        digest=digest(prices.edition.version, policies, context),
        edition=prices.edition,
        exemptions=used,
        remarks=remarks_of_change(before, after),
    )


class _Side(NamedTuple):
    """What lies on one side, and what it costs."""

    inventory: Inventory
    estimate: Estimate


def _side(inventory: Inventory, prices: PriceBook, context: Context) -> _Side:
    return _Side(inventory, estimate(inventory, prices, context.location, context.series, context.snapshot.pools))


def _injected(context: Context, template: _Side | None, new: _Side) -> Iterator[str]:
    """What a controller's object costs beyond its owner's template: the owner is charged with it."""
    if template is None or context.derivation is None:
        return
    stated, made = template.estimate, new.estimate
    more = (
        (made.total.expected - stated.total.expected, "a month"),
        (made.one_off.expected - stated.one_off.expected, "a run"),
    )
    owner = context.derivation.owner
    for amount, period in more:
        if amount >= CENT:
            yield f"{dollars(amount)} {period} more than the template of {owner} explains, which is charged with it"


def _judged(
    old: _Side | None,
    new: _Side,
    template: _Side | None,
    policies: PolicySet,
    context: Context,
    prices: PriceBook,
    today: date,
) -> Iterator[Violation]:
    """``template`` is what the owner's template alone makes."""
    then = context if context.earlier is None else replace(context, snapshot=context.earlier)
    earlier = dict(_numbered(old, then, prices, today))
    made = dict(_numbered(template, context, prices, today))
    for key, subject in _numbered(new, context, prices, today):
        was = earlier.get(key)
        still = was is not None and left_alone(was, subject)
        if subject.manifest.group in LOCAL_GROUPS or (still and was is not None and was.manifest.body == subject.manifest.body):
            continue
        for policy in policies.about(subject, was, costs=subject.costs):
            found = _by_policy(policy, subject, was, made.get(key))
            # Of a release that only stamps, only what is wrong by a stamp: a rule may ask for one.
            yield from (each for each in found if not each.existed) if still else found


def _numbered(
    side: _Side | None, context: Context, prices: PriceBook, today: date
) -> Iterable[tuple[tuple[Identity, int], Subject]]:
    """The objects of a side as rules look at them, each with what it is known by on the other."""
    return numbered(subjects(side.inventory, side.estimate, context, prices, today)) if side is not None else ()


def _by_policy(policy: Policy, subject: Subject, before: Subject | None, made: Subject | None) -> Iterator[Violation]:
    """The violations of one policy, if it is about the object; its rules are undecided where that cannot be told."""
    taken = selected(policy.match, subject, before)
    if taken is True:
        taken = met(policy, subject, before)
    if isinstance(taken, str):
        yield from undecided(policy, subject, before, taken)
    elif taken:
        yield from judge(policy, subject, before, made)


def _verdict(violations: Sequence[Violation], problems: Sequence[Problem], context: Context, *, unseen: bool) -> Verdict:
    """The worst of what was found; what could not be read or rendered is unknown, unless the caller lets that pass."""
    verdicts = {violation.verdict for violation in violations}
    unread = any(problem.severity is Severity.ERROR for problem in problems)
    if (unread or unseen) and context.unknowns.at(context.point) != "pass":
        verdicts.add(Verdict.UNKNOWN)
    return next((verdict for verdict in SEVERITY if verdict in verdicts), Verdict.PASS)
