"""Which of the check runs on a commit are a pull request's: several may have one head, and a check run is of the commit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.marker import NO_MARKER, Marker, marker_of
from bot.memory import is_memory
from forge.check_run import WrittenCheck
from forge.error import NotPermittedError
from forge.protocol import Forge
from forge.pull_request import PullRequest


def newest(written: Sequence[WrittenCheck], pull: int) -> WrittenCheck | None:
    """The newest of a pull request's, of those on a commit, oldest first; None where it has none. 0 is a merge group.

    The one of the latest run, also where an earlier run wrote after it.
    """
    found: WrittenCheck | None = None
    for each in of_pull(written, pull):
        if found is None or not marker_in(found).outruns(marker_in(each)):
            found = each
    return found


def newest_on(forge: Forge, commit: str, name: str, pull: int) -> WrittenCheck | None:
    """The newest of a pull request's check runs of a name on a commit; None where it has none.

    :raises ForgeError: when the forge cannot be asked.
    """
    return newest(forge.checks.written(commit, name, is_memory), pull) if forge.checks else None


def overtaking(forge: Forge, pull: PullRequest, own: Marker, name: str) -> WrittenCheck | None:
    """What the run of a newer commit wrote of an open pull request, or a later run of the same commit than our own.

    None where none has got that far, and where the token may not read it.

    :raises ForgeError: when the forge cannot be asked.
    """
    try:
        written = newest_on(forge, pull.head, name, pull.number) if pull.open else None
    except NotPermittedError:
        return None
    marker = marker_in(written) if written is not None else NO_MARKER
    if marker.key != own.key or marker.head != pull.head:
        return None
    return written if own.head != pull.head or marker.outruns(own) else None


def of_pull(written: Sequence[WrittenCheck], pull: int) -> list[WrittenCheck]:
    """Those of a pull request."""
    return [each for each in written if pull_of(each) in (0, pull)]


def pull_of(written: WrittenCheck) -> int:
    """The pull request that a check run was written for; 0 where it names none."""
    return marker_in(written).pull


def marker_in(written: WrittenCheck) -> Marker:
    """What a check run's last line says; nothing where it is none of ours."""
    return marker_of(written.summary) or NO_MARKER
