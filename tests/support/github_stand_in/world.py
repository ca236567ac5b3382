"""What the GitHub stand-in remembers: users, repositories, pull requests, comments, reviews and check runs.

Tests read it to see what a program left behind, and change it as people would: push, comment, edit, delete, close.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count


@dataclass(frozen=True)
class User:
    """A person, or an App's bot."""

    id: int
    login: str
    type: str = "User"


ROBOT = User(41898282, "github-actions[bot]", "Bot")
ALICE = User(1001, "alice")
MALLORY = User(1002, "mallory")

EVERYTHING: Mapping[str, str] = {"issues": "write", "pull_requests": "write", "checks": "write", "contents": "read"}


@dataclass
class Comment:
    """A comment on a pull request's conversation."""

    id: int
    number: int
    author: User
    body: str
    created: int
    updated: int
    hidden: str | None = None
    """The classifier it was minimised with."""


@dataclass
class ReviewComment:
    """A comment on a line of the diff."""

    id: int
    number: int
    review: int
    author: User
    body: str
    path: str
    line: int | None
    """None where the lines are no part of the diff any more."""
    side: str
    start_line: int | None
    commit: str
    created: int
    reply_to: int | None = None


@dataclass
class Review:
    """Several review comments, sent at once."""

    id: int
    number: int
    author: User
    body: str
    event: str
    commit: str
    created: int


@dataclass
class CheckRun:
    """A check run of one App on one commit."""

    id: int
    name: str
    head: str
    app: str
    """The App's slug."""
    status: str
    conclusion: str | None
    title: str | None
    summary: str | None
    text: str | None
    details_url: str | None
    external_id: str
    created: int
    app_id: int = 15368
    ended: int = 0
    """When it was finished; 0 while it is not."""
    annotations: list[dict[str, object]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Labelled:
    """A label that was put on a pull request."""

    label: str
    actor: User
    at: int


@dataclass
class PullRequest:
    """A pull request. ``diff`` are the lines that review comments may be on, by file."""

    number: int
    head: str
    branch: str
    base: str
    base_branch: str = "main"
    head_owner: str = "acme"
    state: str = "open"
    draft: bool = False
    merged: bool = False
    commits: list[str] = field(default_factory=list)
    wrote: dict[str, User | None] = field(default_factory=dict)
    """Who wrote a commit, by its name, where alice did not; None for somebody whom GitHub does not know."""
    labelled: list[Labelled] = field(default_factory=list)
    """Every time that somebody put a label on, oldest first."""
    labels: set[str] = field(default_factory=set)
    """The labels that are on it now."""
    rebased: list[tuple[str, int]] = field(default_factory=list)
    """Every time that it got another base or its base another history: the name of GitHub's event, and when; oldest first."""
    diff: dict[str, set[int]] = field(default_factory=dict)


@dataclass
class Repository:
    """One repository and all that hangs on it."""

    owner: str
    name: str
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    review_comments: dict[int, ReviewComment] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)
    merge_bases: dict[tuple[str, str], str] = field(default_factory=dict)
    """Where a head left a base; the base itself where nothing stands."""
    branches: dict[str, str] = field(default_factory=dict)
    """The tips of branches that moved on since the pull requests that go to them were pushed."""
    permissions: dict[str, str] = field(default_factory=dict)
    """What people may, by login: ``write``."""

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def tip(self, name: str) -> str:
        """The commit at a branch's tip, which no pull request goes on to name; of what is no branch, itself."""
        named = (pull.base for pull in self.pulls.values() if pull.base_branch == name)
        return self.branches.get(name) or next(named, name)

    def conversation(self, number: int) -> list[Comment]:
        """The comments of a pull request, oldest first."""
        return [comment for comment in self.comments.values() if comment.number == number]

    def shown(self, number: int, author: User = ROBOT) -> list[Comment]:
        """The comments of one author that are not minimised."""
        return [comment for comment in self.conversation(number) if comment.author == author and not comment.hidden]

    def on_lines(self, number: int, author: User = ROBOT) -> list[ReviewComment]:
        """One author's comments on lines of a pull request, oldest first."""
        found = (comment for comment in self.review_comments.values() if comment.number == number and comment.author == author)
        return sorted(found, key=lambda comment: comment.id)

    def checks_on(self, sha: str, name: str | None = None) -> list[CheckRun]:
        """The check runs on a commit, newest first."""
        found = [check for check in self.checks.values() if check.head == sha and name in (None, check.name)]
        return sorted(found, key=lambda check: -check.id)


@dataclass(frozen=True)
class Grant:
    """Who a token speaks for, and what it may do."""

    user: User
    permissions: Mapping[str, str] = field(default_factory=lambda: dict(EVERYTHING))
    installation: bool = True
    """Whether it is an installation's token, as Actions' is: it may not ask who it is over REST."""
    app: int = 15368
    """The App's number: that of Actions on github.com."""


def sha_of(text: str) -> str:
    """A commit's name, the same for the same words."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class World:
    """Everything, with an owner ``acme`` and a repository ``platform`` to begin with, and the token ``robot-token``."""

    def __init__(self) -> None:
        self.repositories = {"acme/platform": Repository("acme", "platform")}
        self.tokens: dict[str, Grant] = {"robot-token": Grant(ROBOT)}
        self.renamed: dict[str, str] = {}
        """What repositories are called now, by what they were called before."""
        self.teams: dict[str, set[str]] = {}
        """Logins by ``owner/team``."""
        self.installations: dict[int, Grant] = {7: Grant(ROBOT)}
        self.deliveries: list[dict[str, object]] = []
        """The deliveries of the App's webhook, oldest first."""
        self.redelivered: list[str] = []
        """The numbers of those that it asked for again."""
        self.creations: dict[str, str] = {}
        """Apps that are being created, by the code that their creation ended with."""
        self.key = "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n"
        """The private key of a new App."""
        self._ids: Iterator[int] = count(1000)
        self._seconds: Iterator[int] = count(1_790_000_000)

    @property
    def platform(self) -> Repository:
        """The repository that tests use."""
        return self.repositories["acme/platform"]

    def next_id(self) -> int:
        return next(self._ids)

    def now(self) -> int:
        """Seconds since 1970, one later at each call."""
        return next(self._seconds)

    def open_pull(self, number: int = 482, head: str = "first", **more: object) -> PullRequest:
        """Open a pull request with one commit."""
        sha = sha_of(head)
        pull = PullRequest(number, sha, "feature", sha_of("base"), commits=[sha], **more)  # type: ignore[arg-type]
        self.platform.pulls[number] = pull
        return pull

    def push(self, pull: PullRequest, words: str, *, force: bool = False) -> str:
        """Push a commit; by force it replaces those before it."""
        pull.head = sha_of(words)
        pull.commits = [pull.head] if force else [*pull.commits, pull.head]
        return pull.head

    def rebase(self, pull: PullRequest, base: str = "", branch: str = "", event: str = "BaseRefChangedEvent") -> None:
        """Have a pull request go to another branch; by another event GitHub did so itself, or the branch was pushed by force."""
        pull.base, pull.base_branch = base or pull.base, branch or pull.base_branch
        pull.rebased.append((event, self.now()))

    def label(self, pull: PullRequest, label: str, actor: User) -> None:
        """Put a label on, or on anew."""
        pull.labels.add(label)
        pull.labelled.append(Labelled(label, actor, self.now()))

    def review(self, pull: PullRequest, author: User, event: str = "APPROVE", commit: str = "") -> None:
        """A person's review, of the head where nothing else is said."""
        review = Review(self.next_id(), pull.number, author, "", event, commit or pull.head, self.now())
        self.platform.reviews[review.id] = review

    def reply(self, comment: ReviewComment, author: User, body: str) -> ReviewComment:
        """A person's reply to a comment on a line."""
        made = replace(comment, id=self.next_id(), author=author, body=body, created=self.now(), reply_to=comment.id)
        self.platform.review_comments[made.id] = made
        return made

    def say(self, number: int, author: User, body: str) -> Comment:
        """A comment of a person's own."""
        now = self.now()
        comment = Comment(self.next_id(), number, author, body, now, now)
        self.platform.comments[comment.id] = comment
        return comment

    def fail_to_deliver(self, guid: str, event: str = "pull_request", status: int = 502) -> None:
        """That a delivery was tried, and how it was answered."""
        self.deliveries.append({
            "id": self.next_id(), "guid": guid, "delivered_at": "2026-11-26T12:00:00Z", "redelivery": False, "duration": 0.1,
            "status": "failed to connect", "status_code": status, "event": event, "action": "opened", "installation_id": 7,
            "repository_id": 1, "throttled_at": None,
        })  # fmt: skip
