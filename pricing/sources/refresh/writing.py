"""A price book with one cloud's machine prices replaced by a newer list: written whole beside the old one, sealed, then moved."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from pricing.sources import seal
from pricing.sources.refresh import storage
from pricing.sources.refresh.listed import ListedPrice, RefreshError
from pricing.sources.refresh.rates import Rates
from pricing.sources.refresh.reader import MILLION

_PLACED = "SELECT m.region, t.name, t.id FROM machine m JOIN machine_type t ON t.id = m.type WHERE t.cloud = ?"
_GPU_FAMILIES = (
    "SELECT substr(name, 1, instr(name, '.') - 1), min(gpu_model || ' ' || gpu_memory) FROM machine_type"
    " WHERE cloud = 'aws' AND gpu_model <> '' GROUP BY 1 HAVING count(DISTINCT gpu_model) = 1"
)
_PUT = (
    "INSERT INTO machine (region, type, on_demand, spot, source, spot_source)"
    " VALUES (?1, ?2, ?3, ?4, ?5, CASE WHEN ?4 IS NOT NULL THEN ?5 END)"
    " ON CONFLICT (region, type) DO UPDATE SET on_demand = ?3, source = ?5,"
    " spot_source = CASE WHEN ?4 IS NOT NULL THEN ?5 WHEN spot < ?3 THEN spot_source END,"
    " spot = CASE WHEN ?4 IS NOT NULL THEN ?4 WHEN spot < ?3 THEN spot END"
)
_NEW_TYPE = (
    "INSERT INTO machine_type (cloud, name, variant, cpu, memory, gpus, gpu_model, gpu_memory, architecture,"
    " allocatable_cpu, allocatable_memory, pods) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, '', '', '')"
)
_ATTACHED = (
    "UPDATE attachable_gpus SET source = ?1, on_demand = added.price FROM ("
    " SELECT r.name AS region, w.gpu_model AS model, printf('%.6f', min(m.on_demand - h.on_demand) / 1e6) AS price"
    " FROM machine m JOIN machine_type w ON w.id = m.type AND w.name LIKE '%+1x%' JOIN region r ON r.id = m.region"
    " JOIN machine_type p ON p.cloud = w.cloud AND p.name = substr(w.name, 1, instr(w.name, '+') - 1)"
    " JOIN machine h ON h.region = m.region AND h.type = p.id"
    " WHERE m.source = ?1 AND h.source = ?1 AND r.cloud = ?2 GROUP BY 1, 2"
    ") AS added WHERE cloud = ?2 AND attachable_gpus.region = added.region AND attachable_gpus.model = added.model"
)
_COUNTS = (
    "SELECT r.name, count(*), sum(m.source = ?) FROM machine m JOIN region r ON r.id = m.region"
    " WHERE r.cloud = ? AND m.on_demand IS NOT NULL GROUP BY 1"
)
_CONTENT = "SELECT region, type, on_demand, spot FROM listing WHERE cloud = ? ORDER BY 1, 2"
_SET = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class NewList:
    """One cloud's newer prices."""

    cloud: str
    title: str
    date: str
    regions: Sequence[str]
    """Those that were asked for."""
    prices: Sequence[ListedPrice]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of them."""

    prices: int
    """In the book."""
    shapeless: int
    """Left out: types of which neither the list nor the book says what they are made of."""
    kept: int
    """Prices of the regions asked for that the list does not have, kept at their own dates."""
    digest: str


def write(old: Path, base: str, new: NewList, place: Path) -> Written:
    """Write the old book with the new list's prices in it to a place; ``base`` is the version of the embedded book under it.

    What is at the place stays until the new book is whole and on the disk.

    :raises RefreshError: when SQLite cannot write it.
    :raises OSError: when the file system cannot.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_name(f"{place.name}.{os.getpid()}.new")
    try:
        _copy(old, made)
        with closing(sqlite3.connect(made)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            written = _Update(connection, new).run(base)
            connection.commit()
            connection.execute("VACUUM")
        digest = seal.seal(made)
        storage.replace(made, place)
    except sqlite3.Error as error:
        raise RefreshError(f"the book cannot be written: {error}") from error
    finally:
        storage.clear(made)
    return Written(*written, digest)


def _copy(old: Path, made: Path) -> None:
    """The old book without its seal."""
    shutil.copyfile(old, made)
    made.chmod(0o644)
    if seal.sealed(made):
        with made.open("r+b") as file:
            file.truncate(made.stat().st_size - seal.LENGTH)


class _Update:
    """The changes to one book, in one transaction."""

    def __init__(self, connection: sqlite3.Connection, new: NewList) -> None:
        self._connection = connection
        self._new = new
        self._machines = self._count()
        self._source = self._new_source(f"{new.cloud}-refreshed-{new.date}", new.title, "exact")
        self._regions = dict(self._rows("SELECT name, id FROM region WHERE cloud = ?", new.cloud))
        self._types = dict(self._rows("SELECT name, min(id) FROM machine_type WHERE cloud = ? GROUP BY name", new.cloud))
        self._placed = {(region, name): number for region, name, number in self._rows(_PLACED, new.cloud)}
        self._models = dict(self._rows(_GPU_FAMILIES))

    def run(self, base: str) -> tuple[int, int, int]:
        """Put the prices in; how many are in the book, had no shape, and were there before and are not in the list."""
        regions = {price.region for price in self._new.prices}
        rates = Rates(self._connection, self._new.cloud, self._new.date, self._new_source, regions)
        before = rates.prices()
        shapeless = sum(not self._put(price) for price in self._new.prices)
        self._connection.execute(_ATTACHED, (self._source, self._new.cloud))
        rates.follow(before)
        self._describe(base)
        counts = {row[0]: row[1:] for row in self._rows(_COUNTS, self._source, self._new.cloud)}
        all_prices, mine = (sum(counts[region][place] for region in self._new.regions if region in counts) for place in (0, 1))
        return mine, shapeless, all_prices - mine

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values).fetchall()

    def _count(self) -> int:
        return int(self._rows("SELECT count(*) FROM machine")[0][0])

    def _new_source(self, name: str, text: str, confidence: str) -> int:
        found = self._rows("SELECT id FROM source WHERE name = ?", name)
        if found:
            return int(found[0][0])
        statement = "INSERT INTO source (name, basis, text, date, confidence) VALUES (?, ?, ?, ?, ?)"
        values = (name, f"list-{self._new.date}", text, self._new.date, confidence)
        return int(self._connection.execute(statement, values).lastrowid or 0)

    def _put(self, price: ListedPrice) -> bool:
        """One price into the book; whether its machine is known to be made of something."""
        if price.on_demand is None:
            return True
        region = self._region(price.region)
        number = self._placed.get((region, price.type)) or self._types.get(price.type) or self._new_type(price)
        if number is None:
            return False
        on_demand = _millionths(price.on_demand)
        spot = _millionths(price.spot) if price.spot is not None else None
        believed = spot if spot is not None and spot < on_demand else None
        self._connection.execute(_PUT, (region, number, on_demand, believed, self._source))
        return True

    def _region(self, name: str) -> int:
        if name not in self._regions:
            added = self._connection.execute("INSERT INTO region (cloud, name) VALUES (?, ?)", (self._new.cloud, name))
            self._regions[name] = added.lastrowid
        return int(self._regions[name])

    def _new_type(self, price: ListedPrice) -> int | None:
        """A type that the book does not know, as its list describes it; its GPU is that of its family's other sizes."""
        shape = price.shape
        if shape is None:
            return None
        model, memory = "", ""
        if Decimal(shape.gpus):
            model, _, memory = self._models.get(price.type.partition(".")[0], "").partition(" ")
            if not model:
                return None
        values = (self._new.cloud, price.type, shape.cpu, shape.memory, shape.gpus, model, memory, shape.architecture)
        self._types[price.type] = self._connection.execute(_NEW_TYPE, values).lastrowid
        return int(self._types[price.type])

    def _describe(self, base: str) -> None:
        cloud, date = self._new.cloud, self._new.date
        content = "\n".join("\t".join(map(str, row)) for row in self._rows(_CONTENT, cloud))
        rows = int(self._rows("SELECT value FROM meta WHERE key = 'rows'")[0][0]) + self._count() - self._machines
        meta = {"base": base, f"refreshed {cloud}": date, f"digest {cloud}": _short(content), "rows": str(rows)}
        self._connection.executemany(_SET, meta.items())
        digests = "\n".join(row[0] for row in self._rows("SELECT value FROM meta WHERE key LIKE 'digest %' ORDER BY key"))
        self._connection.execute(_SET, ("version", _short(f"{base}\n{digests}")))
        self._connection.execute("INSERT OR REPLACE INTO newest (cloud, date) VALUES (?, ?)", (cloud, date))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _millionths(price: Decimal) -> int:
    """A price in whole millionths of a dollar, half to even, at least one."""
    return max(1, int((price * MILLION).to_integral_value(ROUND_HALF_EVEN)))
