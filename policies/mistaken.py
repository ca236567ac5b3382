"""Workloads whose manifests a change probably mistakes: what they cost as written is not what somebody meant them to cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from policies.row import Row
from workloads.problem import Problem


def marked(rows: Sequence[Row], problems: Iterable[Problem]) -> tuple[Row, ...]:
    """The rows, with those marked in whose manifest a problem finds a mistake. Linear in both."""
    mistaken = {(problem.file, problem.mistaken) for problem in problems if problem.mistaken}
    if not mistaken:
        return tuple(rows)
    return tuple(replace(row, mistaken=True) if _names(row) & mistaken else row for row in rows)


def _names(row: Row) -> set[tuple[str, str]]:
    """What a mistake calls the row's object, which may leave its namespace to the cluster."""
    manifest = row.manifest
    file = manifest.origin.file if manifest.origin else ""
    return {(file, f"{manifest.kind} {title}") for title in (row.title, manifest.name)}
