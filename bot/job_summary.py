"""The summary of a CI job: the comment, and after it each workload that has no row of its own there.

Blocks are left out whole from the end, so that no table or tag is cut, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.comment import Links, layout
from bot.markdown import code, escaped, link, table
from bot.rows import MOST_UNKNOWN, cells
from bot.shown_row import single_rows
from policies.message import ended
from policies.reports.report import Report
from policies.verdict import Verdict
from pricing.precision import exactly
from workloads.workload import Unpriced

LARGEST = 1_000_000
"""Bytes of a summary: GitHub takes 1 MiB of a step, and drops all of one that is larger."""
BLOCK = 100
"""Rows of one block."""


def job_summary(report: Report, body: str, links: Links) -> str:
    """A comment's text, and all rows and all that has no price where it does not have each of them; at most a million bytes."""
    with exactly():
        return _fitted(body, [*_rows(report, links), *_unpriced(report, links)])


def _rows(report: Report, links: Links) -> Iterator[str]:
    """Every workload that changes, where the comment has several of them in one row."""
    found = layout(report, links)
    if all(len(row.rows) == 1 and row.words for row in found.shown):
        return
    denied = {violation.identity for violation in report.violations if violation.verdict is Verdict.DENY}
    rows = [
        cells(row, found.unit, links.place, report.clusters > 1, row.rows[0].delta.identity in denied)
        for row in single_rows(report.changed, found.unit)
    ]
    yield from _blocks("Workloads that change", ["Δ a month", "Workload", "What changes", "Before → after"], "rllr", rows)


def _unpriced(report: Report, links: Links) -> Iterator[str]:
    """Everything without a price that the change touches, each with its reason, where the comment names only some."""
    entries = report.unpriced_changes
    if len(entries) > MOST_UNKNOWN:
        rows = [[_name(entry, links), code(entry.manifest.kind), ended(escaped(entry.reason))] for entry in entries]
        yield from _blocks("Not priced", ["Object", "Kind", "Why"], "lll", rows)


def _name(entry: Unpriced, links: Links) -> str:
    origin = entry.manifest.origin
    where = f"{entry.cluster}: " if entry.cluster else ""
    return link(code(f"{where}{entry.manifest.title}"), links.place(origin.file, origin.line) if origin else "")


def _blocks(title: str, header: Sequence[str], alignment: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        numbers = f"{start + 1:,} to {start + len(part):,} of {len(rows):,}"
        yield "\n".join(
            [f"<details><summary>{title}, {numbers}</summary>", "", *table(header, alignment, part), "", "</details>"]
        )


def _fitted(body: str, blocks: Sequence[str]) -> str:
    """The body with as many blocks as there is room for."""
    kept: list[str] = []
    room = LARGEST - len(body.encode()) - LARGEST // 1000
    for number, block in enumerate(blocks):
        room -= len(block.encode()) + 2
        if room < 0:
            kept.append(
                f"<sub>Left out for length: the last {len(blocks) - number} of {len(blocks)} lists, all in the JSON.</sub>"
            )
            break
        kept.append(block)
    return "\n\n".join([body.rstrip("\n"), *kept]) + "\n"
