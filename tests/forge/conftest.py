"""A GitHub on loopback, and a client that waits without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from github_stand_in.server import GitHub as StandIn
from github_stand_in.server import serving

from forge.courier import Courier
from forge.github import GitHub
from forge.github_transport import GitHubTransport
from forge.patience import Patience

NOW = 1_790_000_000.0

Connect = Callable[..., GitHub]


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """A GitHub with nothing in it yet."""
    with serving(StandIn()) as github:
        yield github


@pytest.fixture
def slept() -> list[float]:
    """The seconds that the client waited, one entry a wait."""
    return []


@pytest.fixture
def connect(stand_in: StandIn, slept: list[float]) -> Connect:
    """A client of the stand-in's repository."""

    def connect_(
        token: str = "robot-token", repository: str = "acme/platform", patience: Patience | None = None, app: int | None = None
    ) -> GitHub:
        transport = GitHubTransport.with_token(token, stand_in.url)
        return GitHub(Courier(transport, "GitHub", patience or Patience(), slept.append, lambda: NOW), repository, app)

    return connect_
