"""What of a change can be told beside files that cannot be read: what stood in them only seems to come or to go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from policies.reports.figures import total_of
from policies.reports.row import Row
from pricing.delta import Kind
from workloads.manifest import Manifest
from workloads.problem import Problem, Severity

if TYPE_CHECKING:
    from policies.reports.report import Report


def legible(report: Report) -> Report:
    """A report without what only seems to come or to go, as its file could not be read; else the report itself. Linear.

    What could not be read is then ``misread``, and every sum is that of the rows that are left.
    """
    misread = tuple(_misread(report))
    if not misread:
        return report
    files = {problem.file for problem in misread}
    rows = tuple(row for row in report.rows if not (_seems(row) and _file(row.manifest) in files))
    kept = {entry.identity for entry in report.unpriced}
    total = total_of([row.total for row in rows])
    return replace(
        report,
        rows=rows,
        unpriced_changes=tuple(
            entry for entry in report.unpriced_changes if entry.identity in kept or _file(entry.manifest) not in files
        ),
        before=total_of([row.before for row in rows]),
        total=total,
        one_off_before=total_of([row.one_off_before for row in rows]),
        one_off=total_of([row.one_off for row in rows]),
        certainty=report.certainty if total.expected else None,
        misread=misread,
    )


def _misread(report: Report) -> Iterator[Problem]:
    """Of what could not be read, what makes figures wrong: it is in a file of which something seems to come or to go."""
    if not report.compared:
        return
    kept = {entry.identity for entry in report.unpriced}
    files = {_file(row.manifest) for row in report.rows if _seems(row)}
    files |= {_file(entry.manifest) for entry in report.unpriced_changes if entry.identity not in kept}
    yield from (each for each in report.problems if each.severity is Severity.ERROR and each.file in files - {""})


def _seems(row: Row) -> bool:
    return row.kind in (Kind.ADDED, Kind.REMOVED)


def _file(manifest: Manifest) -> str:
    return manifest.origin.file if manifest.origin else ""
