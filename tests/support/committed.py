"""A repository of a test's own, state by state."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Committed:
    """Commits files, by path; None removes one."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Committed:
        """A fresh repository in a folder."""
        folder.mkdir(exist_ok=True)
        found = cls(folder)
        found.git("init", "-q", "-b", "main")
        return found

    def __call__(self, files: Mapping[str, str | bytes | None]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "-m", "change", "--allow-empty")

    def git(self, *arguments: str) -> None:
        """Run Git there."""
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)
