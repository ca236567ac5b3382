"""What holds of every register, whatever keeps it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.app.delivery import Told
from bot.app.register import PAUSE, Owed, Register
from bot.app.subject import Subject

ONE, TWO, OTHER = Subject(7, 1, "acme/platform", 482), Subject(7, 1, "acme/platform", 483), Subject(7, 12, "acme/other", 1)


class RegisterLaws:
    """Tests over the fixture ``register``."""

    def test_a_delivery_stands_until_it_is_struck_out(self, register: Register) -> None:
        assert not register.knows("d-1")
        assert register.receive("d-1", [Told(ONE, "head")], 100)
        assert register.knows("d-1")
        assert register.due(100) == [ONE]
        assert register.owed(ONE) == [Owed("d-1", "head", ended=False)]
        register.settle(ONE, ["d-1"], 110)
        assert register.due(10_000) == []
        assert register.owed(ONE) == []

    def test_a_delivery_is_new_once(self, register: Register) -> None:
        assert register.receive("d-1", [Told(ONE)], 100)
        register.settle(ONE, ["d-1"], 110)
        assert not register.receive("d-1", [Told(ONE)], 120)
        assert register.due(10_000) == []

    def test_a_body_that_came_before_is_looked_into_after_a_pause_and_ends_nothing(self, register: Register) -> None:
        assert register.receive("d-1", [Told(ONE, "head", ended=True)], 100, "digest")
        register.settle(ONE, ["d-1"], 110)
        for number in range(2, 9):
            assert register.receive(f"d-{number}", [Told(ONE, "head", ended=True)], 120, "digest")
        assert register.due(120 + PAUSE - 1) == []
        assert register.due(120 + PAUSE) == [ONE]
        assert {(owed.head, owed.ended) for owed in register.owed(ONE)} == {("", False)}
        assert register.receive("d-9", [Told(ONE, "later")], 130, "another")
        assert register.due(130) == [ONE]

    def test_a_body_that_comes_under_a_thousand_numbers_fills_no_register(self, register: Register) -> None:
        register.receive("d-0", [Told(ONE)], 100, "digest")
        for number in range(1, 20):
            register.receive(f"d-{number}", [Told(ONE)], 120, "digest")
        register.settle(ONE, [owed.delivery for owed in register.owed(ONE)], 190)
        assert [number for number in range(20) if register.knows(f"d-{number}")] == [0]
        assert register.owed(ONE) == []

    def test_the_same_delivery_sent_again_is_known_whatever_its_body(self, register: Register) -> None:
        register.receive("d-1", [Told(ONE)], 100, "digest")
        register.settle(ONE, ["d-1"], 110)
        assert not register.receive("d-1", [Told(ONE)], 120, "digest")
        assert register.due(10_000) == []

    def test_a_repository_that_was_given_back_is_not_forgotten_because_its_end_is_told_again(self, register: Register) -> None:
        gone = [Told(Subject(7, 1, "acme/platform"), ended=True)]
        assert register.receive("d-1", gone, 100, "digest")
        register.drop(1)
        assert not register.receive("d-2", gone, 120, "digest")
        assert register.due(10_000) == []

    def test_of_many_that_bring_the_same_at_once_one_entry_stands(self, register: Register) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: register.receive("d-1", [Told(ONE)], 100), range(16)))
        assert len(register.owed(ONE)) == 1

    def test_deliveries_are_told_in_the_order_of_their_arrival(self, register: Register) -> None:
        for number, head in enumerate(["b", "a", "c"]):
            register.receive(f"d-{9 - number}", [Told(ONE, head, ended=head == "c")], 100 + number)
        assert [(owed.head, owed.ended) for owed in register.owed(ONE)] == [("b", False), ("a", False), ("c", True)]

    def test_what_comes_in_during_a_look_is_owed_another(self, register: Register) -> None:
        register.receive("d-1", [Told(ONE)], 100)
        seen = [owed.delivery for owed in register.owed(ONE)]
        register.attempt(ONE)
        register.receive("d-2", [Told(ONE)], 101)
        register.settle(ONE, seen, 102)
        assert [owed.delivery for owed in register.owed(ONE)] == ["d-2"]
        assert register.due(102) == [ONE]
        assert register.attempt(ONE) == 1, "looks are counted anew once something was done"

    def test_who_waited_longest_comes_first(self, register: Register) -> None:
        register.receive("d-1", [Told(TWO)], 100)
        register.receive("d-2", [Told(ONE), Told(OTHER)], 101)
        assert register.due(101)[0] == TWO
        assert set(register.due(101)) == {ONE, TWO, OTHER}
        assert register.due(100) == [TWO]

    def test_a_subject_waits_until_its_time_unless_something_new_is_told(self, register: Register) -> None:
        register.receive("d-1", [Told(ONE)], 100)
        register.postpone(ONE, 500)
        assert register.due(499) == []
        assert register.due(500) == [ONE]
        register.receive("d-2", [Told(ONE)], 200)
        assert register.due(200) == [ONE]

    def test_looks_are_counted_but_for_those_that_are_taken_back(self, register: Register) -> None:
        register.receive("d-1", [Told(ONE)], 100)
        assert [register.attempt(ONE), register.attempt(ONE)] == [1, 2]
        register.postpone(ONE, 200, counted=False)
        assert register.attempt(ONE) == 2

    def test_a_subject_is_known_by_its_newest_name(self, register: Register) -> None:
        register.receive("d-1", [Told(ONE)], 100)
        renamed = Subject(8, 1, "acme/renamed", 482)
        register.receive("d-2", [Told(renamed)], 101)
        assert register.due(101) == [renamed]
        assert len(register.owed(renamed)) == 2

    def test_a_repository_that_is_gone_is_owed_nothing(self, register: Register) -> None:
        register.receive("d-1", [Told(ONE), Told(TWO), Told(OTHER)], 100)
        register.drop(1)
        assert register.due(100) == [OTHER]
        assert register.owed(ONE) == []

    def test_a_repository_is_held_by_one_at_a_time(self, register: Register) -> None:
        assert register.claim(1, "a", 100, 160)
        assert not register.claim(1, "b", 101, 161)
        assert register.claim(2, "b", 101, 161)
        register.release(1, "b")
        assert not register.claim(1, "b", 102, 162), "nobody gives back what another holds"
        assert register.claim(1, "a", 102, 162), "who holds it may hold it for longer"
        register.release(1, "a")
        assert register.claim(1, "b", 103, 163)

    def test_of_many_that_want_a_repository_at_once_one_gets_it(self, register: Register) -> None:
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda number: register.claim(1, f"holder {number}", 100, 160), range(16)))
        assert sum(got) == 1

    def test_what_came_of_a_weighing_is_kept_for_a_while(self, register: Register) -> None:
        assert register.kept("key", 0) is None
        register.keep("key", b'{"a": 1}', 100)
        assert register.kept("key", 100) == b'{"a": 1}'
        assert register.kept("key", 101) is None
        register.keep("key", b"{}", 102)
        assert register.kept("key", 101) == b"{}"

    def test_a_later_look_has_a_larger_number_whatever_the_clocks_of_servers_say(self, register: Register) -> None:
        assert register.number(1_790_000_000_000) == 1_790_000_000_000
        assert register.number(1_790_003_600_000) == 1_790_003_600_000, "a server whose clock is an hour ahead"
        assert [register.number(1_790_000_000_001) for _ in range(2)] == [1_790_003_600_001, 1_790_003_600_002]

    def test_no_two_looks_have_the_same_number(self, register: Register) -> None:
        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(lambda _: register.number(1_790_000_000_000), range(40)))
        assert sorted(given) == list(range(1_790_000_000_000, 1_790_000_000_040))
