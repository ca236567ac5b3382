"""The files of one revision of a repository, or of a folder, by their path from its top."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

MOST_LINKS: Final = 8
"""Links that are followed to one file."""


class Tree(Protocol):
    """Files to look at without a file system: what plans a rendering never opens a path that a change chose."""

    files: Mapping[str, str]
    """A digest of the content of every plain file, by path: equal digests mean equal bytes."""
    links: Mapping[str, str]
    """Where each symbolic link leads, as it is written, by path."""

    def load(self, paths: Iterable[str]) -> None:
        """Make ready to read several files, in one go where that is quicker."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where it is larger than what is read, or is not there."""


class OutsideError(ValueError):
    """A path that leads out of its tree."""


def joined(folder: str, path: str) -> str:
    """A path as seen from a folder of the tree, from the tree's top; empty for the top itself.

    :raises OutsideError: when it leads out of the tree, or begins at the root of a file system.
    """
    if path.startswith(("/", "\\", "~")) or "\0" in path:
        raise OutsideError(path)
    found = posixpath.normpath(f"{folder or '.'}/{path}")
    if found == ".." or found.startswith("../"):
        raise OutsideError(path)
    return "" if found == "." else found


def followed(links: Mapping[str, str], path: str) -> str:
    """The path that a path leads to in the end, through links to it and to the folders that it stands in; else it is its own.

    ``links`` are those of its tree.

    :raises OutsideError: when it leads out of the tree, or round in circles.
    """
    target = path
    for _ in range(MOST_LINKS):
        link = link_to(links, target)
        if link is None:
            return target
        target = joined(posixpath.dirname(link), links[link] + target[len(link) :])
    raise OutsideError(path)


def real_path(links: Mapping[str, str], path: str) -> str | None:
    """The same; None where it leads out of the tree."""
    try:
        return followed(links, path)
    except OutsideError:
        return None


def link_to(links: Mapping[str, str], path: str) -> str | None:
    """The outermost link that a path goes through, itself or a folder that it stands in; None where it goes through none."""
    if not links:
        return None
    end = path.find("/")
    while end >= 0:
        if path[:end] in links:
            return path[:end]
        end = path.find("/", end + 1)
    return path if path in links else None


def inside(folder: str, path: str) -> bool:
    """Whether a path stands in a folder, at any depth."""
    return not folder or path.startswith(f"{folder}/")


def differing(before: Tree, after: Tree) -> frozenset[str]:
    """The paths at which two trees have other files, links aside. Linear in both."""
    return frozenset(path for path, _ in before.files.items() ^ after.files.items())


def with_folders(paths: Iterable[str]) -> frozenset[str]:
    """Paths, and every folder that one of them stands in, up to the top."""
    found: set[str] = set()
    for path in paths:
        for each in _parents(path):
            if each in found:
                break
            found.add(each)
    return frozenset(found)


class Folders:
    """Which folders a tree has, and what stands in each: worked out once from the paths of its files. Linear in their number."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = dict.fromkeys(paths)
        self._members: dict[str, list[str]] = {}
        for path in self._paths:
            self._members.setdefault(path.rpartition("/")[0], []).append(path)
        self._below: dict[str, list[str]] = {}
        for folder in sorted(self._members):
            for parent in _parents(folder):
                self._below.setdefault(parent, []).append(folder)

    def __contains__(self, folder: str) -> bool:
        return folder in self._below

    def names(self) -> Iterable[str]:
        """All folders, the top among them as an empty name."""
        return self._below

    def members(self, folder: str) -> Sequence[str]:
        """The files that stand directly in a folder."""
        return self._members.get(folder, ())

    def every(self, folder: str) -> list[str]:
        """All files in a folder, at any depth."""
        return [path for below in self._below.get(folder, ()) for path in self._members[below]]

    def named(self, names: Iterable[str]) -> list[str]:
        """The files of certain names, wherever they stand."""
        wanted = tuple(names)
        maybe = (f"{folder}/{name}" if folder else name for folder in self._members for name in wanted)
        return [path for path in maybe if path in self._paths]


def _parents(folder: str) -> list[str]:
    """A folder and every folder that it stands in, up to the top."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found
