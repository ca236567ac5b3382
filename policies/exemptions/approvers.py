"""Who may accept what a report denies; and which labels do not, since another entry decides of that much money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from policies.exemptions.acceptance import Approvers, amounts_after, file_of
from policies.reports.report import Report
from policies.verdict import Verdict, Violation
from pricing.currency import Currency
from pricing.explanation import money
from workloads.settings.approval import LABEL, ApprovalSettings, deciding

Owners = Mapping[str, Sequence[str]]


def approvers_of(report: Report, entries: Sequence[ApprovalSettings], owners: Owners, asked: Sequence[str]) -> Approvers:
    """By the entries that decide of a denial, whose word counts.

    ``owners`` are the code owners of files, by the paths that the report has, and ``asked`` all of them.
    Linear in the denials, times the entries.
    """
    amounts = amounts_after(report)
    decisive: dict[ApprovalSettings, None] = {}
    undecisive: dict[tuple[str, str], None] = {}
    for violation in report.violations:
        if violation.verdict is not Verdict.DENY:
            continue
        amount = amounts.get(violation.identity, Decimal(0))
        decides = deciding(entries, violation.policy, violation.rule, amount)
        decisive |= dict.fromkeys(decides)
        others = set(_labels(each for each in entries if each.about(violation.policy, violation.rule))) - set(_labels(decides))
        if others:
            words = _whose(violation, amount, decides, owners.get(file_of(violation), ()), report.prices.currency)
            undecisive |= dict.fromkeys((label, words) for label in sorted(others))
    return Approvers(tuple(decisive), tuple(asked), tuple(undecisive))


def _labels(entries: Iterator[ApprovalSettings] | Sequence[ApprovalSettings]) -> Iterator[str]:
    return (label.casefold() for entry in entries for label in entry.labels)


def _whose(
    violation: Violation, amount: Decimal | None, decides: Sequence[ApprovalSettings], owners: Sequence[str], currency: Currency
) -> str:
    """``cost/gpu of ml/train: it costs $720.00 a month, and from $500.00 on only acme/finops by a review accepts it``."""
    cost = "it has no price, and may cost anything" if amount is None else f"it costs {money(amount, currency.sign)} a month"
    named = tuple(dict.fromkeys(name for entry in decides for name in entry.approvers(owners)))
    people = [name for name in named if not name.startswith(LABEL)]
    labels = [f"the label {name.removeprefix(LABEL)}" for name in named if name.startswith(LABEL)]
    by_review = [f"{' or '.join(people)} by a review"] if people else []
    whom = f"only {' or '.join([*by_review, *labels])} accepts it" if named else "nobody accepts it"
    above = max((entry.above for entry in decides), default=Decimal(0))
    of = f"from {money(above, currency.sign)} on" if above else "of so little"
    return f"{violation.id} of {violation.title}: {cost}, and {of} {whom} (approvals, in weighbridge.yaml)"
