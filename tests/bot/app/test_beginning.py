"""A check run says that a commit is being weighed until it says what it costs; none says so for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from app_world import BOT, NUMBER, AppWorld, Quick, web
from github_stand_in import payloads
from github_stand_in.faults import Fault
from github_stand_in.world import EVERYTHING, CheckRun, Grant

from bot.app.beginning import BEGUN
from bot.app.weighing import Order
from bot.posting import Posting

CHECKS = r"/repos/acme/platform/check-runs"


class Watches(Quick):
    """Notes how far the check runs are while something is weighed."""

    def __init__(self, world: AppWorld) -> None:
        self.world = world
        self.seen: list[dict[str, list[str]]] = []

    def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
        self.seen.append(self.world.standing())
        return super().weigh(clone, order, wanted)


def test_while_a_commit_is_weighed_its_check_run_is_in_progress_and_then_says_what_it_costs(world: AppWorld) -> None:
    pull, watches = world.open(web(9)), Watches(world)
    world.tell("opened", pull)
    world.work(world.dispatcher(watches))
    assert watches.seen == [{pull.head: ["in_progress"]}]
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.status, check.conclusion, check.title) == ("completed", "success", "Cost: +7 pods")
    assert check.external_id.startswith("weighbridge:1 config=default comment=")
    assert [action["identifier"] for action in check.actions] == [f"weigh-{NUMBER}"]


def test_one_that_says_what_a_commit_costs_stays_while_it_is_weighed_again(world: AppWorld) -> None:
    pull, watches = world.open(web(9)), Watches(world)
    world.tell("opened", pull)
    world.work()
    world.deliver("check_run", payloads.check_run("requested_action", pull.head, identifier=f"weigh-{NUMBER}"))
    world.work(world.dispatcher(watches))
    assert watches.seen == [{pull.head: ["completed"]}]
    assert world.checks(pull.head) == ["success"]


def test_a_merge_group_s_is_in_progress_too_and_taken_back_where_the_group_is_dissolved(world: AppWorld) -> None:
    merged, watches = world.origin.commit("gh-readonly-queue/main/pr-482-0", web(3), start=world.base), Watches(world)
    world.deliver("merge_group", payloads.merge_group("checks_requested", merged, world.base))
    world.git.status = 503
    dispatcher = world.dispatcher(watches)
    dispatcher.look(dispatcher.register.due(dispatcher.clock())[0].repository)
    assert world.standing() == {merged: ["in_progress"]}
    world.deliver("merge_group", payloads.merge_group("destroyed", merged, world.base))
    world.work_on()
    assert world.checks(merged) == ["cancelled"]


def test_where_check_runs_may_not_be_written_there_is_the_comment_all_the_same(world: AppWorld) -> None:
    permissions = {"pull_requests": "write", "contents": "read", "members": "read"}
    world.github.world.installations[payloads.INSTALLATION] = Grant(BOT, {**dict.fromkeys(EVERYTHING, ""), **permissions})
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work()
    assert (world.checks(pull.head), len(world.shown())) == ([], 1)


@pytest.mark.parametrize(
    "fault", [Fault("POST", CHECKS, 502), Fault("POST", CHECKS, 502, applied=True)], ids=["not done", "done"]
)
def test_one_whose_answer_was_lost_is_found_or_done_without(world: AppWorld, fault: Fault) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.github.fail(fault)
    world.work()
    assert world.standing() == {pull.head: ["completed"]}
    assert world.checks(pull.head) == ["success"]


def test_one_whose_figures_are_refused_is_taken_back(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.github.fail(Fault("PATCH", CHECKS + r"/\d+", 422, message="Validation Failed"))
    world.work()
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.conclusion, check.title, check.external_id) == ("cancelled", "Not weighed", BEGUN)


def test_another_app_s_that_is_in_progress_is_left_alone(world: AppWorld) -> None:
    pull = world.open(web(9))
    platform = world.github.world.platform
    theirs = CheckRun(1, "weighbridge", pull.head, "other", "in_progress", None, "", "", "", "", BEGUN, 1, app_id=99)
    platform.checks[theirs.id] = theirs
    world.tell("opened", pull)
    world.work()
    assert (theirs.status, theirs.conclusion) == ("in_progress", None)
    assert world.checks(pull.head) == ["success", "None"]
