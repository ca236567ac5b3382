"""The files of a folder on disk as a tree: everything a rendering may name there, read only where it is asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping

from workloads.problem import Problem, Severity
from workloads.rendering.links import links_of
from workloads.sources.files import MOST_FILES
from workloads.sources.folder_listing import FolderListing
from workloads.text.document import DEFAULT_LIMITS, ReadLimits


class FolderTree:
    """A ``Tree`` over a folder of a larger one, and over what it refers to there.

    What links show of it stands among its files, too; where a link leads out of it, nothing is read.
    """

    def __init__(self, top: str, scope: str = "", named: Iterable[str] = (), limits: ReadLimits = DEFAULT_LIMITS) -> None:
        """``scope`` is the folder that is asked for, ``named`` are other paths that something outside of the tree refers to."""
        self._top = top
        self._limits = limits
        self._read: dict[str, bytes | None] = {}
        listing = FolderListing(top, self._remembered)
        listing.list(scope, named)
        self.links: Mapping[str, str] = listing.links
        self.shown = links_of(dict.fromkeys(listing.files, ""), self.links)
        """What its links show."""
        self._real = {**{path: path for path in listing.files}, **self.shown.files}
        self.files: Mapping[str, str] = _Digests(frozenset(self._real), self)
        self.problems: tuple[Problem, ...] = (_cut(os.path.join(top, scope)),) if listing.cut else ()
        """What kept the tree from being looked at whole."""

    def load(self, paths: Iterable[str]) -> None:
        """Files are read one by one."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where it is larger than what is read, or is no plain file of the folder."""
        return self._remembered(self._real[path]) if path in self._real else None

    def _remembered(self, path: str) -> bytes | None:
        if path not in self._read:
            self._read[path] = self._bytes(path)
        return self._read[path]

    def _bytes(self, path: str) -> bytes | None:
        try:
            with open(os.path.join(self._top, path), "rb", opener=_unlinked) as stream:
                data = stream.read(self._limits.size + 1)
        except OSError:
            return None
        return data if len(data) <= self._limits.size else None


class _Digests(Mapping[str, str]):
    """A digest of every file by path, worked out where it is asked for: of many files only names matter."""

    def __init__(self, paths: frozenset[str], tree: FolderTree) -> None:
        self._paths = paths
        self._tree = tree

    def __getitem__(self, path: str) -> str:
        if path not in self._paths:
            raise KeyError(path)
        return hashlib.sha256(self._tree.read(path) or b"too large").hexdigest()

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _unlinked(path: str, flags: int) -> int:
    """Open what is a file, and not what somebody has made a link or a pipe of since."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _cut(folder: str) -> Problem:
    words = f"more than {MOST_FILES:,} files here and in what they refer to: what is built of the others is not known"
    return Problem(Severity.ERROR, words, os.path.relpath(folder), hint="name a folder that holds less, such as one overlay")
