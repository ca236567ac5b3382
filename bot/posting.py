"""Posting: writes check run and comment to a forge, looking again after each write until nothing is left to be done.

The check run goes first, and holds the comment's text, so that whoever is overtaken finds there what to put back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.check_posting import CheckPosting
from bot.commenting import Commenting, gone_on, said
from bot.earlier import with_earlier
from bot.lifecycle import Behaviour, There, Wanted, ours, plan, sentence
from bot.memory import Memory, memory_of
from bot.own_checks import newest_on
from bot.reviewing import Place, Reviewing, words
from bot.standing_denial import standing_denial
from bot.suggestion import Suggestion
from forge.check_run import CheckRun, Conclusion, WrittenCheck
from forge.comment import Comment
from forge.error import NotPermittedError
from forge.protocol import Forge
from forge.pull_request import PullRequest
from policies.exemptions.acceptance import Approvers

MOST_COMMITS = 10
"""Commits of a pull request whose check runs are asked what there was, newest first."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be posted, and where."""

    number: int
    """The pull request; 0 in a merge queue, which gets a check run alone."""
    wanted: Wanted
    check: CheckRun
    behaviour: Behaviour = Behaviour.UPDATE
    drafts: bool = False
    """Whether drafts get a comment too, and not only a check run."""
    before: str = ""
    """The head before this push, where the event tells."""
    target: str = ""
    """The branch that it was weighed for; empty where nothing tells."""
    approvers: Approvers | None = None
    """Who may accept what it denies, for whoever looks whether they did; None where nobody may or nothing is denied."""
    suggestions: tuple[Suggestion, ...] | None = None
    """What can be committed; None where nothing is known of that, and what is there stays as it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, in words, a line each."""

    told: tuple[str, ...]
    problems: tuple[str, ...] = ()
    """What could not be done though the rest was."""
    denied: bool = False
    """Whether the check run is red, be it by a denial that stands from before or from another pull request."""


def post(forge: Forge, posting: Posting) -> Outcome:
    """Write check run and comment, as far as they are not there already.

    :raises ForgeError: when the forge does not do it.
    """
    return _Run(forge, posting).outcome()


def rehearse(forge: Forge, posting: Posting) -> Outcome:
    """What ``post`` would write first, without writing it.

    :raises ForgeError: when the forge cannot be asked.
    """
    return _Run(forge, posting).rehearsal()


@dataclass(slots=True)
class _Run:
    """One run, with what it has done so far."""

    forge: Forge
    posting: Posting
    told: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    commenting: Commenting = field(init=False)
    reviewing: Reviewing | None = None

    def __post_init__(self) -> None:
        self.commenting = Commenting(self.forge, self.posting.number, self.posting.check.name, self.told)

    def outcome(self) -> Outcome:
        if not self.posting.number:
            self._let_stand()
            self._written_check(Memory(self._key))
            return self._done()
        pull = self._begin()
        if pull is not None:
            memory = self._memory()
            check = self._written_check(memory)
            if self._waits(pull):
                self.told.append("no comment: the pull request is a draft")
            else:
                memory = self.commenting.settled(self.posting.wanted, memory, self.posting.behaviour)
                shown = bool(ours(self._comments(), self._key))
                memory = self.reviewing.settled(memory, shown=shown) if self.reviewing else memory
            if check is not None:
                self._remember(check, memory)
                if self.reviewing and memory.reviewed:
                    self._remember(replace(check, memory=memory.text), self.reviewing.looked_again(memory))
        return self._done()

    def _done(self) -> Outcome:
        told = tuple(self.told) or ("nothing to write: all is as it should be",)
        return Outcome(told, tuple(self.problems), self.posting.check.conclusion is Conclusion.FAILURE)

    def rehearsal(self) -> Outcome:
        pull = self._begin() if self.posting.number else None
        if pull is not None:
            there = There(self._comments(), self._memory(), self.forge.hides)
            writes = () if self._waits(pull) else plan(self.posting.wanted, there, self.posting.behaviour)
            self.told += [f"would have {sentence(write)}" for write in writes]
            if self.reviewing and there.memory and (writes or ours(there.comments, self._key)):
                self.told += [f"would have {words(step)}" for step in self.reviewing.planned(there.memory.suggested)]
        return Outcome(tuple(self.told) or ("would write no comment",))

    def _begin(self) -> PullRequest | None:
        """The pull request, where there is anything to be written on it."""
        self.commenting.author = self.forge.author()
        pull = self.forge.pull_request(self.posting.number)
        if self._stops(pull):
            return None
        body = with_earlier(self.posting.wanted.body, ours(self._comments(), self._key))
        wanted, check = replace(self.posting.wanted, body=body), replace(self.posting.check, summary=body)
        self.posting = replace(self.posting, wanted=wanted, check=check)
        self._let_stand()
        self.reviewing = self._reviewing()
        return pull

    def _let_stand(self) -> None:
        """Have check run and comment say what is denied still, where something is."""
        found = standing_denial(self.forge, self.posting.check, self.posting.number)
        if found is None:
            return
        check, body = self.posting.check, found.told(self.posting.wanted.body)
        title = f"{check.title}, {found.title}"
        check = replace(check, conclusion=Conclusion.FAILURE, title=title, summary=body)
        wanted = replace(self.posting.wanted, body=body, settled=False)
        self.posting = replace(self.posting, wanted=wanted, check=check)

    def _reviewing(self) -> Reviewing | None:
        wanted, reviews, posting = self.posting.suggestions, self.forge.reviews, self.posting
        if wanted is None or reviews is None:
            return None
        there = Place(self.forge, reviews, posting.number, self.commenting.author, posting.wanted.marker, posting.check.name)
        return Reviewing(there, self._key, wanted, self.told, self.problems)

    def _stops(self, pull: PullRequest) -> bool:
        """Whether the pull request has gone on without this run, which is then said."""
        words = gone_on(pull, self.posting.wanted.marker.head, self.posting.target)
        self.told += [words] if words else []
        return bool(words)

    def _waits(self, pull: PullRequest) -> bool:
        """Whether a draft is waited for; a comment that is there already is kept current all the same."""
        return pull.draft and not self.posting.drafts and not ours(self._comments(), self._key)

    def _comments(self) -> list[Comment]:
        return self.commenting.comments()

    @property
    def _key(self) -> str:
        return self.posting.wanted.marker.key

    def _memory(self) -> Memory:
        """What is known of earlier runs: of the comment where it is there, else what check runs remember."""
        own = ours(self._comments(), self._key)
        if own and not (self.reviewing and self.reviewing.lacks_any()):
            return Memory(self._key, own[-1].id, self.posting.wanted.denials, self.posting.wanted.settled)
        remembered = replace(self._remembered() or Memory(self._key), reviewed=False)
        if own:
            return replace(
                remembered, comment=own[-1].id, denials=self.posting.wanted.denials, settled=self.posting.wanted.settled
            )
        return replace(remembered, settled=self.posting.wanted.settled)

    def _remembered(self) -> Memory | None:
        if self.forge.checks is None:
            return None
        commits = [self.posting.wanted.marker.head, self.posting.before, *reversed(self.forge.commits(self.posting.number))]
        try:
            for commit in list(dict.fromkeys(filter(None, commits)))[:MOST_COMMITS]:
                written = newest_on(self.forge, commit, self.posting.check.name, self.posting.number)
                if written is not None and (memory := memory_of(written.memory, self._key)) is not None:
                    return memory
        except NotPermittedError as error:
            self.problems.append(f"earlier check runs could not be read: {error}")
        return None

    def _written_check(self, memory: Memory) -> WrittenCheck | None:
        """The check run, written where it is not there already; None where that is not ours to write, or cannot be.

        What a later run of the same commit found is what is to be said, where there is one.
        """
        if self.forge.checks is None:
            return None
        writing = CheckPosting(self.forge.checks, self.posting.wanted.marker, self.told, self.problems)
        written = writing.written(replace(self.posting.check, memory=memory.text))
        if writing.later is not None:
            self.posting, self.reviewing = replace(self.posting, wanted=said(writing.later, self._key)), None
        return written

    def _remember(self, written: WrittenCheck, memory: Memory) -> None:
        if self.forge.checks is not None and written.memory != memory.text and written.head == self.posting.wanted.marker.head:
            self.forge.checks.remember(written, memory.text)
