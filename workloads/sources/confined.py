"""Runs one renderer on files that a stranger may have written: no network, no home, no other program, little time and memory.

The level that holds depends on the machine, and is told. References to fetch were refused before by parsing: this is the second
wall.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from workloads.rendering.complaint import complaint
from workloads.rendering.confinement import MEMORY, NAMESPACE, OUTPUT, PROXIES, SECONDS, Confinement

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

_LIMITED: Final = resource is not None and hasattr(resource, "prlimit")
"""Whether a process that has just begun can be limited: on Linux."""
_NOWHERE: Final = "http://127.0.0.1:9"
"""The discard port: nobody listens there."""
_HOMES: Final = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HELM_PLUGINS", "KUSTOMIZE_PLUGIN_HOME")
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
LONGEST_COMPLAINT: Final = 500
"""Characters of what a renderer says went wrong that are told."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    output: bytes
    """What it wrote to standard output; empty where it failed."""
    complaint: str = ""
    """Why it failed, in its own words or in ours; empty where it did not."""


def run(command: Sequence[str], folder: Path, home: Path, seconds: float = SECONDS) -> Ended:
    """Run a program in a folder, its home an empty one, and return what it wrote. ``command[0]`` is a path, not a name.

    :raises OSError: when the program cannot be started at all.
    """
    told, said = home / "output", home / "complaint"
    with told.open("wb") as output, said.open("wb") as error:
        process = subprocess.Popen(
            [*_prefix(), *command],
            cwd=folder,
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=error,
            start_new_session=True,
        )
        _limit(process.pid)
        code = _wait(process, seconds)
    if code == 0:
        return Ended(told.read_bytes())
    return Ended(b"", _complaint(code, said, seconds, folder))


def confinement() -> Confinement:
    """What holds on this machine."""
    return Confinement(NAMESPACE if _prefix() else PROXIES, _LIMITED)


@cache
def _prefix() -> tuple[str, ...]:
    """The command under which a program has no network; empty where the kernel, or the machine, does not let us."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    prefix = (unshare, "--user", "--map-root-user", "--net", "--")
    try:
        tried = subprocess.run([*prefix, unshare, "--version"], capture_output=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return prefix if tried.returncode == 0 else ()


def _environment(home: Path) -> Mapping[str, str]:
    """Nothing of ours: no credentials, no other program to be found, no plugins, no address that answers."""
    empty = str(home)
    return {
        "HOME": empty,
        "PATH": str(home / "bin"),
        "TMPDIR": empty,
        "LC_ALL": "C.UTF-8",
        "KUBECONFIG": os.devnull,
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_TERMINAL_PROMPT": "0",
        "HELM_NO_PLUGINS": "1",
        **dict.fromkeys(_HOMES, empty),
        **dict.fromkeys(_PROXIES, _NOWHERE),
    }


def _limit(pid: int) -> None:
    """Limit a process and those it will start. From outside: between fork and exec, a program with threads may do nothing."""
    if not _LIMITED:
        return
    with suppress(ProcessLookupError, PermissionError):  # it has ended already, or may be limited no further
        resource.prlimit(pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
        resource.prlimit(pid, resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """The code with which a program ends; None where it had to be ended, with all that it started."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def _complaint(code: int | None, said: Path, seconds: float, folder: Path) -> str:
    if code is None or code == -signal.SIGXCPU:
        return f"it took longer than {seconds:.0f} s"
    if code == -signal.SIGXFSZ or _full(said.parent / "output"):
        return f"it wrote more than {OUTPUT // 1024**2} MiB"
    with said.open("rb") as stream:
        text = stream.read(64 * 1024).decode("utf-8", "replace")
    if "out of memory" in text or "cannot allocate memory" in text or code == -signal.SIGKILL:
        return f"it took more than {MEMORY // 1024**2} MiB"
    told = complaint(text, (str(folder), os.path.realpath(folder)))
    return told[:LONGEST_COMPLAINT] or f"it ended with code {code}"


def _full(output: Path) -> bool:
    return output.stat().st_size >= OUTPUT
