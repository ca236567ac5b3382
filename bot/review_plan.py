"""The life of suggestions: from what should be suggested and what is there to what is to be written. Nothing is sent here.

One for each finding. A suggestion whose finding is gone is deleted, but for one that somebody replied to: that is a conversation,
and stays as it is. What says something else now is written anew. Made again after each write, as the comment's plan is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from bot.marker import finding_of
from bot.suggestion import Suggestion
from forge.review import LineComment, WrittenLineComment


@dataclass(frozen=True, slots=True)
class Review:
    """Write comments, all at once."""

    comments: tuple[LineComment, ...]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Delete a suggestion."""

    comment: WrittenLineComment


Step = Review | Withdraw
ByFinding = Mapping[str, Sequence[WrittenLineComment]]


def by_finding(there: Sequence[WrittenLineComment], key: str) -> dict[str, list[WrittenLineComment]]:
    """Our suggestions of a configuration by the digests of their findings, in the order in which they were written."""
    found: dict[str, list[WrittenLineComment]] = {}
    for comment in sorted(there, key=lambda each: each.id):
        marker = finding_of(comment.body)
        if marker is not None and marker.key == key:
            found.setdefault(marker.digest, []).append(comment)
    return found


def plan_review(wanted: Sequence[Suggestion], there: ByFinding) -> tuple[Step, ...]:
    """What to write now; nothing once all is as it should be.

    What is new is written first, and only the next plan deletes what it takes the place of: at no moment there is none.
    """
    new = tuple(each.comment for each in wanted if not _said(each, there.get(each.marker.digest, ())))
    if new:
        return (Review(new),)
    current = {each.marker.digest: each for each in wanted}
    return tuple(
        Withdraw(comment)
        for finding, several in there.items()
        for comment in _superfluous(several, current.get(finding))
        if not comment.answered
    )


def plan_retreat(there: ByFinding, wants: Set[str], withdrawn: Sequence[WrittenLineComment]) -> tuple[Step, ...]:
    """What to write so that a newer run's suggestions are as it left them, once an older run finds that it wrote beside it.

    ``wants`` are the findings, each by the beginning of its digest, that the newer run left suggestions for. Of several for one
    the first is its own. What the older run deleted of these, and is not there otherwise, is written again.
    """
    missing = {digest: each for each in withdrawn if (digest := _digest(each)) not in there and _is_of(digest, wants)}
    again = tuple(LineComment(each.path, each.first, each.last, each.body) for each in missing.values())
    steps: list[Step] = [Review(again)] if again else []
    for digest, several in there.items():
        kept = 1 if _is_of(digest, wants) else 0
        steps += [Withdraw(comment) for comment in several[kept:] if not comment.answered]
    return tuple(steps)


def _digest(comment: WrittenLineComment) -> str:
    marker = finding_of(comment.body)
    return marker.digest if marker is not None else ""


def _is_of(digest: str, wants: Set[str]) -> bool:
    return any(digest.startswith(each) for each in wants)


def _said(wished: Suggestion, several: Sequence[WrittenLineComment]) -> bool:
    """Whether a suggestion is there already, or people talk about the one that is."""
    return any(comment.answered or _same(comment, wished) for comment in several)


def _superfluous(several: Sequence[WrittenLineComment], wished: Suggestion | None) -> Sequence[WrittenLineComment]:
    """All but one of a finding's suggestions: with replies, as it should be, and of these the first; all where it is gone."""
    if wished is None:
        return several
    best = min(several, key=lambda each: (not each.answered, not _same(each, wished), each.id))
    return [each for each in several if each is not best]


def _same(comment: WrittenLineComment, wished: Suggestion) -> bool:
    meant = wished.comment
    where = (comment.path, comment.first, comment.last) == (meant.path, meant.first, meant.last)
    return where and alike(comment.body, meant.body)


def alike(body: str, other: str) -> bool:
    """Whether two suggestions say the same, as forges keep line ends."""
    return body.replace("\r\n", "\n").strip() == other.strip()
