"""What is done now and then: calling for what waits, forgetting what is over, deleting clones that nobody uses."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from policies.message import inert

ROUND: Final = 10.0
"""Seconds between two rounds."""
_LOG: Final = logging.getLogger("weighbridge.app")


@dataclass(slots=True)
class Chore:
    """Something to be done every so many seconds."""

    name: str
    seconds: float
    do: Callable[[], None]
    due: float = 0.0


@dataclass(slots=True)
class Housekeeping:
    """Does chores in a thread of its own until told to stop; one that fails is told of, and done again at its time."""

    chores: list[Chore]
    clock: Callable[[], float]
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin, with all chores."""
        threading.Thread(target=self._run, name="housekeeping", daemon=True).start()

    def stop(self) -> None:
        """Do no more."""
        self._stop.set()

    def round(self) -> None:
        """Do what is due."""
        now = self.clock()
        for chore in self.chores:
            if now < chore.due:
                continue
            chore.due = now + chore.seconds
            try:
                chore.do()
            except Exception as error:  # noqa: BLE001 - the others must be done all the same
                _LOG.warning("%s: %s: %s", chore.name, type(error).__name__, inert(str(error)))

    def _run(self) -> None:
        while not self._stop.is_set():
            self.round()
            self._stop.wait(ROUND)
