"""Since when people can see what a commit costs, against the commit it is compared with: nobody accepts what nobody could see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.marker import marker_of
from forge.approval import Telling


@dataclass(frozen=True, slots=True)
class Sight:
    """What people can see of a commit's cost."""

    base: str
    """Full name of the commit that it is compared with; empty where it was weighed against none."""
    since: datetime | None
    """Since when it shows what the commit costs against that one; None where it does not."""
    first: bool
    """Whether the commit was never weighed against another one."""

    def covers(self, at: datetime) -> bool:
        """Whether what was seen then is what is to be seen now."""
        return self.since is not None and at >= self.since


def sight(tellings: Sequence[Telling], base: str = "", pull: int = 0) -> Sight:
    """What is to be seen of a commit by its check runs, oldest first, on the pull request of a number.

    ``base`` is the commit that it is compared with; where it is not given, the one of the last check run. A check run of a
    commit that could not be weighed names none, and shows nothing.
    """
    marked = [(each.at, marker) for each in tellings if (marker := marker_of(each.summary)) is not None]
    told = [(at, marker.base) for at, marker in marked if marker.base and marker.of(pull)]
    wanted = base or (told[-1][1] if told else "")
    others = [number for number, (_, against) in enumerate(told) if against != wanted]
    current = told[others[-1] + 1 :] if others else told
    return Sight(wanted, current[0][0] if current else None, not others)
