"""What a rule's findings mean for a change: the delta rule.

A finding that is new is what the policy's action says. One that was there before is denied again only where it is about a cost, a
size or a count, and that has grown; else it is a warning. So what ran before can be scaled down, repaired and given a new image
under any new policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from policies.finding import Finding, untold
from policies.message import ended, first_line, fitted, inert, quoted
from policies.policy import (
    Check,
    LimitAccelerators,
    LimitCost,
    LimitResources,
    Policy,
    PreferSpot,
    RequireLabels,
    Rule,
    Validation,
)
from policies.rules import accelerators, cost, labels, resources, spot, validation
from policies.sizing import unsized
from policies.subject import Subject
from policies.verdict import SEVERITY, Action, Verdict, Violation

MOST_FINDINGS = 20
"""Findings of one rule that are told of one object; the rest is counted."""

ABOUT = "whether the policy is about it"
"""What cannot be told where a policy's selectors or conditions cannot be decided."""

LONGEST_OWNER = 60
"""Characters of what made an object that are told."""

_VERDICTS = {Action.DENY: Verdict.DENY, Action.WARN: Verdict.WARN, Action.AUDIT: Verdict.PASS}


def judge(policy: Policy, subject: Subject, before: Subject | None, explained: Subject | None = None) -> Iterator[Violation]:
    """The violations of one policy by one object, given what it was before; None for what is new.

    ``explained`` is what a controller makes as its owner's template alone has it: what is no worse there was accepted with that.
    """
    for rule in _asked(policy, subject):
        after = _find(rule.check, subject, before)
        if not after:
            continue
        # Against itself: what a change may add was not there before it.
        earlier = _by_key(_find(rule.check, before, before)) if before is not None else {}
        accepted = _by_key(_find(rule.check, explained, None)) if explained is not None else None
        stance = _stance(policy, subject, before)
        judged = sorted((_judged(stance, rule, finding, earlier, accepted) for finding in after), key=_severity)
        yield from (_violation(policy, rule, subject, each) for each in judged[:MOST_FINDINGS])
        if len(judged) > MOST_FINDINGS:
            rest = f"{len(judged) - MOST_FINDINGS:,} more of the same"
            # The worst of the rest stands for it: what is only counted still denies.
            yield replace(_violation(policy, rule, subject, judged[MOST_FINDINGS]), message=rest, fix="")


def _asked(policy: Policy, subject: Subject) -> Iterable[Rule]:
    """The rules that an object is held against.

    Whom it is charged to is not asked of an autoscaler, whose target is charged, nor of what makes nodes, since the pods on them
    are, unless the policy names its kind.
    """
    charged = not (subject.scales or subject.makes_nodes) or bool(policy.match.resources)
    return policy.rules if charged else [rule for rule in policy.rules if not isinstance(rule.check, RequireLabels)]


class _Stance(NamedTuple):
    """What a policy does with whatever its rules find in one object."""

    choice: str
    """What an answer that is unknown does."""
    action: Action
    derived: bool
    """Whether a controller made the object of what was accepted."""
    denies_injected: bool
    """Whether it stops what the owner's template does not explain."""
    padded: bool = False
    """Whether the object has become so large that no rule could look into it: who pads one is not let in by that."""


def _stance(policy: Policy, subject: Subject, before: Subject | None) -> _Stance:
    context = subject.context
    choice = policy.unknown(context.point, context.unknowns.at(context.point))
    derived, injected = context.derivation is not None, policy.denies_injected(context.point)
    action = policy.action(context.point)
    stated = bool(policy.unknown(context.point, ""))
    grown = subject.oversized and not (before is not None and before.oversized)
    padded = grown and action is Action.DENY and choice == "warn" and not stated
    return _Stance(choice, action, derived, injected, padded)


class _Judged(NamedTuple):
    """A finding with what it means; its words are made only for what is told."""

    finding: Finding
    existed: bool
    verdict: Verdict
    choice: str
    """What an answer that is unknown does here."""
    let_in: bool = False
    """Whether it stops nothing: a controller made the object of what was accepted."""
    injected: bool = False
    """Whether the owner's template does not explain it."""


def _severity(judged: _Judged) -> int:
    return SEVERITY.index(judged.verdict)


def _by_key(findings: Iterable[Finding]) -> Mapping[str, Finding]:
    """Findings by what they are about; of several about the same, the first."""
    found: dict[str, Finding] = {}
    for finding in findings:
        found.setdefault(finding.key, finding)
    return found


def undecided(policy: Policy, subject: Subject, before: Subject | None, reason: str) -> Iterator[Violation]:
    """The violations of a policy of which it cannot be told whether it is about the object."""
    for rule in policy.rules:
        judged = _judged(_stance(policy, subject, before), rule, untold("match", ABOUT, reason), {})
        yield _violation(policy, rule, subject, judged)


def _find(check: Check, subject: Subject, before: Subject | None) -> list[Finding]:
    if isinstance(check, RequireLabels):
        return labels.find(check, subject, before)
    if isinstance(check, LimitCost):
        return list(cost.find(check, subject, before))
    if isinstance(check, PreferSpot):
        return spot.find(check, subject)
    if isinstance(check, Validation):
        return list(validation.find(check, subject, before))
    return _sizes(check, subject)


def _sizes(check: LimitResources | LimitAccelerators, subject: Subject) -> list[Finding]:
    """What is wrong with an object's sizes; undecided where they could not be read."""
    unknown = unsized(subject)
    found = [unknown] if unknown is not None and (subject.workload is None or _about_pods(check)) else []
    if isinstance(check, LimitResources):
        return found + (list(resources.find(check, subject)) if subject.workload else [])
    return found + (list(accelerators.find(check, subject)) if subject.groups or (subject.unpriced and not found) else [])


def _about_pods(check: LimitResources | LimitAccelerators) -> bool:
    return isinstance(check, LimitAccelerators) or check.about_pods


def _judged(
    stance: _Stance,
    rule: Rule,
    finding: Finding,
    earlier: Mapping[str, Finding],
    accepted: Mapping[str, Finding] | None = None,
) -> _Judged:
    existed = _existed(finding, earlier.get(finding.key))
    injected = accepted is not None and not _existed(finding, accepted.get(finding.key))
    # What an owner's accepted template explains is never stopped, nor what nobody chose to stop of the rest.
    let_in = stance.derived and not (injected and stance.denies_injected)
    looks = not existed and not isinstance(rule.check, RequireLabels)
    choice = "fail" if stance.padded and finding.undecided and looks else stance.choice
    verdict = _verdict(choice, rule, finding, stance.action, existed=existed, let_in=let_in)
    return _Judged(finding, existed, verdict, choice, let_in, injected)


def _violation(policy: Policy, rule: Rule, subject: Subject, judged: _Judged) -> Violation:
    finding = judged.finding
    message, fix = _told(rule, subject, judged)
    return Violation(
        policy=policy.name,
        rule=rule.name,
        verdict=judged.verdict,
        action=policy.action(subject.context.point),
        identity=subject.identity,
        title=subject.title,
        message=message,
        fix=fix,
        current=inert(finding.current),
        required=inert(finding.required),
        path=finding.path,
        origin=subject.manifest.origin,
        blocks=judged.verdict is Verdict.UNKNOWN and judged.choice == "fail" and not judged.let_in,
        existed=judged.existed,
        asked=inert(finding.asked),
        reason=finding.reason,
    )


def _existed(finding: Finding, old: Finding | None) -> bool:
    """Whether the object as it was is found the same, no less than now."""
    if old is None or not finding.lacking <= old.lacking:
        return False
    return finding.measured is None or old.measured is None or finding.measured <= old.measured


def _verdict(choice: str, rule: Rule, finding: Finding, action: Action, *, existed: bool, let_in: bool) -> Verdict:
    if finding.undecided and existed and (isinstance(rule.check, RequireLabels) or finding.measured is not None):
        # Whatever the answer is, it was the same before: the change has no part in it, nor asks for more of what is not known.
        return Verdict.PASS
    if finding.undecided:
        return Verdict.PASS if choice == "pass" else Verdict.UNKNOWN
    if action is Action.DENY and (existed or let_in):
        return Verdict.WARN
    return _VERDICTS[action]


def _told(rule: Rule, subject: Subject, judged: _Judged) -> tuple[str, str]:
    """What is wrong, on one line, and what to do. Figures are told whole, names shortened where they have to be.

    The author's own words stand first, since most readers see one line; where there is no room for them, after what to do.
    """
    finding = judged.finding
    after, names = _whose(subject, judged)
    fix, own = inert(finding.fix), inert(rule.message).rstrip(".")
    tries = [f"{finding.message}{after}", finding.message]
    if own:
        tries = [*(f"{own}: {words}" for words in tries), *tries]
    lines = (fitted(words, (*finding.parts, *names)) for words in tries)
    line = next((line for line in lines if line is not None), None) or first_line(finding.message)
    if finding.reason not in line:
        fix = f"{fix} In full: {ended(finding.reason)}".lstrip()
    return line, f"{fix} {own}.".lstrip() if own and not line.startswith(own) else fix


def _whose(subject: Subject, judged: _Judged) -> tuple[str, tuple[str, ...]]:
    """Whose it is that something is wrong, where it is not the change's own, and the names in that."""
    derivation = subject.context.derivation
    if judged.existed:
        return " (as before this change)", ()
    if derivation is None:
        return "", ()
    owner = quoted(derivation.owner, LONGEST_OWNER)
    return (f" (not in the template of {owner})" if judged.injected else f" (made by {owner})"), (owner,)
