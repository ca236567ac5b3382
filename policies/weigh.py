"""The one decision function: what a change costs, and whether the rules let it pass. Every edge calls it and decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from policies.condition import met
from policies.context import Context
from policies.digest import digest
from policies.exemption import exempted
from policies.exemption_use import ending, uses
from policies.judgement import judge, undecided
from policies.match import selected
from policies.message import dollars
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.subject import Subject, numbered, subjects
from policies.unpriced import unseen_changes
from policies.verdict import SEVERITY, Verdict, Violation
from policies.weighing import Weighing
from pricing.book import PriceBook
from pricing.comparison import compare
from pricing.estimate import Estimate
from pricing.estimator import estimate
from pricing.precision import exactly
from pricing.rounding import CENT
from workloads.manifest import LOCAL_GROUPS, Identity
from workloads.problem import Problem, Severity
from workloads.stamp import alike_but_for_stamps
from workloads.workload import Inventory, Remark


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
    with exactly():
        where = (prices, context.location, context.series, context.snapshot.pools)
        new = estimate(after, *where)
        old = estimate(before, *where) if before is not None else None
        explained = context.derivation.explained if context.derivation is not None else None
        template = estimate(explained, *where) if explained is not None else None
        made = dict(numbered(subjects(explained, template, context, prices, now.date()))) if explained and template else {}
        judged = _judged(before, old, after, new, policies, context, prices, made, now) if policies else ()
        violations = list(exempted(judged, context.exemptions, context.default_namespace, now))
        delta = compare(old, new)
    used = uses(violations, context.exemptions)
    problems = (*_of_change(before, after), *_only_before(before, after))
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
        remarks=_new(before, after),
    )


def _injected(context: Context, template: Estimate | None, new: Estimate) -> Iterator[str]:
    """What a controller's object costs beyond its owner's template: the owner is charged with it."""
    if template is None or context.derivation is None:
        return
    more = (
        (new.total.expected - template.total.expected, "a month"),
        (new.one_off.expected - template.one_off.expected, "a run"),
    )
    owner = context.derivation.owner
    for amount, period in more:
        if amount >= CENT:
            yield f"{dollars(amount)} {period} more than the template of {owner} explains, which is charged with it"


def _new(before: Inventory | None, after: Inventory) -> tuple[Remark, ...]:
    """What is remarked of the objects of a change, and was not before."""
    known = {(remark.manifest.identity(), remark.text) for remark in before.remarks} if before is not None else set()
    return tuple(remark for remark in after.remarks if (remark.manifest.identity(), remark.text) not in known)


def _of_change(before: Inventory | None, after: Inventory) -> Iterator[Problem]:
    """What is wrong after a change, without what is only worth a warning and was there before, on whatever line."""
    left = list(before.problems) if before is not None else []
    new = list(after.problems)
    # First what is said of the same object, then what is said of one that may have been renamed or moved.
    for alike in (_told, _nameless):
        left, new = _unmatched(left, new, alike), _unmatched(new, left, alike)
    yield from new


def _unmatched(problems: Sequence[Problem], others: Iterable[Problem], alike: Callable[[Problem], Problem]) -> list[Problem]:
    """The problems, in their order, that no warning among others says too; each of these stands for one."""
    known = Counter(map(alike, others))
    found: list[Problem] = []
    for each in problems:
        if each.severity is not Severity.ERROR and known[alike(each)] > 0:
            known[alike(each)] -= 1
        else:
            found.append(each)
    return found


def _told(problem: Problem) -> Problem:
    """What is said, wherever in a file, since lines move; what is said of an object moves with it to another file."""
    return replace(problem, line=0, column=0, hint="", file="" if problem.mistaken else problem.file)


def _nameless(problem: Problem) -> Problem:
    """What is said of an object, whatever it is called."""
    message = problem.message.replace(problem.mistaken, "", 1) if problem.mistaken else problem.message
    return replace(_told(problem), message=message, mistaken="")


def _only_before(before: Inventory | None, after: Inventory) -> Iterable[Problem]:
    """What could not be read of the earlier side: without it, no delta is right."""
    if before is None:
        return ()
    known = set(after.problems)
    return [problem for problem in before.problems if problem.severity is Severity.ERROR and problem not in known]


def _judged(
    before: Inventory | None,
    old: Estimate | None,
    after: Inventory,
    new: Estimate,
    policies: PolicySet,
    context: Context,
    prices: PriceBook,
    made: Mapping[tuple[Identity, int], Subject],
    now: datetime,
) -> Iterator[Violation]:
    """``made`` is what owners' templates alone make, by the same keys."""
    today = now.date()
    then = context if context.earlier is None else replace(context, snapshot=context.earlier)
    earlier = dict(numbered(subjects(before, old, then, prices, today))) if before is not None and old is not None else {}
    for key, subject in numbered(subjects(after, new, context, prices, today)):
        was = earlier.get(key)
        still = was is not None and _same(was, subject)
        if subject.manifest.group in LOCAL_GROUPS or (still and was is not None and was.manifest.body == subject.manifest.body):
            continue
        for policy in policies.about(subject, was, costs=subject.costs):
            found = _by_policy(policy, subject, was, made.get(key))
            # Of a release that only stamps, only what is wrong by a stamp: a rule may ask for one.
            yield from (each for each in found if not each.existed) if still else found


def _by_policy(policy: Policy, subject: Subject, before: Subject | None, made: Subject | None) -> Iterator[Violation]:
    """The violations of one policy, if it is about the object; its rules are undecided where that cannot be told."""
    taken = selected(policy.match, subject, before)
    if taken is True:
        taken = met(policy, subject, before)
    if isinstance(taken, str):
        yield from undecided(policy, subject, before, taken)
    elif taken:
        yield from judge(policy, subject, before, made)


def _same(before: Subject, after: Subject) -> bool:
    """Whether a change leaves an object as it was, and what it costs and inherits: what was wrong with it is not the change's."""
    return (
        alike_but_for_stamps(before.manifest.body, after.manifest.body)
        and before.namespace_labels == after.namespace_labels
        and _costs_alike(before, after)
        and len(before.unpriced) == len(after.unpriced)
    )


def _costs_alike(before: Subject, after: Subject) -> bool:
    """Whether what costs of an object is as it was, and how much; what charts stamp on its pods is not looked at."""
    then, now = _costing(before), _costing(after)
    return then == now or (_templates_alike(before, after) and _costing(before, bare=True) == _costing(after, bare=True))


def _templates_alike(before: Subject, after: Subject) -> bool:
    pairs = zip(before.groups, after.groups, strict=False)
    return len(before.groups) == len(after.groups) and all(alike_but_for_stamps(old.template, new.template) for old, new in pairs)


def _costing(subject: Subject, *, bare: bool = False) -> tuple[object, ...]:
    """What of an object costs, and how much: an autoscaler may run more of what has no price. ``bare`` leaves templates out."""
    workload, estimate = subject.workload, subject.estimate
    groups = tuple(replace(group, template={}) for group in subject.groups) if bare else subject.groups
    what = (
        (groups, workload.claims, workload.load_balancers, workload.ai_usage, workload.traffic, workload.fees) if workload else ()
    )
    return (*what, estimate.total, estimate.one_off) if estimate else what


def _verdict(violations: Sequence[Violation], problems: Sequence[Problem], context: Context, *, unseen: bool) -> Verdict:
    """The worst of what was found; what could not be read or rendered is unknown, unless the caller lets that pass."""
    verdicts = {violation.verdict for violation in violations}
    unread = any(problem.severity is Severity.ERROR for problem in problems)
    if (unread or unseen) and context.unknowns.at(context.point) != "pass":
        verdicts.add(Verdict.UNKNOWN)
    return next((verdict for verdict in SEVERITY if verdict in verdicts), Verdict.PASS)
