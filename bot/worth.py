"""Whether a change is worth a comment: engineers ignore one that is always there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from policies.reports.report import Report
from policies.verdict import Verdict
from workloads.immutable import REFUSED
from workloads.problem import Severity
from workloads.settings.comment import CommentSettings


def worth_a_comment(report: Report, settings: CommentSettings) -> bool:
    """Whether it costs or saves enough, or something is denied, warned of or not known among what changes."""
    return notable(report) or _enough(report, settings)


def notable(report: Report) -> bool:
    """Whether there is something to say beside money."""
    told = any(
        (violation.verdict is not Verdict.PASS and not violation.existed) or violation.accepted for violation in report.violations
    )
    unread = any(problem.severity is Severity.ERROR for problem in report.problems)
    uncounted = any(row.uncounted or row.runs_on for row in report.changed)
    unknown = bool(report.unpriced_changes or report.mistakes)
    return told or unread or uncounted or unknown or bool(report.growing or refused(report))


def refused(report: Report) -> frozenset[str]:
    """The objects of whose change Kubernetes refuses something, by title: it stops the deployment, whatever it costs."""
    return frozenset(row.title for row in report.rows if any(note.startswith(REFUSED) for note in row.delta.notes))


def nothing_to_say(report: Report) -> bool:
    """Whether a comment is to be folded away: no figure changes, and nothing is denied, warned of or unknown."""
    return nothing_moves(report) and not notable(report)


def judged(report: Report) -> bool:
    """Whether any rule says more than what is only recorded."""
    return any(not (violation.settled or violation.audited) for violation in report.violations)


def nothing_moves(report: Report) -> bool:
    """Whether no figure changes, and none that is not known may: then there is nothing to be put into a table."""
    moved = any(not (row.change.nothing and row.one_off_change.nothing) for row in report.changed)
    return not moved and not report.unpriced_changes and not any(row.uncounted for row in report.changed)


def _enough(report: Report, settings: CommentSettings) -> bool:
    """Whether every threshold that is stated is reached. What is paid once counts, and what is saved like what is added."""
    moved = max(_sizes(report), default=Decimal(0))
    if not moved:
        return False
    before = report.before.expected
    reached = [moved >= settings.money] if settings.money is not None else []
    if settings.percent is not None:
        # Of nothing, anything is more than any share.
        reached.append(before <= 0 or moved * 100 >= settings.percent * before)
    return all(reached)


def _sizes(report: Report) -> Iterator[Decimal]:
    """What is added and what is saved each on its own, since one may hide the other: as expected, at either end, and once."""
    for sizes in (
        [row.change.expected for row in report.changed],
        [row.change.high for row in report.changed],
        [row.change.low for row in report.changed],
        [row.one_off_change.expected for row in report.changed],
        [row.one_off_change.high for row in report.changed],
    ):
        yield sum((max(size, Decimal(0)) for size in sizes), Decimal(0))
        yield sum((max(-size, Decimal(0)) for size in sizes), Decimal(0))
