"""What the weighing answers, and why."""

from __future__ import annotations

from enum import StrEnum

from workloads.field import FieldPath
from workloads.manifest import Identity, Origin
from workloads.quick_dataclass import quick_dataclass


class Verdict(StrEnum):
    """The answer for a change as a whole, or for one rule."""

    PASS = "pass"
    WARN = "warn"
    DENY = "deny"
    UNKNOWN = "unknown"


SEVERITY = (Verdict.DENY, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)
"""Verdicts from worst to best."""


class Action(StrEnum):
    """What a policy does where a rule is violated, in Kubernetes' own words."""

    DENY = "Deny"
    WARN = "Warn"
    AUDIT = "Audit"


class Point(StrEnum):
    """Where the weighing stands: the same verdict at each, the action by the policy's choice for it."""

    PULL_REQUEST = "pullRequest"
    SYNC = "sync"
    ADMISSION = "admission"
    AUDIT = "audit"


@quick_dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one object does not keep, or of which it cannot be told whether it does."""

    policy: str
    rule: str
    verdict: Verdict
    """``deny`` or ``warn`` after the delta rule and the policy's action; ``unknown`` where undecided; ``pass`` under Audit."""
    action: Action
    """What the policy asked for at this point."""
    identity: Identity
    title: str
    """``namespace/name`` as people say it."""
    message: str
    """First line under 120 characters: what is wrong, with money and period where it is about money."""
    fix: str
    """What to do, in one sentence; empty where only waiting or asking helps."""
    current: str = ""
    required: str = ""
    path: FieldPath = ()
    """The field in the object."""
    origin: Origin | None = None
    blocks: bool = False
    """Whether what cannot be told here may not pass: ``unknown: fail`` of the policy, else of the caller."""
    exemption: str = ""
    """The exemption that lets it pass, in words; empty where none does."""
    existed: bool = False
    """Whether the object as it was already violated the rule, no less than now."""
    approvers: tuple[str, ...] = ()
    """Who may accept the denial on a pull request: ``acme/finops``, ``bob``, ``label:cost-accepted``."""
    accepted: str = ""
    """Who accepted it there, and how, in words; empty where nobody did."""
    asked: str = ""
    """Where the rule could not be decided, what cannot be told: ``what it costs``."""
    reason: str = ""
    """Why that cannot be told, whole; the message may have only its beginning."""

    @property
    def audited(self) -> bool:
        """Whether it is only recorded: a rule is broken, and its policy says Audit and nothing else."""
        return self.verdict is Verdict.PASS and self.action is Action.AUDIT and not (self.exemption or self.accepted)

    @property
    def settled(self) -> bool:
        """Whether nobody is to be told: it could not be decided, as before the change, or whoever asks lets that pass."""
        let_in = self.exemption or self.accepted or self.action is Action.AUDIT
        return self.verdict is Verdict.PASS and not let_in

    @property
    def id(self) -> str:
        """``policy/rule``: what exemptions and people refer to."""
        return f"{self.policy}/{self.rule}"
