"""From a delivery to what stands on GitHub, over real Git: what is looked at, when, how often, and what is left behind.

Those weigh quickly that are not about figures; ``test_weighing.py`` weighs as the App does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from app_world import BOT, NUMBER, QUICK, SECRET, AppWorld, Quick, app_world, web
from github_stand_in import payloads
from github_stand_in.faults import Fault, primary_limit, secondary_limit
from github_stand_in.world import ALICE, Grant

from bot.app.assembly import assemble, open_queue, open_register
from bot.app.room import Disk, Room
from bot.app.settings import server_of
from bot.app.weighing import Order
from bot.posting import Posting

pytestmark = pytest.mark.whole


def test_the_next_push_updates_in_place_and_the_end_deletes_the_clone_and_leaves_the_comment(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work()
    (first,) = world.shown()
    world.push(pull, web(4))
    world.tell("synchronize", pull)
    world.work()
    (comment,) = world.github.world.platform.conversation(NUMBER)
    assert (comment.id, comment.body.split("\n")[0]) == (first.id, "### Cost: +2 pods")
    assert len(world.clones()) == 1
    body = comment.body
    world.push(pull, web(5))
    world.tell("synchronize", pull)
    pull.state = "closed"
    world.tell("closed", pull)
    world.work()
    assert world.clones() == []
    assert [comment.body for comment in world.github.world.platform.conversation(NUMBER)] == [body]
    assert world.checks(pull.head) == [], "closing ends what was queued"


def test_a_draft_gets_a_check_run_and_its_comment_when_it_is_ready(world: AppWorld) -> None:
    pull = world.open(web(9), draft=True)
    world.tell("opened", pull)
    world.work()
    assert (world.checks(pull.head), world.shown()) == (["success"], [])
    pull.draft = False
    world.tell("ready_for_review", pull)
    world.work()
    assert len(world.shown()) == 1


def test_a_merge_group_gets_a_check_run_alone_and_the_verdict_of_equal_files(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work()
    comments = len(world.github.world.platform.comments)
    merged = world.origin.commit("gh-readonly-queue/main/pr-482-0", web(9), start=world.base)
    world.deliver("merge_group", payloads.merge_group("checks_requested", merged, world.base))
    # Whoever weighs now fails: what was found of the same files stands.
    world.work(world.really("false"))
    (check,) = world.github.world.platform.checks_on(merged)
    assert (check.conclusion, check.title) == ("success", "Cost: +7 pods")
    assert len(world.github.world.platform.comments) == comments
    assert world.clones() == [f"{_platform()}/{NUMBER}"], "a merge group's clone is not kept"


def test_a_merge_group_of_other_files_is_weighed_and_always_told(world: AppWorld) -> None:
    merged = world.origin.commit("gh-readonly-queue/main/pr-1-0", web(3), start=world.base)
    world.deliver("merge_group", payloads.merge_group("checks_requested", merged, world.base))
    world.work()
    assert world.github.world.platform.checks_on(merged)[0].title == "Cost: +1 pods"
    gone = "9" * 40
    world.deliver("merge_group", payloads.merge_group("checks_requested", gone, world.base))
    world.work_on()
    assert world.checks(gone) == ["neutral"]


def test_a_merge_group_that_was_dissolved_is_left_alone(world: AppWorld) -> None:
    merged = world.origin.commit("gh-readonly-queue/main/pr-1-0", web(3), start=world.base)
    world.deliver("merge_group", payloads.merge_group("checks_requested", merged, world.base))
    world.deliver("merge_group", payloads.merge_group("destroyed", merged, world.base))
    world.work()
    assert world.checks(merged) == []
    assert world.clones() == []


def test_weigh_again_weighs_again_also_where_only_the_button_knows_the_pull_request(world: AppWorld) -> None:
    pull = world.open(web(9), owner="mallory")
    world.deliver("check_run", payloads.check_run("requested_action", pull.head, identifier=f"weigh-{NUMBER}"))
    world.work()
    assert len(world.shown()) == 1


def test_a_re_run_finds_its_pull_request_by_the_commit(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.deliver("check_suite", payloads.check_suite("rerequested", pull.head))
    world.work()
    assert len(world.shown()) == 1
    world.deliver("check_run", payloads.check_run("rerequested", "9" * 40))
    world.work()


def test_a_re_run_of_a_fork_s_is_found_and_of_several_of_one_commit_each_is_looked_at(world: AppWorld) -> None:
    pull = world.open(web(9), owner="mallory")
    world.github.world.platform.pulls[483] = replace(pull, number=483)
    world.deliver("check_run", payloads.check_run("rerequested", pull.head))
    world.work()
    assert [len(world.shown(number)) for number in (NUMBER, 483)] == [1, 1]


def test_a_token_that_ends_while_a_change_is_weighed_is_replaced(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.github.fail(Fault(path=r"/repos/.*/issues/482/comments", method="POST", status=401, message="Bad credentials"))
    dispatcher = world.dispatcher()
    dispatcher.look(_platform())
    assert world.shown() == []
    world.work_on(dispatcher)
    assert len(world.shown()) == 1
    assert sum("access_tokens" in asked.path for asked in world.github.asked) == 2
    assert world.checks(pull.head) == ["success"]


_CHECKS, _COMMENTS = r"/repos/.*/check-runs(/\d+)?", r"/repos/.*/issues/482/comments"


@pytest.mark.parametrize(
    ("path", "after"), [(_CHECKS, 0), (_CHECKS, 1), (_CHECKS, 2), (_COMMENTS, 0), ("/graphql", 0), ("/graphql", 1)]
)
def test_a_limit_of_an_hour_in_the_middle_is_waited_out_without_holding_anybody_up(
    world: AppWorld, path: str, after: int
) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.github.fail(secondary_limit(3600, path=path, method="POST|PATCH", after=after))
    dispatcher = world.dispatcher()
    dispatcher.look(_platform())
    now = dispatcher.clock()
    assert [len(dispatcher.register.due(now + seconds)) for seconds in (3500, 3610)] == [0, 1]
    world.work_on(dispatcher)
    assert len(world.github.world.platform.conversation(NUMBER)) == 1
    assert world.checks(pull.head) == ["success"]
    assert dispatcher.register.due(2e9) == []


def test_what_people_take_back_while_it_is_weighed_is_looked_at_once_more(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)

    class Interrupted(Quick):
        """Has somebody take a label off while it weighs."""

        looks = 0

        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            self.looks += 1
            if self.looks == 1:
                world.tell("unlabeled", pull)
            return super().weigh(clone, order, wanted)

    weigher = Interrupted()
    world.work(world.dispatcher(weigher))
    assert weigher.looks == 2


def test_a_push_by_force_while_it_is_weighed_leaves_nothing_of_the_commit_before(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    before = pull.head

    class Forced(Quick):
        """Has somebody push by force while it weighs, of which no delivery has come yet."""

        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            found = super().weigh(clone, order, wanted)
            pull.head = world.origin.commit(pull.branch, web(4), start=world.base)
            pull.commits = [pull.head]
            return found

    world.work(world.dispatcher(Forced()))
    assert world.shown() == []
    world.tell("synchronize", pull)
    world.work()
    assert world.shown()[0].body.startswith("### Cost: +2 pods")
    assert world.checks(before) == ["cancelled"]
    assert world.checks(pull.head) == ["success"]


def test_a_pull_request_that_is_closed_while_it_is_weighed_is_left_alone(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)

    class Closed(Quick):
        """Has somebody close it while it is weighed."""

        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            pull.state = "closed"
            return super().weigh(clone, order, wanted)

    world.work(world.dispatcher(Closed()))
    assert world.shown() == []
    world.tell("closed", pull)
    world.work()
    assert (world.shown(), world.clones()) == ([], [])
    assert world.checks(pull.head) == ["cancelled"]


def test_an_app_that_is_removed_while_a_change_is_weighed_ends_quietly(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)

    class Removed(Quick):
        """Has somebody remove the App while it weighs: its token is none any more."""

        def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
            world.github.world.installations.clear()
            world.github.world.tokens.clear()
            return super().weigh(clone, order, wanted)

    world.work_on(world.dispatcher(Removed()))
    assert world.shown() == []
    assert world.clones() == []
    assert world.dispatcher().register.due(4e9) == []


def test_a_repository_that_was_renamed_since_the_delivery_is_found_by_its_new_name(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    there = world.github.world
    there.repositories["acme/base"] = there.repositories["acme/platform"]
    there.repositories["acme/base"].name = "base"
    there.renamed["acme/platform"] = "acme/base"
    world.origin.folder.rename(world.origin.folder.with_name("base.git"))
    world.work()
    (comment,) = there.repositories["acme/base"].shown(NUMBER, BOT)
    assert comment.body.startswith("### Cost: +7 pods")
    assert {line.split("/")[2] for line in world.git.asked} == {"base.git"}


def test_of_a_branch_that_cannot_be_looked_at_nothing_is_deleted(world: AppWorld) -> None:
    world.tell("opened", world.open(web(9)))
    world.work()
    clones = world.clones()
    for status in (404, 502):
        world.github.fail(Fault(path=r"/repos/acme/platform/pulls", status=status, times=30))
        world.deliver("push", payloads.push("main", "CODEOWNERS", after=str(status)))
        world.work_on()
    assert world.clones() == clones
    assert world.dispatcher().register.due(4e9) == []


def test_deliveries_that_were_overtaken_are_one_look(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    for replicas in (3, 4, 5):
        world.push(pull, web(replicas))
        world.tell("synchronize", pull)
    world.work()
    assert [len(world.checks(commit)) for commit in pull.commits] == [0, 0, 0, 1]
    assert world.shown()[0].body.startswith("### Cost: +3 pods")


def test_a_push_during_a_weighing_ends_it(world: AppWorld, tmp_path: Path) -> None:
    pull = world.open(web(9))
    first = pull.head
    world.tell("opened", pull)
    # A weighing that never ends by itself, and during which somebody pushes.
    ready = tmp_path / "ready"
    dispatcher = world.really("sh", "-c", f"touch {ready}; sleep 60")
    thread = threading.Thread(target=dispatcher.look, args=(_platform(),))
    thread.start()
    while not ready.exists():
        time.sleep(0.01)
    world.push(pull, web(4))
    world.tell("synchronize", pull)
    thread.join(timeout=20)
    assert not thread.is_alive()
    world.work()
    assert (world.checks(first), world.checks(pull.head)) == (["cancelled"], ["success"])
    assert len(world.shown()) == 1


def test_github_that_tells_of_the_head_before_is_asked_again(world: AppWorld) -> None:
    pull = world.open(web(9))
    before = pull.head
    world.push(pull, web(4))
    after, pull.head = pull.head, before
    told = payloads.pull_request("synchronize", replace(pull, head=after))
    world.deliver("pull_request", told)
    dispatcher = world.dispatcher()
    dispatcher.look(_platform())
    assert world.checks(before) == []
    pull.head = after
    world.work_on()
    assert world.checks(after) == ["success"]


def test_a_limit_of_github_s_has_the_look_wait_and_nothing_is_lost(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.github.fail(primary_limit(reset=2**31, path=r"/repos/acme/platform/pulls/482"))
    dispatcher = world.dispatcher()
    dispatcher.look(_platform())
    assert dispatcher.register.due(dispatcher.clock()) == []
    assert len(dispatcher.register.due(dispatcher.clock() + 3600)) == 1, "an hour at most"
    world.work_on()
    assert len(world.shown()) == 1


def test_github_that_is_away_is_asked_again_later(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.git.status = 503
    dispatcher = world.dispatcher()
    dispatcher.look(_platform())
    assert world.standing() == {pull.head: ["in_progress"]}
    world.git.status = 0
    world.work_on()
    assert len(world.shown()) == 1


def test_what_has_no_room_is_said_in_its_check_run(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    full = Room(world.settings.clones, disk=lambda _: Disk(1024**4, 0))
    queue = open_queue(world.settings)
    world.work_on(assemble(world.settings, open_register(world.settings), queue, QUICK, full))
    (check,) = world.github.world.platform.checks_on(pull.head)
    assert (check.conclusion, check.title) == ("neutral", "Cost: this commit could not be weighed")
    assert "there is no room for its clone" in check.summary
    assert world.clones() == []


def test_what_github_does_not_permit_is_tried_three_times_and_left(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.github.world.installations[7] = Grant(BOT, {})
    world.tell("opened", pull)
    world.work_on()
    asked = sum(asked.path.endswith("/pulls/482") for asked in world.github.asked)
    assert asked == 3
    assert world.dispatcher().register.due(2e9) == []


def test_an_app_that_was_removed_leaves_nothing_behind(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work()
    assert world.clones()
    world.tell("labeled", pull)
    del world.github.world.installations[7]
    world.deliver("installation", payloads.installation("deleted", "acme/platform"))
    world.work()
    assert world.clones() == []


def test_a_repository_that_is_told_to_be_gone_and_is_not_is_left_as_it_is(world: AppWorld) -> None:
    """Whoever has what was sent when it was taken away for a while can send it again after the week in which that is known."""
    world.tell("opened", world.open(web(9)))
    world.work()
    clones = world.clones()
    world.tell("labeled", world.github.world.platform.pulls[NUMBER])
    world.deliver("installation_repositories", payloads.installation("removed", "acme/platform", key="repositories_removed"))
    register = world.dispatcher().register
    world.work()
    assert (world.clones(), register.due(4e9)) == (clones, [])
    assert world.checks(world.github.world.platform.pulls[NUMBER].head) == ["success"]


def test_nobody_else_s_comment_is_touched(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.work()
    other = world.github.world.say(NUMBER, ALICE, world.shown()[0].body)
    world.push(pull, web(4))
    world.tell("synchronize", pull)
    world.work()
    assert world.github.world.platform.comments[other.id].body.startswith("### Cost: +7")
    assert len(world.shown()) == 1


def test_one_token_serves_many_looks(world: AppWorld) -> None:
    pull = world.open(web(9))
    dispatcher = world.dispatcher()
    for action in ("opened", "labeled", "unlabeled"):
        world.tell(action, pull)
        world.work(dispatcher)
    assert sum("access_tokens" in asked.path for asked in world.github.asked) == 1
    written = [f"{asked.method} {asked.path.split('/')[4]}" for asked in world.github.writes if "access_tokens" not in asked.path]
    assert written == ["POST check-runs", "PATCH check-runs", "POST issues", "PATCH check-runs"], "begun, told, said, remembered"


def test_secrets_are_in_no_log_and_no_representation(world: AppWorld, caplog) -> None:
    caplog.set_level("DEBUG")
    pull = world.open(web(9))
    world.tell("opened", pull)
    world.github.fail(Fault(path=r"/repos/.*/comments", method="POST", status=422, message="no"))
    world.git.status = 500
    world.work(world.dispatcher())
    world.work_on()
    secrets = [SECRET.decode(), "PRIVATE KEY", *world.github.world.tokens]
    for text in (caplog.text, repr(world.settings)):
        assert not [secret for secret in secrets if secret in text]
    assert "acme/platform#482" in caplog.text


def _platform() -> int:
    return payloads.repository_id("acme", "platform")


def test_an_enterprise_server_is_spoken_to_at_its_own_address(tmp_path: Path) -> None:
    with app_world(tmp_path, prefix="/api/v3") as world:
        pull = world.open(web(9))
        world.tell("opened", pull)
        world.work()
        assert len(world.shown()) == 1
        assert {asked.path.split("/")[1] for asked in world.github.asked} == {"api"}


@pytest.mark.parametrize(
    ("api", "server"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://github.acme.example/api/v3", "https://github.acme.example"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("http://localhost:8080/api/v3", "http://localhost:8080"),
    ],
)
def test_where_repositories_are_follows_from_the_api(api, server) -> None:
    assert server_of(api) == server
