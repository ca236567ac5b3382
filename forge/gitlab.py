"""A project on GitLab: its merge requests and their notes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from forge.comment import Comment, Reason
from forge.courier import Courier
from forge.error import NotThereError, RefusedError, UnreachableError
from forge.pull_request import PullRequest
from workloads.field import dig, text


class GitLab:
    """One project, by number or ``group/name``. Every method raises a ``ForgeError``."""

    hides = False
    checks = None
    approvals = None
    reviews = None

    def __init__(self, courier: Courier, project: str) -> None:
        """Speak of a project through a courier."""
        self._courier = courier
        self._there = f"/projects/{quote(project, safe='')}"

    def author(self) -> int:
        """Who the token speaks for. A job's own token is told by no GitLab, nor may it write notes."""
        return _whole(self._courier.ask("GET", "/user"), "who the token speaks for")

    def pull_request(self, number: int) -> PullRequest:
        """A merge request as it is now."""
        return _pull_request(self._courier.ask("GET", f"{self._there}/merge_requests/{number}"))

    def commits(self, number: int) -> Sequence[str]:
        """The full names of a merge request's commits, oldest first."""
        found = [text(commit, "id") for commit in self._courier.pages(f"{self._there}/merge_requests/{number}/commits")]
        return found[::-1]

    def comments(self, number: int, author: int) -> Sequence[Comment]:
        """One author's notes, oldest first, without what GitLab notes itself."""
        query = {"sort": "asc", "order_by": "created_at"}
        found = [note for note in self._courier.pages(self._notes(number), query) if dig(note, "system") is not True]
        return [note for note in map(_note, found) if note.author == author]

    def create(self, number: int, body: str) -> Comment:
        """Write a new note. Whether one was written is not known where the answer is lost."""
        return _note(self._courier.ask("POST", self._notes(number), payload={"body": body}, twice=False))

    def update(self, number: int, comment: Comment, body: str) -> None:
        """Replace a note's text."""
        self._courier.ask("PUT", f"{self._notes(number)}/{comment.id}", payload={"body": body})

    def delete(self, number: int, comment: Comment) -> None:
        """Delete a note; one that is gone already is no error."""
        try:
            self._courier.ask("DELETE", f"{self._notes(number)}/{comment.id}")
        except NotThereError:
            return

    def hide(self, comment: Comment, reason: Reason) -> None:  # noqa: ARG002 - what the life cycle asks of every forge
        """GitLab folds no notes away."""
        raise RefusedError("GitLab cannot hide notes")

    def show(self, comment: Comment) -> None:  # noqa: ARG002 - what the life cycle asks of every forge
        """GitLab folds no notes away."""
        raise RefusedError("GitLab cannot hide notes")

    def _notes(self, number: int) -> str:
        return f"{self._there}/merge_requests/{number}/notes"


def _pull_request(found: object) -> PullRequest:
    head = text(found, "sha")
    if not head:
        raise UnreachableError("GitLab told of a merge request without a head")
    number = _whole(found, "a merge request's number", "iid")
    base = text(found, "diff_refs", "base_sha")
    opened, draft, target = text(found, "state") == "opened", dig(found, "draft") is True, text(found, "target_branch")
    return PullRequest(number, head, base, opened, draft, target=target)


def _note(found: object) -> Comment:
    author = dig(found, "author", "id")
    return Comment(_whole(found, "a note's number"), author if isinstance(author, int) else 0, text(found, "body"))


def _whole(found: object, what: str, key: str = "id") -> int:
    value = dig(found, key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreachableError(f"GitLab did not tell {what}")
    return value
