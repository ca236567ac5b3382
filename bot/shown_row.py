"""A row of a comment's table: one workload that changes, many that change alike, or all that there is no room for.

Rows are put together first and rounded then, so that each is within one step of what it stands for, and all sum by eye.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from bot.amount import Unit
from bot.cause import cause
from policies.reports.figures import Figures, Sides, spread_sides, total_of
from policies.reports.row import Row
from pricing.delta import Kind
from pricing.rounding import apportion
from workloads.manifest import Identity

ALIKE = 4
"""Workloads that change alike, or little, from which on they share a row."""
SMALLEST = 100
"""How many times larger the largest change is than one that shares the last row with others as small."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it is shown."""

    rows: tuple[Row, ...]
    before: Figures
    total: Figures
    once_before: Figures
    """What it costs once, beside what it costs a month."""
    once_total: Figures
    words: str
    """What changes; empty for the last row, of what has none of its own."""

    @property
    def change(self) -> Figures:
        """What it adds a month."""
        return self.total - self.before

    @property
    def once(self) -> Figures:
        """What it adds once."""
        return self.once_total - self.once_before

    @property
    def weight(self) -> Decimal:
        """How large it is, a month or once."""
        return max(self.change.weight, self.once.weight)

    @property
    def untold(self) -> bool:
        """Whether a part of it is not known."""
        return any(row.unsure for row in self.rows)

    @property
    def cluster(self) -> str:
        """The cluster it is in; empty where it is in several."""
        names = {row.cluster for row in self.rows}
        return names.pop() if len(names) == 1 else ""

    def added(self, unit: Unit) -> Decimal:
        """What is expected to be added by those of its workloads that cost more."""
        moved = [row.change.expected for row in self.rows]
        if len(self.rows) == 1 or not any(each < 0 for each in moved) or not any(each > 0 for each in moved):
            return max(self.change.expected, Decimal(0))
        least = max(self.change.expected, Decimal(0))
        return max(unit.round(total_of([row.change for row in self.rows if row.change.expected > 0])).expected, least)

    def parted(self, names: Sequence[str], unit: Unit) -> Iterator[tuple[str, Figures]]:
        """What each of several parts adds, of which ``names`` has one for each row; they sum to the row."""
        parts: dict[str, Figures] = {}
        for name, row in zip(names, self.rows, strict=True):
            parts[name] = parts[name] + row.change if name in parts else row.change
        ends = ("low", "expected", "high")
        columns = [
            apportion([getattr(part, end) for part in parts.values()], getattr(self.change, end), unit.step) for end in ends
        ]
        yield from zip(parts, map(Figures, *columns), strict=True)


def shown_rows(rows: Sequence[Row], unit: Unit, room: int, denied: Set[Identity] = frozenset()) -> list[ShownRow]:
    """Rows in a comment's unit, biggest change first; as many as there is room for, and one of all others.

    What is denied, or in part not known, has a row of its own as long as there is room.
    """
    exact = sorted(_grouped([_exact((row,), cause(row)) for row in rows]), key=lambda row: -row.weight)
    listed, rest = _parted(exact, room, denied)
    together = [_exact(tuple(row for each in rest for row in each.rows), "")] if rest else []
    return _in_unit([*listed, *together], unit)


def single_rows(rows: Sequence[Row], unit: Unit) -> list[ShownRow]:
    """Each row on its own in a comment's unit, biggest change first."""
    return _in_unit(sorted((_exact((row,), cause(row)) for row in rows), key=lambda row: -row.weight), unit)


def _exact(rows: tuple[Row, ...], words: str) -> ShownRow:
    """A row in cents."""
    before, total = total_of([row.before for row in rows]), total_of([row.total for row in rows])
    once_before, once = total_of([row.one_off_before for row in rows]), total_of([row.one_off for row in rows])
    return ShownRow(rows, before, total, once_before, once, words)


def _grouped(rows: Sequence[ShownRow]) -> list[ShownRow]:
    """Rows that change alike as one, where there are several."""
    alike: dict[tuple[str, Kind, str], list[ShownRow]] = {}
    for row in rows:
        only = row.rows[0]
        alike.setdefault((row.words, only.kind, only.manifest.kind), []).append(row)
    found: list[ShownRow] = []
    for several in alike.values():
        found += [_exact(tuple(each.rows[0] for each in several), several[0].words)] if len(several) >= ALIKE else several
    return found


def _parted(exact: Sequence[ShownRow], room: int, denied: Set[Identity]) -> tuple[list[ShownRow], list[ShownRow]]:
    """Rows of their own, and those that share the last one: what is small beside the largest, and what there is no room for."""
    least = exact[0].weight / SMALLEST if exact else Decimal(0)
    large = [row for row in exact if row.weight >= least or row.untold or any(each.delta.identity in denied for each in row.rows)]
    listed = list(exact) if len(exact) - len(large) < ALIKE else large
    if len(listed) + (len(listed) < len(exact)) > room:
        listed = listed[: max(room - 1, 1)]
    chosen = {id(row) for row in listed}
    return listed, [row for row in exact if id(row) not in chosen]


def _in_unit(exact: Sequence[ShownRow], unit: Unit) -> list[ShownRow]:
    """Rows in a unit, summing in every column. What does not change reads the same on both sides."""
    monthly = _spread([row.before for row in exact], [row.total for row in exact], unit)
    single = _spread([row.once_before for row in exact], [row.once_total for row in exact], unit)
    sides = zip(exact, *monthly, *single, strict=True)
    return [ShownRow(row.rows, old, new, paid, pays, row.words) for row, old, new, paid, pays in sides]


def _spread(before: Sequence[Figures], after: Sequence[Figures], unit: Unit) -> Sides:
    return spread_sides(before, after, unit.round(total_of(before)), unit.round(total_of(after)), unit.step)
