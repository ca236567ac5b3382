"""The life of a comment: from what should be said and what is there to what is to be written. Nothing is fetched or sent here.

The plan is made anew after each write, until nothing is left to be done. So it does not matter where an earlier run broke off,
nor who wrote in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.marker import NO_MARKER, Marker, alike, marker_of
from bot.memory import Memory
from forge.comment import Comment, Reason


class Behaviour(StrEnum):
    """What becomes of an earlier comment when there is something new to say. Only ``update`` mails nobody."""

    UPDATE = "update"
    NEW = "new"
    HIDE_AND_NEW = "hide-and-new"
    DELETE_AND_NEW = "delete-and-new"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should be said."""

    body: str
    """The comment, with its marker as the last line."""
    worth: bool
    """Whether it is worth a first comment."""
    settled: bool = False
    """Whether nothing is left to say: an earlier comment is folded away."""
    denials: frozenset[str] = frozenset()
    """Digests of what it denies."""

    @property
    def marker(self) -> Marker:
        """Its marker."""
        return marker_of(self.body) or NO_MARKER


@dataclass(frozen=True, slots=True)
class There:
    """What there is."""

    comments: Sequence[Comment]
    """Every comment by our own author, whatever its text."""
    memory: Memory | None = None
    hides: bool = True
    """Whether the forge can hide comments."""


@dataclass(frozen=True, slots=True)
class Create:
    """Write a new comment."""

    body: str


@dataclass(frozen=True, slots=True)
class Update:
    """Replace a comment's text."""

    comment: Comment
    body: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a comment."""

    comment: Comment


@dataclass(frozen=True, slots=True)
class Hide:
    """Fold a comment away."""

    comment: Comment
    reason: Reason


@dataclass(frozen=True, slots=True)
class Show:
    """Show a folded comment again."""

    comment: Comment


Write = Create | Update | Delete | Hide | Show


@dataclass(frozen=True, slots=True)
class _Known:
    """A comment of ours with what its marker says."""

    comment: Comment
    marker: Marker = field(default=NO_MARKER)


def ours(comments: Sequence[Comment], key: str) -> list[Comment]:
    """Those of our author's comments that carry a configuration's marker, oldest first."""
    return [known.comment for known in _known(comments, key)]


def plan(wanted: Wanted, there: There, behaviour: Behaviour) -> tuple[Write, ...]:
    """What to write now, in this order; nothing once all is as it should be."""
    known = _known(there.comments, wanted.marker.key)
    if not known:
        return (Create(wanted.body),) if _first(wanted, there.memory) else ()
    if any(each.marker.outruns(wanted.marker) for each in known):
        return tuple(_give_way(wanted, known, behaviour, there.hides))
    if behaviour is Behaviour.UPDATE or wanted.settled:
        return tuple(_update(wanted, known, behaviour, there.hides))
    return tuple(_renew(wanted, known, behaviour, there.hides))


def _known(comments: Sequence[Comment], key: str) -> list[_Known]:
    found = [_Known(comment, marker) for comment in comments if (marker := marker_of(comment.body)) and marker.key == key]
    return sorted(found, key=lambda known: known.comment.id)


def _first(wanted: Wanted, memory: Memory | None) -> bool:
    """Whether to write where there is no comment: never where a person deleted one, but for a denial that is new."""
    if memory is not None and memory.comment:
        return not memory.tells_of(wanted.denials)
    return wanted.worth


def _give_way(wanted: Wanted, known: Sequence[_Known], behaviour: Behaviour, hides: bool) -> Iterator[Write]:
    """A later run has the word: of this commit only what stands beside its comment goes. That run may be over."""
    current = _current(known, wanted.marker.head)
    if _lost(current, known):
        yield Show(current)
    for other in (each for each in known if each.comment.id != current.id and each.marker.head == wanted.marker.head):
        yield from _put_away(other.comment, Reason.DUPLICATE, hides and behaviour is not Behaviour.DELETE_AND_NEW)


def _update(wanted: Wanted, known: Sequence[_Known], behaviour: Behaviour, hides: bool) -> Iterator[Write]:
    current = _current(known, wanted.marker.head)
    if not alike(current.body, wanted.body):
        yield Update(current, wanted.body)
    if wanted.settled and hides and current.hidden is None:
        yield Hide(current, Reason.RESOLVED)
    if not wanted.settled and (current.hidden is Reason.RESOLVED or _lost(current, known)):
        yield Show(current)
    others = [each for each in known if each.comment.id != current.id]
    if behaviour is Behaviour.NEW:
        # Those of earlier commits stay as they are; of this commit there is one.
        others = [each for each in others if each.marker.head == wanted.marker.head]
    for other in others:
        yield from _put_away(other.comment, Reason.DUPLICATE, hides)


def _renew(wanted: Wanted, known: Sequence[_Known], behaviour: Behaviour, hides: bool) -> Iterator[Write]:
    """A new comment before the old ones go, so that at no moment there is none."""
    same = [each for each in known if alike(each.comment.body, wanted.body) and not _put_away_before(each.comment)]
    if not same:
        yield Create(wanted.body)
        return
    current = _current(same, wanted.marker.head)
    if current.hidden is Reason.RESOLVED:
        yield Show(current)
    for other in (each for each in known if each.comment.id != current.id):
        if behaviour is Behaviour.DELETE_AND_NEW:
            yield Delete(other.comment)
        elif other.marker.head == wanted.marker.head:
            yield from _put_away(other.comment, Reason.DUPLICATE, hides)
        elif behaviour is Behaviour.HIDE_AND_NEW:
            yield from _put_away(other.comment, Reason.OUTDATED, hides)


def _current(known: Sequence[_Known], head: str) -> Comment:
    """The comment that is kept: not one put away earlier, rather one of the commit weighed, of its latest run, and the newest.

    Runs of one commit that look at the same comments choose the same one, so that none puts away what another keeps.
    """
    shown = [each for each in known if not _put_away_before(each.comment)] or known

    def rank(each: _Known) -> tuple[bool, int, int]:
        current = each.marker.head == head
        return current, each.marker.run if current else 0, each.comment.id

    return max(shown, key=rank).comment


def _lost(current: Comment, known: Sequence[_Known]) -> bool:
    """Whether all are hidden as duplicates of one another: runs that looked at different moments each kept another one."""
    return len(known) > 1 and current.hidden is Reason.DUPLICATE


def _put_away_before(comment: Comment) -> bool:
    return comment.hidden in (Reason.DUPLICATE, Reason.OUTDATED)


def _put_away(comment: Comment, reason: Reason, hides: bool) -> Iterator[Write]:
    if not hides:
        yield Delete(comment)
    elif not _put_away_before(comment):
        yield Hide(comment, reason)


def sentence(write: Write) -> str:
    """What was done, in words."""
    match write:
        case Create():
            return "written a new comment"
        case Update(comment, _):
            return f"updated comment {comment.id}"
        case Delete(comment):
            return f"deleted comment {comment.id}"
        case Hide(comment, reason):
            return f"hidden comment {comment.id} as {reason.lower()}"
        case Show(comment):
            return f"shown comment {comment.id} again"
