"""Who accepted what on a pull request: looked up where something is denied that somebody may accept, and only then.

What does not count is said, with what to do: a review of another commit, a label from before, a team that the token may not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.memory import is_memory
from bot.sight import Sight, sight
from forge.approval import Approvals, Approving, History, Labelling
from forge.error import NotPermittedError
from policies.exemptions.acceptance import Approvers, Sign

SHORT = 7
"""Digits of a commit's short name."""
TEAM = "/"
"""What a team's name has, and a person's has not."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs that count, and in words why others do not."""

    found: tuple[Sign, ...] = ()
    doubts: tuple[str, ...] = ()
    author: str = ""
    """Who opened the pull request."""
    number: int = 0
    """Of the pull request."""


_UNKNOWN = (
    "nobody can accept it, since whose change it is cannot be told: a commit's address belongs to no account, or there are too "
    "many commits; commit with an address that GitHub knows, or exempt it"
)
NO_SIGNS = Signs()


@dataclass(frozen=True, slots=True)
class Sought:
    """The change of a pull request that signs are looked for on."""

    number: int
    """Of the pull request."""
    head: str
    """Full name of the commit at its head."""
    base: str
    """Full name of the commit that the head is compared with; empty for the one that it was last weighed against."""
    check: str
    """Name of its check run."""


def signs(approvals: Approvals, sought: Sought, approvers: Approvers) -> Signs:
    """The signs on a pull request by those who may accept something.

    :raises ForgeError: when the forge cannot be asked.
    """
    return _Search(approvals, sought, approvers).signs()


@dataclass(slots=True)
class _Search:
    """One look at a pull request."""

    approvals: Approvals
    sought: Sought
    approvers: Approvers
    doubts: list[str] = field(default_factory=list)

    def signs(self) -> Signs:
        number = self.sought.number
        author = self.approvals.author(number)
        committers = self.approvals.committers(number)
        if "" in committers:
            return Signs((), (_UNKNOWN,), author, number)
        theirs = frozenset(login.casefold() for login in (author, *committers))
        history = self.approvals.history(number)
        seen = self._seen()
        found = [*self._labels(history, seen, theirs), *self._reviews(history, seen, theirs)]
        return Signs(tuple(found), tuple(dict.fromkeys(self.doubts)), author, number)

    def _seen(self) -> Sight:
        """What there is to be seen of the change; nothing where the token may not know."""
        try:
            tellings = self.approvals.tellings(self.sought.head, self.sought.check, is_memory)
            return sight(tellings, self.sought.base, self.sought.number)
        except NotPermittedError:
            if any(entry.labels for entry in self.approvers.entries):
                self.doubts.append("no label accepts anything: the token may not read check runs (checks: read)")
            return sight(())

    def _labels(self, history: History, seen: Sight, theirs: frozenset[str]) -> Iterator[Sign]:
        wanted = {label.casefold() for entry in self.approvers.entries for label in entry.labels}
        for labelling in history.labellings:
            self._undecisive(labelling.label)
            if labelling.label.casefold() not in wanted:
                continue
            doubt = self._doubt(labelling, theirs) or self._late(labelling, history, seen)
            if doubt:
                self.doubts.append(f"the label {labelling.label} accepts nothing{doubt}")
                continue
            sign = Sign(labelling.who, labelling.label, self._teams(labelling.who), self.approvals.may_write(labelling.who))
            if not any(sign.accepts(entry, self.approvers.owners) for entry in self.approvers.entries):
                self.doubts.append(f"the label {sign.label} accepts nothing: {sign.who}, who put it on, may not")
            yield sign

    def _undecisive(self, label: str) -> None:
        """Says of what is denied a label accepts nothing, whoever puts it on."""
        told = (why for name, why in self.approvers.undecisive if name == label.casefold())
        self.doubts += [f"the label {label} does not accept {why}" for why in told]

    def _doubt(self, labelling: Labelling, theirs: frozenset[str]) -> str:
        """Why a label does not count by who put it on; empty where a person did whose change it is not."""
        if not labelling.who:
            return ": a person has to put it on, and not a program"
        if labelling.who.casefold() in theirs:
            return f": {labelling.who}, who put it on, opened the pull request or wrote of it"
        return ""

    def _late(self, labelling: Labelling, history: History, seen: Sight) -> str:
        """Why a label does not count by when it was put on; empty where they could have seen what this change costs."""
        before = _rebased(labelling.at, history) or self._unseen(labelling.at, seen)
        return f" yet: {labelling.who} put it on before {before}; put it on anew" if before else ""

    def _unseen(self, at: datetime, seen: Sight) -> str:
        """What people could see only later, in words that tell this change from another one of the same head."""
        against = "" if seen.first else f" against {seen.base[:SHORT]}"
        return "" if seen.covers(at) else f"{self.sought.head[:SHORT]} was weighed{against}"

    def _reviews(self, history: History, seen: Sight, theirs: frozenset[str]) -> Iterator[Sign]:
        if not any(entry.names_people for entry in self.approvers.entries):
            return
        for review in self.approvals.approving(self.sought.number):
            teams = self._teams(review.who)
            if not (teams or self._owns(review.who)) or review.who.casefold() in theirs:
                continue
            doubt = self._outdated(review, history, seen)
            if doubt:
                as_whom = f"{review.who} of {min(teams)}" if teams else review.who
                self.doubts.append(f"{as_whom} approved {review.commit[:SHORT]}{doubt}: approve it anew")
            else:
                yield Sign(review.who, "", teams, self._may_own(review.who, teams))

    def _outdated(self, review: Approving, history: History, seen: Sight) -> str:
        """Why a review is of another change; empty where it is of this one, whether that was weighed by then or not."""
        if review.commit != self.sought.head:
            return f", and not {self.sought.head[:SHORT]}"
        before = _rebased(review.at, history) or ("" if seen.first else self._unseen(review.at, seen))
        return f" before {before}" if before else ""

    def _teams(self, who: str) -> frozenset[str]:
        """Those of the teams that may accept something to which a person belongs, as far as the token may know."""
        named = (team for entry in self.approvers.entries for team in entry.teams)
        asked = dict.fromkeys((*named, *(name for name in self.approvers.owners if TEAM in name)))
        return frozenset(team for team in asked if self._belongs(who, team))

    def _owns(self, who: str) -> bool:
        """Whether a person is a code owner of something by name."""
        return who.casefold() in {name.casefold() for name in self.approvers.owners}

    def _may_own(self, who: str, teams: frozenset[str]) -> bool:
        """Whether a person may write, where that matters: GitHub counts no code owners who may not."""
        if not self._owns(who) and teams.isdisjoint(self.approvers.owners):
            return False
        writes = self.approvals.may_write(who)
        if not writes:
            self.doubts.append(f"{who} accepts nothing as a code owner: they may not write here")
        return writes

    def _belongs(self, who: str, team: str) -> bool:
        try:
            return self.approvals.belongs(who, team)
        except NotPermittedError:
            self.doubts.append(f"nobody counts as one of {team}: the token may not read its members (members: read)")
            return False


def _rebased(at: datetime, history: History) -> str:
    """What happened after a moment that made another change of it; empty where nothing did."""
    return "the base of the pull request was changed" if history.rebased is not None and at <= history.rebased else ""
