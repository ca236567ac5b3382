"""The files of one revision of a Git repository, read when they are asked for."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence

from workloads.rendering.links import links_of
from workloads.sources.repository import LINK, NOT_THERE, NOTHING, PLAIN_FILES, ChangedFile, Repository, Stored
from workloads.text.document import DEFAULT_LIMITS, ReadLimits


class GitTree:
    """A ``Tree`` over what Git stores, and over the work tree for what differs there.

    What links show stands among its files, too.
    """

    def __init__(
        self,
        repository: Repository,
        stored: Mapping[str, Stored],
        limits: ReadLimits = DEFAULT_LIMITS,
        read: Mapping[str, bytes | None] | None = None,
    ) -> None:
        """``read`` are files whose content is known already."""
        self.repository = repository
        self.listing = stored
        """What the revision holds, by path: what links show stands not among it."""
        self._limits = limits
        self._read: dict[str, bytes | None] = dict(read or {})
        files = {path: name for path, (mode, name) in stored.items() if mode in PLAIN_FILES}
        linked = [path for path, (mode, _) in stored.items() if mode == LINK]
        on_disk = [path for path, name in files.items() if not name.strip("0")]
        self._load([path for path in (*linked, *on_disk) if path not in self._read])
        files.update({path: _digest(self._read[path]) for path in on_disk})
        self.links: Mapping[str, str] = {path: (self._read[path] or b"").decode("utf-8", "surrogateescape") for path in linked}
        self.shown = links_of(files, self.links)
        """What its links show."""
        files.update({path: files[real] for path, real in self.shown.files.items()})
        self.files: Mapping[str, str] = files

    def after(self, changes: Sequence[ChangedFile]) -> GitTree:
        """The tree as some changes leave it."""
        stored = dict(self.listing)
        for change in changes:
            if change.after.mode != NOT_THERE:
                stored[change.path] = change.after
            else:
                stored.pop(change.path, None)
        changed = {change.path for change in changes}
        read = {path: data for path, data in self._read.items() if path not in changed}
        return GitTree(self.repository, stored, self._limits, read)

    def load(self, paths: Iterable[str]) -> None:
        """Make ready to read several files: one question to Git for all of them."""
        shown = self.shown.files
        real = (shown.get(path, path) for path in paths)
        self._load([path for path in real if path in self.listing and path not in self._read])

    def _load(self, wanted: Sequence[str]) -> None:
        in_git = {path: self.listing[path].name for path in wanted if not self.listing[path].on_disk}
        self._read.update(self.repository.contents(in_git, self._limits.size))
        for path in wanted:
            if path not in in_git:
                self._read[path] = self._from_disk(path)

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where it is larger than the limit, or is not there."""
        real = self.shown.files.get(path, path)
        if real not in self._read:
            self.load([real])
        return self._read.get(real)

    def stored(self, path: str) -> Stored:
        """What stands at a path, or is shown there."""
        return self.listing.get(self.shown.files.get(path, path), NOTHING)

    def _from_disk(self, path: str) -> bytes | None:
        """A file of the work tree, or where a link leads: a file that has become a pipe since it was listed is none."""
        full = os.path.join(self.repository.top, path)
        try:
            if self.listing[path].mode == LINK:
                return os.fsencode(os.readlink(full))
            descriptor = os.open(full, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as stream:
                found = os.fstat(descriptor)
                return stream.read() if stat.S_ISREG(found.st_mode) and found.st_size <= self._limits.size else None
        except OSError:
            return None


def _digest(data: bytes | None) -> str:
    """The name that Git would give a file, so that one that only its time differs of is found to be the same."""
    if data is None:
        return "unread"
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
