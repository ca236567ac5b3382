"""Clones of the commits to be compared: these and no history, without a work tree, kept while the pull request is open.

Git is run with the configuration given here alone: no hooks, no submodules, no redirects, one protocol. The token reaches it by
the environment, bound to the server's address.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.app.process import Limits, ProgramError, StoppedError, environment, run
from bot.app.room import Fitting, Room, size_of
from bot.app.subject import Subject

LARGEST: Final = 2 * 1024**3
"""Bytes that a clone may take: the packed files of two commits."""
LIMITS: Final = Limits(seconds=600, memory=2 * 1024**3, file=2 * LARGEST)
_OPTIONS: Final = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false", "fetch.recurseSubmodules=no",
    "fetch.unpackLimit=1", "fetch.fsckObjects=false", "http.followRedirects=false", "protocol.version=2", "protocol.allow=never",
    "credential.helper=", "pack.threads=1", "init.defaultRefFormat=files",
)  # fmt: skip
_COMMIT: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
REFERENCES: Final = "refs/weighbridge"
UNFINISHED: Final = "unfinished"
"""A file in a clone while something is fetched into it."""


class CloneError(Exception):
    """The commits could not be had. The text says why; trying again may help."""


class TooLargeError(CloneError):
    """They are more than is cloned: trying again does not help."""


@dataclass(frozen=True, slots=True)
class Clones:
    """The clones in a folder."""

    folder: Path
    server: str
    """Address under which repositories are cloned: ``https://github.com``."""
    room: Room
    largest: int = LARGEST

    @contextmanager
    def fetched(self, subject: Subject, token: str, commits: Sequence[str], wanted: Callable[[], bool]) -> Iterator[Path]:
        """A clone that holds commits, fetching those that it lacks; it stays for as long as it is in use.

        :raises CloneError: when they cannot be had.
        :raises StoppedError: when they are not wanted any more.
        """
        with self.room.using(self.place(subject)):
            yield self._holding(subject, token, commits, wanted)

    def _holding(self, subject: Subject, token: str, commits: Sequence[str], wanted: Callable[[], bool]) -> Path:
        if any(not _COMMIT.fullmatch(commit) for commit in commits):
            raise CloneError("GitHub named a commit that is none")
        place = self.place(subject)
        if place.is_dir() and size_of(place) > self.largest // 2:
            # Each fetch leaves what the one before needed.
            shutil.rmtree(place)
        missing = list(dict.fromkeys(commit for commit in commits if not self._has(place, commit)))
        if missing:
            self._begin(place, subject)
            self._fetch(place, subject, token, missing, wanted)
        os.utime(place)
        return place

    def tree(self, place: Path, commit: str) -> str:
        """The name of a commit's tree: commits with the same files have the same."""
        return self._git(place, "rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}").strip()

    def parents(self, place: Path, commit: str) -> tuple[str, ...]:
        """The commits that a commit was made from, the first one first; the clone may lack them."""
        header = self._git(place, "cat-file", "commit", commit).split("\n\n", 1)[0]
        return tuple(line.split(" ", 1)[1] for line in header.split("\n") if line.startswith("parent "))

    def place(self, subject: Subject) -> Path:
        """Where a subject's clone is, or would be."""
        return self.folder / str(subject.repository) / str(subject.number or subject.head)

    def delete(self, subject: Subject) -> None:
        """Delete a subject's clone, or all of a repository that is gone."""
        place = self.folder / str(subject.repository)
        shutil.rmtree(place if subject.gone else self.place(subject), ignore_errors=True)
        if place.is_dir() and not any(place.iterdir()):
            shutil.rmtree(place, ignore_errors=True)

    def _has(self, place: Path, commit: str) -> bool:
        """Whether a commit was fetched whole."""
        return not (place / UNFINISHED).exists() and (place / ".git" / REFERENCES / commit).is_file()

    def _begin(self, place: Path, subject: Subject) -> None:
        """An empty clone, where there is none. Its remote is named as Argo CD and Flux name their sources."""
        if (place / ".git" / "HEAD").is_file() and not (place / UNFINISHED).exists():
            return
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        self._git(place, "init", "--quiet", "--template=")
        self._git(place, "config", "remote.origin.url", self._address(subject))

    def _fetch(self, place: Path, subject: Subject, token: str, commits: Sequence[str], wanted: Callable[[], bool]) -> None:
        """Fetch commits without their history. A clone in which that was broken off is none: locks are left in it."""
        fitting = Fitting(self.room, place, self.largest)
        wanting = [f"+{commit}:{REFERENCES}/{commit}" for commit in commits]
        how = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--depth=1")
        (place / UNFINISHED).touch()
        try:
            self._git(
                place, "fetch", *how, self._address(subject), *wanting,
                credentials=self._credentials(token), wanted=lambda: fitting() and wanted(),
            )  # fmt: skip
        except (CloneError, StoppedError):
            self.delete(subject)
            if fitting():
                raise
        if not fitting(now=True):
            self.delete(subject)
            raise self._too_large(fitting)
        (place / UNFINISHED).unlink()

    def _too_large(self, fitting: Fitting) -> CloneError:
        if not fitting.small:
            most = min(self.largest, self.room.whole)
            return TooLargeError(f"its files take more than {most // 1024**2:,} MiB in Git: they are not cloned")
        whole = f"{self.room.whole // 1024**2:,} MiB"
        return CloneError(f"there is no room for its clone: all clones may take {whole} together, and the disk has to stay free")

    def _address(self, subject: Subject) -> str:
        return f"{self.server}/{subject.name}.git"

    def _credentials(self, token: str) -> dict[str, str]:
        """The token, for the server and nobody else. In the environment: a command line is for all to read."""
        told = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{self.server}/.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {told}",
        }

    def _git(
        self,
        place: Path,
        *arguments: str,
        credentials: dict[str, str] | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> str:
        options = [
            part for option in (*_OPTIONS, f"protocol.{urlsplit(self.server).scheme}.allow=always") for part in ("-c", option)
        ]
        around = environment(
            network=credentials is not None,
            HOME=str(place), GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL=os.devnull, GIT_TERMINAL_PROMPT="0", LC_ALL="C",
            **(credentials or {}),
        )  # fmt: skip
        try:
            return run(["git", *options, *arguments], place, around, LIMITS, wanted).output.decode("utf-8", "replace")
        except ProgramError as error:
            raise CloneError(f"git {arguments[0]}: {error}") from None
