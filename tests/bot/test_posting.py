"""A comment is posted once, whoever writes in between and wherever a run breaks off, and nobody else's comment is touched.

Every test talks to a stand-in for GitHub that is held to GitHub's own description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from crashing import Crash, Crashing
from github_stand_in.direct import Direct
from github_stand_in.faults import Fault, secondary_limit
from github_stand_in.server import GitHub as StandIn
from github_stand_in.world import ALICE, EVERYTHING, MALLORY, ROBOT, Grant, User, World, sha_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lagging import Lagging

from bot.lifecycle import Behaviour, Wanted
from bot.marker import Marker, marker_of
from bot.memory import Memory, digests
from bot.posting import Outcome, Posting, post, rehearse
from forge.answer import Transport
from forge.check_run import Annotation, CheckRun, Conclusion, Level
from forge.courier import Courier
from forge.error import BusyError, ForgeError, NotPermittedError
from forge.github import GitHub
from forge.github_checks import Words
from forge.patience import Patience

pytestmark = pytest.mark.whole

NUMBER = 482


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    github = StandIn()
    yield github
    assert not github.mistakes, "\n".join(dict.fromkeys(github.mistakes))


@pytest.fixture
def github(server: StandIn) -> StandIn:
    """The stand-in with a pull request whose head is ``first``."""
    _anew(server)
    return server


def _anew(server: StandIn) -> None:
    server.world, server.before_each, server.page_size = World(), None, 100
    server.asked.clear()
    server.faults.clear()
    server.world.open_pull(NUMBER)


def text(head: str, words: str = "", key: str = "default", run: int = 0) -> str:
    return f"### Cost: +$77 a month\n\n{words or head}\n{Marker(key, sha_of(head), sha_of('base'), run).line}"


def posting(head: str = "first", words: str = "", *, annotations: int = 0, **more: object) -> Posting:
    """What the run of a commit posts."""
    named = {name: more.pop(name) for name in ("behaviour", "drafts", "before") if name in more}
    key, run = str(more.pop("key", "default")), int(more.pop("run", 0))
    wanted = Wanted(text(head, words, key, run), **{"worth": True, **more})  # type: ignore[arg-type]
    lines = tuple(Annotation("a.yaml", line + 1, Level.FAILURE, "rule", f"word {line}") for line in range(annotations))
    check = CheckRun(f"weighbridge {key}", sha_of(head), Conclusion.SUCCESS, "Cost: +$77 a month", wanted.body, lines)
    return Posting(NUMBER, wanted, check, **named)  # type: ignore[arg-type]


def client(github: StandIn, wrap: Callable[[Transport], Transport] = lambda inner: inner, token: str = "robot-token") -> GitHub:
    return GitHub(Courier(wrap(Direct(github, token)), "GitHub", Patience(), lambda _: None, lambda: 0.0), "acme/platform")


def run(github: StandIn, what: Posting) -> Outcome:
    return post(client(github), what)


def shown(github: StandIn) -> list[str]:
    """Our comments that are not hidden."""
    return [comment.body for comment in github.world.platform.shown(NUMBER)]


def test_the_first_run_writes_a_check_run_and_a_comment(github) -> None:
    outcome = run(github, posting(annotations=60))
    assert shown(github) == [text("first")]
    (check,) = github.world.platform.checks_on(sha_of("first"))
    assert (check.conclusion, check.title, check.summary, len(check.annotations)) == (
        "success", "Cost: +$77 a month", text("first"), 60,
    )  # fmt: skip
    assert outcome.told == ("wrote check run weighbridge default: success, Cost: +$77 a month", "written a new comment")


def test_a_second_identical_run_writes_nothing(github) -> None:
    run(github, posting(annotations=60))
    before = len(github.writes)
    outcome = run(github, posting(annotations=60))
    assert len(github.writes) == before
    assert outcome.told == ("nothing to write: all is as it should be",)


def test_a_push_updates_the_comment_in_place(github) -> None:
    run(github, posting())
    (comment,) = github.world.platform.conversation(NUMBER)
    github.world.push(github.world.platform.pulls[NUMBER], "second")
    run(github, posting("second"))
    assert [(each.id, each.body) for each in github.world.platform.conversation(NUMBER)] == [(comment.id, text("second"))]


def test_a_change_that_is_not_worth_it_gets_a_check_run_alone(github) -> None:
    run(github, posting(worth=False, settled=True))
    assert shown(github) == []
    assert len(github.world.platform.checks) == 1
    before = len(github.writes)
    run(github, posting(worth=False, settled=True))
    assert len(github.writes) == before


def test_a_comment_with_nothing_left_to_say_is_folded_and_unfolded(github) -> None:
    pull = github.world.platform.pulls[NUMBER]
    run(github, posting())
    github.world.push(pull, "second")
    run(github, posting("second", worth=False, settled=True))
    (comment,) = github.world.platform.conversation(NUMBER)
    assert (comment.body, comment.hidden) == (text("second"), "RESOLVED")
    github.world.push(pull, "third")
    run(github, posting("third"))
    assert (comment.body, comment.hidden) == (text("third"), None)


def test_several_configurations_have_a_comment_each(github) -> None:
    run(github, posting())
    run(github, posting(key="staging"))
    run(github, posting())
    assert shown(github) == [text("first"), text("first", key="staging")]


def test_a_comment_that_looks_like_ours_but_is_anothers_is_not_touched(github) -> None:
    forged = github.world.say(NUMBER, MALLORY, text("first"))
    run(github, posting())
    assert forged.body == text("first")
    assert forged.hidden is None
    assert shown(github) == [text("first")]


def test_what_others_write_into_our_comment_is_written_over(github) -> None:
    run(github, posting())
    (comment,) = github.world.platform.conversation(NUMBER)
    comment.body = comment.body.replace("+$77", "$0")
    run(github, posting())
    assert shown(github) == [text("first")]


def test_a_closed_pull_request_is_left_alone(github) -> None:
    github.world.platform.pulls[NUMBER].state = "closed"
    assert "is closed" in run(github, posting()).told[0]
    assert github.writes == []


def test_a_run_that_comes_too_late_writes_nothing(github) -> None:
    github.world.push(github.world.platform.pulls[NUMBER], "second")
    assert run(github, posting()).told == (
        f"left to the run of {sha_of('second')[:7]}: the head of 482 moved on from {sha_of('first')[:7]}",
    )
    assert github.writes == []


def test_a_run_of_a_base_that_the_pull_request_does_not_go_to_any_more_writes_nothing(github) -> None:
    pull = github.world.platform.pulls[NUMBER]
    github.world.rebase(pull, branch="release")
    assert run(github, replace(posting(), target="main")).told == ("left to a run on release: 482 does not go to main any more",)
    assert github.writes == []
    for target in ("release", ""):
        assert "left to" not in " ".join(run(github, replace(posting(), target=target)).told)


def test_a_draft_gets_a_check_run_and_a_comment_once_it_is_ready(github) -> None:
    pull = github.world.platform.pulls[NUMBER]
    pull.draft = True
    assert "no comment: the pull request is a draft" in run(github, posting()).told
    assert (len(github.world.platform.checks), shown(github)) == (1, [])
    assert run(github, posting(drafts=True)).told == ("written a new comment",)
    pull.draft = False
    run(github, posting())
    assert shown(github) == [text("first")]


def test_a_comment_that_is_there_is_kept_current_on_a_draft_too(github) -> None:
    pull = github.world.platform.pulls[NUMBER]
    run(github, posting())
    pull.draft = True
    github.world.push(pull, "second")
    run(github, posting("second"))
    assert shown(github) == [text("second")]


def test_a_comment_that_a_person_deleted_stays_away_over_pushes_and_rebases(github) -> None:
    pull = github.world.platform.pulls[NUMBER]
    run(github, posting())
    github.world.platform.comments.clear()
    run(github, posting())
    before = sha_of("first")
    for head, force in (("second", False), ("third", True), ("fourth", True)):
        github.world.push(pull, head, force=force)
        run(github, posting(head, before=before))
        before = sha_of(head)
    assert shown(github) == []


def test_a_new_denial_brings_a_deleted_comment_back_once(github) -> None:
    pull = github.world.platform.pulls[NUMBER]
    run(github, posting(denials=digests(["one"])))
    github.world.platform.comments.clear()
    run(github, posting(denials=digests(["one"])))
    assert shown(github) == []
    github.world.push(pull, "second")
    run(github, posting("second", denials=digests(["one", "two"])))
    assert shown(github) == [text("second")]
    github.world.platform.comments.clear()
    github.world.push(pull, "third")
    run(github, posting("third", denials=digests(["two"])))
    assert shown(github) == []


@pytest.mark.parametrize("behaviour", [Behaviour.NEW, Behaviour.HIDE_AND_NEW, Behaviour.DELETE_AND_NEW])
def test_other_behaviours_write_anew_on_each_push(behaviour, github) -> None:
    for head in ("first", "second", "third"):
        github.world.push(github.world.platform.pulls[NUMBER], head)
        run(github, posting(head, behaviour=behaviour))
        before = len(github.writes)
        run(github, posting(head, behaviour=behaviour))
        assert len(github.writes) == before
    every = [(comment.body, comment.hidden) for comment in github.world.platform.conversation(NUMBER)]
    assert (
        every
        == {
            Behaviour.NEW: [(text("first"), None), (text("second"), None), (text("third"), None)],
            Behaviour.HIDE_AND_NEW: [(text("first"), "OUTDATED"), (text("second"), "OUTDATED"), (text("third"), None)],
            Behaviour.DELETE_AND_NEW: [(text("third"), None)],
        }[behaviour]
    )


def _token(github: StandIn, **permissions: str) -> str:
    github.world.tokens["weak"] = Grant(ROBOT, {**EVERYTHING, **permissions})
    return "weak"


def test_a_token_that_may_not_write_checks_still_writes_the_comment(github) -> None:
    for level in ("", "read"):
        outcome = post(client(github, token=_token(github, checks=level)), posting(words=level))
        assert "the token lacks checks: write" in outcome.problems[-1]
    assert shown(github) == [text("first", "read")]


def test_a_token_that_may_not_comment_is_an_error(github) -> None:
    with pytest.raises(NotPermittedError, match="Resource not accessible by integration"):
        post(client(github, token=_token(github, issues="read", pull_requests="read")), posting())


def test_limits_and_bad_gateways_on_every_request_change_nothing(github) -> None:
    github.fail(secondary_limit(5, times=3, method="POST"))
    github.fail(Fault(times=3, method="GET"))
    run(github, posting(annotations=60))
    assert shown(github) == [text("first")]


def test_a_limit_that_lasts_ends_the_run_in_words(github) -> None:
    github.fail(secondary_limit(3600, times=99, method="PATCH|POST", path=".*/comments.*"))
    with pytest.raises(BusyError, match="run it again later"):
        run(github, posting())


@pytest.mark.parametrize("fault", [Fault(applied=True), Fault(), Fault(dropped=True, applied=True)])
@pytest.mark.parametrize("path", [".*/comments", ".*/check-runs.*"])
def test_a_write_whose_answer_is_lost_is_found_or_done_again(path, fault, github) -> None:
    github.fail(replace(fault, method="POST|PATCH", path=path, times=1))
    run(github, posting(annotations=60))
    assert shown(github) == [text("first")]
    assert len(github.world.platform.checks_on(sha_of("first"))[0].annotations) == 60


def test_a_list_that_does_not_know_yet_of_what_was_just_written_has_nothing_written_twice(github) -> None:
    outcome = post(client(github, Lagging), posting(annotations=60))
    assert shown(github) == [text("first")]
    assert outcome.told.count("written a new comment") == 1
    assert [len(check.annotations) for check in github.world.platform.checks_on(sha_of("first"))] == [60]


def test_a_comment_that_a_person_deletes_right_before_it_is_written_over_stays_away(github) -> None:
    run(github, posting())
    github.world.push(github.world.platform.pulls[NUMBER], "second")

    def delete(_: int, method: str, path: str) -> None:
        if method == "PATCH" and "/comments/" in path:
            github.world.platform.comments.clear()

    github.before_each = delete
    run(github, posting("second", before=sha_of("first")))
    assert shown(github) == []


HISTORIES: dict[str, list[Posting]] = {
    "first comment": [posting(annotations=60, denials=digests(["one"]))],
    "update": [posting(), posting("second", annotations=3)],
    "fold": [posting(), posting("second", worth=False, settled=True)],
    "unfold": [posting(), posting("second", worth=False, settled=True), posting("third")],
    "hide and new": [posting(), posting("second", behaviour=Behaviour.HIDE_AND_NEW)],
    "delete and new": [posting(), posting("second", behaviour=Behaviour.DELETE_AND_NEW)],
    "new": [posting(), posting("second", behaviour=Behaviour.NEW)],
}


def _state(github: StandIn, head: str) -> object:
    """What matters in the end: comments, and the latest check run."""
    check = github.world.platform.checks_on(sha_of(head))[0]
    comments = [(comment.body, comment.hidden) for comment in github.world.platform.conversation(NUMBER)]
    return comments, check.conclusion, check.summary, check.annotations


def _head(what: Posting) -> str:
    return next(head for head in ("first", "second", "third") if sha_of(head) == what.wanted.marker.head)


def _before_last(github: StandIn, history: list[Posting]) -> str:
    """Play a history up to its last run, whose head is pushed."""
    _anew(github)
    for what in history:
        if _head(what) != "first":
            github.world.push(github.world.platform.pulls[NUMBER], _head(what))
        if what is not history[-1]:
            run(github, what)
    return _head(history[-1])


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("history", HISTORIES)
def test_a_crash_at_any_stage_loses_and_doubles_nothing(history: str, sent: bool, github) -> None:
    what = HISTORIES[history][-1]
    head = _before_last(github, HISTORIES[history])
    start = len(github.asked)
    run(github, what)
    requests, expected = len(github.asked) - start, _state(github, head)
    assert requests > 4
    for at in range(requests):
        _before_last(github, HISTORIES[history])
        with pytest.raises(Crash):
            post(client(github, lambda inner: Crashing(inner, at, sent)), what)  # noqa: B023 - used at once
        run(github, what)
        assert _state(github, head) == expected, f"after a crash at request {at}"


@pytest.mark.parametrize("history", ["first comment", "update", "fold"])
def test_a_newer_commits_run_in_between_is_never_written_over(history: str, github) -> None:
    """Whole runs of a newer commit, at every point of an older run's life."""
    what, newer = HISTORIES[history][-1], posting("newest", "the newest words")
    _before_last(github, HISTORIES[history])
    start = len(github.asked)
    run(github, what)
    for at in range(len(github.asked) - start):
        _before_last(github, HISTORIES[history])
        start = len(github.asked)

        def interrupt(number: int, *_: str, there: int = start + at + 1) -> None:
            if number == there:
                github.before_each = None
                github.world.push(github.world.platform.pulls[NUMBER], "newest")
                run(github, newer)

        github.before_each = interrupt
        run(github, what)
        assert shown(github) == [newer.wanted.body], f"in between before request {at}"


def test_an_older_run_in_between_is_put_right_whoever_is_last(github) -> None:
    """An older run held up between its last look and its write, over every point of the newer one."""
    old, newer = posting(), posting("newest")
    for at in range(1, 14):
        _anew(github)
        held: list[Posting] = [newer]

        def interrupt(number: int, method: str, path: str, at: int = at, held: list[Posting] = held) -> None:
            # Right before the older run writes its comment, the newer one runs up to a point, and breaks off.
            if method == "POST" and path.endswith("/comments") and held:
                what = held.pop()
                github.world.push(github.world.platform.pulls[NUMBER], "newest")
                try:
                    post(client(github, lambda inner: Crashing(inner, at, sent=True)), what)
                except Crash:
                    return

        github.before_each = interrupt
        run(github, old)
        github.before_each = None
        run(github, newer)
        assert shown(github) == [newer.wanted.body], f"broken off at {at}"


@pytest.mark.parametrize("behaviour", list(Behaviour))
def test_two_runs_of_one_commit_at_once_leave_one_comment(behaviour: Behaviour, github) -> None:
    what = posting(behaviour=behaviour)
    run(github, what)
    for at in range(len(github.asked)):
        _anew(github)

        def interrupt(number: int, *_: str, there: int = at + 1) -> None:
            if number == there:
                github.before_each = None
                run(github, what)

        github.before_each = interrupt
        run(github, what)
        assert shown(github) == [what.wanted.body], f"at once at request {at}"


@pytest.mark.parametrize("times", range(3))
def test_runs_that_race_in_earnest_leave_one_comment(times: int, github) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: run(github, posting(run=number + 1)), range(4)))
    run(github, posting(run=5))
    assert shown(github) == [shown(github)[0]]


def test_a_rehearsal_says_what_would_be_written_and_writes_nothing(github) -> None:
    assert rehearse(client(github), posting()).told == ("would have written a new comment",)
    github.world.platform.pulls[NUMBER].draft = True
    assert rehearse(client(github), posting()).told == ("would write no comment",)
    assert github.writes == []
    assert github.world.platform.comments == {}


WORDS = st.sampled_from(["a", "b"])
STEPS = st.one_of(
    st.tuples(st.just("push"), st.booleans()),
    st.tuples(st.just("run"), st.sampled_from(list(Behaviour)), st.sampled_from(["worth", "quiet", "settled"]), WORDS),
    st.tuples(st.just("say"), st.sampled_from([ALICE, MALLORY]), st.booleans()),
    st.tuples(st.just("delete ours")),
    st.tuples(st.just("deface ours"), WORDS),
    st.tuples(st.just("crash"), st.integers(0, 12), st.booleans()),
    st.tuples(st.just("fold"), st.sampled_from(["OUTDATED", "SPAM", "RESOLVED"])),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=8))
def test_no_history_touches_anothers_comment_and_every_run_ends_where_a_second_one_writes_nothing(server, steps) -> None:
    _anew(server)
    world, others, heads = server.world, {}, ["first"]
    pull = world.platform.pulls[NUMBER]
    last = posting()
    for kind, *more in steps:
        if kind == "push":
            heads.append(f"head {len(heads)}")
            world.push(pull, heads[-1], force=more[0])
        elif kind == "say":
            body = text(heads[-1]) if more[1] else "a person's own words"
            comment = world.say(NUMBER, more[0], body)
            others[comment.id] = (body, None)
        elif kind == "delete ours":
            for comment in world.platform.shown(NUMBER):
                del world.platform.comments[comment.id]
        elif kind in ("deface ours", "fold"):
            for comment in world.platform.shown(NUMBER):
                comment.body = f"{more[0]}\n{comment.body}" if kind == "deface ours" else comment.body
                comment.hidden = more[0] if kind == "fold" else comment.hidden
        elif kind == "crash":
            try:
                post(client(server, lambda inner: Crashing(inner, *more)), posting(heads[-1]))  # noqa: B023 - used at once
            except Crash:
                continue
        else:
            behaviour, what, words = more
            last = posting(heads[-1], words, behaviour=behaviour, worth=what == "worth", settled=what == "settled")
            run(server, last)
            before = len(server.writes)
            run(server, last)
            assert len(server.writes) == before, "a second identical run writes nothing"
            current = [body for body in shown(server) if (marker := marker_of(body)) and marker.head == pull.head]
            assert len(current) <= 1
    told = {comment.id: (comment.body, comment.hidden) for comment in world.platform.conversation(NUMBER)}
    assert {number: told.get(number) for number in others} == others


def test_every_error_of_a_forge_has_words(github) -> None:
    github.fail(Fault(status=410, message="This issue was deleted", times=99))
    with pytest.raises(ForgeError, match="410: This issue was deleted"):
        run(github, posting())


STRANGER = "stranger-token"


def _foreign(github: StandIn, head: str, summary: str, memory: str, token: str = STRANGER) -> None:
    """A check run of another App's, or of another workflow's, by our name."""
    github.world.tokens[STRANGER] = Grant(User(5, "other[bot]", "Bot"), app=99)
    check = CheckRun("weighbridge default", sha_of(head), Conclusion.SUCCESS, "Cost: no change", summary, memory=memory)
    client(github, token=token).checks.write(check)


def _overtaken(github: StandIn, summary: str, memory: str, token: str = STRANGER) -> list[str]:
    """What is shown where the head moves on while a run writes, to a commit with a check run that is not ours."""
    moved: list[int] = []

    def move(_: int, method: str, path: str) -> None:
        if method == "POST" and path.endswith("/comments") and not moved:
            moved.append(1)
            github.world.push(github.world.platform.pulls[NUMBER], "newest")
            _foreign(github, "newest", summary, memory, token)

    github.before_each = move
    run(github, posting())
    assert moved
    return shown(github)


def test_another_apps_check_is_not_reposted(github) -> None:
    assert _overtaken(github, text("newest", "buy here"), Memory("default").text) == [text("first")]


@pytest.mark.parametrize(
    ("summary", "memory"),
    [
        (text("newest", "buy here"), "5d1f0a7c-a-job-called-weighbridge"),
        ("buy here", Memory("default").text),
        (f"{text('newest')}\nbuy here", Memory("default").text),
        (text("second"), Memory("default").text),
        (text("newest", key="other"), Memory("default").text),
    ],
    ids=["foreign-memory", "no-marker", "marker-not-last", "other-head", "other-key"],
)
def test_a_check_of_another_workflow_is_not_reposted(summary: str, memory: str, github) -> None:
    assert _overtaken(github, summary, memory, "robot-token") == [text("first")]


def test_what_another_apps_check_remembers_is_not_believed(github) -> None:
    _foreign(github, "first", "", Memory("default", comment=1, settled=True).text)
    run(github, posting())
    assert shown(github) == [text("first")]


def test_a_job_of_our_name_hides_nothing_that_is_remembered(github) -> None:
    run(github, posting())
    github.world.platform.comments.clear()
    _foreign(github, "first", "", "5d1f0a7c-a-job-called-weighbridge", "robot-token")
    run(github, posting())
    assert shown(github) == [], "a person deleted it"


def test_an_older_run_of_the_same_commit_turns_neither_check_run_nor_comment_back(github) -> None:
    """The later run says failure, since the base was edited or a label withdrawn; the one begun before it ends after it."""
    red = posting(words="denied", run=2)
    run(github, replace(red, check=replace(red.check, conclusion=Conclusion.FAILURE, title="Cost: +$9,000 a month, 1 denied")))
    outcome = run(github, posting(words="harmless", run=1))
    assert [check.conclusion for check in github.world.platform.checks_on(sha_of("first"))] == ["failure"]
    assert "denied" in shown(github)[0]
    assert outcome.told == (f"left to a later run, which weighed {sha_of('first')[:7]} anew",)


def test_an_older_run_writes_no_first_comment_beside_a_later_one_that_found_nothing(github) -> None:
    run(github, posting(words="nothing", run=2, worth=False))
    run(github, posting(words="dear", run=1))
    assert shown(github) == []


def test_an_older_run_ends_the_check_run_that_it_began_as_the_later_one_found_it(github) -> None:
    begun = client(github).checks.begin(sha_of("first"), "weighbridge default", Words("Weighing", "soon"), Memory("default").text)
    red = posting(words="denied", run=2)
    run(github, replace(red, check=replace(red.check, conclusion=Conclusion.FAILURE)))
    older = posting(words="harmless", run=1)
    run(github, replace(older, check=replace(older.check, begun=begun)))
    assert [check.conclusion for check in github.world.platform.checks_on(sha_of("first"))] == ["failure", "failure"]


def test_a_later_run_of_another_configuration_or_commit_is_no_reason_to_be_silent(github) -> None:
    run(github, posting(words="other", run=2, key="other"))
    run(github, posting(words="ours", run=1))
    assert len(shown(github)) == 2


@pytest.mark.parametrize("several", [14, 15, 20, 400])
def test_a_deleted_comment_with_however_many_denials_stays_away_until_there_is_a_new_one(github, several: int) -> None:
    many = digests(str(number) for number in range(several))
    run(github, posting(denials=many))
    github.world.platform.comments.clear()
    for _ in range(2):
        run(github, posting(denials=many))
        assert shown(github) == []
    run(github, posting(denials=many | digests(["another"])))
    assert len(shown(github)) == 1
