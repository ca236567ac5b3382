"""What the comment's life cycle needs of a forge: GitHub and GitLab have it, and so do the tests' stand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from forge.approval import Approvals
from forge.check_run import CheckRun, Known, WrittenCheck
from forge.comment import Comment, Reason
from forge.pull_request import PullRequest
from forge.review import LineComment, WrittenLineComment


class Checks(Protocol):
    """A forge's check runs."""

    def written(self, head: str, name: str, known: Known) -> Sequence[WrittenCheck]:
        """The check runs of a name on a commit that the token's own App wrote and whose memory is known, oldest first."""

    def write(self, check: CheckRun) -> WrittenCheck:
        """Write a check run, with as many of its annotations as one request takes."""

    def annotate(self, written: WrittenCheck, check: CheckRun) -> None:
        """Add the annotations that a check run lacks."""

    def remember(self, written: WrittenCheck, memory: str) -> None:
        """Have a check run remember something else."""


class Reviews(Protocol):
    """A forge's comments on lines of a change."""

    def written(self, number: int, author: int) -> Sequence[WrittenLineComment]:
        """One author's comments on a pull request, oldest first, replies left out."""

    def write(self, number: int, head: str, comments: Sequence[LineComment]) -> None:
        """Write comments on a commit's lines, all at once."""

    def delete(self, comment: WrittenLineComment) -> None:
        """Delete a comment; one that is gone already is no error."""


class Forge(Protocol):
    """One repository of a forge.

    Every method raises a ``ForgeError``.
    """

    hides: bool
    """Whether comments can be hidden."""

    @property
    def checks(self) -> Checks | None:
        """Its check runs; None where it has none."""

    @property
    def approvals(self) -> Approvals | None:
        """What people consented to on it; None where that is not looked up."""

    @property
    def reviews(self) -> Reviews | None:
        """Its comments on lines; None where there can be nothing to commit in them."""

    def author(self) -> int:
        """Who the token speaks for."""

    def pull_request(self, number: int) -> PullRequest:
        """A pull request as it is now."""

    def commits(self, number: int) -> Sequence[str]:
        """The full names of a pull request's commits, oldest first."""

    def comments(self, number: int, author: int) -> Sequence[Comment]:
        """One author's comments on a pull request, oldest first."""

    def create(self, number: int, body: str) -> Comment:
        """Write a new comment, and return it as it is now."""

    def update(self, number: int, comment: Comment, body: str) -> None:
        """Replace a comment's text."""

    def delete(self, number: int, comment: Comment) -> None:
        """Delete a comment; one that is gone already is no error."""

    def hide(self, comment: Comment, reason: Reason) -> None:
        """Fold a comment away."""

    def show(self, comment: Comment) -> None:
        """Show a folded comment again."""
