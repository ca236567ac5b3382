"""Which pull request a run is for is read from what the forge tells of its event."""

from __future__ import annotations

import pytest

from bot.occasion import OccasionError, occasion

HERE = {"GITHUB_REPOSITORY": "acme/platform"}
SIDES = {"head": {"sha": "3" * 40}, "base": {"sha": "8" * 40}}


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target", "pull_request_review"])
def test_a_review_is_of_a_pull_request_as_a_push_is(name: str) -> None:
    here = occasion({**HERE, "GITHUB_EVENT_NAME": name}, {"pull_request": {"number": 482, **SIDES}})
    assert (here.number, here.head, here.base, here.queued, here.target) == (482, "3" * 40, "8" * 40, 0, "")


def test_the_branch_that_a_change_goes_to_is_told_with_it() -> None:
    event = {"pull_request": {"number": 482, **SIDES, "base": {**SIDES["base"], "ref": "release"}}}
    assert occasion({**HERE, "GITHUB_EVENT_NAME": "pull_request"}, event).target == "release"
    told = {
        "GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": "3" * 40,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "8" * 40, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release",
    }  # fmt: skip
    assert occasion(told, None).target == "release"


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target", "pull_request_review"])
@pytest.mark.parametrize(
    ("head", "base", "foreign"),
    [
        ({"id": 1}, {"id": 1}, False),
        ({"id": 2}, {"id": 1}, True),
        (None, {"id": 1}, True),  # the fork is gone
        ({}, {}, True),
        (None, None, True),
    ],
)
def test_a_head_that_is_not_told_to_be_of_the_base_s_repository_is_a_stranger_s(name: str, head, base, foreign: bool) -> None:
    sides = {"head": {**SIDES["head"], "repo": head}, "base": {**SIDES["base"], "repo": base}}
    event = {"pull_request": {"number": 482, **sides}}
    assert occasion({**HERE, "GITHUB_EVENT_NAME": name}, event).foreign is foreign


@pytest.mark.parametrize(("source", "foreign"), [("41", False), ("97", True), ("", True)])
def test_a_merge_request_from_another_project_is_a_stranger_s(source: str, foreign: bool) -> None:
    told = {
        "GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": "3" * 40, "CI_MERGE_REQUEST_DIFF_BASE_SHA": "8" * 40,
        "CI_MERGE_REQUEST_PROJECT_ID": "41", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": source,
    }  # fmt: skip
    assert occasion(told, None).foreign is foreign


@pytest.mark.parametrize(("stated", "draft"), [(True, True), (False, False), (None, None), ("true", None)])
def test_whether_it_is_a_draft_is_known_where_the_event_tells(stated: object, draft: bool | None) -> None:
    event = {"pull_request": {"number": 482, **SIDES, "draft": stated}}
    assert occasion({**HERE, "GITHUB_EVENT_NAME": "pull_request"}, event).draft is draft


@pytest.mark.parametrize(("stated", "draft"), [("true", True), ("false", False), ("", None)])
def test_whether_a_merge_request_is_a_draft_is_known_where_the_pipeline_tells(stated: str, draft: bool | None) -> None:
    told = {
        "GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_SHA": "3" * 40, "CI_MERGE_REQUEST_DIFF_BASE_SHA": "8" * 40,
        "CI_MERGE_REQUEST_DRAFT": stated,
    }  # fmt: skip
    assert occasion(told, None).draft is draft


@pytest.mark.parametrize(
    ("branch", "number"),
    [
        ("refs/heads/gh-readonly-queue/main/pr-482-81d0e55", 482),
        ("refs/heads/gh-readonly-queue/release/1.2/pr-7-81d0e55", 7),
        ("refs/heads/main", 0),
        ("refs/heads/gh-readonly-queue/main/pr-0-81d0e55", 0),
        ("refs/heads/gh-readonly-queue/main/pr-99999999999-81d0e55", 0),
        ("refs/heads/gh-readonly-queue/main/pr-7-81d0e55\n", 0),
        ("", 0),
    ],
)
def test_a_merge_queue_names_the_pull_request_that_waits(branch: str, number: int) -> None:
    group = {"head_sha": "3" * 40, "base_sha": "8" * 40, "head_ref": branch}
    here = occasion({**HERE, "GITHUB_EVENT_NAME": "merge_group"}, {"merge_group": group})
    assert (here.number, here.queued) == (0, number)


def test_an_event_of_no_pull_request_is_said() -> None:
    with pytest.raises(OccasionError, match="of no pull request"):
        occasion({**HERE, "GITHUB_EVENT_NAME": "push"}, {})
