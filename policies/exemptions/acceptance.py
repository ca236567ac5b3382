"""Denials that somebody accepts on a pull request: who, which rule, how much money, and for how long.

An acceptance changes no rule and no figure. It lets one commit's denial pass, and is told wherever the denial would have been.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from policies.reports.report import Report
from policies.verdict import SEVERITY, Verdict, Violation
from workloads.manifest import Identity
from workloads.problem import Severity
from workloads.settings.approval import ApprovalSettings, deciding

VALID: Final = timedelta(days=30)
"""How long an allowance holds: a merge and its rollout, and not the next change."""
_NOBODY: Final[Mapping[str, Sequence[str]]] = {}


@dataclass(frozen=True, slots=True)
class Sign:
    """What somebody who may accept denials did to a pull request, as it is now."""

    who: str
    label: str = ""
    """The label that they put on; empty where they approved the commit in a review."""
    teams: frozenset[str] = frozenset()
    """Those of the teams that are asked about to which they belong."""
    writes: bool = False
    """Whether they may write to the repository."""

    def accepts(self, entry: ApprovalSettings, owners: Sequence[str] = ()) -> str:
        """As whom they accept what an entry is about, in words; empty where they do not.

        ``owners`` are the code owners of the file that it is about.
        """
        if self.label and self.label.casefold() not in {label.casefold() for label in entry.labels}:
            return ""
        how = f"by the label {self.label}" if self.label else "by review"
        as_whom = self.who if self.label and not entry.names_people and self.writes else self._among(entry, owners)
        return f"{as_whom}, {how}" if as_whom else ""

    def _among(self, entry: ApprovalSettings, owners: Sequence[str]) -> str:
        """As whom they are one of those whose word counts; empty where they are not. Owners count who may write, as on GitHub."""
        own = {each.casefold() for each in self.teams} | {self.who.casefold()}
        found = entry.teams if not self.writes else entry.reviewers(owners)
        name = next((name for name in found if name.casefold() in own), "")
        return f"{self.who} of {name}" if "/" in name else self.who if name else ""


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may accept something of what is denied."""

    entries: tuple[ApprovalSettings, ...]
    owners: tuple[str, ...] = ()
    """The code owners of the files that it is about, where an entry lets them."""
    undecisive: tuple[tuple[str, str], ...] = ()
    """Labels in small letters that accept the same rules at other amounts, each with why it does not accept what is denied."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What accepted objects may cost together, until when."""

    identities: tuple[Identity, ...]
    amount: Decimal
    """A month, at the most, in the currency of the report."""
    expires: datetime


def amounts_after(report: Report) -> Mapping[Identity, Decimal | None]:
    """What each object costs a month at the most after the change; None where part of it has no price."""
    found: dict[Identity, Decimal | None] = {row.delta.identity: row.total.high for row in report.rows}
    unknown = [row.delta.identity for row in report.rows if row.estimate.unpriced or row.uncounted]
    unknown += [entry.identity for entry in report.unpriced_changes]
    return {**found, **dict.fromkeys(unknown)}


def accepted(
    report: Report, entries: Sequence[ApprovalSettings], signs: Sequence[Sign], owners: Mapping[str, Sequence[str]] = _NOBODY
) -> Report:
    """The report with its denials as accepted as they are, and with who may accept the others.

    ``owners`` are the code owners of files, by the paths that the report has.
    Linear in the report, and in entries times signs for each denial.
    """
    amounts = amounts_after(report)
    violations = tuple(_settled(each, amounts, entries, signs, owners.get(file_of(each), ())) for each in report.violations)
    found = replace(report, violations=tuple(sorted(violations, key=lambda each: SEVERITY.index(each.verdict))))
    return replace(found, verdict=_verdict(found))


def _settled(
    violation: Violation,
    amounts: Mapping[Identity, Decimal | None],
    entries: Sequence[ApprovalSettings],
    signs: Sequence[Sign],
    owners: Sequence[str],
) -> Violation:
    if violation.verdict is not Verdict.DENY:
        return violation
    decides = deciding(entries, violation.policy, violation.rule, amounts.get(violation.identity, Decimal(0)))
    approvers = tuple(dict.fromkeys(name for entry in decides for name in entry.approvers(owners)))
    words = next((found for sign in signs for entry in decides if (found := sign.accepts(entry, owners))), "")
    told = replace(violation, approvers=approvers)
    return replace(told, verdict=Verdict.PASS, accepted=words) if words else told


def file_of(violation: Violation) -> str:
    """The file that a violation points to: of a rendered object, the one that it was made of; empty where there is none."""
    return violation.origin.file if violation.origin is not None else ""


def _verdict(report: Report) -> Verdict:
    """The worst of what is left; what could not be read or rendered is still not known."""
    unread = any(problem.severity is Severity.ERROR for problem in report.problems)
    unrendered = any(entry.manifest.unrendered is not None for entry in report.unpriced_changes)
    verdicts = {violation.verdict for violation in report.violations} | ({Verdict.UNKNOWN} if unread or unrendered else set())
    return next((verdict for verdict in SEVERITY if verdict in verdicts), Verdict.PASS)


def acceptances(report: Report) -> list[Violation]:
    """The denials that were accepted."""
    return [violation for violation in report.violations if violation.accepted]


def allowance(report: Report) -> Allowance | None:
    """What the accepted objects may cost together; None where nothing was accepted. What has no price is not in it."""
    several = dict.fromkeys(violation.identity for violation in acceptances(report))
    amounts = amounts_after(report) if several else {}
    known = {identity: amount for identity in several if (amount := amounts.get(identity, Decimal(0))) is not None}
    if not known:
        return None
    return Allowance(tuple(known), sum(known.values(), Decimal("0.00")), report.generated_at + VALID)


def proposing(report: Report, entries: Sequence[ApprovalSettings]) -> Iterator[Violation]:
    """The accepted denials of which an exemption is to be proposed."""
    amounts = amounts_after(report)
    for violation in acceptances(report):
        decided = deciding(entries, violation.policy, violation.rule, amounts.get(violation.identity, Decimal(0)))
        if any(entry.exemption for entry in decided):
            yield violation
