"""Who accepted what on a pull request: looked up where something is denied that somebody may accept, and only then.

What does not count is said, with what to do: a review of another commit, a label from before, a team that the token may not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.memory import is_memory
from forge.approval import Approvals
from forge.error import NotPermittedError
from policies.acceptance import Sign
from workloads.settings.approval import ApprovalSettings


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs that count, and in words why others do not."""

    found: tuple[Sign, ...] = ()
    doubts: tuple[str, ...] = ()
    author: str = ""
    """Who opened the pull request."""
    number: int = 0
    """Of the pull request."""


NO_SIGNS = Signs()


def signs(approvals: Approvals, number: int, head: str, check: str, entries: Sequence[ApprovalSettings]) -> Signs:
    """The signs on a pull request whose head is a commit; ``check`` is the name of its check run.

    :raises ForgeError: when the forge cannot be asked.
    """
    return _Search(approvals, number, head, check, entries).signs()


@dataclass(slots=True)
class _Search:
    """One look at a pull request."""

    approvals: Approvals
    number: int
    head: str
    check: str
    entries: Sequence[ApprovalSettings]
    doubts: list[str] = field(default_factory=list)

    def signs(self) -> Signs:
        author = self.approvals.author(self.number)
        theirs = frozenset(login.casefold() for login in (author, *self.approvals.committers(self.number)))
        found = [*self._labels(theirs), *self._reviews(theirs)]
        return Signs(tuple(found), tuple(dict.fromkeys(self.doubts)), author, self.number)

    def _labels(self, theirs: frozenset[str]) -> Iterator[Sign]:
        wanted = {label.casefold() for entry in self.entries for label in entry.labels}
        if not wanted:
            return
        told = self.approvals.first_told(self.head, self.check, is_memory)
        for labelling in self.approvals.labellings(self.number):
            if labelling.label.casefold() in wanted and self._counts(labelling.label, labelling.who, labelling.at, theirs, told):
                sign = Sign(labelling.who, labelling.label, self._teams(labelling.who), self.approvals.may_write(labelling.who))
                if not any(map(sign.accepts, self.entries)):
                    self.doubts.append(f"the label {sign.label} accepts nothing: {sign.who}, who put it on, may not")
                yield sign

    def _counts(self, label: str, who: str, at: datetime, theirs: frozenset[str], told: datetime | None) -> bool:
        """Whether a person put a label on whose change it is not, and who could have seen what this commit costs."""
        if not who:
            self.doubts.append(f"the label {label} accepts nothing: a person has to put it on, and not a program")
        elif who.casefold() in theirs:
            self.doubts.append(f"the label {label} accepts nothing: {who}, who put it on, opened the pull request or wrote of it")
        elif told is None or at < told:
            self.doubts.append(
                f"the label {label} accepts nothing yet: {who} put it on before {self.head[:7]} was weighed; put it on anew"
            )
        else:
            return True
        return False

    def _reviews(self, theirs: frozenset[str]) -> Iterator[Sign]:
        if not any(entry.teams for entry in self.entries):
            return
        for review in self.approvals.approving(self.number):
            teams = self._teams(review.who)
            if not teams or review.who.casefold() in theirs:
                continue
            if review.commit == self.head:
                yield Sign(review.who, "", teams)
            else:
                self.doubts.append(
                    f"{review.who} of {min(teams)} approved {review.commit[:7]}, and not {self.head[:7]}: approve it anew"
                )

    def _teams(self, who: str) -> frozenset[str]:
        """Those of the teams that may accept something to which a person belongs, as far as the token may know."""
        asked = dict.fromkeys(team for entry in self.entries for team in entry.teams)
        return frozenset(team for team in asked if self._belongs(who, team))

    def _belongs(self, who: str, team: str) -> bool:
        try:
            return self.approvals.belongs(who, team)
        except NotPermittedError:
            self.doubts.append(f"nobody counts as one of {team}: the token may not read its members (members: read)")
            return False
