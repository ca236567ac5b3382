"""Several processes as one: started together, begun again when they end by themselves, and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.app.parent import PARENT

LONGEST_PAUSE: Final = 30.0
"""Seconds until a process that keeps ending is begun again, at most."""
STEADY: Final = 60.0
"""Seconds after which a process counts as running well."""
STOP_SECONDS: Final = 20.0
"""Seconds that processes have to end."""


@dataclass(slots=True)
class _Kept:
    """A process that is kept running."""

    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    pause: float = 1.0
    due: float = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps commands running until a signal."""

    commands: Mapping[str, Sequence[str]]
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Run until SIGTERM or SIGINT, and return the code to end with: not 0 where one of the processes cannot even start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        kept = [_Kept(command) for command in self.commands.values()]
        code = 0
        try:
            while not self._stop.wait(0.1):
                code = next((found for each in kept if (found := _keep(each)) is not None), 0)
                if code:
                    break
        finally:
            _end([each.process for each in kept if each.process is not None])
        return code


def _keep(kept: _Kept) -> int | None:
    """Begin a process that does not run, once its pause is over; the code of one that could not even start."""
    now = time.monotonic()
    if kept.process is not None:
        code = kept.process.poll()
        if code is None:
            return None
        lasted, kept.process = now - kept.started, None
        if code == 2 and lasted < STEADY and kept.pause == 1.0:
            return code
        kept.pause = 1.0 if lasted > STEADY else min(kept.pause * 2, LONGEST_PAUSE)
        kept.due = now + kept.pause
    if now >= kept.due:
        around = {**os.environ, PARENT: str(os.getpid())}
        kept.process, kept.started = subprocess.Popen(list(kept.command), env=around), now  # noqa: S603 - this program itself
    return None


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask processes to end, and end those that do not."""
    for process in processes:
        process.terminate()
    end = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
