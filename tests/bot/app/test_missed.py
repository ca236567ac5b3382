"""What could not be delivered while the server was away is asked for."""

from __future__ import annotations

import pytest
from app_world import AppWorld, web

from bot.app.assembly import missed, open_register
from bot.app.missed import MOST_ATTEMPTS
from forge.error import ForgeError


def _asked_for(world: AppWorld) -> list[str]:
    missed(world.settings, open_register(world.settings))
    asked, world.github.world.redelivered = world.github.world.redelivered, []
    return asked


def test_a_delivery_that_never_arrived_is_asked_for_once_a_round(world: AppWorld) -> None:
    for guid in ("d-1", "d-2", "d-1"):
        world.github.world.fail_to_deliver(guid)
    assert sorted(_asked_for(world)) == ["d-1", "d-2"]


def test_one_that_arrived_in_the_end_is_not(world: AppWorld) -> None:
    pull = world.open(web(9))
    world.github.world.fail_to_deliver("d-1")
    world.tell("opened", pull, "d-1")
    world.github.world.fail_to_deliver("d-2", status=202)
    assert _asked_for(world) == []


def test_one_that_is_refused_each_time_is_left(world: AppWorld) -> None:
    for _ in range(MOST_ATTEMPTS):
        world.github.world.fail_to_deliver("d-1")
    assert _asked_for(world) == []


def test_events_that_are_nobody_s_business_are_left(world: AppWorld) -> None:
    world.github.world.fail_to_deliver("d-1", "star")
    world.github.world.fail_to_deliver("d-2", "installation")
    assert _asked_for(world) == ["d-2"]


def test_an_app_with_another_key_is_told_nothing(world: AppWorld) -> None:
    from github_stand_in.faults import Fault

    world.github.fail(Fault(path="/app/hook/deliveries", status=401, message="A JSON web token could not be decoded"))
    with pytest.raises(ForgeError, match="401"):
        _asked_for(world)
