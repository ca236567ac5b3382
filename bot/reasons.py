"""Where a comment says why something has no price: once, in its row where that is short, else in the bullet below.

Only what neither has room for is cut, between words, and is whole in the JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.markdown import code, prose
from policies.message import inert, shortened
from policies.reports.alike import Alike, alike_unpriced
from workloads.manifest import Identity
from workloads.workload import Unpriced

LONGEST: Final = 100
"""Characters of a reason that its row has."""
MOST: Final = 3
"""Reasons that the bullet has; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is said where."""

    bullet: tuple[Alike[Unpriced], ...]
    """The reasons that no row says, each once with the objects that it is of."""
    below: frozenset[tuple[str, str]]
    """Of these, kind and reason of those that the bullet has room for."""

    def in_row(self, entry: Unpriced) -> str:
        """What the row of an object without a price says of it, as Markdown."""
        said = _kind_and_reason(entry) in self.below
        return f"{code(entry.manifest.kind)}{': see *Not priced* below' if said else f': {prose(_short(entry))}'}"


def fits(entry: Unpriced) -> bool:
    """Whether a row of a comment has room for the reason."""
    return len(inert(entry.reason)) <= LONGEST


def reasons(entries: Sequence[Unpriced], whole: Iterable[Unpriced]) -> Reasons:
    """What of entries without a price the bullet has to say, given those whose row says all."""
    told = {_key(entry) for entry in whole}
    left = tuple(alike_unpriced(entry for entry in entries if _key(entry) not in told))
    return Reasons(left, frozenset(_kind_and_reason(alike.first) for alike in left[:MOST]))


def _key(entry: Unpriced) -> tuple[Identity, str]:
    return entry.identity, entry.reason


def _kind_and_reason(entry: Unpriced) -> tuple[str, str]:
    return entry.manifest.kind, entry.reason


def _short(entry: Unpriced) -> str:
    return shortened(inert(entry.reason), LONGEST)
