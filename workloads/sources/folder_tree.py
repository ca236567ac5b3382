"""The files of a folder on disk as a tree: everything a rendering may name there, read only where it is asked for."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from workloads.sources.files import MOST_FILES
from workloads.text.document import DEFAULT_LIMITS, ReadLimits

_PASSED_OVER: Final = ("node_modules",)
"""Folders without manifests and with very many files; hidden ones are passed over too."""


class FolderTree:
    """A ``Tree`` over a folder. Links are told as links, and never followed here."""

    def __init__(self, top: str, limits: ReadLimits = DEFAULT_LIMITS) -> None:
        self._top = top
        self._limits = limits
        self._read: dict[str, bytes | None] = {}
        paths, links = _listed(top)
        self.links: Mapping[str, str] = links
        self.files: Mapping[str, str] = _Digests(paths, self)

    def load(self, paths: Iterable[str]) -> None:
        """Files are read one by one."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where it is larger than what is read, or is no plain file of the folder."""
        if path not in self._read:
            self._read[path] = self._bytes(path) if path in self.files else None
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


def _listed(top: str) -> tuple[frozenset[str], dict[str, str]]:
    """The plain files and the links below a folder, by path from it; of very many only the first."""
    files: set[str] = set()
    links: dict[str, str] = {}
    for folder, folders, names in os.walk(top):
        inner = [name for name in folders if not name.startswith(".") and name not in _PASSED_OVER]
        folders[:] = sorted(inner)
        for name in sorted((*names, *inner)):
            whole = os.path.join(folder, name)
            path = os.path.relpath(whole, top)
            try:
                mode = os.lstat(whole).st_mode
                if stat.S_ISLNK(mode):
                    links[path] = os.readlink(whole)
                elif stat.S_ISREG(mode):
                    files.add(path)
            except OSError:
                continue  # gone since, or nobody else's to look at
        if len(files) > MOST_FILES:
            break
    return frozenset(files), links
