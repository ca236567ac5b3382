"""Exemptions: rules that some objects of a namespace need not keep, for a reason, until a day, with somebody's approval.

None has an effect outside its validity, its scope and its approval. What is exempted is still told, with whose exemption it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from policies.message import inert, quoted
from policies.verdict import Verdict, Violation
from workloads.manifest import Identity, Origin

LONGEST: Final = timedelta(days=90)
"""How far ahead an exemption may end."""
TOLD_AHEAD: Final = timedelta(days=14)
"""How long before its end its users are told."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One CostExemption."""

    namespace: str
    name: str
    rules: tuple[str, ...]
    """``policy/rule``, or ``policy/*`` for all rules of one policy."""
    names: tuple[str, ...]
    """Names of the objects, with wildcards: ``train-*``."""
    reason: str
    expires: datetime
    kinds: tuple[str, ...] = ()
    """Kinds of the objects; any where empty."""
    starts: datetime | None = None
    ticket: str = ""
    requested_by: str = ""
    """Who asked for it; empty where nobody is named."""
    approved_by: str = ""
    """Who approved it as it is now; empty where nobody did."""
    leaving: bool = False
    """Whether it is being deleted: it ends then, whatever still keeps it from going."""
    origin: Origin | None = None

    @property
    def title(self) -> str:
        """``ml/training``: how messages name it."""
        return f"{self.namespace}/{self.name}"

    @property
    def words(self) -> str:
        """What is said where it applies."""
        ticket = f" ({quoted(self.ticket, 60)})" if self.ticket else ""
        return inert(
            f"{self.title} until {day(self.expires)}: {quoted(self.reason, 120)}{ticket}, approved by {quoted(self.approved_by)}"
        )

    def covers(self, policy: str, rule: str, identity: Identity, namespace: str) -> bool:
        """Whether a rule's finding in an object is in its scope: in its own namespace, of its kinds, names and rules."""
        return (
            namespace == self.namespace
            and (not self.kinds or identity.kind in self.kinds)
            and any(fnmatchcase(identity.name, pattern) for pattern in self.names)
            and any(pattern in (f"{policy}/{rule}", f"{policy}/*") for pattern in self.rules)
        )

    def hindrance(self, now: datetime) -> str:
        """Why it has no effect at a moment; empty where it has."""
        return ("is being deleted" if self.leaving else "") or self._outside(now) or self._unapproved()

    def _outside(self, now: datetime) -> str:
        """Why it does not hold at a moment."""
        if now >= self.expires:
            return f"expired on {day(self.expires)}"
        if self.expires - now > LONGEST:
            return f"ends on {day(self.expires)}, more than {LONGEST.days} days ahead"
        if self.starts is not None and now < self.starts:
            return f"begins on {day(self.starts)}"
        return ""

    def _unapproved(self) -> str:
        """Why nobody else than who asked for it has approved it."""
        if not self.approved_by:
            return "is not approved"
        if not self.requested_by:
            return "does not say who asked for it, so that nobody can tell whether somebody else approved it"
        themselves = _person(self.approved_by) == _person(self.requested_by)
        return f"was approved by {quoted(self.approved_by)}, who asked for it" if themselves else ""

    def ends_soon(self, now: datetime) -> bool:
        """Whether its users are told that it ends."""
        return self.expires - now <= TOLD_AHEAD


def _person(name: str) -> str:
    """A name as somebody is known by it: forges, where files are approved, do not tell capitals apart."""
    return name.strip().casefold()


def day(moment: datetime) -> str:
    """A moment to the minute, in UTC: every place has the same clock."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def exempted(
    violations: Iterable[Violation], exemptions: Sequence[Exemption], default_namespace: str, now: datetime
) -> Iterable[Violation]:
    """The violations, those that an exemption covers as passed by it; of one that has no effect, the violation says why.

    Linear in the violations, times the exemptions.
    """
    for violation in violations:
        namespace = violation.identity.namespace or default_namespace
        covering = [each for each in exemptions if each.covers(violation.policy, violation.rule, violation.identity, namespace)]
        effective = next((each for each in covering if not each.hindrance(now)), None)
        if effective is not None:
            yield replace(violation, verdict=Verdict.PASS, exemption=effective.words, blocks=False)
        elif covering:
            first = covering[0]
            words = f"Exemption {quoted(first.title, 80)} {first.hindrance(now)}."
            yield replace(violation, fix=f"{violation.fix} {words}".strip())
        else:
            yield violation
