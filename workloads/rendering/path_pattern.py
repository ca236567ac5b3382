"""Patterns of paths as Argo CD reads them: a star takes a part of one name, two stars any number of folders."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matching(pattern: str, paths: Iterable[str]) -> list[str]:
    """The paths of files that a pattern takes: those of a folder in the order of their names, then those of the folders in it."""
    return sorted((path for path in paths if takes(pattern, path)), key=_descending)


def _descending(path: str) -> list[tuple[bool, str]]:
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, name)]


def takes_folder(pattern: str, path: str) -> bool:
    """Whether a pattern of folders takes one, as ``path.Match`` of Go does: two stars are no more than one, a part each."""
    wanted, parts = pattern.split("/"), path.split("/")
    return len(wanted) == len(parts) and all(
        fnmatchcase(part, each.replace("[^", "[!")) for part, each in zip(parts, wanted, strict=True)
    )


def takes_loosely(pattern: str, path: str) -> bool:
    """Whether a pattern takes a file, or a folder that it stands in, as ``git ls-files`` does: a star takes slashes too."""
    return fnmatchcase(path, pattern) or path == pattern.rstrip("/") or path.startswith(f"{pattern.rstrip('/')}/")


def takes(pattern: str, path: str) -> bool:
    """Whether a pattern takes a path."""
    wanted, parts = pattern.strip("/").split("/"), path.split("/")
    places = {0}
    for each in wanted:
        if each == "**":
            places = set(range(min(places), len(parts) + 1)) if places else places
        else:
            places = {place + 1 for place in places if place < len(parts) and fnmatchcase(parts[place], each)}
    return len(parts) in places
