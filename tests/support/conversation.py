"""A pull request on the GitHub stand-in whose pushes are weighed as in GitHub Actions: from trees of files to what is left written.

Commits have the same names on every machine and the clock stands still, so that what is written can be held to golden files.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from github_stand_in.server import GitHub, serving
from github_stand_in.world import Comment, PullRequest

from weighbridge.cli import run

Tree = Mapping[str, str]
"""Text by path: everything that is in the repository."""
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NUMBER = 482
_GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z",
}  # fmt: skip


@dataclass
class Conversation:
    """One pull request: its checkout, and the stand-in that keeps its comments."""

    folder: Path
    github: GitHub
    summary: Path
    """The job's summary of the last push."""
    weighing: Path
    """The JSON of the last push."""
    event: Path
    codes: list[int] = field(default_factory=list)
    """The exit code of each push."""

    def begin(self, tree: Tree) -> None:
        """The branch that the pull request is for."""
        self._git("init", "-q", "-b", "main")
        base = self._commit(tree)
        self._git("checkout", "-q", "-b", "feature")
        self.github.world.platform.pulls[NUMBER] = PullRequest(NUMBER, base, "feature", base)

    def push(self, tree: Tree) -> None:
        """A commit of the whole tree, weighed."""
        pull = self.pull
        pull.head = self._commit(tree)
        pull.commits.append(pull.head)
        told = {"number": NUMBER, "head": {"sha": pull.head, "repo": {"id": 1}}, "base": {"sha": pull.base, "repo": {"id": 1}}}
        self.event.write_text(json.dumps({"action": "synchronize", "pull_request": told}), encoding="utf-8")
        self.summary.unlink(missing_ok=True)
        with time_machine.travel(NOW, tick=True):
            self.codes.append(run(["comment", "--json", str(self.weighing)]))

    @property
    def pull(self) -> PullRequest:
        """The pull request."""
        return self.github.world.platform.pulls[NUMBER]

    @property
    def comment(self) -> Comment:
        """The one comment that there is."""
        (found,) = self.github.world.platform.conversation(NUMBER)
        return found

    def _commit(self, tree: Tree) -> str:
        for path in self._git("ls-files").splitlines():
            (self.folder / path).unlink()
        for path, text in tree.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", "change")
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.folder, env={**os.environ, **_GIT}, capture_output=True, text=True, check=True)
        return done.stdout.strip()


@contextmanager
def conversation(scratch: Path) -> Iterator[Conversation]:
    """A pull request with nothing in it, in an environment as Actions sets it."""
    folder = scratch / "platform"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch, serving(GitHub()) as github:
        begun = Conversation(folder, github, scratch / "summary.md", scratch / "weighing.json", scratch / "event.json")
        for name in list(os.environ):
            if name.startswith(("GITHUB_", "GITLAB_", "CI_", "WEIGHBRIDGE_")):
                patch.delenv(name)
        for name, value in {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(begun.event),
            "GITHUB_RUN_ID": "1187", "GITHUB_REPOSITORY": "acme/platform", "GITHUB_API_URL": github.url,
            "GITHUB_SERVER_URL": "https://github.example", "GITHUB_TOKEN": "robot-token", "GITHUB_STEP_SUMMARY": str(begun.summary),
        }.items():  # fmt: skip
            patch.setenv(name, value)
        patch.chdir(folder)
        yield begun
