"""Why each rule passes an object or does not: every policy in force, whether it is about the object, and what its rules found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from policies.exemptions.exemption import exempted
from policies.judgement import ABOUT, judge
from policies.matching.condition import met
from policies.matching.match import is_about, resource_of, selected
from policies.policy import Policy
from policies.policy_set import PolicySet
from policies.subject import Subject
from policies.verdict import Verdict, Violation


class State(StrEnum):
    """How a rule stands to an object."""

    KEPT = "kept"
    BROKEN = "broken"
    EXEMPTED = "exempted"
    """Broken, and let pass by an exemption in effect."""
    UNDECIDED = "undecided"
    ELSEWHERE = "not about it"


@dataclass(frozen=True, slots=True)
class Why:
    """One rule and one object."""

    rule: str
    """``policy/rule``."""
    state: State
    reason: str = ""
    """Why the policy is not about it, or why that cannot be told; what exempts it."""
    violations: tuple[Violation, ...] = ()


def why(subject: Subject, before: Subject | None, policies: PolicySet, now: datetime) -> Iterator[Why]:
    """How every rule stands to an object, with the exemptions in effect ``now``.

    Linear in the rules, those of policies that are not about it included.
    """
    context = subject.context
    for policy in policies:
        reason = _elsewhere(policy, subject, before)
        broken: dict[str, list[Violation]] = {}
        found = judge(policy, subject, before) if not reason else ()
        for violation in exempted(found, context.exemptions, context.default_namespace, now):
            broken.setdefault(violation.rule, []).append(violation)
        for rule in policy.rules:
            yield _why(f"{policy.name}/{rule.name}", reason, tuple(broken.get(rule.name, ())))


def _why(rule: str, reason: tuple[State, str] | None, violations: tuple[Violation, ...]) -> Why:
    if reason is not None:
        return Why(rule, *reason)
    if not violations:
        return Why(rule, State.KEPT)
    if all(violation.exemption for violation in violations):
        return Why(rule, State.EXEMPTED, violations[0].exemption, violations)
    decided = any(violation.verdict is not Verdict.UNKNOWN for violation in violations)
    return Why(rule, State.BROKEN if decided else State.UNDECIDED, violations=violations)


def _elsewhere(policy: Policy, subject: Subject, before: Subject | None) -> tuple[State, str] | None:
    """Why a policy is not about an object; None where it is."""
    group, kind = subject.identity.group, subject.identity.kind
    if not is_about(policy.match, group, resource_of(kind), subject.costs):
        named = "its resource rules do not name it" if policy.match.resources else "it costs nothing"
        return State.ELSEWHERE, named
    taken = selected(policy.match, subject, before)
    if taken is True:
        taken = met(policy, subject, before)
        if taken is False:
            return State.ELSEWHERE, "a match condition does not hold"
    if isinstance(taken, str):
        return State.UNDECIDED, f"{ABOUT} cannot be told: {taken}"
    return None if taken else (State.ELSEWHERE, "its selectors do not take it")
