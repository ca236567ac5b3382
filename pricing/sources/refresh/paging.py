"""A list that an API gives in pages: the rows of those fetched are kept, so that a broken run goes on at the next page."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson

from pricing.sources.refresh import storage
from pricing.sources.refresh.download import Progress
from pricing.sources.refresh.listed import RefreshError

MOST_PAGES: Final = 2000

Row = Sequence[str]
Page = Callable[[str], tuple[Iterable[Row], str]]
"""Fetches one page: its rows, and where the next one is, empty after the last."""


@dataclass(slots=True)
class _Place:
    """How far a list has been read."""

    next: str = ""
    pages: int = 0
    size: int = 0
    """Bytes of rows that belong to whole pages."""
    seen: set[str] = field(default_factory=set)
    begun: str = ""
    """When the first page was fetched, in ISO."""


def read_pages(path: Path, fetch: Page, what: str, progress: Progress, moment: str) -> Sequence[Row]:
    """Every row of a list, from the page on that a run before this one broke off at. ``moment`` is now, in ISO.

    :raises RefreshError: when a page cannot be had or read, or the pages go round in a circle.
    """
    place, state = _place(path), path.with_name(f"{path.name}.next")
    place.begun = place.begun or moment
    with path.open("r+b" if place.pages else "wb") as file:
        file.truncate(place.size)
        file.seek(place.size)
        while place.next or not place.pages:
            rows, following = fetch(place.next)
            if place.pages >= MOST_PAGES or following in place.seen:
                raise RefreshError(f"{what}: the pages have no end")
            file.write(_text(rows))
            file.flush()
            os.fsync(file.fileno())
            place.seen.add(following)
            place.next, place.pages, place.size = following, place.pages + 1, file.tell()
            storage.write(state, orjson.dumps([place.next, place.pages, place.size, sorted(place.seen), place.begun]))
            progress(what, place.pages, 0)
    return tuple(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t"))


def begun(path: Path) -> str:
    """When the first of the pages that are kept was fetched, in ISO; empty where none is."""
    return _place(path).begun


def forget(path: Path) -> None:
    """Remove what was kept of a list."""
    storage.clear(path, path.with_name(f"{path.name}.next"))


def _place(path: Path) -> _Place:
    try:
        following, pages, size, seen, begun = orjson.loads(path.with_name(f"{path.name}.next").read_bytes())
        if path.stat().st_size >= size and following and datetime.fromisoformat(begun).tzinfo:
            return _Place(str(following), int(pages), int(size), set(seen), str(begun))
    except (OSError, ValueError, TypeError):
        pass
    return _Place()


def _text(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
