"""The run of a pull request's own workflow, as the event ``workflow_run`` tells of it: what it weighed is for another run to say.

The pull request is found by the run's commit and repository. What the run itself wrote only tells apart several of one commit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.occasion import GITHUB, Occasion, OccasionError
from forge.error import NotThereError, RefusedError
from forge.github import GitHub
from workloads.field import dig, mapping, text

EVENT = "workflow_run"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run that is over, of a workflow on ``pull_request``."""

    api: str
    """Address of GitHub's API."""
    server: str
    """Address that people look at."""
    repository: str
    """``owner/name`` of the repository that the pull request goes to."""
    head: str
    """Full name of the commit at the head of the pull request when it ran."""
    source: str
    """``owner/name`` of the repository that the commit is from: a fork, or the repository itself."""
    branch: str
    """``owner:branch`` that the commit was on."""
    number: int
    """Of the run: later ones have larger numbers."""

    def occasion(self, forge: GitHub, named: int = 0) -> Occasion | None:
        """The open pull request with the run's commit at its head; None where there is none any more.

        ``named`` is the pull request that the run says it weighed, 0 for none. Whoever wrote that is not believed: it only
        chooses among those that GitHub finds by the run's commit and repository, all of them the same stranger's.

        :raises ForgeError: when GitHub cannot be asked, or more than one has it and the run names none.
        """
        found = forge.pull_requests_of(self.head, self.branch, self.source)
        pulls = [pull for pull in found if named in (0, pull.number)]
        if len(pulls) > 1:
            numbers = ", ".join(str(pull.number) for pull in pulls)
            raise RefusedError(
                f"pull requests {numbers} all have {self.head[:7]} at their head, and the weighing does not tell which is meant"
            )
        if not pulls:
            return None
        pull = pulls[0]
        shown = f"{self.server}/{self.repository}"
        return Occasion(
            GITHUB,
            self.api,
            self.repository,
            pull.number,
            self.head,
            _merge_base(forge, pull.target, self.head),
            f"{shown}/blob/{self.head}",
            run=self.number,
            link=f"{shown}/actions/runs/{self.number}",
        )


def _merge_base(forge: GitHub, branch: str, head: str) -> str:
    """The commit that a head left a branch at; empty where GitHub has none."""
    try:
        return forge.parting(branch, head).left
    except NotThereError:
        return ""


def earlier_run(environment: Mapping[str, str], event: object) -> EarlierRun:
    """The run that an event tells of.

    :raises OccasionError: when it is of no pull request.
    """
    run = mapping(event, "workflow_run")
    if environment.get("GITHUB_EVENT_NAME") != EVENT or text(run, "event") != "pull_request":
        raise OccasionError("this run follows none on pull_request: run it on workflow_run, after the workflow that weighs")
    head, number = text(run, "head_sha"), dig(run, "id")
    source, owner = text(run, "head_repository", "full_name"), text(run, "head_repository", "owner", "login")
    if not _COMMIT.fullmatch(head) or not source or not owner or not isinstance(number, int):
        raise OccasionError("the event does not tell which commit of which repository was weighed: a fork may be gone")
    return EarlierRun(
        environment.get("GITHUB_API_URL", "https://api.github.com"),
        environment.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/"),
        environment.get("GITHUB_REPOSITORY", ""),
        head,
        source,
        f"{owner}:{text(run, 'head_branch')}",
        number,
    )
