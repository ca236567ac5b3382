"""The check run of a weighing, written where it is not there already: never over what a later run found of the same commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.lifecycle import later_run
from bot.marker import Marker, alike, marker_of
from bot.memory import is_memory
from bot.own_checks import newest
from forge.check_run import CheckRun, Conclusion, WrittenCheck
from forge.error import NotPermittedError, UncertainError
from forge.protocol import Checks

MOST_ROUNDS: Final = 12
"""Times that it is looked again whether it is there, where the forge's answers get lost."""


@dataclass(slots=True)
class CheckPosting:
    """One run's check run, with what came of it."""

    checks: Checks
    marker: Marker
    """Of the run."""
    told: list[str]
    problems: list[str]
    later: WrittenCheck | None = None
    """What a later run wrote of the same commit, where one did."""

    def written(self, check: CheckRun) -> WrittenCheck | None:
        """The check run; None where a later run has written one, or the token may not write any."""
        for _ in range(MOST_ROUNDS):
            try:
                return self._written(check)
            except UncertainError:
                continue
            except NotPermittedError as error:
                self.problems.append(f"no check run was written, the token lacks checks: write ({error})")
                return None
        return None

    def _written(self, check: CheckRun) -> WrittenCheck | None:
        there = newest(self.checks.written(check.head, check.name, is_memory), self.marker.pull)
        if there is not None and self._outruns(there):
            self._leave(check, there)
            return None
        if there is None or not _says(there, check):
            there = self.checks.write(check)
            self.told.append(f"wrote check run {check.name}: {check.conclusion}, {check.title}")
        if there.annotations < len(check.annotations):
            self.checks.annotate(there, check)
        return there

    def _outruns(self, there: WrittenCheck) -> bool:
        marker = marker_of(there.summary)
        return marker is not None and marker.key == self.marker.key and later_run(marker, self.marker)

    def _leave(self, check: CheckRun, there: WrittenCheck) -> None:
        """Leave it as the later run has it. What this run began has to end, and then says the same."""
        if check.begun:
            told = (Conclusion(there.conclusion), there.title, there.summary)
            self.checks.write(CheckRun(check.name, check.head, *told, (), check.link, there.memory, check.buttons, check.begun))
        self.told.append(f"left to a later run, which weighed {check.head[:7]} anew")
        self.later = there


def _says(written: WrittenCheck, check: CheckRun) -> bool:
    """Whether a check run that is there says what this one would."""
    same = (written.conclusion, written.title) == (str(check.conclusion), check.title)
    return same and written.annotations <= len(check.annotations) and alike(written.summary, check.summary)
