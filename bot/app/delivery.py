"""From a delivery of GitHub's to what is to be looked at because of it. Nothing is fetched here.

A delivery is a reason to look, and no more: what is true of a pull request is asked of GitHub when it is looked at, so that it
does not matter in which order deliveries arrive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.app.button import number_of
from bot.app.subject import Subject
from bot.occasion import queued
from forge.codeowners import PLACES
from workloads.field import dig, mapping, sequence, text
from workloads.settings.configuration import FILE_NAME

_WEIGHED: Final = (
    "opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft", "labeled", "unlabeled",
    "submitted", "dismissed",
)  # fmt: skip
"""Of a pull request and of its reviews: what may change what is to be said of it."""
_TRUSTING: Final = (FILE_NAME, *PLACES)
"""Files of a branch that say who may accept a denial of what goes to it."""
_BRANCH: Final = re.compile(r"refs/heads/(?!gh-readonly-queue/)(.{1,244})")
"""One of people's: a merge queue's own is nothing that changes go to."""
_MOST_COMMITS: Final = 2048
"""Commits of a push that GitHub tells."""
_PRESSED: Final = ("rerequested", "requested_action")
_AWAY: Final = {
    ("installation", "deleted"): "repositories",
    ("installation", "suspend"): "repositories",
    ("installation_repositories", "removed"): "repositories_removed",
}
"""Where it stands which repositories the App may not see any more, by event and action."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Told:
    """That a subject is to be looked at."""

    subject: Subject
    head: str = ""
    """The commit at the head, as the delivery has it; empty where it has none."""
    ended: bool = False
    """Whether the pull request was closed, or the merge group dissolved."""


def read_delivery(event: str, payload: object, app: int) -> tuple[Told, ...]:
    """What an event is about; nothing for one that changes nothing. Never raises on what a payload holds.

    ``app`` is the App's own number: the check runs of others are not its business.
    """
    action = text(payload, "action")
    if event in ("pull_request", "pull_request_review"):
        return tuple(_pull_request(payload, action))
    if event == "push":
        return tuple(_pushed(payload))
    if event == "merge_group":
        return tuple(_merge_group(payload, action))
    if event in ("check_run", "check_suite") and action in _PRESSED and dig(payload, event, "app", "id") == app:
        return tuple(_pressed(payload, event))
    gone = _AWAY.get((event, action))
    return tuple(_gone(payload, gone)) if gone else ()


def again(told: Sequence[Told]) -> tuple[Told, ...]:
    """What a body asks for that came before under another number: to look at what is true, and no more.

    Who presses a button twice may send the same to the byte, so that it is not nothing. Sent by somebody who wrote it down, it
    ends no look that is under way, and has no repository forgotten.
    """
    return tuple(replace(each, head="", ended=each.ended and not each.subject.number) for each in told if not each.subject.gone)


def _pull_request(payload: object, action: str) -> Iterator[Told]:
    number = dig(payload, "pull_request", "number")
    moved = action == "edited" and bool(mapping(payload, "changes", "base"))
    # What a review only remarks accepts nothing and takes nothing back.
    remarks = action == "submitted" and text(payload, "review", "state").casefold() == "commented"
    if (action in (*_WEIGHED, "closed") and not remarks) or moved:
        head = _commit(payload, "pull_request", "head", "sha")
        yield from _told(payload, head, number=_positive(number), ended=action == "closed")


def _pushed(payload: object) -> Iterator[Told]:
    """A branch, where a push may have changed whom it trusts: what was accepted of changes that go to it is looked at again."""
    branch, commits = _BRANCH.fullmatch(text(payload, "ref")), sequence(payload, "commits")
    if branch is None or dig(payload, "deleted") is True:
        return
    files = {name for commit in commits for key in ("added", "removed", "modified") for name in map(str, sequence(commit, key))}
    # What a push by force takes away stands in none of its commits.
    if dig(payload, "forced") is True or len(commits) >= _MOST_COMMITS or not files.isdisjoint(_TRUSTING):
        yield from _told(payload, "", branch=branch[1])


def _merge_group(payload: object, action: str) -> Iterator[Told]:
    head, base = (_commit(payload, "merge_group", name) for name in ("head_sha", "base_sha"))
    if action in ("checks_requested", "destroyed") and head and base:
        behind = queued(text(payload, "merge_group", "head_ref"))
        yield from _told(payload, head, commit=head, base=base, behind=behind, ended=action == "destroyed")


def _pressed(payload: object, event: str) -> Iterator[Told]:
    """A button of ours, or GitHub's own. On a fork's pull request GitHub does not tell which it is; our button does."""
    head = _commit(payload, event, "head_sha")
    named = number_of(text(payload, "requested_action", "identifier"))
    listed = [_positive(dig(pull, "number")) for pull in sequence(payload, event, "pull_requests")[:10]]
    numbers = [named] if named else [number for number in listed if number]
    for number in numbers:
        yield from _told(payload, head, number=number)
    if not numbers and head:
        yield from _told(payload, head, commit=head)


def _told(
    payload: object,
    head: str,
    *,
    number: int = 0,
    commit: str = "",
    base: str = "",
    behind: int = 0,
    branch: str = "",
    ended: bool = False,
) -> Iterator[Told]:
    """A reason to look at a pull request, a commit or a branch of the payload's repository, where it names one."""
    repository, name = _positive(dig(payload, "repository", "id")), text(payload, "repository", "full_name")
    installation = _positive(dig(payload, "installation", "id"))
    if repository and installation and _NAME.fullmatch(name) and (number or commit or branch):
        yield Told(Subject(installation, repository, name, number, commit, base, behind, branch), head, ended)


def _gone(payload: object, key: str) -> Iterator[Told]:
    """The repositories that the App may not see any more."""
    installation = _positive(dig(payload, "installation", "id"))
    for each in sequence(payload, key):
        repository, name = _positive(dig(each, "id")), text(each, "full_name")
        if installation and repository and _NAME.fullmatch(name):
            yield Told(Subject(installation, repository, name), ended=True)


def _positive(value: object) -> int:
    """A number that GitHub gives things; 0 for anything else. It fits a column of 64 bits."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0


def _commit(payload: object, *path: str) -> str:
    found = text(payload, *path)
    return found if _COMMIT.fullmatch(found) else ""
