"""What a change takes out of the repository, or renames, and what runs on under its old name until somebody deletes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies.reports.alike import named
from policies.reports.row import Row


def unpruned_notes(rows: Sequence[Row]) -> Iterator[str]:
    """What goes on running and why, each reason once."""
    titles: dict[str, list[str]] = {}
    for row in rows:
        if row.runs_on:
            titles.setdefault(row.runs_on, []).append(row.former)
    for why, several in titles.items():
        each = "they run on, and are paid, until somebody deletes them" if len(several) > 1 else _ONE
        yield f"{named(several)}: {each}: {why}"


_ONE = "it runs on, and is paid, until somebody deletes it"
