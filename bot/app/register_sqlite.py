"""The register in a file of SQLite's: for one server, without anything else to run."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from bot.app.delivery import Told, again
from bot.app.register import PAUSE, Owed
from bot.app.subject import Subject

_TABLES: Final = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS delivery (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS body (digest TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subject (
    key TEXT PRIMARY KEY, repository INTEGER NOT NULL, text TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owed (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, delivery TEXT NOT NULL, head TEXT NOT NULL,
    ended INTEGER NOT NULL, UNIQUE (key, delivery)
);
CREATE TABLE IF NOT EXISTS lease (repository INTEGER PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS number (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
"""
_SUBJECT: Final = """
INSERT INTO subject VALUES (?, ?, ?, ?, 0) ON CONFLICT (key) DO UPDATE SET text = excluded.text, due = min(due, excluded.due)
"""
_CLAIM: Final = """
INSERT INTO lease VALUES (:repository, :holder, :until) ON CONFLICT (repository)
DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE until < :now OR holder = excluded.holder
"""
_NUMBER: Final = """
INSERT INTO number VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET last = max(last + 1, excluded.last)
"""
PATIENCE: Final = 20
"""Seconds to wait for another process that writes."""


class SqliteRegister:
    """A ``Register`` in a file."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        :raises sqlite3.Error: when it cannot be.
        """
        self._path = path
        with closing(self._connect()) as connection:
            connection.executescript(_TABLES)

    def receive(self, delivery: str, told: Sequence[Told], now: float, body: str = "") -> bool:
        """See ``Register``."""
        with self._write() as connection:
            if connection.execute("SELECT 1 FROM delivery WHERE id = ?", (delivery,)).fetchone():
                return False
            known = body and not connection.execute("INSERT OR IGNORE INTO body VALUES (?, ?)", (body, now)).rowcount
            if not known:
                connection.execute("INSERT INTO delivery VALUES (?, ?)", (delivery, now))
            asked, due = (again(told), now + PAUSE) if known else (told, now)
            for each in asked:
                subject = each.subject
                connection.execute(_SUBJECT, (subject.key, subject.repository, subject.text, due))
                connection.execute(
                    "INSERT OR IGNORE INTO owed (key, delivery, head, ended) VALUES (?, ?, ?, ?)",
                    (subject.key, delivery, each.head, each.ended),
                )
        return bool(asked)

    def knows(self, delivery: str) -> bool:
        """See ``Register``."""
        return bool(self._read("SELECT 1 FROM delivery WHERE id = ?", delivery))

    def due(self, now: float) -> Sequence[Subject]:
        """See ``Register``."""
        rows = self._read("SELECT text FROM subject WHERE due <= ? ORDER BY due, key", now)
        return [Subject.of(text) for (text,) in rows]

    def owed(self, subject: Subject) -> Sequence[Owed]:
        """See ``Register``."""
        rows = self._read("SELECT delivery, head, ended FROM owed WHERE key = ? ORDER BY number", subject.key)
        return [Owed(delivery, head, bool(ended)) for delivery, head, ended in rows]

    def attempt(self, subject: Subject) -> int:
        """See ``Register``."""
        with self._write() as connection:
            connection.execute("UPDATE subject SET attempts = attempts + 1 WHERE key = ?", (subject.key,))
            row = connection.execute("SELECT attempts FROM subject WHERE key = ?", (subject.key,)).fetchone()
        return int(row[0]) if row else 1

    def settle(self, subject: Subject, deliveries: Collection[str], now: float) -> None:
        """See ``Register``."""
        with self._write() as connection:
            done = [(subject.key, delivery) for delivery in deliveries]
            connection.executemany("DELETE FROM owed WHERE key = ? AND delivery = ?", done)
            left = connection.execute("SELECT 1 FROM owed WHERE key = ?", (subject.key,)).fetchone()
            if left is None:
                connection.execute("DELETE FROM subject WHERE key = ?", (subject.key,))
            else:
                connection.execute("UPDATE subject SET attempts = 0, due = ? WHERE key = ?", (now, subject.key))

    def postpone(self, subject: Subject, until: float, *, counted: bool = True) -> None:
        """See ``Register``."""
        with self._write() as connection:
            connection.execute(
                "UPDATE subject SET due = ?, attempts = attempts - ? WHERE key = ?", (until, int(not counted), subject.key)
            )

    def drop(self, repository: int) -> None:
        """See ``Register``."""
        with self._write() as connection:
            keys = "SELECT key FROM subject WHERE repository = ?"
            connection.execute(f"DELETE FROM owed WHERE key IN ({keys})", (repository,))  # noqa: S608 - a text of ours
            connection.execute("DELETE FROM subject WHERE repository = ?", (repository,))

    def number(self, at_least: int) -> int:
        """See ``Register``."""
        with self._write() as connection:
            connection.execute(_NUMBER, (at_least,))
            found: tuple[int] = connection.execute("SELECT last FROM number").fetchone()
        return found[0]

    def claim(self, repository: int, holder: str, now: float, until: float) -> bool:
        """See ``Register``."""
        values = {"repository": repository, "holder": holder, "now": now, "until": until}
        with self._write() as connection:
            return connection.execute(_CLAIM, values).rowcount == 1

    def release(self, repository: int, holder: str) -> None:
        """See ``Register``."""
        with self._write() as connection:
            connection.execute("DELETE FROM lease WHERE repository = ? AND holder = ?", (repository, holder))

    def release_all(self) -> None:
        """Give every repository back: whoever held one is no longer there."""
        with self._write() as connection:
            connection.execute("DELETE FROM lease")

    def keep(self, key: str, value: bytes, now: float) -> None:
        """See ``Register``."""
        with self._write() as connection:
            connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (key, value, now))

    def kept(self, key: str, since: float) -> bytes | None:
        """See ``Register``."""
        rows = self._read("SELECT value FROM kept WHERE key = ? AND at >= ?", key, since)
        return bytes(rows[0][0]) if rows else None

    def forget(self, before: float) -> None:
        """See ``Register``."""
        with self._write() as connection:
            connection.execute("DELETE FROM delivery WHERE at < ? AND id NOT IN (SELECT delivery FROM owed)", (before,))
            for table in ("body", "kept"):
                connection.execute(f"DELETE FROM {table} WHERE at < ?", (before,))  # noqa: S608 - names of ours

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(self._connect()) as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is on disk at its end, or nothing."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
