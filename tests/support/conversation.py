"""A pull request on the GitHub stand-in whose pushes are weighed as in GitHub Actions: from trees of files to what is left written.

The clock stands still, so that what is written can be held to golden files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from actions_environment import NUMBER, Actions
from committed import Committed
from github_stand_in.server import GitHub, serving
from github_stand_in.world import Comment, PullRequest

from weighbridge.cli import run

Tree = Mapping[str, str]
"""Text by path: everything that is in the repository."""
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass
class Conversation:
    """One pull request: its checkout, and the stand-in that keeps its comments."""

    commit: Committed
    github: GitHub
    actions: Actions
    weighing: Path
    """The JSON of the last push."""
    codes: list[int] = field(default_factory=list)
    """The exit code of each push."""

    def begin(self, tree: Tree) -> None:
        """The branch that the pull request is for."""
        base = self.commit.whole(tree)
        self.commit.git("checkout", "-q", "-b", "feature")
        self.github.world.platform.pulls[NUMBER] = PullRequest(NUMBER, base, "feature", base)

    def push(self, tree: Tree) -> None:
        """A commit of the whole tree, weighed."""
        pull = self.pull
        pull.head = self.commit.whole(tree)
        pull.commits.append(pull.head)
        self.actions.pushed(pull.head, pull.base)
        self.summary.unlink(missing_ok=True)
        with time_machine.travel(NOW, tick=True):
            self.codes.append(run(["comment", "--json", str(self.weighing)]))

    @property
    def summary(self) -> Path:
        """The job's summary of the last push."""
        return self.actions.summary

    @property
    def pull(self) -> PullRequest:
        """The pull request."""
        return self.github.world.platform.pulls[NUMBER]

    @property
    def comment(self) -> Comment:
        """The one comment that there is."""
        (found,) = self.github.world.platform.conversation(NUMBER)
        return found


@contextmanager
def conversation(scratch: Path) -> Iterator[Conversation]:
    """A pull request with nothing in it, in an environment as Actions sets it."""
    with pytest.MonkeyPatch.context() as patch, serving(GitHub()) as github:
        commit = Committed.at(scratch / "platform")
        actions = Actions.begun(scratch, patch, github.url)
        patch.chdir(commit.folder)
        yield Conversation(commit, github, actions, scratch / "weighing.json")
