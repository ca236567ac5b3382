"""Posting suggestions: one review for all that are new, looking again after each write until nothing is left to be done.

A run whose commit is no longer the head adds nothing, nor does one of a commit that a later run weighed anew. Where it finds that
it wrote beside such a run, it takes that back, by what the other remembers in its check run of what it left there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.marker import Marker
from bot.memory import Memory, beginnings, memory_of
from bot.own_checks import overtaking
from bot.review_plan import ByFinding, Review, Step, Withdraw, by_finding, plan_retreat, plan_review
from bot.suggestion import Suggestion
from forge.check_run import WrittenCheck
from forge.error import NotPermittedError, RefusedError, UncertainError
from forge.protocol import Forge, Reviews
from forge.pull_request import PullRequest
from forge.review import LineComment, WrittenLineComment

MOST_ROUNDS = 8
"""Times that a run looks again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where suggestions are posted."""

    forge: Forge
    reviews: Reviews
    number: int
    """The pull request."""
    author: int
    """Whom the token speaks for."""
    marker: Marker
    """The commit that was weighed, and the run that did it."""
    check: str
    """Name of the check run."""


@dataclass(slots=True)
class Reviewing:
    """One run's suggestions. Every method raises a ``ForgeError``."""

    place: Place
    key: str
    wanted: Sequence[Suggestion]
    told: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    wrote: bool = False
    withdrawn: list[WrittenLineComment] = field(default_factory=list)
    sent: set[LineComment] = field(default_factory=set)
    """What this run wrote: a list may be told by a server that does not know of it yet."""

    def lacks_any(self) -> bool:
        """Whether a suggestion is not there: new, or deleted by a person, which only an earlier run remembers."""
        there = self._there() if self.wanted else {}
        return any(each.marker.digest not in there for each in self.wanted)

    def settled(self, memory: Memory, *, shown: bool) -> Memory:
        """Write until all is as it should be, and what is to be remembered then; none is wanted where no comment is ``shown``."""
        self.wanted = self.wanted if shown else ()
        return replace(memory, suggested=self._converge(memory.suggested), reviewed=True)

    def looked_again(self, memory: Memory) -> Memory:
        """The same once more: an older run may have written before it could read that this one is through."""
        return memory if self.problems else replace(memory, suggested=self._converge(memory.suggested))

    def _converge(self, left: frozenset[str]) -> frozenset[str]:
        """What is to be remembered. What an earlier run ``left`` and is not there any more, a person deleted: it stays away."""
        there = self._there()
        gone = left - beginnings(there)
        wanted = self._without(gone)
        for _ in range(MOST_ROUNDS):
            # Last, so that as little as possible happens between this look and the write.
            pull = self.place.forge.pull_request(self.place.number)
            later = overtaking(self.place.forge, pull, self.place.marker, self.place.check) if self.wrote else None
            if later is not None or not pull.open or pull.head != self.place.marker.head:
                self._retreat(pull, later)
                return left
            steps = self._unsent(plan_review(wanted, there))
            if not steps or not self._carry_out(steps, self.place.marker.head):
                break
            there = self._there()
        written = beginnings(each.marker.digest for each in wanted if each.comment in self.sent)
        return beginnings(there) | written | (gone & beginnings(each.marker.digest for each in self.wanted))

    def _unsent(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """Steps without what this run has written already, whether or not it is listed."""
        left = [
            Review(tuple(one for one in step.comments if one not in self.sent)) if isinstance(step, Review) else step
            for step in steps
        ]
        return tuple(step for step in left if not isinstance(step, Review) or step.comments)

    def _without(self, gone: frozenset[str]) -> list[Suggestion]:
        return [each for each in self.wanted if not beginnings([each.marker.digest]) & gone]

    def planned(self, left: frozenset[str]) -> tuple[Step, ...]:
        """What would be written first."""
        there = self._there()
        return plan_review(self._without(left - beginnings(there)), there)

    def _there(self) -> ByFinding:
        return by_finding(self.place.reviews.written(self.place.number, self.place.author), self.key)

    def _retreat(self, pull: PullRequest, later: WrittenCheck | None) -> None:
        """Make good what was written beside another run, if that is through; else it will look itself."""
        memory = memory_of(later.memory, self.key) if later is not None else None
        if memory is not None and memory.reviewed:
            # Looked at after that run was known to be through: it writes nothing any more.
            there = self._there()
            self._carry_out(plan_retreat(there, memory.suggested, self.withdrawn), pull.head)
            # What was written since is none of this run's.
            self.wrote, self.withdrawn = False, []

    def _carry_out(self, steps: Sequence[Step], head: str) -> bool:
        """Whether there is anything to look at again."""
        self.wrote = True
        for step in steps:
            try:
                self._write(step, head)
            except UncertainError:
                return True  # the next look tells whether it was done
            except (RefusedError, NotPermittedError) as error:
                self.problems.append(f"suggestions could not be written: {error}")
                return False
            self.told.append(words(step))
        return True

    def _write(self, step: Step, head: str) -> None:
        match step:
            case Review(comments):
                self.place.reviews.write(self.place.number, head, comments)
                self.sent.update(comments)
            case Withdraw(comment):
                self.withdrawn.append(comment)
                self.place.reviews.delete(comment)


def words(step: Step) -> str:
    """What was done."""
    match step:
        case Review(comments):
            return f"written {len(comments)} {'suggestion' if len(comments) == 1 else 'suggestions'}"
        case Withdraw(comment):
            return f"deleted suggestion {comment.id}"
