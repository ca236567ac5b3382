"""A commit's cost is to be seen from the first check run on that told it against the commit it is compared with now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.marker import Marker
from bot.sight import Sight, sight
from forge.approval import Telling

START = datetime(2026, 11, 26, 12, tzinfo=UTC)
A, B = "a" * 40, "b" * 40


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def told(*bases: str | None) -> list[Telling]:
    """Check runs a minute apart, each against a commit; against none where nothing could be weighed, None where it is no comment."""
    bodies = ["other words" if base is None else f"### Cost\n{Marker(head='c' * 40, base=base, run=1).line}\n" for base in bases]
    return [Telling(at(number), body) for number, body in enumerate(bodies)]


@pytest.mark.parametrize(
    ("bases", "base", "since", "first"),
    [
        ((), A, None, True),
        ((A,), A, 0, True),
        ((A, A, A), A, 0, True),
        (("", None, A), A, 2, True),
        ((A, "", A), A, 0, True),
        ((B,), A, None, False),
        ((B, A), A, 1, False),
        ((A, B), A, None, False),
        ((A, B, "", A, A), A, 3, False),
        ((B, A), "", 1, False),
        ((A, A), "", 0, True),
        ((A, B), "", 1, False),
        ((None, ""), "", None, True),
    ],
)
def test_what_was_told_against_another_commit_before_is_not_what_is_to_be_seen(bases, base, since, first) -> None:
    found = sight(told(*bases), base)
    assert (found.since, found.first) == (None if since is None else at(since), first)


def test_what_was_told_of_another_pull_request_of_the_same_commit_is_nothing_that_is_seen_of_this_one() -> None:
    markers = [Marker(head="c" * 40, base=base, run=1, pull=pull) for base, pull in ((A, 482), (B, 483), (A, 0))]
    tellings = [Telling(at(number), f"### Cost\n{marker.line}\n") for number, marker in enumerate(markers)]
    assert sight(tellings, A, 482) == Sight(A, at(0), first=True)
    assert sight(tellings, A, 483) == Sight(A, at(2), first=False)


def test_who_looks_before_it_is_told_sees_nothing() -> None:
    seen = sight(told(B, A), A)
    assert [seen.covers(at(minute)) for minute in (0, 1, 2)] == [False, True, True]
    assert not Sight(A, None, first=True).covers(at(9))
