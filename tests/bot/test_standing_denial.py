"""A red check run stays red where the run at hand has no reason that would lift the denial: GitHub counts a grey one as passed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from github_stand_in.direct import Direct
from github_stand_in.server import GitHub as StandIn
from github_stand_in.world import EVERYTHING, ROBOT, Grant, sha_of

from bot.draft import draft_of_failure
from bot.lifecycle import Wanted
from bot.marker import Marker
from bot.occasion import GITHUB, Occasion
from bot.posting import Outcome, Posting, post
from forge.check_run import CheckRun, Conclusion
from forge.courier import Courier
from forge.github import GitHub
from workloads.settings.comment import CommentSettings

HEAD, BASE = sha_of("first"), sha_of("base")


@pytest.fixture
def github() -> StandIn:
    found = StandIn()
    for number in (482, 483):
        found.world.open_pull(number)
    return found


def run(github: StandIn, posting: Posting, token: str = "robot-token") -> Outcome:
    outcome = post(GitHub(Courier(Direct(github, token), "GitHub"), "acme/platform"), posting)
    assert not github.mistakes
    return outcome


def weighed(conclusion: Conclusion, number: int = 482, head: str = HEAD, run: int = 1) -> Posting:
    denied = conclusion is Conclusion.FAILURE
    heading = f"Cost: +$77 a month{', 1 denied' if denied else ''}"
    body = f"### {heading}\n\n**$1 → $78 a month**\n\nFor all to see.\n{Marker('default', head, BASE, run, number).line}\n"
    return Posting(number, Wanted(body, worth=True), CheckRun("weighbridge", head, conclusion, heading, body))


def failed(number: int = 482, run: int = 2, *, blocks: bool = False) -> Posting:
    here = Occasion(GITHUB, "", "acme/platform", number, HEAD, BASE, "", run=run)
    return draft_of_failure("it was ended", here, "default", CommentSettings(), blocks=blocks)


def check(github: StandIn) -> tuple[str | None, str | None]:
    """Conclusion and title of what the commit shows."""
    newest = github.world.platform.checks_on(HEAD)[0]
    return newest.conclusion, newest.title


NOT_WEIGHED = "Cost: this commit could not be weighed"


def test_a_denied_commit_that_cannot_be_weighed_again_stays_denied_however_often(github) -> None:
    run(github, weighed(Conclusion.FAILURE))
    for number in range(2, 4):
        outcome = run(github, failed(run=number))
        assert outcome.denied
        assert check(github) == ("failure", f"{NOT_WEIGHED}, denied before")
    (comment,) = github.world.platform.shown(482)
    assert "\n\nIt was denied when it was last weighed, which stands until it is weighed again.\n\n" in comment.body
    before = len(github.writes)
    run(github, failed(run=4))
    assert len(github.writes) == before
    run(github, weighed(Conclusion.SUCCESS, run=5))
    assert check(github) == ("success", "Cost: +$77 a month")


@pytest.mark.parametrize("blocks", [True, False])
def test_a_denial_is_not_forgotten_over_a_time_in_which_nothing_unknown_may_pass(github, blocks: bool) -> None:
    run(github, weighed(Conclusion.FAILURE))
    run(github, failed(blocks=blocks))
    run(github, failed(run=3))
    assert check(github)[0] == "failure"


@pytest.mark.parametrize("before", [Conclusion.SUCCESS, Conclusion.NEUTRAL, None])
def test_a_commit_that_was_not_denied_is_grey(github, before: Conclusion | None) -> None:
    if before:
        run(github, weighed(before))
    assert not run(github, failed()).denied
    assert check(github) == ("neutral", NOT_WEIGHED)


def test_what_might_not_pass_untold_then_may_now(github) -> None:
    run(github, failed(blocks=True))
    run(github, failed(run=3))
    assert check(github)[0] == "neutral"


def test_another_commit_was_not_denied(github) -> None:
    pull = github.world.platform.pulls[482]
    pull.head = sha_of("before")
    run(github, weighed(Conclusion.FAILURE, head=pull.head))
    pull.head = HEAD
    run(github, failed())
    assert check(github) == ("neutral", NOT_WEIGHED)


def test_a_merge_group_that_cannot_be_weighed_again_stays_denied(github) -> None:
    denied = weighed(Conclusion.FAILURE, number=0)
    run(github, denied)
    run(github, failed(number=0))
    assert check(github)[0] == "failure"


def test_a_commit_that_is_denied_in_one_pull_request_passes_by_no_other_one(github) -> None:
    run(github, weighed(Conclusion.FAILURE, 482))
    for number in (2, 3):
        outcome = run(github, weighed(Conclusion.SUCCESS, 483, run=number))
        assert outcome.denied
        assert check(github) == ("failure", "Cost: +$77 a month, denied in pull request 482")
    (comment,) = github.world.platform.shown(483)
    assert "Pull request 482 has the same commit at its head and is denied; a check run is of both" in comment.body
    assert "denied" not in github.world.platform.shown(482)[0].body.split("\n", 2)[2]


def test_each_has_a_comment_of_its_own_whoever_was_weighed_last(github) -> None:
    run(github, weighed(Conclusion.SUCCESS, 483, run=9))
    run(github, weighed(Conclusion.FAILURE, 482, run=1))
    assert check(github) == ("failure", "Cost: +$77 a month, 1 denied")
    assert [len(github.world.platform.shown(number)) for number in (482, 483)] == [1, 1]


def test_two_that_are_red_for_each_other_s_sake_do_not_hold_each_other(github) -> None:
    run(github, weighed(Conclusion.FAILURE, 482))
    run(github, weighed(Conclusion.SUCCESS, 483))
    run(github, weighed(Conclusion.SUCCESS, 482, run=2))
    assert check(github)[0] == "success"
    run(github, weighed(Conclusion.SUCCESS, 483, run=3))
    assert check(github)[0] == "success"


@pytest.mark.parametrize("end", ["closed", "pushed", "gone"])
def test_a_denial_of_a_pull_request_that_is_over_or_went_on_holds_nobody(github, end: str) -> None:
    run(github, weighed(Conclusion.FAILURE, 482))
    pulls = github.world.platform.pulls
    if end == "gone":
        del pulls[482]
    else:
        pulls[482] = replace(pulls[482], **({"state": "closed"} if end == "closed" else {"head": sha_of("next")}))
    run(github, weighed(Conclusion.SUCCESS, 483))
    assert check(github)[0] == "success"


def test_a_token_that_may_not_read_check_runs_writes_its_comment_all_the_same(github) -> None:
    github.world.tokens["no-checks"] = Grant(ROBOT, {**EVERYTHING, "checks": ""})
    run(github, weighed(Conclusion.SUCCESS), "no-checks")
    assert len(github.world.platform.shown(482)) == 1
