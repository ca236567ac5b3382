"""Which of the check runs on a commit are a pull request's: several may have one head, and a check run is of the commit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.marker import marker_of
from forge.check_run import WrittenCheck


def newest(written: Sequence[WrittenCheck], pull: int) -> WrittenCheck | None:
    """The newest of a pull request's, of those on a commit, oldest first; None where it has none. 0 is a merge group."""
    return next((each for each in reversed(written) if pull_of(each) in (0, pull)), None)


def pull_of(written: WrittenCheck) -> int:
    """The pull request that a check run was written for; 0 where it names none."""
    marker = marker_of(written.summary)
    return marker.pull if marker is not None else 0
