"""Workloads in whose manifest, or in what scales them, a change probably mistakes something: they may cost otherwise, and
nothing is advised on the ground of what they seem to cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from policies.advice.advice import Advice
from policies.reports.row import Row
from workloads.manifest import Manifest
from workloads.problem import Problem


def marked(rows: Sequence[Row], problems: Iterable[Problem]) -> tuple[Row, ...]:
    """The rows, with those marked in whose manifest, or autoscaler's, a problem finds a mistake. Linear in both."""
    mistaken = {(problem.file, problem.mistaken) for problem in problems if problem.mistaken}
    if not mistaken:
        return tuple(rows)
    return tuple(replace(row, mistaken=True) if _names(row) & mistaken else row for row in rows)


def sound(advice: Iterable[Advice], rows: Iterable[Row]) -> Iterator[Advice]:
    """The advice without what would save money on a mistake: it is to be mended, and not to be made the most of."""
    mistaken = {row.delta.identity for row in rows if row.mistaken}
    return (each for each in advice if each.settles is not None or each.identity not in mistaken)


def _names(row: Row) -> set[tuple[str, str]]:
    """What mistakes call the row's object, which may leave its namespace to the cluster, and what scales it."""
    scaled = (side.workload.autoscaler for side in (row.delta.before, row.delta.after) if side is not None)
    scalers = [_name(each.manifest, each.manifest.title) for each in scaled if each is not None]
    return {_name(row.manifest, row.title), _name(row.manifest, row.manifest.name), *scalers}


def _name(manifest: Manifest, title: str) -> tuple[str, str]:
    return manifest.origin.file if manifest.origin else "", f"{manifest.kind} {title}"
