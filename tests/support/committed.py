"""A repository of a test's own, state by state. Commits have the same names on every machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Committed:
    """Commits files, by path; None removes one, and a path is where a link leads."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Committed:
        """A fresh repository in a folder."""
        folder.mkdir(exist_ok=True)
        found = cls(folder)
        found.git("init", "-q", "-b", "main")
        return found

    def __call__(self, files: Mapping[str, str | bytes | Path | None]) -> str:
        """Full name of the commit that has them, beside what was there."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None or isinstance(text, Path) or path.is_symlink():
                path.unlink(missing_ok=text is not None)
            if isinstance(text, Path):
                path.symlink_to(text)
            elif text is not None:
                path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "-m", "change", "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def whole(self, files: Mapping[str, str | bytes]) -> str:
        """Full name of the commit that has them, and nothing else."""
        return self({**dict.fromkeys(set(self.git("ls-files").splitlines()) - set(files)), **files})

    def git(self, *arguments: str) -> str:
        """What Git says there."""
        command, environment = ["git", *arguments], {**os.environ, **_GIT}
        done = subprocess.run(command, cwd=self.folder, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()
