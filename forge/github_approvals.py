"""Labels, reviews, and who people are, on GitHub. Who put a label on, and when a base changed, is told by GraphQL alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from forge.approval import Approving, History, Labelling, Telling
from forge.check_run import Known
from forge.courier import Courier
from forge.error import NotThereError, UnreachableError
from forge.github_graphql import ask
from forge.github_own_checks import GitHubOwnChecks
from workloads.field import mapping, sequence, text

_HISTORY = """query ($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) {
  pullRequest(number: $number) {
    labels(first: 100) { nodes { name } }
    timelineItems(last: 100, itemTypes: [LABELED_EVENT]) {
      nodes { ... on LabeledEvent { createdAt actor { __typename login } label { name } } }
    }
    bases: timelineItems(
      last: 1, itemTypes: [BASE_REF_CHANGED_EVENT, AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT, BASE_REF_FORCE_PUSHED_EVENT]
    ) {
      nodes {
        ... on BaseRefChangedEvent { createdAt }
        ... on AutomaticBaseChangeSucceededEvent { createdAt }
        ... on BaseRefForcePushedEvent { createdAt }
      }
    }
  }
} }"""
_MOST_COMMITS = 250
"""Commits that GitHub tells of a pull request."""
_SPOKEN = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
"""Reviews that say something of a change as a whole."""


class GitHubApprovals:
    """The consent that people gave on one repository. Every method raises a ``ForgeError``."""

    def __init__(self, courier: Courier, repository: str, own: GitHubOwnChecks) -> None:
        """Speak of a repository, ``owner/name``, through a courier."""
        self._own = own
        self._courier = courier
        self._repository = repository
        self._there = f"/repos/{repository}"

    def author(self, number: int) -> str:
        """Who opened a pull request."""
        return text(self._courier.ask("GET", f"{self._there}/pulls/{number}"), "user", "login")

    def committers(self, number: int) -> frozenset[str]:
        """The logins of its commits' authors and committers.

        An empty one is among them where an address belongs to no account, or where there are more commits than GitHub tells.
        """
        commits = list(self._courier.pages(f"{self._there}/pulls/{number}/commits"))
        known = frozenset(text(commit, part, "login") for commit in commits for part in ("author", "committer"))
        return known | {""} if len(commits) >= _MOST_COMMITS else known

    def history(self, number: int) -> History:
        """The labels on a pull request, each with its latest of the last hundred events; and when its base last changed.

        A base changes when somebody chooses another, when GitHub does because a branch is gone, and when it is pushed by force:
        whether that moved the commit at which the change left it is not told.
        """
        owner, _, name = self._repository.partition("/")
        answer = ask(self._courier, _HISTORY, {"owner": owner, "name": name, "number": number})
        pull = mapping(answer, "repository", "pullRequest")
        there = {text(label, "name") for label in sequence(pull, "labels", "nodes")}
        events = [_labelling(event) for event in sequence(pull, "timelineItems", "nodes")]
        labellings = list({event.label: event for event in events if event.label in there}.values())
        bases = [_moment(text(event, "createdAt")) for event in sequence(pull, "bases", "nodes")]
        return History(labellings, max(bases, default=None))

    def approving(self, number: int) -> Sequence[Approving]:
        """The reviews that approve it, each person's latest word."""
        latest = {}
        for review in self._courier.pages(f"{self._there}/pulls/{number}/reviews"):
            if text(review, "state") in _SPOKEN and text(review, "user", "type") == "User":
                latest[text(review, "user", "login")] = review
        approved = {who: review for who, review in latest.items() if text(review, "state") == "APPROVED"}
        return [
            Approving(who, text(review, "commit_id"), _moment(text(review, "submitted_at"))) for who, review in approved.items()
        ]

    def may_write(self, who: str) -> bool:
        """Whether a person may write to the repository."""
        try:
            found = self._courier.ask("GET", f"{self._there}/collaborators/{quote(who, safe='')}/permission")
        except NotThereError:
            return False
        return text(found, "permission") in ("write", "admin")

    def belongs(self, who: str, team: str) -> bool:
        """Whether a person belongs to a team; also False where the token may not know of the team, which GitHub tells alike."""
        owner, _, slug = team.partition("/")
        path = f"/orgs/{quote(owner, safe='')}/teams/{quote(slug, safe='')}/memberships/{quote(who, safe='')}"
        try:
            return text(self._courier.ask("GET", path), "state") == "active"
        except NotThereError:
            return False

    def tellings(self, head: str, name: str, known: Known) -> Sequence[Telling]:
        """The check runs on a commit that are ours, oldest first: each from when it was finished and could be read."""
        found = [(text(check, "completed_at"), text(check, "output", "summary")) for check in self._own.named(head, name, known)]
        return sorted((Telling(_moment(at), summary) for at, summary in found if at), key=lambda each: each.at)


def _labelling(event: object) -> Labelling:
    person = text(event, "actor", "__typename") == "User"
    who = text(event, "actor", "login") if person else ""
    return Labelling(text(event, "label", "name"), who, _moment(text(event, "createdAt")))


def _moment(written: str) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise UnreachableError(f"GitHub told of a time that is none: {written[:40]}") from None
    if found.tzinfo is None:
        raise UnreachableError(f"GitHub told of a time without a zone: {written[:40]}")
    return found
