"""One run's comment on one pull request, written until all is as it should be, whoever writes in between.

A run may find that it wrote over what a newer commit's run said, or a later run of the same commit, since that came between its
last look and its write. Then it puts the other's text back: either that is in the other's check run, or the other has not written
its comment yet and will.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.lifecycle import Behaviour, Create, Delete, Hide, Show, There, Update, Wanted, Write, ours, plan, sentence
from bot.marker import Marker
from bot.memory import Memory, memory_of
from bot.own_checks import overtaking
from forge.check_run import WrittenCheck
from forge.comment import Comment
from forge.error import NotThereError, UncertainError
from forge.protocol import Forge
from forge.pull_request import PullRequest

MOST_ROUNDS = 12
"""Times that a run looks again: each round writes what is missing, so that more than two or three come of others writing too."""


@dataclass(slots=True)
class Commenting:
    """What a run has done about its comment so far. Every method raises a ``ForgeError``."""

    forge: Forge
    number: int
    """The pull request."""
    check: str
    """Name of the check run."""
    told: list[str]
    author: int = 0
    """Whom the token speaks for."""
    wrote: bool = False
    made: dict[int, Comment] = field(default_factory=dict)
    """Comments that this run wrote: a list may be told by a server that does not know of them yet."""

    def comments(self) -> list[Comment]:
        """Every comment by our own author, oldest first."""
        listed = list(self.forge.comments(self.number, self.author))
        unlisted = [comment for number, comment in self.made.items() if number not in {each.id for each in listed}]
        return sorted([*listed, *unlisted], key=lambda each: each.id)

    def settled(self, wanted: Wanted, memory: Memory, behaviour: Behaviour) -> Memory:
        """Write comments until they are as they should be, and what is to be remembered then."""
        for _ in range(MOST_ROUNDS):
            there = There(self.comments(), memory, self.forge.hides)
            # Last, so that as little as possible happens between this look and the write.
            pull = self.forge.pull_request(self.number)
            newer = self._newer(pull, wanted.marker) if self.wrote else None
            if newer is not None:
                wanted = newer
                continue
            if words := gone_on(pull, wanted.marker.head):
                self.told.append(words)
                return memory
            writes = plan(wanted, there, behaviour)
            if not writes:
                return _remembered(memory, wanted, ours(there.comments, wanted.marker.key))
            self._carry_out(writes)
        return memory

    def _carry_out(self, writes: tuple[Write, ...]) -> None:
        self.wrote = True
        for write in writes:
            try:
                self._write(write)
            except UncertainError:
                return  # the next look tells whether it was done
            except NotThereError:
                if not isinstance(write, Update | Hide | Show):
                    raise
                self.made.pop(write.comment.id, None)
                return  # somebody deleted it meanwhile
            self.told.append(sentence(write))

    def _write(self, write: Write) -> None:
        match write:
            case Create(body):
                made = self.forge.create(self.number, body)
                self.made[made.id] = made
            case Update(comment, body):
                self.forge.update(self.number, comment, body)
            case Delete(comment):
                self.forge.delete(self.number, comment)
                self.made.pop(comment.id, None)
            case Hide(comment, reason):
                self.forge.hide(comment, reason)
            case Show(comment):
                self.forge.show(comment)

    def _newer(self, pull: PullRequest, own: Marker) -> Wanted | None:
        """What a later run wants said, of a newer commit or of the same, by its check run; None where none has got that far."""
        written = overtaking(self.forge, pull, own, self.check)
        return said(written, own.key) if written is not None and memory_of(written.memory, own.key) is not None else None


def said(written: WrittenCheck, key: str) -> Wanted:
    """What a check run of ours says, as far as a comment is there for it."""
    memory = memory_of(written.memory, key)
    return Wanted(written.summary, worth=False, settled=memory is not None and memory.settled)


def gone_on(pull: PullRequest, head: str, target: str = "") -> str:
    """That a pull request has gone on without the run of a commit, in words; empty where it has not.

    ``target`` is the branch that it was weighed for; empty where nothing tells.
    """
    if not pull.open:
        return f"nothing to write: pull request {pull.number} is closed"
    if pull.head != head:
        return f"left to the run of {pull.head[:7]}: the head of {pull.number} moved on from {head[:7]}"
    if target and pull.target not in ("", target):
        return f"left to a run on {pull.target}: {pull.number} does not go to {target} any more"
    return ""


def _remembered(memory: Memory, wanted: Wanted, own: list[Comment]) -> Memory:
    """What the next run is told: where a person deleted the comment, what people were told by then as well."""
    told = memory.denials | wanted.denials if memory.comment and not own else wanted.denials
    return replace(memory, comment=own[-1].id if own else memory.comment, denials=told, settled=wanted.settled)
