"""A repository on GitHub: its pull requests and their comments, over REST; what REST lacks, over GraphQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from forge.comment import Comment, Reason
from forge.courier import Courier
from forge.error import NotThereError, RefusedError, UnreachableError
from forge.github_approvals import GitHubApprovals
from forge.github_checks import GitHubChecks
from forge.github_graphql import ask
from forge.github_own_checks import GitHubOwnChecks, app_of
from forge.github_reviews import GitHubReviews
from forge.pull_request import Parting, PullRequest
from workloads.field import dig, mapping, sequence, text

MOST_NODES = 100
"""Comments of which GraphQL tells at once."""

_REPOSITORY = re.compile(r"(?!\.+/)[A-Za-z0-9._-]{1,100}/(?!\.+\Z)[A-Za-z0-9._-]{1,100}")
_VIEWER = "query { viewer { login databaseId } }"
_HIDDEN = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { id isMinimized minimizedReason } } }"
_HIDE = (
    "mutation ($id: ID!, $why: ReportedContentClassifiers!) "
    "{ minimizeComment(input: {subjectId: $id, classifier: $why}) { minimizedComment { isMinimized } } }"
)
_SHOW = "mutation ($id: ID!) { unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } } }"


class GitHub:
    """One repository, ``owner/name``. Every method raises a ``ForgeError``."""

    hides = True

    def __init__(self, courier: Courier, repository: str, app: int | None = None) -> None:
        """Speak of a repository through a courier, as an App of a number; without one GitHub is asked whose the token is.

        :raises RefusedError: when that is no repository's name.
        """
        if not _REPOSITORY.fullmatch(repository):
            raise RefusedError(f"{repository!r} is no repository of GitHub's: owner/name is")
        self._courier = courier
        self._there = f"/repos/{repository}"
        self._app = app
        self._viewer: Mapping[str, object] = {}
        own = GitHubOwnChecks(courier, self._there, self._own_app)
        self.checks = GitHubChecks(courier, self._there, own)
        self.approvals = GitHubApprovals(courier, repository, own)
        self.reviews = GitHubReviews(courier, self._there)

    def named(self, repository: str) -> GitHub:
        """The same repository by the name that it has now."""
        return GitHub(self._courier, repository, self._app)

    def author(self) -> int:
        """Who the token speaks for. Over GraphQL, since REST does not tell the tokens of Apps and of Actions."""
        return _whole(self._who().get("databaseId"), "who the token speaks for")

    def pull_request(self, number: int) -> PullRequest:
        """A pull request as it is now."""
        return _pull_request(self._courier.ask("GET", f"{self._there}/pulls/{number}"))

    def pull_requests_of(self, head: str, branch: str = "", source: str = "") -> Sequence[PullRequest]:
        """The open pull requests with a commit at their head, in the order of their numbers; several may have one head.

        ``branch`` is ``owner:branch`` and ``source`` the repository that it is from, where they are known. By branch where that
        is known, and else among all that are open: GitHub finds none by the commit of a fork.
        """
        found = list(self._courier.pages(f"{self._there}/pulls", {"state": "open", "head": branch})) if branch else []
        found = found or list(self._courier.pages(f"{self._there}/commits/{quote(head, safe='')}/pulls"))
        if not found and not branch:
            found = list(self._courier.pages(f"{self._there}/pulls", {"state": "open"}))
        pulls = [pull for pull in map(_pull_request, found) if pull.head == head and pull.open and source in ("", pull.source)]
        return sorted(pulls, key=lambda pull: pull.number)

    def pull_requests_to(self, branch: str) -> Sequence[PullRequest]:
        """The open pull requests that go to a branch."""
        query = {"state": "open", "base": branch}
        return [_pull_request(found) for found in self._courier.pages(f"{self._there}/pulls", query)]

    def parting(self, branch: str, head: str) -> Parting:
        """Where a commit left a branch, by the branch's tip now: a pull request keeps naming the one of its last push."""
        commits = f"{quote(branch, safe='')}...{quote(head, safe='')}"
        found = self._courier.ask("GET", f"{self._there}/compare/{commits}", query={"per_page": "1"})
        left, tip = text(found, "merge_base_commit", "sha"), text(found, "base_commit", "sha")
        if not left or not tip:
            raise UnreachableError(f"GitHub did not tell where {head[:7]} left {branch}")
        return Parting(left, tip)

    def commits(self, number: int) -> Sequence[str]:
        """The full names of a pull request's commits, oldest first; of more than 250 GitHub tells the first 250."""
        return [text(commit, "sha") for commit in self._courier.pages(f"{self._there}/pulls/{number}/commits")]

    def comments(self, number: int, author: int) -> Sequence[Comment]:
        """One author's comments, oldest first, each with whether it is hidden."""
        found = map(_comment, self._courier.pages(f"{self._there}/issues/{number}/comments"))
        own = [comment for comment in found if comment.author == author]
        reasons: dict[str, Reason] = {}
        for start in range(0, len(own), MOST_NODES):
            reasons |= self._hidden([comment.node for comment in own[start : start + MOST_NODES]])
        return [replace(comment, hidden=reasons.get(comment.node)) for comment in own]

    def create(self, number: int, body: str) -> Comment:
        """Write a new comment. Whether one was written is not known where the answer is lost."""
        return _comment(self._courier.ask("POST", f"{self._there}/issues/{number}/comments", payload={"body": body}, twice=False))

    def update(self, number: int, comment: Comment, body: str) -> None:  # noqa: ARG002 - GitLab needs the number
        """Replace a comment's text."""
        self._courier.ask("PATCH", f"{self._there}/issues/comments/{comment.id}", payload={"body": body})

    def delete(self, number: int, comment: Comment) -> None:  # noqa: ARG002 - GitLab needs the number
        """Delete a comment; one that is gone already is no error."""
        try:
            self._courier.ask("DELETE", f"{self._there}/issues/comments/{comment.id}")
        except NotThereError:
            return

    def hide(self, comment: Comment, reason: Reason) -> None:
        """Fold a comment away."""
        ask(self._courier, _HIDE, {"id": comment.node, "why": str(reason)})

    def show(self, comment: Comment) -> None:
        """Show a folded comment again."""
        ask(self._courier, _SHOW, {"id": comment.node})

    def _own_app(self) -> int | str:
        return app_of(text(self._who(), "login")) if self._app is None else self._app

    def _who(self) -> Mapping[str, object]:
        """Whom the token speaks for, asked once."""
        self._viewer = self._viewer or mapping(ask(self._courier, _VIEWER, {}), "viewer")
        return self._viewer

    def _hidden(self, nodes: Sequence[str]) -> dict[str, Reason]:
        """Which of the comments are hidden, and why."""
        found = sequence(ask(self._courier, _HIDDEN, {"ids": list(nodes)}), "nodes")
        return {text(node, "id"): _reason(text(node, "minimizedReason")) for node in found if dig(node, "isMinimized") is True}


def _pull_request(found: object) -> PullRequest:
    head, base = text(found, "head", "sha"), text(found, "base", "sha")
    if not head or not base:
        raise UnreachableError("GitHub told of a pull request without a head or a base")
    number = _whole(dig(found, "number"), "a pull request's number")
    foreign = dig(found, "head", "repo", "id") != dig(found, "base", "repo", "id")
    draft, source = dig(found, "draft") is True, text(found, "head", "repo", "full_name")
    target, repository = text(found, "base", "ref"), text(found, "base", "repo", "full_name")
    return PullRequest(number, head, base, text(found, "state") == "open", draft, foreign, source, target, repository)


def _comment(found: object) -> Comment:
    """A comment; of an account that is gone its author is nobody, 0."""
    author = dig(found, "user", "id")
    number = _whole(dig(found, "id"), "a comment's number")
    return Comment(number, author if isinstance(author, int) else 0, text(found, "body"), node=text(found, "node_id"))


def _reason(told: str) -> Reason:
    name = told.upper().replace("-", "_")
    return Reason(name) if name in Reason.__members__ else Reason.OTHER


def _whole(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreachableError(f"GitHub did not tell {what}")
    return value
