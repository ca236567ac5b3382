"""Suggestions are posted once, whoever writes in between and wherever a run breaks off, and nobody else's comments are touched.

Every test talks to a stand-in for GitHub that is held to GitHub's own description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from crashing import Crash, Crashing
from github_stand_in.direct import Direct
from github_stand_in.faults import Fault
from github_stand_in.server import GitHub as StandIn
from github_stand_in.world import ALICE, MALLORY, ReviewComment, World, sha_of
from lagging import Lagging

from bot.lifecycle import Wanted
from bot.marker import FindingMarker, Marker, finding_of
from bot.posting import Outcome, Posting, post, rehearse
from bot.suggestion import Suggestion
from forge.answer import Transport
from forge.check_run import CheckRun, Conclusion
from forge.courier import Courier
from forge.github import GitHub
from forge.patience import Patience
from forge.review import LineComment

pytestmark = pytest.mark.whole

NUMBER = 482
FILE = "a.yaml"
DIGESTS = {"spot": "5" * 12, "team": "7" * 12, "size": "9" * 12}


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    github = StandIn()
    yield github
    assert not github.mistakes, "\n".join(dict.fromkeys(github.mistakes))


@pytest.fixture
def github(server: StandIn) -> StandIn:
    _anew(server)
    return server


def _anew(server: StandIn) -> None:
    server.world, server.before_each, server.page_size = World(), None, 100
    server.asked.clear()
    server.faults.clear()
    server.world.open_pull(NUMBER, diff={FILE: set(range(1, 50))})


def suggestion(name: str, line: int = 5, words: str = "", key: str = "default") -> Suggestion:
    marker = FindingMarker(key, name, DIGESTS[name])
    return Suggestion(marker, LineComment(FILE, line, line + 1, f"{words or name}\n```suggestion\nx\n```\n{marker.line}"))


def posting(head: str = "first", *suggestions: Suggestion, key: str = "default", worth: bool = True, before: str = "") -> Posting:
    """What the run of a commit posts."""
    body = f"### Cost: +$77 a month\n\n{head}\n{Marker(key, sha_of(head), sha_of('base')).line}"
    check = CheckRun(f"weighbridge {key}", sha_of(head), Conclusion.SUCCESS, "Cost: +$77 a month", body)
    return Posting(NUMBER, Wanted(body, worth), check, before=before, suggestions=suggestions)


def client(github: StandIn, wrap: Callable[[Transport], Transport] = lambda inner: inner) -> GitHub:
    return GitHub(Courier(wrap(Direct(github)), "GitHub", Patience(), lambda _: None, lambda: 0.0), "acme/platform")


def run(github: StandIn, what: Posting) -> Outcome:
    return post(client(github), what)


def there(github: StandIn) -> list[tuple[str, int | None, str]]:
    """Our suggestions, by name: line and first words."""
    found = github.world.platform.on_lines(NUMBER)
    return sorted((finding_of(each.body).rule, each.line, each.body.split("\n", 1)[0]) for each in found)


def push(github: StandIn, words: str) -> None:
    github.world.push(github.world.platform.pulls[NUMBER], words)


def of(github: StandIn, name: str) -> ReviewComment:
    return next(each for each in github.world.platform.on_lines(NUMBER) if finding_of(each.body).rule == name)


def test_all_are_sent_in_one_review_that_only_comments(github) -> None:
    outcome = run(github, posting("first", suggestion("spot"), suggestion("team", 20)))
    (review,) = github.world.platform.reviews.values()
    assert (review.event, review.commit, review.body) == ("COMMENT", sha_of("first"), "")
    assert there(github) == [("spot", 6, "spot"), ("team", 21, "team")]
    assert of(github, "spot").start_line == 5
    assert "written 2 suggestions" in outcome.told


def test_a_second_identical_run_writes_nothing(github) -> None:
    run(github, posting("first", suggestion("spot")))
    writes = len(github.writes)
    assert run(github, posting("first", suggestion("spot"))).told == ("nothing to write: all is as it should be",)
    assert len(github.writes) == writes


def test_one_that_stays_as_it_is_is_left_and_a_new_one_joins_it(github) -> None:
    run(github, posting("first", suggestion("spot")))
    old = of(github, "spot").id
    push(github, "second")
    run(github, posting("second", suggestion("spot"), suggestion("team", 20)))
    assert of(github, "spot").id == old
    assert there(github) == [("spot", 6, "spot"), ("team", 21, "team")]


def test_one_whose_finding_is_gone_is_deleted_unless_somebody_replied(github) -> None:
    run(github, posting("first", suggestion("spot"), suggestion("team", 20)))
    github.world.reply(of(github, "spot"), ALICE, "No, it must not be interrupted.")
    push(github, "second")
    outcome = run(github, posting("second"))
    assert there(github) == [("spot", 6, "spot")]
    assert any("deleted suggestion" in each for each in outcome.told)


def test_one_that_somebody_replied_to_is_not_said_again_in_other_words(github) -> None:
    run(github, posting("first", suggestion("spot")))
    github.world.reply(of(github, "spot"), ALICE, "No.")
    push(github, "second")
    run(github, posting("second", suggestion("spot", 30, "saves more now")))
    assert there(github) == [("spot", 6, "spot")]


@pytest.mark.parametrize("change", [suggestion("spot", 30), suggestion("spot", 5, "saves more now")])
def test_one_that_says_something_else_or_elsewhere_is_written_anew_before_the_old_one_goes(change, github) -> None:
    run(github, posting("first", suggestion("spot")))
    push(github, "second")
    counts: list[int] = []
    github.before_each = lambda *_: counts.append(len(there(github)))
    run(github, posting("second", change))
    assert min(counts) == 1
    assert there(github) == [("spot", change.comment.last, change.comment.body.split("\n", 1)[0])]


def test_one_whose_lines_are_no_part_of_the_change_any_more_is_written_anew(github) -> None:
    run(github, posting("first", suggestion("spot")))
    of(github, "spot").line = None
    push(github, "second")
    run(github, posting("second", suggestion("spot")))
    assert there(github) == [("spot", 6, "spot")]


def test_one_that_a_person_deleted_stays_away_over_pushes_and_reruns(github) -> None:
    run(github, posting("first", suggestion("spot"), suggestion("team", 20)))
    del github.world.platform.review_comments[of(github, "spot").id]
    run(github, posting("first", suggestion("spot"), suggestion("team", 20)))
    assert there(github) == [("team", 21, "team")]
    for before, head in (("first", "second"), ("second", "third")):
        push(github, head)
        run(github, posting(head, suggestion("spot"), suggestion("team", 20), before=sha_of(before)))
        assert there(github) == [("team", 21, "team")]


def test_one_that_comes_back_after_it_was_fixed_is_said_again(github) -> None:
    run(github, posting("first", suggestion("spot")))
    push(github, "second")
    run(github, posting("second", before=sha_of("first")))
    push(github, "third")
    run(github, posting("third", suggestion("spot"), before=sha_of("second")))
    assert there(github) == [("spot", 6, "spot")]


def test_where_a_person_sent_the_comment_away_suggestions_go_too(github) -> None:
    run(github, posting("first", suggestion("spot")))
    github.world.platform.comments.clear()
    push(github, "second")
    run(github, posting("second", suggestion("spot"), before=sha_of("first")))
    assert there(github) == []


def test_without_a_comment_there_are_no_suggestions(github) -> None:
    run(github, posting("first", suggestion("spot"), worth=False))
    assert there(github) == []
    assert github.world.platform.reviews == {}


def test_what_others_wrote_is_not_touched_whatever_it_looks_like(github) -> None:
    run(github, posting("first", suggestion("spot")))
    ours = of(github, "spot")
    github.world.tokens["mallory"] = github.world.tokens["robot-token"]
    forged = ReviewComment(1, NUMBER, 1, MALLORY, ours.body, FILE, 6, "RIGHT", 5, "", 0)
    plain = ReviewComment(2, NUMBER, 1, ours.author, "another program with the same token", FILE, 6, "RIGHT", None, "", 0)
    github.world.platform.review_comments |= {1: forged, 2: plain}
    push(github, "second")
    run(github, posting("second"))
    assert sorted(github.world.platform.review_comments) == [1, 2]


def test_several_configurations_have_suggestions_of_their_own(github) -> None:
    run(github, posting("first", suggestion("spot")))
    run(github, posting("first", suggestion("spot", 20, key="staging"), key="staging"))
    run(github, posting("first", suggestion("spot")))
    assert there(github) == [("spot", 6, "spot"), ("spot", 21, "spot")]


def test_a_line_that_github_does_not_take_is_said_and_the_rest_is_done(github) -> None:
    outcome = run(github, posting("first", suggestion("spot", 90)))
    assert there(github) == []
    assert "suggestions could not be written: GitHub answered POST" in outcome.problems[0]
    assert "must be part of the diff" in outcome.problems[0]
    assert len(github.world.platform.shown(NUMBER)) == 1


def test_a_failure_leaves_suggestions_as_they_are(github) -> None:
    run(github, posting("first", suggestion("spot")))
    push(github, "second")
    failed = posting("second")
    run(github, Posting(NUMBER, failed.wanted, failed.check))
    assert there(github) == [("spot", 6, "spot")]


def test_a_rehearsal_says_what_would_be_suggested(github) -> None:
    assert "would have written 1 suggestion" in rehearse(client(github), posting("first", suggestion("spot"))).told
    assert github.writes == []


@pytest.mark.parametrize("fault", [Fault(applied=True), Fault(), Fault(dropped=True, applied=True)])
def test_a_review_whose_answer_is_lost_is_found_or_done_again(fault, github) -> None:
    github.fail(Fault(**{**vars(fault), "method": "POST", "path": ".*/reviews", "times": 1}))
    run(github, posting("first", suggestion("spot"), suggestion("team", 20)))
    assert there(github) == [("spot", 6, "spot"), ("team", 21, "team")]


def test_a_list_that_does_not_know_yet_of_what_was_just_suggested_has_nothing_suggested_twice(github) -> None:
    post(client(github, Lagging), posting("first", suggestion("spot"), suggestion("team", 20)))
    assert there(github) == [("spot", 6, "spot"), ("team", 21, "team")]
    del github.world.platform.review_comments[of(github, "spot").id]
    run(github, posting("first", suggestion("spot"), suggestion("team", 20)))
    assert there(github) == [("team", 21, "team")], "a person deleted the other, which is remembered"


HISTORIES: dict[str, list[Posting]] = {
    "first": [posting("first", suggestion("spot"), suggestion("team", 20))],
    "one more": [posting("first", suggestion("spot")), posting("second", suggestion("spot"), suggestion("team", 20), before=sha_of("first"))],
    "another": [posting("first", suggestion("spot")), posting("second", suggestion("spot", 30), before=sha_of("first"))],
    "fixed": [posting("first", suggestion("spot"), suggestion("team", 20)), posting("second", suggestion("team", 20), before=sha_of("first"))],
}  # fmt: skip


def _before_last(github: StandIn, history: list[Posting]) -> None:
    _anew(github)
    for what in history:
        if what.wanted.marker.head != sha_of("first"):
            push(github, "second")
        if what is not history[-1]:
            run(github, what)


def _requests(github: StandIn, history: list[Posting]) -> range:
    """The requests of a history's last run, from the first that has to do with suggestions on."""
    _before_last(github, history)
    start = len(github.asked)
    run(github, history[-1])
    asked = github.asked[start:]
    first = next(number for number, each in enumerate(asked) if each.path.endswith(f"/pulls/{NUMBER}/comments"))
    assert len(asked) - first > 4
    return range(first, len(asked))


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("history", HISTORIES)
def test_a_crash_at_any_stage_loses_and_doubles_nothing(history: str, sent: bool, github) -> None:
    what = HISTORIES[history]
    requests, expected = _requests(github, what), there(github)
    for at in requests:
        _before_last(github, what)
        with pytest.raises(Crash):
            post(client(github, lambda inner: Crashing(inner, at, sent)), what[-1])  # noqa: B023 - used at once
        run(github, what[-1])
        assert there(github) == expected, f"after a crash at request {at}"


@pytest.mark.parametrize("history", HISTORIES)
def test_two_runs_of_one_commit_at_once_leave_one_of_each(history: str, github) -> None:
    what = HISTORIES[history]
    requests, expected = _requests(github, what), there(github)
    for at in requests:
        _before_last(github, what)
        _interrupt(github, at, lambda: run(github, what[-1]))
        run(github, what[-1])
        assert there(github) == expected, f"at once at request {at}"


def _interrupt(github: StandIn, at: int, what: Callable[[], object]) -> None:
    """Have something done right before the request that comes after so many others."""
    start = len(github.asked)

    def interrupt(number: int, *_: str) -> None:
        if number == start + at + 1:
            github.before_each = None
            what()

    github.before_each = interrupt


NEWER = {
    "the same": (suggestion("spot"),),
    "others": (suggestion("size", 40),),
    "none": (),
    "elsewhere": (suggestion("spot", 30),),
}


@pytest.mark.parametrize("newer", NEWER)
@pytest.mark.parametrize("history", HISTORIES)
def test_a_newer_commits_run_in_between_has_the_last_word(history: str, newer: str, github) -> None:
    what = HISTORIES[history]
    requests = _requests(github, what)
    expected = sorted((each.marker.rule, each.comment.last, each.marker.rule) for each in NEWER[newer])
    for at in requests:
        _before_last(github, what)

        def overtake() -> None:
            push(github, "newest")
            run(github, posting("newest", *NEWER[newer], before=what[-1].wanted.marker.head))

        _interrupt(github, at, overtake)
        run(github, what[-1])
        assert there(github) == expected, f"in between before request {at}"
