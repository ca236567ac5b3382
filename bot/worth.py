"""Whether a change is worth a comment: engineers ignore one that is always there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from policies.figures import total_of
from policies.report import Report
from policies.row import Row
from policies.verdict import Verdict
from pricing.delta import Kind
from workloads.problem import Problem, Severity
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
    uncounted = any(row.uncounted for row in report.changed)
    return told or unread or uncounted or bool(report.unpriced_changes)


def nothing_to_say(report: Report) -> bool:
    """Whether a comment is to be folded away: no figure changes, and nothing is denied, warned of or unknown."""
    return nothing_moves(report) and not notable(report)


def nothing_moves(report: Report) -> bool:
    """Whether no figure changes, and none that is not known may: then there is nothing to be put into a table."""
    moved = any(not (row.change.nothing and row.one_off_change.nothing) for row in report.changed)
    return not moved and not report.unpriced_changes and not any(row.uncounted for row in report.changed)


def misread_problems(report: Report) -> Iterator[Problem]:
    """Of what could not be read, what makes figures wrong: it is in a file of which something seems to come or to go."""
    if not report.compared:
        return
    files = {_file(row) for row in report.changed if _seems(row)} - {""}
    yield from (each for each in report.problems if each.severity is Severity.ERROR and each.file in files)


def knowable(report: Report) -> Report:
    """A report without the workloads that only seem to come or to go, as their file could not be read; else the report itself."""
    files = {problem.file for problem in misread_problems(report)}
    if not files:
        return report
    rows = tuple(row for row in report.rows if not (_seems(row) and _file(row) in files))
    return replace(
        report,
        rows=rows,
        before=total_of([row.before for row in rows]),
        total=total_of([row.total for row in rows]),
        one_off_before=total_of([row.one_off_before for row in rows]),
        one_off=total_of([row.one_off for row in rows]),
    )


def _seems(row: Row) -> bool:
    return row.kind in (Kind.ADDED, Kind.REMOVED)


def _file(row: Row) -> str:
    return row.manifest.origin.file if row.manifest.origin else ""


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
    """What is added and what is saved each on its own, since one may hide the other: as expected, at the high end, and once."""
    for sizes in (
        [row.change.expected for row in report.changed],
        [row.change.high for row in report.changed],
        [row.one_off_change.expected for row in report.changed],
        [row.one_off_change.high for row in report.changed],
    ):
        yield sum((max(size, Decimal(0)) for size in sizes), Decimal(0))
        yield sum((max(-size, Decimal(0)) for size in sizes), Decimal(0))
