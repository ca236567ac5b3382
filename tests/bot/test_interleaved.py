"""Whatever the order of the requests of runs at once, there is one comment in the end, and it says what the latest run found.

Runs of GitHub Actions know nothing of each other: both list, both find nothing, both write. Every order in which turns change three
times is tried, and others at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
from github_stand_in.direct import Direct
from github_stand_in.server import GitHub as StandIn
from github_stand_in.world import World, sha_of
from gitlab_stand_in import Direct as DirectToGitLab
from gitlab_stand_in import GitLab as GitLabStandIn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interleaving import Play, interleaved, with_three_changes

from bot.lifecycle import Behaviour, Wanted
from bot.marker import FindingMarker, Marker, finding_of
from bot.posting import Posting, post
from bot.suggestion import Suggestion
from forge.answer import Answer, Transport
from forge.check_run import CheckRun, Conclusion
from forge.courier import Courier
from forge.github import GitHub
from forge.gitlab import GitLab
from forge.patience import Patience
from forge.protocol import Forge
from forge.review import LineComment

pytestmark = pytest.mark.whole

NUMBER, NOTED = 482, 7
FILE = "a.yaml"


@pytest.fixture(scope="module")
def github() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    assert not stand_in.mistakes, "\n".join(dict.fromkeys(stand_in.mistakes))


def suggestion(rule: str, digit: str, line: int) -> Suggestion:
    marker = FindingMarker("default", rule, digit * 12)
    return Suggestion(marker, LineComment(FILE, line, line, f"{rule}\n```suggestion\nx\n```\n{marker.line}"))


SPOT, TEAM = suggestion("spot", "5", 5), suggestion("team", "7", 20)


def posting(words: str, run: int = 0, head: str = "first", number: int = NUMBER, **more: object) -> Posting:
    """What a run posts: denied where it is the one of ``late`` words."""
    body = f"### Cost: {words}\n\n{head}\n{Marker('default', sha_of(head), sha_of('base'), run, number).line}"
    conclusion = Conclusion.FAILURE if words == "late" else Conclusion.SUCCESS
    check = CheckRun("weighbridge", sha_of(head), conclusion, f"Cost: {words}", body)
    return Posting(number, Wanted(body, worth=True), check, **more)  # type: ignore[arg-type]


EARLY, LATE = posting("early", 1), posting("late", 2)


def on_github(server: StandIn, what: Posting, transport: Transport | None = None) -> Play:
    return lambda wrap: post(GitHub(_courier(wrap(transport or Direct(server)), "GitHub"), "acme/platform"), what)


@dataclass
class Pushing:
    """A transport of a run that began because of a push: that comes before its first request."""

    server: StandIn
    pushed: bool = False

    def send(self, method: str, path: str, query: Mapping[str, str], payload: object) -> Answer:
        if not self.pushed:
            self.server.world.push(self.server.world.platform.pulls[NUMBER], "second")
            self.pushed = True
        return Direct(self.server).send(method, path, query, payload)


def _courier(transport: Transport, name: str) -> Courier:
    return Courier(transport, name, Patience(), lambda _: None, lambda: 0.0)


def anew(server: StandIn, before: Posting | None = None) -> None:
    """A pull request, with what an earlier commit's run left on it."""
    server.world, server.before_each = World(), None
    server.asked.clear()
    pull = server.world.open_pull(NUMBER, diff={FILE: set(range(1, 50))})
    if before is not None:
        server.world.push(pull, "zeroth")
        on_github(server, before)(lambda inner: inner)
        assert said(server) == ["before"]
        server.world.push(pull, "first")


def said(server: StandIn) -> list[str]:
    """What the comments say that are shown."""
    return [comment.body.split("\n", 1)[0].removeprefix("### Cost: ") for comment in server.world.platform.shown(NUMBER)]


def checked(server: StandIn) -> str:
    """What the check run says that the commit shows."""
    return server.world.platform.checks_on(sha_of("first"))[0].title.removeprefix("Cost: ")


def suggested(server: StandIn) -> list[str]:
    """What is suggested on lines."""
    return [finding_of(each.body).rule for each in server.world.platform.on_lines(NUMBER)]


def alone(server: StandIn, play: Play, before: Posting | None = None) -> list[bool]:
    """Which of the requests of a run that is alone write."""
    anew(server, before)
    start = len(server.asked)
    play(lambda inner: inner)
    return [asked.writes for asked in server.asked[start:]]


BEFORE = posting("before", head="zeroth")
THERE = {
    "no comment": (None, Behaviour.UPDATE),
    "a comment": (BEFORE, Behaviour.UPDATE),
    "no comment yet, each anew": (None, Behaviour.DELETE_AND_NEW),
}


@pytest.mark.parametrize("there", THERE)
def test_two_runs_of_one_commit_leave_the_later_ones_comment_and_check_run(there: str, github) -> None:
    before, behaviour = THERE[there]
    plays = [on_github(github, replace(each, behaviour=behaviour)) for each in (EARLY, LATE)]
    for order in with_three_changes(alone(github, plays[1], before)):
        anew(github, before)
        interleaved(plays, order)
        assert (said(github), checked(github)) == (["late"], "late"), f"in the order {order}"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(list(Behaviour)), st.booleans(), st.lists(st.integers(0, 2), max_size=110))
def test_three_runs_of_one_commit_leave_the_latest_ones_in_any_order(github, behaviour, anything_there, order) -> None:
    anew(github, BEFORE if anything_there else None)
    wanted = ((EARLY, (SPOT,)), (posting("between", 2), (SPOT, TEAM)), (posting("late", 3), (TEAM,)))
    runs = [replace(what, behaviour=behaviour, suggestions=suggestions) for what, suggestions in wanted]
    interleaved([on_github(github, each) for each in runs], order)
    earlier = ["before"] if anything_there and behaviour is Behaviour.NEW else []
    assert (said(github), checked(github), suggested(github)) == ([*earlier, "late"], "late", ["team"])


def test_the_run_of_a_newer_commit_has_the_word_in_every_order(github) -> None:
    for order in with_three_changes(alone(github, on_github(github, EARLY), BEFORE)):
        anew(github, BEFORE)
        newer = on_github(github, posting("newer", 2, "second"), Pushing(github))
        interleaved([on_github(github, EARLY), newer], order)
        assert said(github) == ["newer"], f"in the order {order}"


def test_two_runs_that_suggest_different_things_leave_what_the_later_one_does(github) -> None:
    def suggesting(what: Posting, *suggestions: Suggestion) -> Play:
        return on_github(github, replace(what, suggestions=suggestions))

    plays = [suggesting(EARLY, SPOT), suggesting(LATE, TEAM)]
    writes = alone(github, plays[1])
    start = next(number for number, asked in enumerate(github.asked) if asked.path.endswith("/reviews"))
    for order in with_three_changes(writes, start - 3):
        anew(github)
        interleaved(plays, order)
        assert suggested(github) == ["team"], f"in the order {order}"


def test_two_pipelines_leave_one_note_on_gitlab() -> None:
    def noting(gitlab: GitLabStandIn, what: Posting) -> Play:
        def play(wrap: Callable[[Transport], Transport]) -> object:
            forge: Forge = GitLab(_courier(wrap(DirectToGitLab(gitlab)), "GitLab"), "acme/platform")
            return post(forge, what)

        return play

    early, late = (posting(words, run, number=NOTED) for words, run in (("early", 1), ("late", 2)))
    gitlab = GitLabStandIn(head=sha_of("first"))
    noting(gitlab, late)(lambda inner: inner)
    for order in with_three_changes([method != "GET" for method, _ in gitlab.asked]):
        gitlab = GitLabStandIn(head=sha_of("first"))
        interleaved([noting(gitlab, early), noting(gitlab, late)], order)
        assert [note.body for note in gitlab.notes] == [late.wanted.body], f"in the order {order}"
