"""What is known of a repository's files by their content, so that a later run does not look through all of them again.

A table by the name of Git's object, in the user's cache; whatever is wrong with it, a run goes on without it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from workloads.rendering.kustomization import Kustomization, Reference

MOST: Final = 1_000_000
"""Files that are remembered; then all are forgotten."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS file_5 (name TEXT PRIMARY KEY, marks INTEGER NOT NULL, words TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kustomization_4 (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
"""
"""A number rises with what is searched for in files, or refused in a kustomization: what was found before stands in another
table, and is not taken."""


_FACTS: Final = "SELECT name, marks, words FROM json_each(?) JOIN file_5 ON name = json_each.value"
_KUSTOMIZATIONS: Final = "SELECT name, text FROM json_each(?) JOIN kustomization_4 ON name = json_each.value"
"""Asked by name: what is known of other repositories may be much more, and takes no time."""


class Facts(NamedTuple):
    """What is known of one content."""

    marks: int
    """Which of the words that a search is for it holds, as bits."""
    words: str = ""
    """All words of a content with marks, with spaces between."""


UNMARKED: Final = Facts(0)
"""Of nearly all contents."""


class FileIndex:
    """Facts by content, kept in a file; without a file nothing is known."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def known(self, names: set[str]) -> dict[str, Facts]:
        """The facts of those contents that are known."""
        with suppress(sqlite3.Error, OSError), self._open() as connection:
            rows = connection.execute(_FACTS, (_json(list(names)),))
            return {name: Facts(marks, words) if marks else UNMARKED for name, marks, words in rows}
        return {}

    def remember(self, facts: Mapping[str, Facts]) -> None:
        """Keep facts for a later run."""
        with suppress(sqlite3.Error, OSError), self._open() as connection, connection:
            (count,) = connection.execute("SELECT count(*) FROM file_5").fetchone()
            if count > MOST:
                connection.executescript("DELETE FROM file_5; DELETE FROM kustomization_4;")
            connection.executemany(
                "INSERT OR REPLACE INTO file_5 VALUES (?, ?, ?)", [(name, *fact) for name, fact in facts.items()]
            )

    def kustomizations(self, names: set[str]) -> dict[str, Kustomization | None]:
        """The kustomizations that those contents hold, where they are known; None for content that is none."""
        with suppress(sqlite3.Error, OSError, ValueError), self._open() as connection:
            rows = connection.execute(_KUSTOMIZATIONS, (_json(list(names)),))
            return {name: _kustomization(orjson.loads(text)) for name, text in rows}
        return {}

    def remember_kustomizations(self, found: Mapping[str, Kustomization | None]) -> None:
        """Keep kustomizations for a later run."""
        if not found:
            return
        with suppress(sqlite3.Error, OSError), self._open() as connection, connection:
            rows = [(name, _json(_kept(each))) for name, each in found.items()]
            connection.executemany("INSERT OR REPLACE INTO kustomization_4 VALUES (?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if self._path is None:
            raise FileNotFoundError
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(self._path, timeout=2)) as connection:
            connection.executescript(_TABLES)
            yield connection


def _kept(found: Kustomization | None) -> object:
    """A kustomization as it is kept: one without obstacles, wherever it stands."""
    return None if found is None else (found.component, *(list(map(tuple, each)) for each in (found.builds, found.files)))


def _kustomization(value: Any) -> Kustomization | None:  # noqa: ANN401 - what JSON holds
    """A kustomization as it was kept."""
    if value is None:
        return None
    component, builds, files = value
    return Kustomization("", component, _references(builds), _references(files))


def _references(values: Any) -> tuple[Reference, ...]:  # noqa: ANN401 - what JSON holds
    return tuple(Reference(path, tuple(field), plugin) for path, field, plugin in values)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
