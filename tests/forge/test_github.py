"""GitHub's pull requests, comments and check runs, against a server that answers as GitHub's description says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from github_stand_in.faults import Fault, primary_limit, secondary_limit
from github_stand_in.server import GitHub as StandIn
from github_stand_in.server import serving
from github_stand_in.world import ALICE, ROBOT, Grant, User, sha_of

from forge.check_run import Annotation, Button, CheckRun, Conclusion, Level, StandingCheck
from forge.comment import Comment, Reason
from forge.courier import Courier
from forge.error import BusyError, NotPermittedError, NotThereError, RefusedError, UncertainError, UnreachableError
from forge.github import GitHub
from forge.github_checks import Words
from forge.github_transport import GitHubTransport
from forge.patience import Patience
from forge.pull_request import Parting, PullRequest

LIST = r"/repos/acme/platform/issues/482/comments"


def test_a_pull_request_is_told_with_its_head_and_its_state(stand_in, connect) -> None:
    stand_in.world.open_pull(482, draft=True)
    assert connect().pull_request(482) == PullRequest(
        482,
        sha_of("first"),
        sha_of("base"),
        open=True,
        draft=True,
        source="acme/platform",
        target="main",
        repository="acme/platform",
    )


def test_a_pull_request_of_a_fork_is_told_to_be_a_stranger_s(stand_in, connect) -> None:
    stand_in.world.open_pull(482, head_owner="mallory")
    assert connect().pull_request(482).foreign


def test_where_a_head_left_its_base_is_told(stand_in, connect) -> None:
    stand_in.world.platform.merge_bases[sha_of("base"), sha_of("first")] = sha_of("fork point")
    assert connect().parting(sha_of("base"), sha_of("first")) == Parting(sha_of("fork point"), sha_of("base"))


def test_a_branch_is_told_as_it_is_now_and_not_as_its_pull_request_names_it(stand_in, connect) -> None:
    stand_in.world.open_pull(482, base_branch="release/1.2")
    stand_in.world.platform.branches["release/1.2"] = sha_of("moved on")
    stand_in.world.platform.merge_bases[sha_of("moved on"), sha_of("first")] = sha_of("base")
    pull = connect().pull_request(482)
    assert (pull.target, pull.base) == ("release/1.2", sha_of("base"))
    assert connect().parting(pull.target, pull.head) == Parting(sha_of("base"), sha_of("moved on"))


def test_a_token_of_actions_speaks_for_its_bot(stand_in, connect) -> None:
    assert connect().author() == ROBOT.id


def test_a_persons_token_speaks_for_the_person(stand_in, connect) -> None:
    stand_in.world.tokens["alices"] = Grant(ALICE, installation=False)
    assert connect("alices").author() == ALICE.id


def test_a_comment_is_written_changed_hidden_shown_and_deleted(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    github = connect()
    github.create(482, "one")
    (comment,) = github.comments(482, ROBOT.id)
    assert (comment.body, comment.hidden) == ("one", None)
    github.update(482, comment, "two")
    github.hide(comment, Reason.RESOLVED)
    (comment,) = github.comments(482, ROBOT.id)
    assert (comment.body, comment.hidden) == ("two", Reason.RESOLVED)
    github.show(comment)
    assert github.comments(482, ROBOT.id)[0].hidden is None
    github.delete(482, comment)
    github.delete(482, comment)
    assert not stand_in.world.platform.comments


def test_only_one_authors_comments_are_told(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    stand_in.world.say(482, ALICE, "hello")
    assert connect().comments(482, ROBOT.id) == []
    assert [comment.body for comment in connect().comments(482, ALICE.id)] == ["hello"]


@pytest.mark.parametrize(
    ("told", "reason"), [("OFF_TOPIC", Reason.OTHER), ("DUPLICATE", Reason.DUPLICATE), ("OUTDATED", Reason.OUTDATED)]
)
def test_why_a_comment_is_hidden_is_told(told, reason, stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    stand_in.world.say(482, ROBOT, "one").hidden = told
    assert connect().comments(482, ROBOT.id)[0].hidden is reason


def test_every_page_of_comments_is_read(stand_in, connect) -> None:
    stand_in.page_size = 3
    stand_in.world.open_pull(482)
    for number in range(8):
        stand_in.world.say(482, ROBOT, f"comment {number}")
    assert [comment.body for comment in connect().comments(482, ROBOT.id)] == [f"comment {number}" for number in range(8)]


def test_more_comments_than_one_query_tells_of_are_asked_for_in_several(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    for number in range(130):
        stand_in.world.say(482, ROBOT, f"comment {number}").hidden = "OUTDATED" if number == 129 else None
    hidden = [comment.body for comment in connect().comments(482, ROBOT.id) if comment.hidden]
    assert hidden == ["comment 129"]


def test_a_pull_request_is_found_by_its_head(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    stand_in.world.push(pull, "second")
    (found,) = connect().pull_requests_of(sha_of("second"))
    assert found.number == 482
    assert connect().pull_requests_of(sha_of("first")) == [], "no longer its head"


@pytest.mark.parametrize("branch", ["mallory:feature", ""])
def test_a_pull_request_from_a_fork_is_found_by_its_branch_and_else_among_all(stand_in, connect, branch: str) -> None:
    stand_in.world.open_pull(481)
    stand_in.world.open_pull(482, head="of a fork", head_owner="mallory")
    (found,) = connect().pull_requests_of(sha_of("of a fork"), branch)
    assert found.number == 482
    assert connect().pull_requests_of(sha_of("of a fork"), "mallory:other") == []


def test_a_closed_pull_request_is_not_found_by_its_head(stand_in, connect) -> None:
    stand_in.world.open_pull(482, state="closed")
    assert connect().pull_requests_of(sha_of("first")) == []


def test_the_commits_of_a_pull_request_are_told_oldest_first(stand_in, connect) -> None:
    pull = stand_in.world.open_pull(482)
    stand_in.world.push(pull, "second")
    assert connect().commits(482) == [sha_of("first"), sha_of("second")]


def _check(annotations: int, **more: object) -> CheckRun:
    words = tuple(Annotation("a.yaml", line + 1, Level.FAILURE, "rule", f"word {line}", "fix") for line in range(annotations))
    return replace(CheckRun("weighbridge", sha_of("first"), Conclusion.FAILURE, "Cost: +$1", "### Cost", words), **more)


def _any(_: str) -> bool:
    return True


def test_a_check_run_offers_buttons(stand_in, connect) -> None:
    button = Button("Weigh again", "Weigh this commit again", "weigh-482")
    connect().checks.write(_check(0, buttons=(button,)))
    (check,) = stand_in.world.platform.checks.values()
    assert check.actions == [{"label": "Weigh again", "description": "Weigh this commit again", "identifier": "weigh-482"}]


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (50, 1), (51, 2), (125, 3)])
def test_annotations_go_fifty_a_request(count, requests, stand_in, connect) -> None:
    checks = connect().checks
    check = _check(count)
    checks.annotate(checks.write(check), check)
    (written,) = stand_in.world.platform.checks.values()
    assert [each["message"] for each in written.annotations] == [f"word {number}" for number in range(count)]
    assert len(stand_in.writes) == requests


def test_annotations_that_a_check_lacks_are_added_after_those_it_has(stand_in, connect) -> None:
    checks, check = connect().checks, _check(120)
    checks.write(check)
    written = checks.written(check.head, "weighbridge", _any)[-1]
    assert (written.annotations, written.conclusion, written.title) == (50, "failure", "Cost: +$1")
    checks.annotate(written, check)
    assert len(stand_in.world.platform.checks_on(check.head)[0].annotations) == 120


def test_the_latest_check_of_a_name_counts_and_remembers(stand_in, connect) -> None:
    checks = connect().checks
    assert checks.written(sha_of("first"), "weighbridge", _any) == []
    for name in ("weighbridge", "other", "weighbridge"):
        checks.write(_check(0, name=name, link="https://ci.example/1"))
    written = checks.written(sha_of("first"), "weighbridge", _any)[-1]
    checks.remember(written, "comment=1")
    assert checks.written(sha_of("first"), "weighbridge", _any)[-1].memory == "comment=1"
    assert [check.external_id for check in stand_in.world.platform.checks_on(sha_of("first"), "weighbridge")] == ["comment=1", ""]


def test_a_check_run_that_was_begun_is_the_one_that_is_finished(stand_in, connect) -> None:
    checks, head = connect().checks, sha_of("first")
    begun = checks.begin(head, "weighbridge", Words("Being weighed", "`first` is being weighed."), "begun")
    assert checks.standing(head, "weighbridge", _any) == [StandingCheck(begun, finished=False, memory="begun")]
    check = _check(120, memory="comment=1", begun=begun)
    written = checks.write(check)
    assert (written.id, written.annotations) == (begun, 0)
    checks.annotate(written, check)
    assert checks.standing(head, "weighbridge", _any) == [StandingCheck(begun, finished=True, memory="comment=1")]
    (there,) = stand_in.world.platform.checks.values()
    assert [each["message"] for each in there.annotations] == [f"word {number}" for number in range(120)]
    assert (there.title, there.conclusion) == ("Cost: +$1", "failure")


def test_a_check_run_that_was_begun_is_finished_once_though_the_answer_is_lost(stand_in, connect) -> None:
    checks = connect().checks
    check = _check(3, begun=checks.begin(sha_of("first"), "weighbridge", Words("Being weighed", "Soon."), "begun"))
    stand_in.fail(Fault("PATCH", ".*/check-runs/.*", 502, applied=True))
    checks.annotate(checks.write(check), check)
    (there,) = stand_in.world.platform.checks.values()
    assert len(there.annotations) == 3


def test_a_check_run_that_nobody_ends_is_cancelled(stand_in, connect) -> None:
    checks = connect().checks
    checks.cancel(checks.begin(sha_of("first"), "weighbridge", Words("Being weighed", "Soon."), "begun"), Words("Over", "Gone."))
    (there,) = stand_in.world.platform.checks.values()
    assert (there.status, there.conclusion, there.title, there.summary) == ("completed", "cancelled", "Over", "Gone.")


def test_a_beginning_whose_answer_is_lost_is_not_sent_twice(stand_in, connect) -> None:
    stand_in.fail(Fault("POST", ".*/check-runs", 502, applied=True))
    with pytest.raises(UncertainError):
        connect().checks.begin(sha_of("first"), "weighbridge", Words("Being weighed", "Soon."), "begun")
    assert len(stand_in.world.platform.checks) == 1


@pytest.mark.parametrize("app", [None, 15368])
def test_another_apps_check_of_the_same_name_is_none_of_ours(stand_in, connect, app: int | None) -> None:
    stand_in.world.tokens["foreign"] = Grant(User(5, "other[bot]", "Bot"), app=99)
    ours = connect(app=app).checks
    connect("foreign").checks.write(_check(0))
    assert ours.written(sha_of("first"), "weighbridge", _any) == []
    own = ours.write(_check(0))
    connect("foreign").checks.write(_check(0))
    assert ours.written(sha_of("first"), "weighbridge", _any) == [own], "a later one of another App's hides it not"
    listed = [asked.query.get("app_id") for asked in stand_in.asked if asked.method == "GET"]
    assert listed[-1] == (str(app) if app else None)


def test_another_workflows_check_is_none_of_ours_though_its_app_is(connect) -> None:
    checks = connect().checks
    own = checks.write(_check(0, memory="ours"))
    checks.write(_check(0, memory="5d1f0a7c-a-job-called-weighbridge"))
    assert checks.written(sha_of("first"), "weighbridge", lambda memory: memory == "ours") == [own]


def test_a_persons_token_has_no_check_of_its_own(stand_in, connect) -> None:
    stand_in.world.tokens["alices"] = Grant(ALICE, installation=False)
    connect().checks.write(_check(0))
    assert connect("alices").checks.written(sha_of("first"), "weighbridge", _any) == []


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_is_waited_out_as_long_as_it_asks(status, stand_in, connect, slept) -> None:
    stand_in.world.open_pull(482)
    stand_in.fail(secondary_limit(7, status, method="POST", path=LIST, times=2))
    connect().create(482, "one")
    assert slept == [7, 7]
    assert len(stand_in.world.platform.comments) == 1


def test_a_secondary_limit_without_a_time_is_waited_out_for_a_minute_and_longer_each_time(stand_in, connect, slept) -> None:
    stand_in.world.open_pull(482)
    stand_in.fail(secondary_limit(None, path=LIST, times=2))
    connect().comments(482, ROBOT.id)
    assert slept == [60, 120]


def test_the_hourly_limit_is_waited_out_until_its_reset(stand_in, connect, slept) -> None:
    stand_in.world.open_pull(482)
    stand_in.fail(primary_limit(1_790_000_030, path=LIST))
    connect().comments(482, ROBOT.id)
    assert slept == [31]


def test_a_limit_that_lasts_too_long_is_said_and_not_waited_for(stand_in, connect, slept) -> None:
    stand_in.fail(primary_limit(1_790_003_000))
    with pytest.raises(BusyError, match=r"asks to wait 3,001 s .* a run waits 300 s at most: run it again later"):
        connect().pull_request(482)
    assert slept == []


def test_the_waits_of_a_run_count_together(stand_in, connect, slept) -> None:
    stand_in.world.open_pull(482)
    stand_in.fail(secondary_limit(40, times=3))
    github = connect(patience=Patience(seconds=100))
    with pytest.raises(BusyError):
        github.pull_request(482)
    assert slept == [40, 40]


def test_a_bad_gateway_is_asked_again(stand_in, connect, slept) -> None:
    stand_in.world.open_pull(482)
    stand_in.fail(Fault(times=2))
    assert connect().pull_request(482).number == 482
    assert slept == [1, 2]


def test_a_gateway_that_stays_bad_is_given_up_on(stand_in, connect, slept) -> None:
    stand_in.fail(Fault(times=99))
    with pytest.raises(UnreachableError, match="did not answer GET /repos/acme/platform/pulls/482, tried 5 times"):
        connect().pull_request(482)
    assert slept == [1, 2, 4, 8]


@pytest.mark.parametrize("fault", [Fault(applied=True), Fault(dropped=True, applied=True), Fault(dropped=True)])
def test_a_new_comment_whose_answer_is_lost_is_not_written_twice(fault, stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    stand_in.fail(replace(fault, method="POST", path=LIST))
    with pytest.raises(UncertainError, match="did not say whether it did POST"):
        connect().create(482, "one")
    assert len(stand_in.world.platform.comments) == fault.applied


def test_a_token_that_may_not_write_is_said(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    stand_in.world.tokens["reader"] = Grant(ROBOT, {"pull_requests": "read", "issues": "read"})
    with pytest.raises(NotPermittedError, match="403: Resource not accessible by integration"):
        connect("reader").create(482, "one")
    stand_in.world.say(482, ROBOT, "old")
    (comment,) = connect("reader").comments(482, ROBOT.id)
    with pytest.raises(NotPermittedError, match="Resource not accessible"):
        connect("reader").hide(comment, Reason.OUTDATED)
    with pytest.raises(NotPermittedError):
        connect("reader").checks.write(_check(0))


def test_a_token_that_is_none_is_said(stand_in, connect) -> None:
    with pytest.raises(NotPermittedError, match="401: Bad credentials"):
        connect("nonsense").pull_request(482)


def test_what_is_not_there_is_said(stand_in, connect) -> None:
    with pytest.raises(NotThereError):
        connect().pull_request(99)
    with pytest.raises(NotThereError, match="IC_5"):
        connect().hide(Comment(5, ROBOT.id, "", node="IC_5"), Reason.OUTDATED)


def test_a_text_that_github_finds_too_long_is_refused_with_its_words(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    with pytest.raises(RefusedError, match=r"422: Validation Failed; body is too long \(maximum is 65536 characters\)"):
        connect().create(482, "x" * 70_000)


@pytest.mark.parametrize("name", ["platform", "acme/platform/x", "../x", "acme/..", "acme/pl atform", ""])
def test_what_is_no_repository_is_refused_before_anything_is_sent(name, stand_in, connect) -> None:
    with pytest.raises(RefusedError, match="is no repository"):
        connect(repository=name)
    assert not stand_in.asked


def test_a_comment_of_an_account_that_is_gone_has_no_author(stand_in, connect) -> None:
    stand_in.world.open_pull(482)
    stand_in.world.say(482, User(0, "ghost"), "boo")
    assert connect().comments(482, ROBOT.id) == []


def test_an_enterprise_server_is_spoken_to_at_its_own_address() -> None:
    with serving(StandIn(prefix="/api/v3")) as enterprise:
        enterprise.world.open_pull(482)
        github = GitHub(Courier(GitHubTransport.with_token("robot-token", enterprise.url + "/"), "GitHub"), "acme/platform")
        assert github.author() == ROBOT.id
        github.create(482, "one")
        assert {asked.path.split("/")[2] for asked in enterprise.asked} == {"v3", "graphql"}


def test_an_answer_that_is_no_json_is_none(stand_in, connect) -> None:
    from forge.answer import Answer

    class Garbled:
        def send(self, *_: object) -> Answer:
            return Answer(200, "<html>")

    with pytest.raises(UnreachableError, match="no JSON"):
        GitHub(Courier(Garbled(), "GitHub"), "acme/platform").pull_request(1)


def test_a_pull_request_is_found_by_the_repository_that_its_head_is_from(stand_in, connect) -> None:
    stand_in.world.open_pull(482, head_owner="mallory")
    assert connect().pull_requests_of(sha_of("first"), "mallory:feature", "alice/platform") == []
    (found,) = connect().pull_requests_of(sha_of("first"), "mallory:feature", "mallory/platform")
    assert (found.number, found.source) == (482, "mallory/platform")


def test_several_pull_requests_with_one_head_are_all_told(stand_in, connect) -> None:
    for number in (483, 482):
        stand_in.world.open_pull(number, head_owner="mallory")
    assert [pull.number for pull in connect().pull_requests_of(sha_of("first"), "mallory:feature")] == [482, 483]
