"""Posting: writes check run and comment to a forge, looking again after each write until nothing is left to be done.

The check run goes first, and holds the comment's text. A run may find that it wrote over a newer commit's comment, because the
head moved between its last look and its write. Then it puts the newer text back: either that is in the newer commit's check run,
or the newer run has not written its comment yet and will.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.check_posting import CheckPosting
from bot.earlier import with_earlier
from bot.lifecycle import Behaviour, Create, Delete, Hide, Show, There, Update, Wanted, Write, ours, plan, sentence
from bot.marker import marker_of
from bot.memory import Memory, is_memory, memory_of
from bot.own_checks import newest
from bot.reviewing import Place, Reviewing, words
from bot.standing_denial import standing_denial
from bot.suggestion import Suggestion
from forge.check_run import CheckRun, Conclusion, WrittenCheck
from forge.comment import Comment
from forge.error import NotPermittedError, UncertainError
from forge.protocol import Forge
from forge.pull_request import PullRequest
from policies.exemptions.acceptance import Approvers

MOST_ROUNDS = 12
"""Times that a run looks again: each round writes what is missing, so that more than two or three come of others writing too."""
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
    author: int = 0
    wrote: bool = False
    told: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    reviewing: Reviewing | None = None

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
                memory = self._converge(memory)
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
        self.author = self.forge.author()
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
        there = Place(self.forge, reviews, posting.number, self.author, posting.wanted.marker.head, posting.check.name)
        return Reviewing(there, self._key, wanted, self.told, self.problems)

    def _stops(self, pull: PullRequest) -> bool:
        """Whether the pull request has gone on without this run, which is then said."""
        head, target = self.posting.wanted.marker.head, self.posting.target
        elsewhere = pull.target not in ("", target) and target != ""
        if not pull.open:
            self.told.append(f"nothing to write: pull request {pull.number} is closed")
        elif pull.head != head:
            self.told.append(f"left to the run of {pull.head[:7]}: the head of {pull.number} moved on from {head[:7]}")
        elif elsewhere:
            self.told.append(f"left to a run on {pull.target}: {pull.number} does not go to {target} any more")
        return not pull.open or pull.head != head or elsewhere

    def _waits(self, pull: PullRequest) -> bool:
        """Whether a draft is waited for; a comment that is there already is kept current all the same."""
        return pull.draft and not self.posting.drafts and not ours(self._comments(), self._key)

    def _comments(self) -> list[Comment]:
        return list(self.forge.comments(self.posting.number, self.author))

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
                written = self._check_on(commit)
                if written is not None and (memory := memory_of(written.memory, self._key)) is not None:
                    return memory
        except NotPermittedError as error:
            self.problems.append(f"earlier check runs could not be read: {error}")
        return None

    def _check_on(self, commit: str) -> WrittenCheck | None:
        """The newest check run of this pull request on a commit."""
        checks = self.forge.checks.written(commit, self.posting.check.name, is_memory) if self.forge.checks else ()
        return newest(checks, self.posting.number)

    def _written_check(self, memory: Memory) -> WrittenCheck | None:
        """The check run, written where it is not there already; None where that is not ours to write, or cannot be.

        What a later run of the same commit found is what is to be said, where there is one.
        """
        if self.forge.checks is None:
            return None
        writing = CheckPosting(self.forge.checks, self.posting.wanted.marker, self.told, self.problems)
        written = writing.written(replace(self.posting.check, memory=memory.text))
        if writing.later is not None:
            self.posting, self.reviewing = replace(self.posting, wanted=self._said(writing.later)), None
        return written

    def _said(self, written: WrittenCheck) -> Wanted:
        """What a check run of ours says, as far as a comment is there for it."""
        memory = memory_of(written.memory, self._key)
        return Wanted(written.summary, worth=False, settled=memory is not None and memory.settled)

    def _converge(self, memory: Memory) -> Memory:
        """Write comments until they are as they should be, and what is to be remembered then."""
        wanted = self.posting.wanted
        for _ in range(MOST_ROUNDS):
            there = There(self._comments(), memory, self.forge.hides)
            # Last, so that as little as possible happens between this look and the write.
            pull = self.forge.pull_request(self.posting.number)
            if not pull.open or pull.head != wanted.marker.head:
                newer = self._newer(pull) if self.wrote else None
                if newer is None:
                    self._stops(pull)
                    return memory
                wanted = newer
                continue
            writes = plan(wanted, there, self.posting.behaviour)
            if not writes:
                own = ours(there.comments, self._key)
                told = memory.denials | wanted.denials if memory.comment and not own else wanted.denials
                return replace(memory, comment=own[-1].id if own else memory.comment, denials=told, settled=wanted.settled)
            self._carry_out(writes)
        return memory

    def _carry_out(self, writes: tuple[Write, ...]) -> None:
        self.wrote = True
        for write in writes:
            try:
                self._write(write)
            except UncertainError:
                # The next look tells whether it was done.
                return
            self.told.append(sentence(write))

    def _write(self, write: Write) -> None:
        number = self.posting.number
        match write:
            case Create(body):
                self.forge.create(number, body)
            case Update(comment, body):
                self.forge.update(number, comment, body)
            case Delete(comment):
                self.forge.delete(number, comment)
            case Hide(comment, reason):
                self.forge.hide(comment, reason)
            case Show(comment):
                self.forge.show(comment)

    def _newer(self, pull: PullRequest) -> Wanted | None:
        """What the run of a newer commit wants said, by its check run; None where it has not got that far."""
        if self.forge.checks is None or not pull.open:
            return None
        written = self._check_on(pull.head)
        memory = memory_of(written.memory, self._key) if written else None
        if written is None or memory is None:
            return None
        marker = marker_of(written.summary)
        if marker is None or marker.key != self._key or marker.head != pull.head:
            return None
        return Wanted(written.summary, worth=False, settled=memory.settled)

    def _remember(self, written: WrittenCheck, memory: Memory) -> None:
        if self.forge.checks is not None and written.memory != memory.text and written.head == self.posting.wanted.marker.head:
            self.forge.checks.remember(written, memory.text)
