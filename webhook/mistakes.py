"""What of an object was read with a doubt, such as an annotation that cannot be meant: in the words in which files are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policies.message import inert
from policies.reports.alike import alike_problems
from policies.weighing import Weighing

MOST: Final = 3
"""Mistakes that are told of one review; the rest is counted."""


def mistakes(weighing: Weighing) -> Iterator[str]:
    """What is wrong with what was weighed, each once, and what to do about it."""
    told = alike_problems(weighing.problems)
    yield from (inert(str(alike.first)) for alike in told[:MOST])
    if len(told) > MOST:
        yield f"{len(told) - MOST} more mistakes: weighbridge check lists them"
