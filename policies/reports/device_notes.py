"""What a person should know of machines and devices: pods that do not fit, slices left open, GPUs got without a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies.reports.alike import named
from policies.reports.row import Row
from pricing.delta import Kind
from workloads.devices.gpu_access import note

MOST = 10
"""Notes that are listed."""


def device_notes(rows: Sequence[Row]) -> tuple[str, ...]:
    """A note for each thing, with the workloads that it is true of; of what the change leaves alone, none."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.kind not in (Kind.UNCHANGED, Kind.REMOVED):
            for words in dict.fromkeys(_of(row)):
                found.setdefault(words, []).append(row.title)
    notes = [f"{named(titles)}: {words}" for words, titles in found.items()]
    more = (f"{len(notes) - MOST} more notes of this kind stand with their workloads in the JSON",) if len(notes) > MOST else ()
    return (*notes[:MOST], *more)


def _of(row: Row) -> Iterator[str]:
    yield from row.estimate.warnings
    for group in row.workload.groups:
        yield from map(note, group.gpu_access)
