"""Chores are done at their time, and one that fails keeps no other from being done."""

from __future__ import annotations

from app_world import AppWorld, web

from bot.app.assembly import chores, open_queue, open_register
from bot.app.housekeeping import Chore, Housekeeping
from bot.app.room import Room


def test_a_chore_is_done_at_its_time() -> None:
    done: list[float] = []
    now = [100.0]
    keeping = Housekeeping(
        [Chore("one", 10, lambda: done.append(now[0])), Chore("later", 10, lambda: done.append(0), due=115)], lambda: now[0]
    )
    for now[0] in (100, 105, 110, 114, 115, 120):
        keeping.round()
    assert done == [100, 110, 0, 120]


def test_one_that_fails_is_told_of_and_done_again(caplog) -> None:
    done: list[str] = []

    def broken() -> None:
        done.append("tried")
        raise OSError("no space left\n2026-11-26 INFO all is well")

    now = [0.0]
    keeping = Housekeeping([Chore("one", 10, broken), Chore("two", 10, lambda: done.append("done"))], lambda: now[0])
    for now[0] in (0, 10):
        keeping.round()
    assert done == ["tried", "done", "tried", "done"]
    assert {record.getMessage() for record in caplog.records} == {"one: OSError: no space left 2026-11-26 INFO all is well"}


def test_what_waits_is_called_for_unless_calls_wait_already(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.tell("opened", pull)
    queue = open_queue(world.settings)
    assert queue.waiting == 1
    sweep = chores(world.settings, open_register(world.settings), queue, world.dispatcher(), Room(world.settings.clones))[0]
    sweep.do()
    assert queue.waiting == 1
    queue._huey.storage.flush_queue()
    sweep.do()
    assert queue.waiting == 1


def test_a_call_in_the_queue_is_json_that_runs_nothing(world: AppWorld) -> None:
    import json

    world.tell("opened", world.open(web(9)))
    (call,) = open_queue(world.settings)._huey.storage.enqueued_items()
    assert json.loads(bytes(call))["name"].endswith("look")
