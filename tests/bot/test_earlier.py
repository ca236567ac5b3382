"""A comment without figures tells those of the commit before, and nothing that somebody wrote into an old comment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.earlier import with_earlier
from bot.marker import Marker
from forge.comment import Comment

H1, H2 = "1" * 40, "2" * 40


def old(heading: str, head: str = H1, second: str = "words") -> Comment:
    return Comment(1, 7, f"### {heading}\n\n{second}\n\n<sub>x</sub>\n{Marker('default', head).line}")


def body(heading: str = "Cost: no change") -> str:
    return f"### {heading}\n\nNothing changes cost.\n\n<sub>x</sub>\n{Marker('default', H2).line}\n"


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("Cost: +$77 a month (up to +$238), 1 denied", " (`1111111`: +$77 a month, up to +$238, 1 denied.)"),
        ("Cost: −$1,175 a month", " (`1111111`: −$1,175 a month.)"),
        ("Cost: <img src=x> a month", ""),
        ("Cost: @acme/finops", ""),
        ("Cost: [x](https://evil.example)", ""),
        ("Cost: no change", ""),
        ("A title of somebody's", ""),
    ],
)
def test_the_figures_of_the_commit_before_are_told(heading: str, told: str) -> None:
    assert with_earlier(body(), [old(heading)]).split("\n")[2] == f"Nothing changes cost.{told}"


def test_figures_are_handed_on_by_comments_that_have_none() -> None:
    first = with_earlier(body(), [old("Cost: +$77 a month")])
    assert with_earlier(body(), [Comment(1, 7, first)]) == first
    later = first.replace(H2, "3" * 40)
    assert "(`1111111`: +$77 a month.)" in with_earlier(body(), [Comment(1, 7, later)])


def test_a_comment_with_figures_of_its_own_tells_no_others() -> None:
    assert with_earlier(body("Cost: +$1 a month"), [old("Cost: +$77 a month")]) == body("Cost: +$1 a month")
    assert with_earlier(body("Cost: no change, 1 denied"), [old("Cost: +$77 a month")]) == body("Cost: no change, 1 denied")


def test_without_a_comment_before_there_is_nothing_to_tell() -> None:
    assert with_earlier(body(), []) == body()
    assert with_earlier("### Cost: no change", [old("Cost: +$77 a month")]) == "### Cost: no change"


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_that_acts_is_handed_on(heading: str, second: str) -> None:
    told = with_earlier(body(), [old(heading, H1, second)]).split("\n")[2].removeprefix("Nothing changes cost.")
    assert not set(told) & set("<>[]@#&|*_\\") - {"_"}
