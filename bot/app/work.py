"""What becomes of a look: done and struck out of the register, later, or given up; and what is told of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.app.clones import CloneError
from bot.app.process import StoppedError
from bot.app.register import Owed, Register
from bot.app.run import LaggingError, Look, Runner
from bot.app.subject import Subject
from bot.posting import Outcome
from forge.error import BusyError, ForgeError, NotPermittedError, NotThereError, RefusedError, UncertainError, UnreachableError
from forge.github import GitHub
from policies.message import inert

MOST_ATTEMPTS: Final = 6
"""Looks at a subject that may fail, or end this program, before nobody looks again until something new is told of it.

At the last one it is given up, and at one more where that ended the program too.
"""
LAG: Final = 5.0
"""Seconds that GitHub is given to know of what it told itself."""
LONGEST_WAIT: Final = 3600.0
"""Seconds until a look that failed is tried again, at most."""
GLANCE: Final = 0.5
"""Seconds between two glances into the register for something newer."""
_LOG: Final = logging.getLogger("weighbridge.app")


@dataclass(frozen=True, slots=True)
class Access:
    """How a subject's repository is spoken to."""

    forge: Callable[[Subject], tuple[GitHub, str]]
    """The repository, and a token for its clones."""
    forget: Callable[[Subject], None]
    """Has the next token for its repository fetched anew."""


@dataclass(frozen=True, slots=True)
class Work:
    """Looks at subjects, and keeps the register."""

    register: Register
    runner: Runner
    access: Access
    clock: Callable[[], float]
    stopping: Callable[[], bool] = lambda: False

    def __call__(self, subject: Subject) -> None:
        """Look at a subject. Never raises: what went wrong is told, and the look is done again or given up."""
        try:
            self._look(subject)
        except Exception as error:  # noqa: BLE001 - one mistake must not end the program
            _LOG.exception("%s: this is a mistake in Weighbridge (%s)", subject.words, type(error).__name__)
            self._later(subject, 60.0)

    def _look(self, subject: Subject) -> None:
        owed = self.register.owed(subject)
        seen = {each.delivery for each in owed}
        attempt = self.register.attempt(subject) if owed else 0
        if not owed or attempt > MOST_ATTEMPTS + 1:
            self.register.settle(subject, seen, self.clock())
            return
        try:
            outcome = self._outcome(subject, owed, attempt)
        except StoppedError:
            # What is newer is owed a look of its own; what was seen is owed as long as nobody has looked.
            self.register.postpone(subject, self.clock(), counted=False)
        except LaggingError:
            self._later(subject, LAG)
        except BusyError as error:
            _tell(subject, (str(error),))
            self.register.postpone(subject, self.clock() + min(error.seconds, LONGEST_WAIT), counted=False)
        except (UnreachableError, UncertainError, CloneError) as error:
            _tell(subject, (str(error),))
            self._later(subject, min(15.0 * 4**attempt, LONGEST_WAIT))
        except ForgeError as error:
            self._refused(subject, error, seen, attempt)
        else:
            _tell(subject, (*outcome.told, *outcome.problems))
            self.register.settle(subject, seen, self.clock())

    def _outcome(self, subject: Subject, owed: Sequence[Owed], attempt: int) -> Outcome:
        if subject.gone:
            return self._gone(subject)
        forge, token = self.access.forge(subject)
        wanted = _Wanted(self, subject, owed)
        # Taken before anything is asked: of two looks the one with the larger number knows no less.
        number = self.register.number(int(self.clock() * 1000))
        look = Look(subject, forge, token, attempt, owed[-1].head, owed[-1].ended, wanted, number)
        if attempt >= MOST_ATTEMPTS:
            reason = f"{MOST_ATTEMPTS - 1} attempts to weigh it failed or ended the program"
            return self.runner.give_up(look, reason, asking=attempt == MOST_ATTEMPTS)
        return self.runner.run(look)

    def _gone(self, subject: Subject) -> Outcome:
        """What is told of a repository's end is a reason to ask, no more: it may be back, or somebody tells it once more."""
        self.access.forget(subject)
        try:
            self.access.forge(subject)
        except (NotThereError, NotPermittedError, RefusedError):
            self.register.drop(subject.repository)
            return self.runner.end(subject)
        return Outcome(("the App may see it: nothing is forgotten",))

    def _refused(self, subject: Subject, error: ForgeError, seen: set[str], attempt: int) -> None:
        """GitHub says no. A permission may be given, and a token be old: that is tried again; the rest is as it is."""
        _tell(subject, (str(error),))
        self.access.forget(subject)
        if isinstance(error, NotThereError | RefusedError) or attempt >= 3:
            self.register.settle(subject, seen, self.clock())
            if isinstance(error, NotThereError):
                self.runner.end(subject)
        elif isinstance(error, NotPermittedError):
            self._later(subject, 60.0 * attempt)

    def _later(self, subject: Subject, seconds: float) -> None:
        self.register.postpone(subject, self.clock() + seconds)


class _Wanted:
    """Whether a look is still wanted: until a newer delivery tells of another head or of the end, or the program stops."""

    def __init__(self, work: Work, subject: Subject, owed: Sequence[Owed]) -> None:
        self._work = work
        self._subject = subject
        self._seen = {each.delivery for each in owed}
        self._head = owed[-1].head
        self._next = 0.0
        self._answer = True

    def __call__(self) -> bool:
        if self._work.stopping():
            return False
        now = self._work.clock()
        if self._answer and now >= self._next:
            self._next = now + GLANCE
            owed = self._work.register.owed(self._subject)
            self._answer = not any(self._newer(each) for each in owed)
        return self._answer

    def _newer(self, owed: Owed) -> bool:
        return owed.delivery not in self._seen and (owed.ended or owed.head not in ("", self._head))


def _tell(subject: Subject, words: Sequence[str]) -> None:
    for each in words:
        _LOG.info("%s: %s", subject.words, inert(each))
