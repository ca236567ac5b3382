"""Manifests from two revisions of a Git repository, reading only what the change between them can affect.

Asks the user's own ``git``, as a subprocess without a shell, with hooks, pagers, external diffs and locks off.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.manifest import Manifest
from workloads.problem import Problem, Severity
from workloads.reach import ENCLOSING_KINDS, NAMING_KINDS, reach
from workloads.sources.error import RepositoryError
from workloads.sources.files import SUFFIXES, read_paths
from workloads.text.document import DEFAULT_LIMITS, ReadLimits
from workloads.text.reader import Reading, read

PATIENCE: Final = 120
"""Seconds that one Git command may take."""
MOST_WORDS: Final = 500
"""Words that Git is asked to search for at once: a command line has an end."""
PLAIN_FILES: Final = ("100644", "100755")
"""Modes of what is read: not links, not submodules."""
_NOT_THERE: Final = ("000000", "0" * 40)
WORK_TREE: Final = ""
"""The revision of files as they are on disk."""

_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false", "--no-pager")


@dataclass(frozen=True, slots=True)
class GitChange:
    """What both sides of a change hold, as far as the change can affect it."""

    before: Reading
    after: Reading
    base: str
    """Full name of the base commit."""
    head: str
    """Full name of the head commit; empty for the work tree."""
    folder: str
    """Top folder of the repository."""


@dataclass(frozen=True, slots=True)
class _File:
    """One changed file: mode and object of both sides; ``000000`` for the side that does not have it."""

    path: str
    before: tuple[str, str]
    after: tuple[str, str]


def read_change(revisions: str, paths: Sequence[str] = (), folder: str = ".", limits: ReadLimits = DEFAULT_LIMITS) -> GitChange:
    """Both sides of the change between two revisions.

    ``A..B`` compares A with B, ``A...B`` where B left A with B, ``A`` alone compares A with the work tree. ``paths`` limit which
    changed files count. Files are named as seen from the current folder.

    :raises RepositoryError: when there is no repository or no such revision.
    """
    repository = _Repository(folder, limits)
    base, head = repository.resolve(revisions)
    repository.require((base, head), paths)
    files = repository.changed(base, head, paths)
    before = repository.read({file.path: file.before for file in files})
    after = repository.read({file.path: file.after for file in files})
    around = repository.surrounding(head, [*before.manifests, *after.manifests], {file.path for file in files})
    unchanged = repository.read_named(head, around)
    return GitChange(before + unchanged, after + unchanged, base, head, repository.top)


class _Repository:
    """One repository, asked through Git's plumbing."""

    def __init__(self, folder: str, limits: ReadLimits) -> None:
        self._folder = folder
        self._limits = limits
        self.top = os.path.realpath(self._git("rev-parse", "--show-toplevel").decode().rstrip("\n"))

    def resolve(self, revisions: str) -> tuple[str, str]:
        """Base and head of a range, as full commit names."""
        for separator in ("...", ".."):
            left, found, right = revisions.partition(separator)
            if found:
                base, head = self._commit(left or "HEAD"), self._commit(right or "HEAD")
                return (self._merge_base(base, head), head) if separator == "..." else (base, head)
        return self._commit(revisions), WORK_TREE

    def _commit(self, revision: str) -> str:
        try:
            return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        except RepositoryError:
            raise RepositoryError(f"no revision {revision[:100]!r} in this repository: fetch it, or name another") from None

    def _merge_base(self, base: str, head: str) -> str:
        try:
            return self._git("merge-base", base, head).decode().split()[0]
        except (RepositoryError, IndexError):
            raise RepositoryError(
                f"{base[:10]} and {head[:10]} have no common ancestor here: in a shallow clone, fetch more history"
            ) from None

    def changed(self, base: str, head: str, paths: Sequence[str]) -> list[_File]:
        """The manifests that differ. A renamed file is one removed and one added: objects are compared, not files."""
        sides = (base, head) if head else (base,)
        listing = self._git("diff", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", *sides, "--", *paths)
        fields = listing.decode("utf-8", "surrogateescape").split("\0")[:-1]
        files = []
        for description, name in zip(fields[::2], fields[1::2], strict=True):
            old_mode, new_mode, old, new, _ = description.lstrip(":").split(" ")
            if name.endswith(SUFFIXES):
                files.append(_File(name, (old_mode, old), (new_mode, new)))
        return files if head else files + self._untracked(paths)

    def _untracked(self, paths: Sequence[str]) -> list[_File]:
        """The manifests that are new in the work tree and not ignored."""
        listing = self._git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", *paths)
        names = listing.decode("utf-8", "surrogateescape").split("\0")[:-1]
        return [_File(name, _NOT_THERE, ("100644", "0" * 40)) for name in names if name.endswith(SUFFIXES)]

    def require(self, revisions: Sequence[str], paths: Sequence[str]) -> None:
        """Make sure that each path is there in one of the revisions: a misspelt one would pass for one without changes."""
        for path in paths:
            listed = (self._git("ls-tree", "--name-only", revision, "--", path) for revision in revisions if revision)
            if not os.path.lexists(os.path.join(self._folder, path)) and not any(listed):
                raise RepositoryError(f"{path} is in none of the revisions compared")

    def read(self, files: dict[str, tuple[str, str]]) -> Reading:
        """Files by mode and object name. Git names no object for what differs in the work tree: that is read from disk."""
        plain = {path: name for path, (mode, name) in files.items() if mode in PLAIN_FILES}
        links = [path for path, (mode, _) in files.items() if mode not in {*PLAIN_FILES, "000000"}]
        reading = Reading(problems=tuple(self._not_read(path, "a link or submodule: not read") for path in links))
        stored = self._contents({path: name for path, name in plain.items() if name.strip("0")})
        for path in sorted(plain):
            if path in stored:
                reading += self._parsed(path, stored[path])
            else:
                reading += read_paths([self._shown(path)], self._limits)
        return reading

    def read_named(self, revision: str, paths: Iterable[str]) -> Reading:
        """Files of a revision by path."""
        listed = sorted(paths)
        if not revision:
            return read_paths([self._shown(path) for path in listed], self._limits)
        reading = Reading()
        for path, data in self._contents({path: f"{revision}:{path}" for path in listed if "\n" not in path}).items():
            reading += self._parsed(path, data)
        return reading

    def surrounding(self, revision: str, changed: Sequence[Manifest], known: set[str]) -> set[str]:
        """The unchanged files that the change can affect, or that affect it."""
        words = reach(changed)
        found = self._holding(revision, words.dependents)
        for kinds, named in ((NAMING_KINDS, words.names), (ENCLOSING_KINDS, words.namespaces)):
            if named:
                found |= self._holding(revision, {f"kind: {kind}" for kind in kinds}) & self._holding(revision, named)
        return found - known

    def _holding(self, revision: str, words: Iterable[str]) -> set[str]:
        """The manifests of a revision whose text holds one of the words."""
        listed = sorted(word for word in words if "\n" not in word)
        globs = [f":(top,glob)**/*{suffix}" for suffix in SUFFIXES]
        sides = [revision] if revision else []
        found: set[str] = set()
        for start in range(0, len(listed), MOST_WORDS):
            patterns = [part for word in listed[start : start + MOST_WORDS] for part in ("-e", word)]
            listing = self._git("grep", "-l", "-z", "-F", "-w", "--full-name", *patterns, *sides, "--", *globs, quiet=True)
            found.update(listing.decode("utf-8", "surrogateescape").split("\0")[:-1])
        prefix = f"{revision}:" if revision else ""
        return {name.removeprefix(prefix) for name in found}

    def _contents(self, objects: dict[str, str]) -> dict[str, bytes | None]:
        """The bytes of objects by path; None for what is larger than the limit."""
        if not objects:
            return {}
        sizes = self._git("cat-file", "--batch-check=%(objectsize)", given="\n".join(objects.values())).decode().split("\n")
        fitting = [path for path, size in zip(objects, sizes, strict=False) if size.isdigit() and int(size) <= self._limits.size]
        told = self._git("cat-file", "--batch", given="\n".join(objects[path] for path in fitting)) if fitting else b""
        found: dict[str, bytes | None] = dict.fromkeys(objects)
        offset = 0
        for path in fitting:
            end = told.index(b"\n", offset)
            size = int(told[offset:end].rsplit(b" ", 1)[1])
            found[path] = told[end + 1 : end + 1 + size]
            offset = end + size + 2
        return found

    def _parsed(self, path: str, data: bytes | None) -> Reading:
        if data is None:
            return Reading(problems=(self._not_read(path, f"larger than {self._limits.size // 1024 // 1024} MiB: not read"),))
        return read(data, self._shown(path), self._limits)

    def _not_read(self, path: str, message: str) -> Problem:
        return Problem(Severity.ERROR, message, self._shown(path))

    def _shown(self, path: str) -> str:
        """A path of the repository as seen from the current folder."""
        return os.path.relpath(os.path.join(self.top, path))

    def _git(self, *arguments: str, given: str | None = None, quiet: bool = False) -> bytes:
        """What Git prints. ``quiet`` takes exit code 1, "nothing found", for an empty answer."""
        environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            ended = subprocess.run(
                ["git", *_OPTIONS, *arguments],
                cwd=self._folder,
                input=b"" if given is None else given.encode("utf-8", "surrogateescape") + b"\n",
                capture_output=True,
                timeout=PATIENCE,
                env=environment,
                check=False,
            )
        except FileNotFoundError:
            raise RepositoryError("git is not installed, or this folder does not exist") from None
        except subprocess.TimeoutExpired:
            raise RepositoryError(f"git {arguments[0]} took longer than {PATIENCE} seconds") from None
        if ended.returncode and not (quiet and ended.returncode == 1):
            said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
            raise RepositoryError(f"git {arguments[0]}: {said[-1][:300] if said else 'failed'}")
        return ended.stdout
