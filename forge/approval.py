"""What people did to a pull request that may stand for their consent: labels that they put on, and approving reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forge.check_run import Known


@dataclass(frozen=True, slots=True)
class Labelling:
    """A label that is on a pull request, and who put it there last."""

    label: str
    who: str
    """Login of a person; empty for a program, or where the forge does not tell."""
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a pull request, as far as it bears on consent."""

    labellings: Sequence[Labelling]
    """The labels that are on it."""
    rebased: datetime | None = None
    """When it was last given another base, or its base another history; None where it never was."""


@dataclass(frozen=True, slots=True)
class Approving:
    """A person's review that approves, and was neither dismissed nor followed by one that asks for changes."""

    who: str
    commit: str
    """Full name of the commit that they looked at."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """That a check run of ours told what a commit costs."""

    at: datetime
    summary: str
    """What it says now."""


class Approvals(Protocol):
    """Who did what to the pull requests of a repository, and who they are.

    Every method raises a ``ForgeError``.
    """

    def author(self, number: int) -> str:
        """Who opened a pull request."""

    def committers(self, number: int) -> frozenset[str]:
        """Who wrote or committed the commits of a pull request; an empty name stands for whoever the forge does not know."""

    def history(self, number: int) -> History:
        """What happened to a pull request."""

    def approving(self, number: int) -> Sequence[Approving]:
        """The reviews that approve it, each person's latest word."""

    def may_write(self, who: str) -> bool:
        """Whether a person may write to the repository."""

    def belongs(self, who: str, team: str) -> bool:
        """Whether a person belongs to a team, ``owner/team``."""

    def tellings(self, head: str, name: str, known: Known) -> Sequence[Telling]:
        """The check runs on a commit that are ours, oldest first."""
