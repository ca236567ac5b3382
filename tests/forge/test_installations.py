"""An App acts with a token of each repository, which it asks for seldom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from app_key import private_key
from github_stand_in.answers import repository_id
from github_stand_in.server import GitHub as StandIn
from github_stand_in.world import ROBOT, Repository

from forge.answer import Answer
from forge.courier import Courier
from forge.error import NotThereError, RefusedError, UnreachableError
from forge.github import GitHub
from forge.github_transport import GitHubTransport
from forge.installations import Installations
from forge.patience import Patience

PLATFORM, OTHER = (repository_id("acme", name) for name in ("platform", "other"))
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def installations(stand_in: StandIn, clock: Clock) -> Installations:
    transport = GitHubTransport.of_app("15368", private_key(), stand_in.url)
    return Installations(lambda: Courier(transport, "GitHub"), clock)


def test_an_app_writes_as_its_installation(stand_in, installations) -> None:
    stand_in.world.open_pull(482)
    transport = GitHubTransport.with_token(installations.token(7, PLATFORM), stand_in.url)
    GitHub(Courier(transport, "GitHub"), "acme/platform").create(482, "one")
    assert [comment.author for comment in stand_in.world.platform.conversation(482)] == [ROBOT]


def test_a_token_is_kept_while_it_is_valid_and_is_for_one_repository(stand_in, installations) -> None:
    stand_in.world.repositories["acme/other"] = Repository("acme", "other")
    first, second = installations.token(7, PLATFORM), installations.token(7, OTHER)
    assert first != second
    assert (installations.token(7, PLATFORM), installations.token(7, OTHER)) == (first, second)
    asked = [asked.body for asked in stand_in.asked if "access_tokens" in asked.path]
    assert asked == [{"repository_ids": [PLATFORM]}, {"repository_ids": [OTHER]}]


def test_a_repository_that_the_app_may_not_see_has_no_token(installations) -> None:
    with pytest.raises(RefusedError, match="not accessible to the parent installation"):
        installations.token(7, OTHER)


def test_who_waits_for_a_token_holds_up_nobody_who_wants_another() -> None:
    asked, go = Event(), Event()

    class Slow(Expiring):
        def send(self, *arguments: object) -> Answer:
            if arguments[-1] == {"repository_ids": [PLATFORM]}:
                asked.set()
                assert go.wait(20)
            return super().send(*arguments)

    github = Slow("2099-01-01T00:00:00Z")
    installations = Installations(lambda: Courier(github, "GitHub"))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(installations.token, 7, PLATFORM)
        assert asked.wait(20)
        assert installations.token(7, OTHER) == "token-1"
        go.set()
        assert waiting.result(20) == "token-2"


class Expiring:
    """GitHub as it gives tokens of an hour."""

    def __init__(self, told: str = "") -> None:
        self.asked = 0
        self.told = told

    def send(self, *_: object) -> Answer:
        self.asked += 1
        end = self.told or (NOW + timedelta(hours=self.asked)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Answer(201, f'{{"token": "token-{self.asked}", "expires_at": "{end}"}}')


@pytest.mark.parametrize(("minutes", "token"), [(0, "token-1"), (50, "token-1"), (51, "token-2"), (70, "token-2")])
def test_a_token_is_renewed_ten_minutes_before_its_end(clock, minutes, token) -> None:
    github = Expiring()
    installations = Installations(lambda: Courier(github, "GitHub"), clock)
    installations.token(7, PLATFORM)
    clock.now += timedelta(minutes=minutes)
    assert installations.token(7, PLATFORM) == token


def test_a_token_that_was_taken_back_is_forgotten(stand_in, installations) -> None:
    first = installations.token(7, PLATFORM)
    installations.forget(PLATFORM)
    installations.forget(OTHER)
    assert installations.token(7, PLATFORM) != first


def test_what_one_question_waited_for_is_not_held_against_the_next(clock) -> None:
    class Stumbling(Expiring):
        def send(self, *arguments: object) -> Answer:
            answer = super().send(*arguments)
            return answer if self.asked % 2 == 0 else Answer(502)

    github, waited = Stumbling(), []
    patience = Patience(seconds=1.5)
    installations = Installations(lambda: Courier(github, "GitHub", patience, waited.append), clock)
    for _ in range(3):
        installations.token(7, PLATFORM)
        installations.forget(PLATFORM)
    assert waited == [1, 1, 1]


def test_an_installation_that_is_gone_is_an_error(installations) -> None:
    with pytest.raises(NotThereError):
        installations.token(9, PLATFORM)


@pytest.mark.parametrize("told", ["soon", "2099-01-01T00:00:00"])
def test_a_token_without_an_end_is_none(clock, told) -> None:
    with pytest.raises(UnreachableError, match="no token with an end"):
        Installations(lambda: Courier(Expiring(told), "GitHub"), clock).token(7, PLATFORM)
