"""Review comments on GitHub: comments on lines of a pull request, several of them sent as one review."""

from __future__ import annotations

from collections.abc import Sequence

from forge.courier import Courier
from forge.error import NotThereError, UnreachableError
from forge.review import LineComment, WrittenLineComment
from workloads.field import dig, text


class GitHubReviews:
    """The review comments of one repository. Every method raises a ``ForgeError``."""

    def __init__(self, courier: Courier, there: str) -> None:
        """Speak of the repository at a path through a courier."""
        self._courier = courier
        self._there = there

    def written(self, number: int, author: int) -> Sequence[WrittenLineComment]:
        """One author's comments on lines of a pull request, oldest first, none of them a reply itself."""
        found = list(self._courier.pages(f"{self._there}/pulls/{number}/comments"))
        answered = {dig(comment, "in_reply_to_id") for comment in found} - {None}
        every = [_written(comment, answered) for comment in found if dig(comment, "in_reply_to_id") is None]
        return sorted((comment for comment in every if comment.author == author), key=lambda comment: comment.id)

    def write(self, number: int, head: str, comments: Sequence[LineComment]) -> None:
        """Write comments on lines of a commit as one review. Whether it was written is not known where the answer is lost."""
        payload = {"commit_id": head, "event": "COMMENT", "body": "", "comments": [_payload(each) for each in comments]}
        self._courier.ask("POST", f"{self._there}/pulls/{number}/reviews", payload=payload, twice=False)

    def delete(self, comment: WrittenLineComment) -> None:
        """Delete a comment; one that is gone already is no error."""
        try:
            self._courier.ask("DELETE", f"{self._there}/pulls/comments/{comment.id}")
        except NotThereError:
            return


def _payload(comment: LineComment) -> dict[str, object]:
    several = {"start_line": comment.first, "start_side": "RIGHT"} if comment.first < comment.last else {}
    return {"path": comment.path, "body": comment.body, "line": comment.last, "side": "RIGHT", **several}


def _written(found: object, answered: set[object]) -> WrittenLineComment:
    number, author = dig(found, "id"), dig(found, "user", "id")
    if not isinstance(number, int):
        raise UnreachableError("GitHub did not tell a review comment's number")
    last, first = dig(found, "line"), dig(found, "start_line")
    end = last if isinstance(last, int) else 0
    return WrittenLineComment(
        number,
        author if isinstance(author, int) else 0,
        text(found, "body"),
        text(found, "path"),
        first if isinstance(first, int) and end else end,
        end,
        number in answered,
    )
