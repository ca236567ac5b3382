"""A repository of a test's own with a branch that is a pull request: one file of manifests, changed commit by commit."""

from __future__ import annotations

from pathlib import Path

from committed import Committed


class Checkout:
    """The branch ``feature``, checked out. What else is written into the folder goes along with the next commit."""

    def __init__(self, folder: Path, manifests: str, file: str = "app.yaml") -> None:
        self._committed = Committed.at(folder)
        self.folder, self.file = folder, file
        self.base = self.head = self.commit(manifests)
        self.git("checkout", "-q", "-b", "feature")

    def git(self, *arguments: str) -> str:
        """What Git says there."""
        return self._committed.git(*arguments)

    def commit(self, manifests: str) -> str:
        """Commit manifests; the commit becomes the head."""
        self.head = self._committed({self.file: manifests})
        return self.head
