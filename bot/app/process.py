"""Programs that are run for a change: within limits, without secrets, and ended when nobody wants their answer any more."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

PAUSE: Final = 0.05
"""Seconds between two looks at whether a program has ended."""
LONGEST_COMPLAINT: Final = 4_000
"""Bytes of what a program complains that are kept, the last ones."""
_PLACES: Final = ("PATH", "LANG", "TMPDIR", "XDG_CACHE_HOME")
"""What every program is told of the environment: where things are."""
_NETWORK: Final = (
    "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE",
)  # fmt: skip
"""How the network is reached, with the password that a proxy's address may hold: for who has to reach it alone."""


class StoppedError(Exception):
    """Nobody wants the answer any more."""


class ProgramError(Exception):
    """A program failed, or went beyond its limits. The text says how."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may take."""

    seconds: float
    memory: int
    """Bytes of data."""
    file: int
    """Bytes of any one file that it writes."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a program that succeeded wrote."""

    output: bytes
    complaint: str


def environment(*, network: bool = False, **more: str) -> dict[str, str]:
    """An environment without anything of ours that is secret; ``network`` adds how the network is reached."""
    names = (*_PLACES, *_NETWORK) if network else _PLACES
    return {name: os.environ[name] for name in names if name in os.environ} | more


def run(
    command: Sequence[str],
    folder: Path,
    surroundings: Mapping[str, str],
    limits: Limits,
    wanted: Callable[[], bool],
    given: bytes = b"",
) -> Ended:
    """Run a program in a folder and return what it wrote.

    :raises ProgramError: when it fails or goes beyond its limits.
    :raises StoppedError: when ``wanted`` says, while it runs, that its answer is not wanted any more.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaint, tempfile.TemporaryFile() as told:
        told.write(given)
        told.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - our own programs, found by path or on PATH, without a shell
                list(command),
                cwd=folder,
                env=dict(surroundings),
                stdin=told,
                stdout=output,
                stderr=complaint,
                start_new_session=True,
            )
        except OSError as error:
            raise ProgramError(f"it cannot be started: {error.strerror or error}") from None
        _limit(process.pid, limits)
        try:
            code = _wait(process, limits, wanted)
        finally:
            _end(process)
        said = _last(complaint)
        if code != 0:
            raise ProgramError(_words(code, said, limits))
        output.seek(0)
        return Ended(output.read(), said)


def _limit(pid: int, limits: Limits) -> None:
    with suppress(ProcessLookupError, PermissionError):  # it has ended already, or may be limited no further
        resource.prlimit(pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limits.file, limits.file))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _wait(process: subprocess.Popen[bytes], limits: Limits, wanted: Callable[[], bool]) -> int:
    end = time.monotonic() + limits.seconds
    while True:
        try:
            return process.wait(PAUSE)
        except subprocess.TimeoutExpired:
            if not wanted():
                raise StoppedError from None
            if time.monotonic() > end:
                raise ProgramError(f"it took longer than {limits.seconds:.0f} s") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started in its session; all of it may have ended by itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last(stream: IO[bytes]) -> str:
    stream.seek(0, os.SEEK_END)
    stream.seek(max(0, stream.tell() - LONGEST_COMPLAINT))
    return stream.read().decode("utf-8", "replace").strip()


def _words(code: int, said: str, limits: Limits) -> str:
    if code in (-signal.SIGXFSZ, 128 + signal.SIGXFSZ) or "File too large" in said:
        return f"it wrote a file of more than {limits.file // 1024**2:,} MiB"
    if code == -signal.SIGKILL or "MemoryError" in said or "out of memory" in said.lower():
        return f"it took more than {limits.memory // 1024**2:,} MiB of memory"
    lines = said.splitlines()
    return lines[-1][:300] if lines else f"it ended with code {code}"
