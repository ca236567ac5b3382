"""What a person should know of a review's figures: old prices, nodes of which nothing is known, and what no sum counts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from policies.message import quoted
from policies.weighing import Weighing
from pricing.age import doubt
from pricing.delta import Kind
from pricing.estimate import WorkloadEstimate

MOST: Final = 3
"""Doubts that are told of one review: warnings have little room, and rules come first."""


def doubts(weighing: Weighing, today: datetime.date) -> tuple[str, ...]:
    """The doubts about what a change makes cost, each once; none about what it leaves as it was."""
    growth = tuple(_growth(weighing))
    changed = [each.after for each in weighing.delta.workloads if each.after is not None and each.kind is not Kind.UNCHANGED]
    return (*growth, *dict.fromkeys(words for each in changed for words in _of(each, today)))[:MOST]


def _growth(weighing: Weighing) -> Iterator[str]:
    """What a pool of nodes may come to cost, which no sum counts since its pods are counted: told where that is new."""
    before, after = weighing.delta.before, weighing.delta.after
    known = {note for each in (before.workloads if before else ()) for note in each.notes}
    for each in after.workloads:
        if each.workload.growth is not None:
            yield from (f"{quoted(each.workload.manifest.name, 80)}: {note}" for note in each.notes if note not in known)


def _of(estimate: WorkloadEstimate, today: datetime.date) -> Iterator[str]:
    yield from (group.unknown_node for group in estimate.workload.groups if group.unknown_node)
    yield from filter(None, (doubt(line.rate, today) for line in estimate.lines))
