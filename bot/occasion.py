"""On which pull request a program runs, as the CI's environment tells: GitHub Actions and GitLab CI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workloads.field import dig, mapping, text

GITHUB, GITLAB = "github", "gitlab"
_PULL_REQUEST = ("pull_request", "pull_request_target", "pull_request_review")
_MERGE_QUEUE = "merge_group"
_QUEUE = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-([1-9]\d{0,9})-[0-9a-f]+")


class OccasionError(Exception):
    """The environment tells of no pull request. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A pull request, and the run that looks at it."""

    forge: str
    """``github`` or ``gitlab``."""
    api: str
    """Address of the forge's API."""
    repository: str
    """``owner/name``, or a project's number."""
    number: int
    """The pull request; 0 in a merge queue, where there is nobody to tell but the queue."""
    head: str
    """Full name of the commit that is weighed: the pull request's head, not what CI merged for a try."""
    base: str
    """Full name of the commit that it is compared with, or of the tip of its branch."""
    blob: str
    """Address under which the head's files are shown."""
    before: str = ""
    """The head before this push, where the event tells."""
    run: int = 0
    """Number of the run: later ones have larger numbers."""
    link: str = ""
    """Address of the run."""
    queued: int = 0
    """The pull request that waits in a merge queue, as GitHub names the queue's branch; 0 elsewhere."""
    target: str = ""
    """Name of the branch that the change goes to, as the event tells, which may be an old one; empty where nothing tells."""
    foreign: bool = False
    """Whether the head is in another repository than the base, a fork, or in one that is gone or not told."""
    draft: bool | None = None
    """Whether the event tells that it is a draft; None where it does not tell."""
    tip: str = ""
    """Full name of the commit at the tip of the branch that the change goes to, where ``base`` is another one; else empty."""

    @property
    def rules(self) -> str:
        """Full name of the commit by whose rules the change goes where its own do not count: the newest of its branch.

        Not the one that it left the branch at, which whoever writes a change chooses.
        """
        return self.tip or self.base

    @property
    def in_queue(self) -> bool:
        """Whether a merge group of GitHub's is meant, and no pull request."""
        return self.forge == GITHUB and not self.number

    @property
    def changes(self) -> str:
        """Address of a pull request's changes on GitHub; empty elsewhere."""
        repository = self.blob.rpartition("/blob/")[0]
        return f"{repository}/pull/{self.number}/files" if self.forge == GITHUB and self.number else ""


def occasion(environment: Mapping[str, str], event: object) -> Occasion:
    """The pull request that a run is for. ``event`` is what GitHub tells of the event, None elsewhere.

    :raises OccasionError: when it is for none.
    """
    if environment.get("GITHUB_ACTIONS") or environment.get("GITHUB_REPOSITORY"):
        return _github(environment, event)
    if environment.get("GITLAB_CI"):
        return _gitlab(environment)
    raise OccasionError(
        "neither GitHub Actions nor GitLab CI is running this: there is no pull request to comment on. "
        "The comment as text, anywhere: weighbridge diff --git main...HEAD --format markdown"
    )


def _github(environment: Mapping[str, str], event: object) -> Occasion:
    name, repository = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_REPOSITORY", "")
    number, head, base = _weighed(name, event)
    if not head or not base:
        raise OccasionError(f"the event {name or 'of this run'} is of no pull request: run it on pull_request or merge_group")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    run = _whole(environment.get("GITHUB_RUN_ID", ""))
    return Occasion(
        GITHUB,
        environment.get("GITHUB_API_URL", "https://api.github.com"),
        repository,
        number,
        head,
        base,
        f"{server}/{repository}/blob/{head}",
        text(event, "before"),
        run,
        f"{server}/{repository}/actions/runs/{run}" if run else "",
        queued(text(event, "merge_group", "head_ref")),
        text(event, "pull_request", "base", "ref"),
        foreign=bool(number) and not _of_one_repository(event),
        draft=_told(dig(event, "pull_request", "draft")),
    )


def _of_one_repository(event: object) -> bool:
    """Whether head and base of a pull request are in one repository: what the event does not tell of a head is a stranger's."""
    head, base = (dig(event, "pull_request", side, "repo", "id") for side in ("head", "base"))
    return head == base and isinstance(head, int)


def queued(branch: str) -> int:
    """The number in ``refs/heads/gh-readonly-queue/main/pr-482-81d0e55…``, a branch that GitHub alone may write."""
    found = _QUEUE.fullmatch(branch)
    return int(found[1]) if found else 0


def _weighed(name: str, event: object) -> tuple[int, str, str]:
    """Number, head and base that an event of GitHub's is about; without a head and a base where that is no change."""
    if name == _MERGE_QUEUE:
        return 0, text(event, "merge_group", "head_sha"), text(event, "merge_group", "base_sha")
    pull, number = mapping(event, "pull_request"), dig(event, "pull_request", "number")
    if name not in _PULL_REQUEST or not isinstance(number, int) or number < 1:
        return 0, "", ""
    return number, text(pull, "head", "sha"), text(pull, "base", "sha")


def _gitlab(environment: Mapping[str, str]) -> Occasion:
    number = _whole(environment.get("CI_MERGE_REQUEST_IID", ""))
    # A pipeline of merged results runs on a commit that GitLab made for a try.
    head = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")
    base = environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
    if not number or not head or not base:
        raise OccasionError("this pipeline is of no merge request: run it with rules on merge_request_event")
    return Occasion(
        GITLAB,
        environment.get("CI_API_V4_URL", ""),
        environment.get("CI_PROJECT_ID", ""),
        number,
        head,
        base,
        f"{environment.get('CI_PROJECT_URL', '')}/-/blob/{head}",
        "",
        _whole(environment.get("CI_PIPELINE_ID", "")),
        environment.get("CI_JOB_URL", ""),
        target=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        foreign=environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "") != environment.get("CI_MERGE_REQUEST_PROJECT_ID"),
        draft=_told({"true": True, "false": False}.get(environment.get("CI_MERGE_REQUEST_DRAFT", ""))),
    )


def _told(stated: object) -> bool | None:
    """Yes or no as it is stated; None where neither is."""
    return stated if isinstance(stated, bool) else None


def _whole(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else 0
