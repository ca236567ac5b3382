"""The price book at hand, as far as a refresh asks it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pricing.sources.refresh.google import MachineShape
from pricing.sources.refresh.plausibility import Known

MILLION: Final = Decimal(1_000_000)
EXACT: Final = (
    "SELECT l.region, l.type, l.on_demand FROM listing l JOIN source s ON s.id = l.source"
    " WHERE l.cloud = ? AND l.on_demand IS NOT NULL AND s.confidence = 'exact'"
)
"""A cloud's prices where they are its own."""


class Reader:
    """The old book, as far as a refresh asks it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def regions(self, cloud: str) -> tuple[str, ...]:
        """Every region of a cloud."""
        return tuple(row[0] for row in self._rows("SELECT name FROM region WHERE cloud = ? ORDER BY name", cloud))

    def known(self, cloud: str) -> Known:
        """Its exact on-demand prices, which a list is held against."""
        return {(region, name): price / MILLION for region, name, price in self._rows(EXACT, cloud)}

    def shapes(self, cloud: str) -> tuple[MachineShape, ...]:
        """Its machine types."""
        rows = self._rows("SELECT name, cpu, memory, gpus, gpu_model FROM machine_type WHERE cloud = ? AND variant = 1", cloud)
        return tuple(MachineShape(row[0], Decimal(row[1]), Decimal(row[2]), Decimal(row[3]), row[4]) for row in rows)

    def meta(self) -> Mapping[str, str]:
        """Which book this is."""
        return dict(self._rows("SELECT key, value FROM meta"))

    def _rows(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{quote(str(self.path.resolve()))}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute(statement, values).fetchall()
