"""A read-only SQLite file shared by threads and forked workers, without locks: every thread of every process opens its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import sqlite3

APPLICATION = 0x57424242
"""SQLite's application_id of a price book."""
SCHEMA_VERSION = 2
"""SQLite's user_version of the tables that this program reads."""
CACHED_KIBIBYTES = 256
"""Pages kept by each connection: what a thread costs in memory."""

Row = Sequence[Any]


class BookError(Exception):
    """A price book that cannot be opened or read: missing, of another kind or version, cut short, or damaged."""


class _Opened:
    """One thread's connection, closed when the thread ends."""

    __slots__ = ("connection", "process")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.process = os.getpid()

    def __del__(self) -> None:
        self.connection.close()


class Connection:
    """Reads rows of one price book file. Safe to share between threads and across a fork."""

    def __init__(self, path: Path) -> None:
        """Open and check the file.

        Raises:
            BookError: it is missing, no SQLite file, no price book, of another schema version, or damaged.
        """
        import sqlite3  # noqa: PLC0415 (a command that prices nothing does not pay for it)

        self._sqlite = sqlite3
        self._path = path
        self._local = threading.local()
        self._check()

    def rows(self, statement: str, *values: object) -> list[Row]:
        """All rows that a statement gives.

        Raises:
            BookError: the file is damaged or went away.
        """
        try:
            found: list[Row] = self._connection().execute(statement, values).fetchall()
        except self._sqlite.Error as error:
            raise BookError(f"price book {self._path}: cannot be read: {error}") from error
        return found

    def _connection(self) -> sqlite3.Connection:
        # A forked worker must not share its parent's file position and cache.
        opened: _Opened | None = getattr(self._local, "opened", None)
        if opened is None or opened.process != os.getpid():
            opened = self._local.opened = _Opened(self._open())
        return opened.connection

    def _open(self) -> sqlite3.Connection:
        # immutable: no locks and no journal, so it opens in a read-only installation too.
        address = f"file:{quote(str(self._path.resolve()))}?mode=ro&immutable=1"
        connection = self._sqlite.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA cache_size = -{CACHED_KIBIBYTES}")
        return connection

    def _check(self) -> None:
        if not self._path.is_file():
            raise BookError(f"price book {self._path}: {'is no plain file' if self._path.exists() else 'no such file'}")
        ((application,),) = self._first("PRAGMA application_id")
        if application != APPLICATION:
            raise BookError(f"price book {self._path}: an SQLite file, but not a price book")
        ((version,),) = self._first("PRAGMA user_version")
        if version != SCHEMA_VERSION:
            raise BookError(f"price book {self._path}: has schema version {version}, this program reads version {SCHEMA_VERSION}")
        ((pages, size),) = self.rows("SELECT page_count, page_size FROM pragma_page_count(), pragma_page_size()")
        if self._path.stat().st_size < pages * size:
            raise BookError(f"price book {self._path}: is cut short, {self._path.stat().st_size} of {pages * size} bytes")

    def _first(self, statement: str) -> list[Row]:
        try:
            return list(self._connection().execute(statement).fetchall())
        except self._sqlite.DatabaseError as error:
            raise BookError(f"price book {self._path}: {self._damage(error)}") from error

    def _damage(self, error: Exception) -> str:
        """Why SQLite does not take the file."""
        try:
            with self._path.open("rb") as file:
                begun = file.read(16)
        except OSError as unread:
            return f"cannot be read: {unread.strerror or unread}"
        if begun == b"SQLite format 3\0":
            return f"is cut short or damaged ({error})"
        return "is no SQLite file, so no price book: weighbridge prices refresh writes one"
