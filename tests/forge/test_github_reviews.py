"""Comments on lines of a pull request over HTTP, against a stand-in that is held to GitHub's own description."""

from __future__ import annotations

import pytest
from github_stand_in.world import ALICE, MALLORY, ROBOT, sha_of

from forge.error import RefusedError
from forge.review import LineComment

LINES = [LineComment("a.yaml", 3, 5, "several"), LineComment("a.yaml", 9, 9, "one")]


@pytest.fixture
def pull(stand_in):
    return stand_in.world.open_pull(482, diff={"a.yaml": set(range(1, 12))})


def test_comments_are_written_as_one_review_and_read_back(stand_in, connect, pull) -> None:
    reviews = connect().reviews
    reviews.write(482, sha_of("first"), LINES)
    found = reviews.written(482, ROBOT.id)
    assert [(each.path, each.first, each.last, each.body, each.answered) for each in found] == [
        ("a.yaml", 3, 5, "several", False), ("a.yaml", 9, 9, "one", False),
    ]  # fmt: skip
    assert len(stand_in.world.platform.reviews) == 1


def test_only_one_authors_comments_are_told_and_which_of_them_have_replies(stand_in, connect, pull) -> None:
    reviews = connect().reviews
    reviews.write(482, sha_of("first"), LINES)
    several, one = stand_in.world.platform.on_lines(482)
    stand_in.world.reply(one, ALICE, "Why?")
    stand_in.world.reply(several, MALLORY, "Yes.").author = ROBOT
    assert [(each.body, each.answered) for each in reviews.written(482, ROBOT.id)] == [("several", True), ("one", True)]


def test_lines_that_are_no_part_of_the_change_any_more_are_none(stand_in, connect, pull) -> None:
    reviews = connect().reviews
    reviews.write(482, sha_of("first"), LINES)
    stand_in.world.platform.on_lines(482)[0].line = None
    assert [(each.first, each.last) for each in reviews.written(482, ROBOT.id)] == [(0, 0), (9, 9)]


def test_deleting_what_is_gone_is_no_error(stand_in, connect, pull) -> None:
    reviews = connect().reviews
    reviews.write(482, sha_of("first"), LINES)
    for each in reviews.written(482, ROBOT.id):
        reviews.delete(each)
        reviews.delete(each)
    assert reviews.written(482, ROBOT.id) == []


def test_one_line_that_is_not_shown_refuses_them_all(stand_in, connect, pull) -> None:
    with pytest.raises(RefusedError, match="must be part of the diff"):
        connect().reviews.write(482, sha_of("first"), [*LINES, LineComment("a.yaml", 40, 40, "out")])
    assert stand_in.world.platform.review_comments == {}


def test_every_page_is_read(stand_in, connect, pull) -> None:
    stand_in.page_size = 2
    reviews = connect().reviews
    for _ in range(3):
        reviews.write(482, sha_of("first"), LINES)
    assert len(reviews.written(482, ROBOT.id)) == 6
