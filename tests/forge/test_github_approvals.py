"""Who put a label on, whose review approves which commit, and who people are, as GitHub tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from github_stand_in.world import ALICE, EVERYTHING, MALLORY, ROBOT, Grant, User, sha_of

from forge.approval import History, Telling
from forge.check_run import CheckRun, Conclusion
from forge.error import NotPermittedError, NotThereError
from forge.github_checks import Words

BOB = User(1003, "bob")


def test_a_label_is_told_with_who_put_it_on_last(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    for actor in (MALLORY, BOB):
        stand_in.world.label(pull, "cost-accepted", actor)
    (found,) = connect().approvals.history(482).labellings
    assert (found.label, found.who, found.at) == ("cost-accepted", "bob", datetime.fromtimestamp(pull.labelled[-1].at, UTC))


def test_a_label_that_was_taken_off_is_not_there(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    stand_in.world.label(pull, "cost-accepted", BOB)
    pull.labels.clear()
    assert connect().approvals.history(482) == History([], None)


def test_a_program_is_nobody(stand_in, connect) -> None:
    stand_in.world.label(stand_in.world.open_pull(482), "cost-accepted", ROBOT)
    assert [each.who for each in connect().approvals.history(482).labellings] == [""]


def test_labels_of_what_is_not_there_are_refused(stand_in, connect) -> None:
    with pytest.raises(NotThereError, match="PullRequest"):
        connect().approvals.history(482)
    with pytest.raises(NotThereError, match="Repository"):
        connect(repository="acme/nothing").approvals.history(482)


def test_each_persons_latest_word_counts(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    world = stand_in.world
    world.review(pull, BOB)
    world.review(pull, MALLORY)
    world.review(pull, MALLORY, "REQUEST_CHANGES")
    world.review(pull, ALICE, "REQUEST_CHANGES")
    world.review(pull, ALICE)
    world.review(pull, BOB, "COMMENT")
    world.review(pull, ROBOT)
    approving = connect().approvals.approving(482)
    assert [(each.who, each.commit) for each in approving] == [("bob", sha_of("first")), ("alice", sha_of("first"))]
    assert approving[0].at < approving[1].at
    world.review(pull, BOB, "DISMISS")
    assert [each.who for each in connect().approvals.approving(482)] == ["alice"]


def test_a_review_names_the_commit_that_it_is_of(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    stand_in.world.review(pull, BOB)
    stand_in.world.push(pull, "second")
    assert [(each.who, each.commit) for each in connect().approvals.approving(482)] == [("bob", sha_of("first"))]


@pytest.mark.parametrize("event", ["BaseRefChangedEvent", "AutomaticBaseChangeSucceededEvent", "BaseRefForcePushedEvent"])
def test_the_last_change_of_the_base_is_told_whoever_made_it(stand_in, connect, event: str) -> None:
    pull = stand_in.world.open_pull(482)
    assert connect().approvals.history(482).rebased is None
    stand_in.world.rebase(pull)
    stand_in.world.rebase(pull, branch="release", event=event)
    assert connect().approvals.history(482).rebased == datetime.fromtimestamp(pull.rebased[-1][1], UTC)


@pytest.mark.parametrize(("permission", "may"), [("admin", True), ("write", True), ("read", False), ("none", False)])
def test_who_may_write_is_told(stand_in, connect, permission: str, may: bool) -> None:
    stand_in.world.platform.permissions["bob"] = permission
    assert connect().approvals.may_write("bob") is may


def test_who_belongs_to_a_team_is_told_to_a_token_that_may_know(stand_in, connect) -> None:
    stand_in.world.teams["acme/finops"] = {"bob"}
    stand_in.world.tokens["members-token"] = Grant(ROBOT, {**EVERYTHING, "members": "read"})
    approvals = connect("members-token").approvals
    assert approvals.belongs("bob", "acme/finops")
    assert not approvals.belongs("mallory", "acme/finops")
    assert not approvals.belongs("bob", "acme/nothing")
    with pytest.raises(NotPermittedError):
        connect().approvals.belongs("bob", "acme/finops")


def test_what_was_told_of_a_commit_is_known_oldest_first(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    github = connect()
    assert github.approvals.tellings(sha_of("first"), "weighbridge", bool) == []
    for title in ("one", "two"):
        github.checks.write(CheckRun("weighbridge", sha_of("first"), Conclusion.FAILURE, title, f"of {title}", memory="ours"))
    first, second = sorted(check.created for check in stand_in.world.platform.checks.values())
    assert github.approvals.tellings(sha_of("first"), "weighbridge", bool) == [
        Telling(datetime.fromtimestamp(first, UTC), "of one"), Telling(datetime.fromtimestamp(second, UTC), "of two"),
    ]  # fmt: skip
    assert github.approvals.tellings(sha_of("first"), "other", bool) == []


def test_what_was_begun_tells_of_a_commit_from_when_it_is_finished(stand_in, connect) -> None:
    github, head = connect(), sha_of("first")
    begun = github.checks.begin(head, "weighbridge", Words("Being weighed", "Soon."), "ours")
    stand_in.world.now()
    check = CheckRun("weighbridge", head, Conclusion.FAILURE, "one", "of one", memory="ours", begun=begun)
    assert github.approvals.tellings(head, "weighbridge", bool) == []
    github.checks.write(check)
    (there,) = stand_in.world.platform.checks.values()
    assert there.ended > there.created
    assert github.approvals.tellings(head, "weighbridge", bool) == [Telling(datetime.fromtimestamp(there.ended, UTC), "of one")]


def test_a_foreign_check_of_the_same_name_tells_nobody_of_a_commit(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    stand_in.world.tokens["foreign"] = Grant(User(5, "other[bot]", "Bot"), app=99)
    check = CheckRun("weighbridge", sha_of("first"), Conclusion.SUCCESS, "fine", "body", memory="ours")
    connect("foreign").checks.write(check)
    connect().checks.write(replace(check, memory="a job's"))
    for app in (None, 15368):
        assert connect(app=app).approvals.tellings(check.head, check.name, lambda memory: memory == "ours") == []


def test_the_author_is_told(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    assert connect().approvals.author(482) == "alice"
