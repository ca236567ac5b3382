"""A pull request, which GitLab calls a merge request, as far as a comment needs to know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as it is now."""

    number: int
    head: str
    """Full name of the commit at its head."""
    base: str
    """Full name of a commit of the branch it goes to: on GitHub of its tip when the head was last pushed, not of its tip now."""
    open: bool
    draft: bool
    foreign: bool = False
    """Whether its head is in another repository, a fork, or in one that is gone."""
    source: str = ""
    """``owner/name`` of the repository that the commit at its head is from; empty where the forge does not tell."""
    target: str = ""
    """Name of the branch that it goes to."""
    repository: str = ""
    """``owner/name`` of the repository that it goes to, as it is called now; empty where the forge does not tell."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a change left the branch that it goes to, and where that branch is now."""

    left: str
    """Full name of the newest commit that both have: the merge base."""
    tip: str
    """Full name of the commit at the branch's tip."""
