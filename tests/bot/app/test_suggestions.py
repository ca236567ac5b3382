"""Suggestions as the App makes them: from a delivery over a clone to one review, and away again once they are taken."""

from __future__ import annotations

import pytest
from advised_change import ADVISED, BEFORE, FILE, TAKEN, lines_of_diff
from app_world import BOT, NUMBER, AppWorld
from github_stand_in.world import ALICE, PullRequest, ReviewComment

pytestmark = pytest.mark.whole


def _opened(world: AppWorld) -> PullRequest:
    world.base = world.origin.commit("main", dict(BEFORE))
    pull = world.open(dict(ADVISED))
    pull.diff = lines_of_diff(world.origin, world.base, pull.head)
    world.tell("opened", pull)
    world.work(world.really())
    return pull


def _taken(world: AppWorld, pull: PullRequest) -> None:
    world.push(pull, dict(TAKEN))
    pull.diff = lines_of_diff(world.origin, world.base, pull.head)
    world.tell("synchronize", pull)
    world.work(world.really())


def _suggested(world: AppWorld) -> list[ReviewComment]:
    return world.github.world.platform.on_lines(NUMBER, BOT)


def test_a_denial_and_a_saving_are_suggested_in_one_review_and_go_once_they_are_taken(world: AppWorld) -> None:
    pull = _opened(world)
    (review,) = world.github.world.platform.reviews.values()
    assert (review.author, review.event, review.commit) == (BOT, "COMMENT", pull.head)
    denied, spot = _suggested(world)
    assert denied.body.startswith("**Denied by `cost-labels`: no team label")
    assert "```suggestion\n  namespace: shop\n  labels:\n    team: shop\n```" in denied.body
    assert spot.body.startswith("**−$452 a month for `shop/vectors` on spot**")
    assert {denied.path, spot.path} == {FILE}
    assert "suggestion to commit" in world.shown()[0].body
    assert world.checks(pull.head) == ["failure"]
    _taken(world, pull)
    assert _suggested(world) == []
    assert len(world.github.world.platform.reviews) == 1
    assert world.checks(pull.head) == ["success"]
    assert len(world.shown()) == 1


def test_one_that_somebody_replied_to_stays_when_it_is_taken(world: AppWorld) -> None:
    pull = _opened(world)
    spot = _suggested(world)[1]
    world.github.world.reply(spot, ALICE, "It may be interrupted: taken.")
    _taken(world, pull)
    assert [comment.id for comment in _suggested(world)] == [spot.id]


def test_a_second_look_at_the_same_commit_suggests_nothing_twice(world: AppWorld) -> None:
    pull = _opened(world)
    writes = [asked.path for asked in world.github.writes if "access_tokens" not in asked.path]
    world.tell("labeled", pull)
    world.work(world.really())
    assert [asked.path for asked in world.github.writes if "access_tokens" not in asked.path] == writes
