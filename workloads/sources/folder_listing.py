"""Which files of a folder on disk a rendering may name: those of the folder that is asked for, and what these refer to elsewhere.

Only that is looked for, so that a folder may stand in a tree of any size. Hidden folders are read where something refers to them,
Git's own never.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from workloads.rendering.chart import CHART, OLD_DEPENDENCIES, dependencies
from workloads.rendering.deployers import GROUPS
from workloads.rendering.kustomization import NAMES, Kustomization, is_remote, parse_kustomization, parse_plugin
from workloads.rendering.tree import OutsideError, joined
from workloads.sources.files import MOST_FILES, SUFFIXES
from workloads.text.reader import parse_document

PASSED_OVER: Final = ("node_modules",)
"""Folders without manifests and with very many files; hidden ones are passed over too, where nothing refers to them."""
_GIT: Final = ".git"
_BESIDE: Final = "file://"
_DEPLOYING: Final = tuple(word.encode() for word in GROUPS)

Reader = Callable[[str], bytes | None]
"""What reads a file that is listed."""


class FolderListing:
    """The plain files and the links that were found below a folder, by path from it."""

    def __init__(self, top: str, read: Reader) -> None:
        self.files: set[str] = set()
        self.links: dict[str, str] = {}
        self.cut = False
        """Whether there were more files than are looked at."""
        self._top = top
        self._read = read
        self._fresh: list[str] = []
        """Files that are still to be looked through for what they refer to."""
        self._walked: set[str] = set()

    def list(self, folder: str, named: Iterable[str] = ()) -> None:
        """Take in what stands in a folder, what is ``named`` elsewhere, and what these refer to. Linear in that."""
        self._walk(folder)
        for path in named:
            self._take(path)
        while self._fresh:
            self._follow(self._fresh.pop())

    def _walk(self, start: str) -> None:
        """Every file below a folder."""
        if start in self._walked:
            return
        self._walked.add(start)
        for folder, folders, names in os.walk(os.path.join(self._top, start)):
            inner = sorted(name for name in folders if not name.startswith(".") and name not in PASSED_OVER)
            folders[:] = inner
            place = os.path.relpath(folder, self._top)
            for name in (*sorted(names), *inner):
                self._add(posixpath.normpath(posixpath.join(place, name)))
            if self.cut:
                return

    def _add(self, path: str) -> None:
        """Take in one file, or a link. What is gone since, or is nobody else's to look at, is passed over."""
        if path in self.files or path in self.links:
            return
        if len(self.files) >= MOST_FILES:
            self.cut = True
            return
        whole = os.path.join(self._top, path)
        try:
            mode = os.lstat(whole).st_mode
            if stat.S_ISLNK(mode):
                self.links[path] = os.readlink(whole)
                self._fresh.append(path)
            elif stat.S_ISREG(mode):
                self.files.add(path)
                self._fresh.append(path)
        except (OSError, ValueError):
            return

    def _take(self, path: str) -> None:
        """Take in what something refers to: a file, or what stands directly in a folder."""
        whole = os.path.join(self._top, path)
        if _GIT in path.split("/") or not self._stands(path):
            return
        self._add(path)
        if os.path.isdir(whole) and not os.path.islink(whole):
            with os.scandir(whole) as entries:
                names = sorted(entry.name for entry in entries)
            for name in names:
                self._add(posixpath.join(path, name))

    def _stands(self, path: str) -> bool:
        """Whether no link leads to where a path stands: through one it could be anywhere."""
        folder = posixpath.dirname(path)
        return os.path.realpath(os.path.join(self._top, folder)) == os.path.normpath(os.path.join(self._top, folder))

    def _follow(self, path: str) -> None:
        """Take in what one file refers to."""
        folder, _, name = path.rpartition("/")
        if path in self.links:
            self._refer(folder, self.links[path])
        elif name in NAMES:
            self._built(path, folder)
        elif name in (CHART, OLD_DEPENDENCIES):
            for each in self._charts(path, folder):
                self._walk(each)
        if path.endswith(SUFFIXES) and any(word in (self._read(path) or b"") for word in _DEPLOYING):
            # What deploys others names them in many ways, some of which only a cluster knows.
            self._walk("")

    def _refer(self, folder: str, path: str) -> str | None:
        """Take in what a path leads to as seen from a folder, and return it from the top; None where it leads out."""
        try:
            found = joined(folder, path)
        except OutsideError:
            return None
        if not is_remote(path):
            self._take(found)
        return found

    def _built(self, path: str, folder: str) -> None:
        parsed = parse_kustomization(self._read(path) or b"", path) or Kustomization(path)
        for reference in (*parsed.builds, *parsed.files):
            found = self._refer(folder, reference.path)
            if reference.plugin and found in self.files:
                self._configured(found)

    def _configured(self, path: str) -> None:
        """Take in what the configuration of a plugin reads."""
        for reference in parse_plugin(self._read(path) or b"", path).files:
            self._refer(posixpath.dirname(path), reference.path)

    def _charts(self, path: str, folder: str) -> Iterator[str]:
        """The folders of the charts beside a chart that it needs."""
        described, _ = parse_document(self._read(path) or b"", path)
        for each in dependencies(described if isinstance(described, dict) else {}):
            if each.repository.startswith(_BESIDE):
                try:
                    found = joined(folder, each.repository.removeprefix(_BESIDE))
                except OutsideError:
                    continue
                if _GIT not in found.split("/") and self._stands(f"{found}/"):
                    yield found
