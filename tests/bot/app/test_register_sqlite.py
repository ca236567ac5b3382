"""The register in a file: what holds of every register, and what only a file has."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from register_laws import ONE, RegisterLaws

from bot.app.delivery import Told
from bot.app.register_sqlite import SqliteRegister


@pytest.fixture
def register(tmp_path: Path) -> SqliteRegister:
    return SqliteRegister(tmp_path / "queue.sqlite")


class TestSqliteRegister(RegisterLaws):
    """A file."""


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    SqliteRegister(path).receive("d-1", [Told(ONE, "head")], 100)
    again = SqliteRegister(path)
    assert again.due(100) == [ONE]
    assert not again.receive("d-1", [Told(ONE)], 101)


def test_a_lease_ends_by_itself(register) -> None:
    assert register.claim(1, "a", 100, 160)
    assert not register.claim(1, "b", 160, 220)
    assert register.claim(1, "b", 161, 221)
    assert not register.claim(1, "a", 162, 222), "who was away for too long finds another there"


def test_a_program_that_is_alone_takes_what_one_before_it_held(register) -> None:
    register.claim(1, "a", 100, 160)
    register.release_all()
    assert register.claim(1, "b", 101, 161)


def test_deliveries_are_forgotten_once_they_are_old_and_done(register) -> None:
    register.receive("d-1", [Told(ONE)], 100, "digest")
    register.receive("d-2", [Told(ONE)], 100)
    register.settle(ONE, ["d-1"], 100)
    register.keep("key", b"{}", 100)
    register.forget(200)
    assert register.receive("d-1", [Told(ONE, "head")], 300, "digest")
    assert register.owed(ONE)[-1].head == "head", "nor is its body known any more"
    assert not register.receive("d-2", [Told(ONE)], 300), "it is owed still"
    assert register.kept("key", 0) is None


def test_a_file_of_before_bodies_were_remembered_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    SqliteRegister(path)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE body")
    assert SqliteRegister(path).receive("d-1", [Told(ONE)], 100, "digest")


def test_a_file_that_is_no_register_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(sqlite3.Error):
        SqliteRegister(path)
