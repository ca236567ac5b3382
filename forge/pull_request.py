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
    """Full name of the commit at the tip of the branch it goes to."""
    open: bool
    draft: bool
    foreign: bool = False
    """Whether its head is in another repository, a fork, or in one that is gone."""
    source: str = ""
    """``owner/name`` of the repository that the commit at its head is from; empty where the forge does not tell."""
    target: str = ""
    """Name of the branch that it goes to."""
