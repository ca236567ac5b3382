"""A denial that stands: what keeps a commit's check run red though the run at hand does not deny it.

A check run that is grey counts as passed. So a weighing that could not be done takes back no denial of the same commit. And a
check run is of a commit, not of a pull request: one that costs nothing on another branch takes back no denial on this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.marker import marker_of
from bot.memory import is_memory
from bot.own_checks import newest, pull_of
from forge.check_run import CheckRun, Conclusion, WrittenCheck
from forge.error import NotPermittedError, NotThereError
from forge.protocol import Forge

_BEFORE: Final = "It was denied when it was last weighed, which stands until it is weighed again."
_ELSEWHERE: Final = (
    "Pull request {} has the same commit at its head and is denied; a check run is of both: "
    "close that one and weigh again, or push another commit."
)
_ONLY_ELSEWHERE: Final = re.compile(_ELSEWHERE.format(r"\d{1,20}"))


@dataclass(frozen=True, slots=True)
class StandingDenial:
    """A denial that stands."""

    title: str
    """What the check run's title adds."""
    words: str
    """A sentence of the comment's."""

    def told(self, body: str) -> str:
        """A comment with the sentence under its heading."""
        heading, rest = body.split("\n", 1)
        return f"{heading}\n\n{self.words}\n{rest}"


def standing_denial(forge: Forge, check: CheckRun, pull: int) -> StandingDenial | None:
    """The denial that stands against what a check run would say of a pull request; None where none does.

    :raises ForgeError: when the forge cannot be asked.
    """
    if forge.checks is None or (check.conclusion is Conclusion.FAILURE and _weighed(check.summary)):
        return None
    try:
        written = forge.checks.written(check.head, check.name, is_memory)
    except NotPermittedError:
        return None
    before = newest(written, pull)
    if before is not None and not _weighed(check.summary) and _denied_then(before):
        return StandingDenial("denied before", _BEFORE)
    # A merge group has a commit of the queue's own.
    elsewhere = _denied_elsewhere(written, pull) if pull else ()
    other = next((number for number in elsewhere if _still(forge, number, check.head)), 0)
    return StandingDenial(f"denied in pull request {other}", _ELSEWHERE.format(other)) if other else None


def _weighed(summary: str) -> bool:
    marker = marker_of(summary)
    return marker is not None and bool(marker.base)


def _denied_then(before: WrittenCheck) -> bool:
    """Whether a commit was denied as far as it was weighed: what could not be told then may be told otherwise now."""
    return before.conclusion == Conclusion.FAILURE and (_weighed(before.summary) or _BEFORE in before.summary)


def _denied_elsewhere(written: Sequence[WrittenCheck], pull: int) -> Iterator[int]:
    """The other pull requests on which the commit is denied, and not only kept red for another one's sake."""
    for number in sorted({pull_of(each) for each in written} - {0, pull}):
        last = newest(written, number)
        if last is not None and last.conclusion == Conclusion.FAILURE and not _ONLY_ELSEWHERE.search(last.summary):
            yield number


def _still(forge: Forge, number: int, head: str) -> bool:
    """Whether a pull request is open, and of that commit."""
    try:
        found = forge.pull_request(number)
    except NotThereError:
        return False
    return found.open and found.head == head
