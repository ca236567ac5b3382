"""What a figure of a review rests on that a person should know of: old prices, and nodes of which nothing is known."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from policies.weighing import Weighing
from pricing.age import doubt
from pricing.delta import Kind
from pricing.estimate import WorkloadEstimate

MOST: Final = 3
"""Doubts that are told of one review: warnings have little room, and rules come first."""


def doubts(weighing: Weighing, today: datetime.date) -> tuple[str, ...]:
    """The doubts about what a change makes cost, each once; none about what it leaves as it was."""
    changed = [each.after for each in weighing.delta.workloads if each.after is not None and each.kind is not Kind.UNCHANGED]
    return tuple(dict.fromkeys(words for each in changed for words in _of(each, today)))[:MOST]


def _of(estimate: WorkloadEstimate, today: datetime.date) -> Iterator[str]:
    yield from (group.unknown_node for group in estimate.workload.groups if group.unknown_node)
    yield from filter(None, (doubt(line.rate, today) for line in estimate.lines))
