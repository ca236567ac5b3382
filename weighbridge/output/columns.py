"""A table's columns: which of them a width has room for, and how wide each is. Names may be cut, amounts never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NAME = 22
"""Characters of a name for which columns are given up: as many as the sum of a thousand rows takes."""
SHORTEST = 4
"""Characters of a name that are shown however narrow the terminal is."""
GAP = 2
"""Spaces between columns."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading, and how it is laid out."""

    text: str
    right: bool = False
    whole: bool = False
    """Whether its cells are never cut: amounts, counts, how sure."""
    given_up: int = 0
    """How soon it is left out where there is no room, the largest first; zero for never."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands below it."""

    heading: Heading
    cells: tuple[str, ...]

    @property
    def natural(self) -> int:
        """Characters of its longest cell."""
        return max(len(text) for text in (self.heading.text, *self.cells))

    @property
    def least(self) -> int:
        """Characters it needs: all of an amount, the beginning of a name."""
        return self.natural if self.heading.whole else min(self.natural, NAME)


def column_of(heading: Heading, place: int, rows: Sequence[Sequence[str]]) -> Column:
    """The column at a place of every row."""
    return Column(heading, tuple(row[place] for row in rows))


def widths(columns: Sequence[Column], width: int) -> list[int]:
    """What each column gets: names are cut, the longest first, amounts never, though they were wider than all there is."""
    given = [column.natural for column in columns]
    _cut(given, [column.least for column in columns], width)
    _cut(given, [column.natural if column.heading.whole else SHORTEST for column in columns], width)
    return given


def _cut(given: list[int], least: Sequence[int], width: int) -> None:
    while taken(given) > width:
        most, place = max((given[place] - least[place], place) for place in range(len(given)))
        if most <= 0:
            return
        given[place] -= 1


def taken(given: Sequence[int]) -> int:
    """What columns take together."""
    return sum(given) + GAP * (len(given) - 1)


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that say something and fit, those that matter least given up first."""
    kept = [column for column in columns if not column.heading.given_up or any(column.cells)]
    while sum(column.least + GAP for column in kept) - GAP > width and any(column.heading.given_up for column in kept):
        kept.remove(max(kept, key=lambda column: column.heading.given_up))
    return kept
