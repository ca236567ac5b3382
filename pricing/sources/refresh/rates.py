"""Fitted rates and regional factors, moved with the prices that they rest on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Final

import orjson

from pricing.sources.families import Families, Priced
from pricing.sources.refresh.reader import EXACT, MILLION

RATE_STEP: Final = Decimal("0.000001")

_MOVED = re.compile(r"(?P<fit>.*), moved by (?P<factor>[0-9.]+) to prices of [0-9-]+")
_WITHOUT_GPUS = " AND l.gpu_model = '' AND l.region IN (SELECT value FROM json_each(?))"
_FORGET = "DELETE FROM factors WHERE cloud = ? AND region IN (SELECT value FROM json_each(?))"
_FITS = (
    "SELECT f.model, f.cpu_hour, f.memory_hour, s.text, s.confidence FROM fitted_rates f JOIN source s ON s.id = f.source"
    " WHERE f.cloud = ? AND f.region = ? AND f.family = ?"
)
_MOVE = (
    "UPDATE fitted_rates SET cpu_hour = ?, memory_hour = ?, source = ?"
    " WHERE cloud = ? AND region = ? AND family = ? AND model = ?"
)

Source = Callable[[str, str, str], int]
"""Adds a source by name, text and confidence, and gives its number."""


class Rates:
    """The rates of one cloud in a book that is being written, whose prices in some regions are new."""

    def __init__(self, connection: sqlite3.Connection, cloud: str, date: str, source: Source, regions: Collection[str]) -> None:
        self._connection = connection
        self._cloud = cloud
        self._date = date
        self._source = source
        self._references = dict(connection.execute("SELECT cloud, region FROM reference").fetchall())
        self._regions = orjson.dumps(self._concerned(regions)).decode()
        self._families = Families(connection.execute("SELECT DISTINCT cloud, family FROM fitted_rates").fetchall())

    def _concerned(self, regions: Collection[str]) -> list[str]:
        """The regions whose factors may move, and the one that they are held against: where that has new prices, every region."""
        home = self._references.get(self._cloud)
        if home not in regions:
            return [*regions, *filter(None, (home,))]
        return [row[0] for row in self._connection.execute("SELECT name FROM region WHERE cloud = ?", (self._cloud,))]

    def prices(self) -> Priced:
        """On-demand prices of types without GPUs in these regions, where they are the provider's own."""
        rows = self._connection.execute(EXACT + _WITHOUT_GPUS, (self._cloud, self._regions)).fetchall()
        return {(self._cloud, region, name): price / MILLION for region, name, price in rows}

    def follow(self, before: Priced) -> None:
        """Move the fits by the median ratio of their family's prices to those before, then compute factors again."""
        if self._cloud not in self._references:
            return
        after, home = self.prices(), self._references[self._cloud]
        old = {(cloud, "before", name): price for (cloud, region, name), price in before.items() if region == home}
        new = {(cloud, "after", name): price for (cloud, region, name), price in after.items() if region == home}
        for _, place, family, factor, _ in self._families.factors({**old, **new}, {self._cloud: "before"}):
            if place == "after" and factor != "1":
                self._move(home, family, Decimal(factor))
        rows = tuple(self._families.factors(after, self._references))
        self._connection.execute(_FORGET, (self._cloud, self._regions))
        self._connection.executemany("INSERT INTO factors (cloud, region, family, factor, types) VALUES (?, ?, ?, ?, ?)", rows)

    def _move(self, region: str, family: str, factor: Decimal) -> None:
        for model, cpu, memory, text, confidence in self._connection.execute(_FITS, (self._cloud, region, family)).fetchall():
            moved = _MOVED.fullmatch(text)
            fit, whole = (moved["fit"], factor * Decimal(moved["factor"])) if moved else (text, factor)
            words = f"{fit}, moved by {whole.normalize():f} to prices of {self._date}"
            source = self._source(words, words, confidence)
            self._connection.execute(
                _MOVE, (_times(cpu, factor), _times(memory, factor), source, self._cloud, region, family, model)
            )


def _times(rate: str, factor: Decimal) -> str:
    return f"{(Decimal(rate) * factor).quantize(RATE_STEP).normalize():f}" if rate else rate
