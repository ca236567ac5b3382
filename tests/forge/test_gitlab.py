"""GitLab's merge requests and notes, against a small server that answers as GitLab does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from gitlab_stand_in import ALICE, ROBOT, serving
from gitlab_stand_in import GitLab as StandIn

from forge.comment import Comment, Reason
from forge.courier import Courier
from forge.error import NotPermittedError, NotThereError, RefusedError, UnreachableError
from forge.gitlab import GitLab
from forge.gitlab_transport import GitLabTransport
from forge.patience import Patience
from forge.pull_request import PullRequest


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with serving(StandIn()) as gitlab:
        yield gitlab


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def connect(stand_in: StandIn, slept: list[float]) -> Callable[..., GitLab]:
    def connect_(token: str = "robot-token", project: str = "acme/platform", api: str = "") -> GitLab:
        transport = GitLabTransport(token, api or stand_in.url)
        return GitLab(Courier(transport, "GitLab", Patience(), slept.append, lambda: 0.0), project)

    return connect_


def test_a_merge_request_is_told_with_its_head_and_its_state(stand_in, connect) -> None:
    assert connect().pull_request(7) == PullRequest(7, "1" * 40, "b" * 40, open=True, draft=False)
    stand_in.state = "merged"
    assert not connect().pull_request(7).open


def test_a_note_is_written_changed_and_deleted(stand_in, connect) -> None:
    gitlab = connect()
    assert gitlab.author() == ROBOT
    gitlab.create(7, "one")
    (note,) = gitlab.comments(7, ROBOT)
    gitlab.update(7, note, "two")
    assert [each.body for each in gitlab.comments(7, ROBOT)] == ["two"]
    gitlab.delete(7, note)
    gitlab.delete(7, note)
    assert stand_in.notes == []


def test_only_one_authors_notes_are_told_and_none_of_gitlabs_own(stand_in, connect) -> None:
    stand_in.say(ALICE, "hello")
    stand_in.say(ROBOT, "added 1 commit", system=True)
    assert connect().comments(7, ROBOT) == []
    assert [note.body for note in connect().comments(7, ALICE)] == ["hello"]


def test_every_page_of_notes_is_read(stand_in, connect) -> None:
    stand_in.page_size = 2
    for number in range(5):
        stand_in.say(ROBOT, f"note {number}")
    assert [note.body for note in connect().comments(7, ROBOT)] == [f"note {number}" for number in range(5)]


def test_the_commits_of_a_merge_request_are_told_oldest_first(stand_in, connect) -> None:
    stand_in.commits = ["a" * 40, "b" * 40]
    assert connect().commits(7) == ["a" * 40, "b" * 40]


def test_gitlab_hides_no_note(connect) -> None:
    assert not connect().hides
    with pytest.raises(RefusedError):
        connect().hide(Comment(1, ROBOT, ""), Reason.OUTDATED)
    with pytest.raises(RefusedError):
        connect().show(Comment(1, ROBOT, ""))


def test_a_limit_is_waited_out(stand_in, connect, slept) -> None:
    stand_in.refusals = [(429, {"Retry-After": "9"}), (502, {})]
    assert connect().author() == ROBOT
    assert slept == [9, 2]


def test_what_may_not_be_done_and_what_is_not_there_are_said(stand_in, connect) -> None:
    with pytest.raises(NotPermittedError, match="GitLab answered GET /user with 401: 401 Unauthorized"):
        connect("nonsense").author()
    with pytest.raises(NotPermittedError, match="403 Forbidden"):
        connect().update(7, Comment(stand_in.say(ALICE, "hello").id, ALICE, ""), "mine")
    with pytest.raises(NotThereError):
        connect(project="acme/other").pull_request(7)


def test_a_server_that_is_not_there_is_said(connect, slept) -> None:
    with pytest.raises(UnreachableError, match="GitLab did not answer GET /user, tried 5 times"):
        connect(api="http://127.0.0.1:1/api/v4").author()
    assert slept == [1, 2, 4, 8]
