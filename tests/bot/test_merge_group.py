"""A merge group's own settings hold where nobody but those who may write to the repository can have written of them."""

from __future__ import annotations

import pytest
from github_stand_in.direct import Direct
from github_stand_in.faults import Fault
from github_stand_in.server import GitHub as StandIn
from github_stand_in.world import PullRequest, sha_of

from bot.merge_group import of_no_stranger
from bot.occasion import GITHUB, Occasion
from forge.courier import Courier
from forge.error import UnreachableError
from forge.github import GitHub
from forge.patience import Patience

BASE, PULL, OTHER = sha_of("base"), sha_of("pull"), sha_of("other")


@pytest.fixture
def github() -> StandIn:
    found = StandIn()
    for number, owner in ((482, "acme"), (483, "mallory")):
        found.world.platform.pulls[number] = PullRequest(number, PULL, "feature", BASE, head_owner=owner)
    return found


def _told(github: StandIn, number: int, *parents: str) -> bool:
    here = Occasion(GITHUB, "", "acme/platform", 0, sha_of("group"), BASE, "", queued=number)
    forge = GitHub(Courier(Direct(github), "GitHub", Patience(), lambda _: None, lambda: 0.0), "acme/platform")
    return of_no_stranger(forge, here, parents)


@pytest.mark.parametrize(
    ("number", "parents", "believed"),
    [
        (482, (BASE, PULL), True),  # merged
        (482, (BASE,), True),  # squashed
        (483, (BASE, PULL), False),  # a fork's
        (482, (OTHER, PULL), False),  # on top of another one of the group
        (482, (PULL, BASE), False),  # the other way round
        (482, (), False),
        (484, (BASE, PULL), False),  # nobody knows of it
        (0, (BASE, PULL), False),  # the branch names none
    ],
)
def test_a_group_is_believed_that_is_of_one_pull_request_alone_and_of_the_repository_s_own(github, number, parents, believed):
    assert _told(github, number, *parents) is believed


def test_a_token_that_may_not_read_pull_requests_has_the_base_s_hold(github) -> None:
    github.fail(Fault("GET", "/repos/acme/platform/pulls/482", 403, message="Resource not accessible by integration"))
    assert not _told(github, 482, BASE, PULL)


def test_github_that_is_away_is_no_answer(github) -> None:
    github.fail(Fault("GET", "/repos/acme/platform/pulls/482", 502, times=9))
    with pytest.raises(UnreachableError):
        _told(github, 482, BASE, PULL)
