"""The check run of a weighing, written where it is not there already: never over what a later run found of the same commit.

What a commit shows is the check run that was written last. So it is looked again after each write: where a later run wrote in
between, what that found is written once more on top, by whichever of both sees it. Its annotations stay on its own check run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bot.marker import Marker, alike
from bot.memory import is_memory
from bot.own_checks import marker_in, newest, of_pull
from forge.check_run import CheckRun, Conclusion, WrittenCheck
from forge.error import NotPermittedError, UncertainError
from forge.protocol import Checks

MOST_ROUNDS: Final = 12
"""Times that it is looked again whether it is there, where the forge's answers get lost or others write too."""


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
    shown: WrittenCheck | None = None
    """What the commit shows."""
    last: WrittenCheck | None = None
    """What this run wrote last."""

    def written(self, check: CheckRun) -> WrittenCheck | None:
        """The check run; None where a later run has written one, or the token may not write any."""
        try:
            self._converge(check)
        except NotPermittedError as error:
            self.problems.append(f"no check run was written, the token lacks checks: write ({error})")
            return None
        if self.later is not None:
            self.told.append(f"left to a later run, which weighed {check.head[:7]} anew")
            return None
        return self.shown

    def _converge(self, check: CheckRun) -> None:
        for _ in range(MOST_ROUNDS):
            try:
                lacking = self._lacking(check)
                if lacking is None:
                    self._annotate(check)
                    return
                self.last = self.checks.write(lacking)
            except UncertainError:
                continue  # the next look tells whether it was done
            if self.later is None:
                self.told.append(f"wrote check run {check.name}: {check.conclusion}, {check.title}")

    def _lacking(self, check: CheckRun) -> CheckRun | None:
        """What is to be written now; None once the commit shows what the latest run found."""
        every = self._there(check)
        latest = newest(every, self.marker.pull)
        self.shown = every[-1] if every else None
        self.later = latest if latest is not None and marker_in(latest).outruns(self.marker) else None
        # What was begun is ended once; what is to stand on top of others is written anew.
        begun = check.begun if self.last is None else 0
        wanted = replace(check if self.later is None else _repeated(self.later, check), begun=begun)
        return None if self.shown and begun in (0, self.shown.id) and self._says(self.shown, wanted) else wanted

    def _there(self, check: CheckRun) -> list[WrittenCheck]:
        """The pull request's, oldest first; what this run wrote also where the forge does not list it yet."""
        listed = of_pull(self.checks.written(check.head, check.name, is_memory), self.marker.pull)
        own = [self.last] if self.last is not None and self.last.id not in {each.id for each in listed} else []
        return sorted([*listed, *own], key=lambda each: each.id)

    def _says(self, written: WrittenCheck, check: CheckRun) -> bool:
        """Whether a check run that is there says what is to be said, on no more lines."""
        same = (written.conclusion, written.title) == (str(check.conclusion), check.title)
        fits = self.later is not None or written.annotations <= len(check.annotations)
        return same and fits and alike(written.summary, check.summary)

    def _annotate(self, check: CheckRun) -> None:
        if self.later is None and self.shown is not None and self.shown.annotations < len(check.annotations):
            self.checks.annotate(self.shown, check)


def _repeated(later: WrittenCheck, check: CheckRun) -> CheckRun:
    """What a later run found, to be written by one that began before it."""
    told = (Conclusion(later.conclusion), later.title, later.summary)
    return replace(check, annotations=(), memory=later.memory, conclusion=told[0], title=told[1], summary=told[2])
