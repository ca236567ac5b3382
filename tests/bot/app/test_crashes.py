"""Whatever is killed at whatever moment, the next process ends what was begun: nothing is lost, and nothing is said twice."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from app_world import BOT, NUMBER, QUICK, AppWorld, Quick, web
from github_stand_in import payloads
from github_stand_in.world import PullRequest, Repository
from manifest_texts import deployment, namespace

from bot.app.dispatch import LEASE, Dispatcher
from bot.app.register_sqlite import SqliteRegister
from bot.app.weighing import Order, Weigher
from bot.app.work import GLANCE
from bot.posting import Posting

pytestmark = pytest.mark.whole


def _killed(program: Callable[[], None], world: AppWorld, after: str = "", times: int = 1) -> None:
    """Run something in a process that is killed: by itself, or by GitHub once a request was carried out so many times."""
    with warnings.catch_warnings():
        # Our servers' threads hold nothing that the child needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        program()
        os._exit(0)
    carried_out, left = world.github.handle, [times]

    def killing(asked, token):
        answer = carried_out(asked, token)
        left[0] -= bool(after) and f"{asked.method} {asked.path}".startswith(after)
        if left[0] == 0:
            os.kill(child, signal.SIGKILL)
        return answer

    world.github.handle = killing  # type: ignore[method-assign]
    _, status = os.waitpid(child, 0)
    world.github.handle = carried_out  # type: ignore[method-assign]
    assert os.WIFSIGNALED(status), "it was not killed at all"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesBefore(Quick):
    """Is killed once the clone is there."""

    asked_of_the_base = False
    """Whether also where nothing is to be weighed, only the base to be asked."""

    def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
        if self.asked_of_the_base or not order.failure:
            _die()
        return super().weigh(clone, order, wanted)


class DiesAlways(DiesBefore):
    """Is killed whenever there is a clone."""

    asked_of_the_base = True


class DiesAfter(Quick):
    """Is killed once it is weighed."""

    def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
        super().weigh(clone, order, wanted)
        _die()
        raise AssertionError


STAGES = {
    "after it was said that it begins": (QUICK, "POST /repos/acme/platform/check-runs", 1),
    "after the clone": (DiesBefore(), "", 1),
    "after the weighing": (DiesAfter(), "", 1),
    "after the check run": (QUICK, "PATCH /repos/acme/platform/check-runs/", 1),
    "after the comment": (QUICK, "POST /repos/acme/platform/issues/482/comments", 1),
    "after the comment's update": (QUICK, "PATCH /repos/acme/platform/issues/comments/", 1),
    "after all was written": (QUICK, "PATCH /repos/acme/platform/check-runs/", 2),
}


def _next_process(world: AppWorld) -> None:
    """What a process does that begins: nobody holds anything, and what is owed is looked at."""
    dispatcher = world.dispatcher()
    assert isinstance(dispatcher.register, SqliteRegister)
    dispatcher.register.release_all()
    dispatcher.sweep()
    world.work(dispatcher)


def _as_it_should_be(world: AppWorld, pull: PullRequest, title: str) -> None:
    (comment,) = world.github.world.platform.conversation(NUMBER)
    assert comment.author == BOT
    assert comment.body.startswith(f"### {title}\n")
    assert pull.head[:7] in comment.body
    assert [check.title for check in world.github.world.platform.checks_on(pull.head)] == [title]
    assert {status for standing in world.standing().values() for status in standing} == {"completed"}
    assert world.dispatcher().register.due(4e9) == []
    before = len(world.github.writes)
    world.tell("labeled", pull)
    world.work()
    assert [asked.path for asked in world.github.writes[before:] if "access_tokens" not in asked.path] == []


def test_a_delivery_that_was_taken_is_worked_on_though_nobody_took_the_call(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    _next_process(world)
    _as_it_should_be(world, pull, "Cost: +7 pods")


@pytest.mark.parametrize("stage", [stage for stage in STAGES if "update" not in stage])
def test_a_first_comment_is_written_once_wherever_the_program_was_killed(world: AppWorld, stage) -> None:
    weigher, after, times = STAGES[stage]
    pull = world.open(web(9))
    world.tell("opened", pull)
    dispatcher = world.dispatcher(weigher)
    _killed(lambda: world.work(dispatcher), world, after, times)
    _next_process(world)
    _as_it_should_be(world, pull, "Cost: +7 pods")


@pytest.mark.parametrize("stage", ["after it was said that it begins", "after the clone", "after the weighing"])
def test_what_was_said_to_begin_is_taken_back_where_another_commit_took_its_place(world: AppWorld, stage) -> None:
    weigher, after, times = STAGES[stage]
    pull = world.open(web(9))
    first = pull.head
    world.tell("opened", pull)
    dispatcher = world.dispatcher(weigher)
    _killed(lambda: world.work(dispatcher), world, after, times)
    assert world.standing() == {first: ["in_progress"]}
    world.push(pull, web(4))
    world.tell("synchronize", pull)
    _next_process(world)
    assert world.checks(first) == ["cancelled"]
    _as_it_should_be(world, pull, "Cost: +2 pods")


def test_what_was_said_to_begin_is_taken_back_where_the_pull_request_was_closed(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    dispatcher = world.dispatcher(DiesBefore())
    _killed(lambda: world.work(dispatcher), world)
    pull.state = "closed"
    world.tell("closed", pull)
    _next_process(world)
    assert world.checks(pull.head) == ["cancelled"]
    pull.state = "open"
    world.tell("reopened", pull)
    world.work()
    assert world.checks(pull.head) == ["success", "cancelled"], "what was taken back says nothing of what it costs"


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in ("after the comment", "after all was written")])
def test_an_update_is_not_lost_wherever_the_program_was_killed(world: AppWorld, stage) -> None:
    weigher, after, times = STAGES[stage]
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work()
    world.push(pull, web(4))
    world.tell("synchronize", pull)
    dispatcher = world.dispatcher(weigher)
    _killed(lambda: world.work(dispatcher), world, after, times)
    _next_process(world)
    _as_it_should_be(world, pull, "Cost: +2 pods")


def test_an_end_that_was_killed_is_ended_by_the_next_process(world: AppWorld, monkeypatch) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work()
    pull.state = "closed"
    world.tell("closed", pull)
    dispatcher = world.dispatcher()
    _killed(lambda: world.work(dispatcher), world, "GET /repos/acme/platform/pulls/482")
    _next_process(world)
    assert world.clones() == []
    assert len(world.shown()) == 1


def _killed_again_and_again(world: AppWorld, weigher: Weigher, times: int) -> None:
    """Have a program killed so many times, and another one begin."""
    for _ in range(times):
        dispatcher = world.dispatcher(weigher)
        dispatcher.register.release_all()
        _killed(lambda dispatcher=dispatcher: world.work(dispatcher), world)
    world.dispatcher().register.release_all()


@pytest.mark.parametrize(("weigher", "times"), [(DiesBefore(), 5), (DiesAlways(), 6)])
def test_a_change_that_ends_the_program_each_time_is_given_up_and_that_is_said(world: AppWorld, weigher, times) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    _killed_again_and_again(world, weigher, times)
    world.work(world.dispatcher(weigher))
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert check.title == "Cost: this commit could not be weighed"
    assert "5 attempts to weigh it failed or ended the program" in check.summary
    assert check.conclusion == "neutral"
    assert world.dispatcher().register.due(4e9) == []


def test_what_is_given_up_is_red_where_the_base_lets_nothing_unknown_pass(world: AppWorld) -> None:
    world.base = world.origin.commit("main", {"weighbridge.yaml": "version: 1\nunknown: {pullRequest: fail}\n"})
    pull = world.open({**web(9), "weighbridge.yaml": "version: 1\n"})
    world.tell("opened", pull)
    _killed_again_and_again(world, DiesBefore(), 5)
    world.work(world.really())
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.conclusion, check.title) == ("failure", "Cost: this commit could not be weighed")


@pytest.mark.parametrize(("weigher", "times"), [(DiesBefore(), 5), (DiesAlways(), 6)])
def test_a_denied_commit_does_not_pass_by_being_given_up(world: AppWorld, weigher, times) -> None:
    denied = namespace("ml", team="") + deployment("nobodys", team="", space="ml")
    pull = world.open({"app.yaml": denied})
    world.tell("opened", pull)
    world.work(world.really())
    assert world.checks(pull.head) == ["failure"]
    world.tell("labeled", pull)
    _killed_again_and_again(world, weigher, times)
    world.work(world.dispatcher(weigher))
    newest = world.github.world.platform.checks_on(pull.head)[0]
    assert (newest.conclusion, newest.title) == ("failure", "Cost: this commit could not be weighed, denied before")


def test_of_many_deliveries_at_once_on_several_workers_comes_one_comment(world: AppWorld) -> None:
    pull = world.open(web(9))

    def tell(number: int) -> int:
        return world.tell("labeled" if number % 2 else "opened", pull, f"d-{number % 5}")

    def work(dispatcher: Dispatcher) -> None:
        for _ in range(4):
            dispatcher.look(dispatcher.register.due(4e9)[0].repository if dispatcher.register.due(4e9) else 1)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tell, range(10))) == {202}
        list(pool.map(work, [world.dispatcher() for _ in range(3)]))
    world.work()
    created = [asked for asked in world.github.writes if asked.path.endswith("/issues/482/comments")]
    assert len(created) == len(world.github.world.platform.conversation(NUMBER)) == 1
    assert world.checks(pull.head) == ["success"]


def test_a_repository_is_worked_on_by_one_at_a_time_and_others_beside_it(world: AppWorld) -> None:
    world.github.world.repositories["acme/other"] = Repository("acme", "other")
    at_work: list[str] = []
    together: list[tuple[str, ...]] = []
    both = threading.Event()

    class Slow(Quick):
        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            at_work.append(order.occasion.repository)
            together.append(tuple(at_work))
            if len(set(at_work)) == 2:
                both.set()
            both.wait(10)
            at_work.remove(order.occasion.repository)
            return super().weigh(clone, order, wanted)

    other = world.git.origin("acme/other")
    base = other.commit("main", web(1))
    head = other.commit("feature", web(2))
    elsewhere = PullRequest(1, head, "feature", base, commits=[head])
    world.github.world.repositories["acme/other"].pulls[1] = elsewhere
    world.tell("opened", world.open(web(9)))
    world.tell("opened", world.open(web(5), number=483))
    world.tell("opened", elsewhere, repository="acme/other")
    dispatcher = world.dispatcher(Slow())
    repositories = [subject.repository for subject in dispatcher.register.due(4e9)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(dispatcher.look, repositories * 2))
    world.work(dispatcher)
    assert both.is_set(), "two repositories are worked on at once"
    assert all(len(names) == len(set(names)) for names in together)


def test_a_body_that_is_sent_again_and_again_ends_no_weighing(world: AppWorld) -> None:
    pull = world.open(web(9))
    closed = payloads.pull_request("closed", pull)
    world.deliver("pull_request", closed)
    world.work()
    held, go = threading.Event(), threading.Event()

    class Asks(Quick):
        """Asks whether it is wanted once somebody has had the time to send something."""

        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            held.set()
            assert go.wait(20)
            assert wanted()
            return super().weigh(clone, order, wanted)

    world.tell("reopened", pull)
    dispatcher = world.dispatcher(Asks())
    thread = threading.Thread(target=dispatcher.look, args=(dispatcher.register.due(4e9)[0].repository,))
    thread.start()
    assert held.wait(20)
    for _ in range(3):
        assert world.deliver("pull_request", closed) == 202
    time.sleep(2 * GLANCE)
    go.set()
    thread.join(20)
    assert world.checks(pull.head) == ["success"]
    assert len(world.shown()) == 1


def test_an_older_look_that_comes_back_late_does_not_write_over_a_newer_one(world: AppWorld) -> None:
    held, go = threading.Event(), threading.Event()

    class Late(Quick):
        """Weighs on, whoever wants to know: as after a pause that was longer than a lease."""

        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            posting = super().weigh(clone, order, wanted)
            held.set()
            assert go.wait(20)
            return posting

    pull = world.open(web(9))
    world.tell("opened", pull)
    slow = world.dispatcher(Late())
    thread = threading.Thread(target=slow.look, args=(slow.register.due(4e9)[0].repository,))
    thread.start()
    assert held.wait(20)
    world.push(pull, web(4))
    world.tell("synchronize", pull)
    quick = replace(world.dispatcher(), clock=lambda: time.time() + 2 * LEASE)
    quick.look(quick.register.due(4e9)[0].repository)
    assert world.shown()[0].body.startswith("### Cost: +2 pods\n")
    go.set()
    thread.join(20)
    world.work()
    _as_it_should_be(world, pull, "Cost: +2 pods")
    assert world.checks(pull.commits[0]) == ["cancelled"]


def test_what_was_looked_at_for_longer_than_it_could_be_held_is_looked_at_once_more(world: AppWorld) -> None:
    """A server that slept may have ended the check run that a newer look had ended before it, with what is true no more."""
    now, looks = [time.time() + 60], []

    class Sleeps(Quick):
        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            looks.append(order.occasion.run)
            now[0] += 2 * LEASE if len(looks) == 1 else 1
            return super().weigh(clone, order, wanted)

    world.tell("opened", world.open(web(9)))
    dispatcher = replace(world.dispatcher(Sleeps()), clock=lambda: now[0])
    world.work(dispatcher)
    assert len(looks) == 2
    assert looks[0] < looks[1]


def test_a_server_whose_clock_is_behind_writes_over_what_one_whose_clock_is_ahead_wrote_before(world: AppWorld) -> None:
    """Two servers share a register, their clocks an hour apart: what was looked at later counts, not whose clock says so."""
    pull = world.open(web(9))

    class Words(Quick):
        def __init__(self, words: str) -> None:
            self.words = words

        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            found = super().weigh(clone, order, wanted)
            body = found.wanted.body.replace("Of `web`", self.words)
            return replace(found, wanted=replace(found.wanted, body=body), check=replace(found.check, summary=body))

    for ahead in (3600.0, 0.0, 3600.0, 0.0):
        words = f"Looked at {len(world.answers)}"
        world.tell("labeled", pull)
        work = world.dispatcher(Words(words))
        server = replace(work, run=replace(work.run, clock=lambda ahead=ahead: time.time() + ahead))
        server.look(server.register.due(4e9)[0].repository)
        assert words in world.shown()[0].body
        assert words in world.github.world.platform.checks_on(pull.head)[0].summary
