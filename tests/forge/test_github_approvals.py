"""Who put a label on, whose review approves which commit, and who people are, as GitHub tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from github_stand_in.world import ALICE, EVERYTHING, MALLORY, ROBOT, Grant, User, sha_of

from forge.approval import Approving
from forge.check_run import CheckRun, Conclusion
from forge.error import NotPermittedError, NotThereError

BOB = User(1003, "bob")


def test_a_label_is_told_with_who_put_it_on_last(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    for actor in (MALLORY, BOB):
        stand_in.world.label(pull, "cost-accepted", actor)
    (found,) = connect().approvals.labellings(482)
    assert (found.label, found.who, found.at) == ("cost-accepted", "bob", datetime.fromtimestamp(pull.labelled[-1].at, UTC))


def test_a_label_that_was_taken_off_is_not_there(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    stand_in.world.label(pull, "cost-accepted", BOB)
    pull.labels.clear()
    assert connect().approvals.labellings(482) == []


def test_a_program_is_nobody(stand_in, connect) -> None:
    stand_in.world.label(stand_in.world.open_pull(482), "cost-accepted", ROBOT)
    assert [each.who for each in connect().approvals.labellings(482)] == [""]


def test_labels_of_what_is_not_there_are_refused(stand_in, connect) -> None:
    with pytest.raises(NotThereError, match="PullRequest"):
        connect().approvals.labellings(482)
    with pytest.raises(NotThereError, match="Repository"):
        connect(repository="acme/nothing").approvals.labellings(482)


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
    assert connect().approvals.approving(482) == [
        Approving("bob", sha_of("first")), Approving("alice", sha_of("first")),
    ]  # fmt: skip
    world.review(pull, BOB, "DISMISS")
    assert connect().approvals.approving(482) == [Approving("alice", sha_of("first"))]


def test_a_review_names_the_commit_that_it_is_of(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    stand_in.world.review(pull, BOB)
    stand_in.world.push(pull, "second")
    assert connect().approvals.approving(482) == [Approving("bob", sha_of("first"))]


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


def test_when_a_commit_was_first_told_of_is_known(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    github = connect()
    assert github.approvals.first_told(sha_of("first"), "weighbridge", bool) is None
    for title in ("one", "two"):
        github.checks.write(CheckRun("weighbridge", sha_of("first"), Conclusion.FAILURE, title, "body", memory="ours"))
    first = min(check.created for check in stand_in.world.platform.checks.values())
    assert github.approvals.first_told(sha_of("first"), "weighbridge", bool) == datetime.fromtimestamp(first, UTC)
    assert github.approvals.first_told(sha_of("first"), "other", bool) is None


def test_a_foreign_check_of_the_same_name_tells_nobody_of_a_commit(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    stand_in.world.tokens["foreign"] = Grant(User(5, "other[bot]", "Bot"), app=99)
    check = CheckRun("weighbridge", sha_of("first"), Conclusion.SUCCESS, "fine", "body", memory="ours")
    connect("foreign").checks.write(check)
    connect().checks.write(replace(check, memory="a job's"))
    for app in (None, 15368):
        assert connect(app=app).approvals.first_told(check.head, check.name, lambda memory: memory == "ours") is None


def test_the_author_is_told(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    assert connect().approvals.author(482) == "alice"
