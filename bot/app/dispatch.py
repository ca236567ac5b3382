"""Who works on what: one at a time in a repository, several repositories at once, and whoever waited longest first."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bot.app.delivery import Told
from bot.app.register import Register
from bot.app.subject import Subject

LEASE: Final = 60.0
"""Seconds for which a repository is held: after a crash, as long until others may."""
BEAT: Final = 15.0
"""Seconds between two times that it is taken for longer."""
_LOG: Final = logging.getLogger("weighbridge.app")


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Takes calls."""

    register: Register
    run: Callable[[Subject], None]
    """Looks at one subject. Never raises."""
    call: Callable[[int], None]
    clock: Callable[[], float]

    def look(self, repository: int) -> None:
        """Do what a repository has been owed for longest, unless somebody is at work in it; whoever that is goes on.

        Where it could not be held all the time, somebody else may have looked meanwhile: so it is looked at once more.
        """
        holder = uuid.uuid4().hex
        if not self.register.claim(repository, holder, self.clock(), self.clock() + LEASE):
            return
        try:
            subject = next(self._due(repository), None)
            if subject is not None:
                with self._held(repository, holder) as lease:
                    self.run(subject)
                if lease.lost:
                    self.register.receive(f"lost {holder}", (Told(subject),), self.clock())
        finally:
            self.register.release(repository, holder)
        # Asked after the release: what came in before it found the repository held, and called in vain.
        if subject is not None and next(self._due(repository), None) is not None:
            self.call(repository)

    def sweep(self) -> None:
        """Call for all that is due: what waited for its time, and what a crash left behind."""
        for repository in dict.fromkeys(subject.repository for subject in self.register.due(self.clock())):
            self.call(repository)

    def _due(self, repository: int) -> Iterator[Subject]:
        return (subject for subject in self.register.due(self.clock()) if subject.repository == repository)

    @contextmanager
    def _held(self, repository: int, holder: str) -> Iterator[_Lease]:
        """Hold a repository while something takes longer than a lease; at the end it is told whether that went well."""
        lease = _Lease(self.register, repository, holder, self.clock, self.clock())
        done = threading.Event()

        def beat() -> None:
            while not done.wait(BEAT):
                try:
                    lease.prolong()
                except Exception as error:  # noqa: BLE001 - the next beat may succeed
                    _LOG.warning("the register does not answer: %s", type(error).__name__)

        thread = threading.Thread(target=beat, name="lease", daemon=True)
        thread.start()
        try:
            yield lease
        finally:
            done.set()
            thread.join()
        lease.prolong()


@dataclass(slots=True)
class _Lease:
    """A repository that is held, and for how long yet."""

    register: Register
    repository: int
    holder: str
    clock: Callable[[], float]
    since: float
    """When it was last made longer."""
    lost: bool = False
    """Whether somebody else held it meanwhile, or could have."""

    def prolong(self) -> None:
        """Take it for longer."""
        now = self.clock()
        held = self.register.claim(self.repository, self.holder, now, now + LEASE)
        self.lost = self.lost or not held or now - self.since > LEASE
        self.since = now
