"""The known word that a misspelt one most likely means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST = 200
"""Characters of a word that are compared: nobody's key is longer."""
_ALIKE = 0.6
_MOST = 10


def near_word(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words, the first by name of equally near ones; empty where none is near.

    Of the words that share most with it, the one that takes the fewest strokes to get to, two exchanged letters being one.
    """
    written = word[:LONGEST].lower()
    by_form = {choice.lower(): choice for choice in sorted(known, reverse=True)}
    close = difflib.get_close_matches(written, sorted(by_form), n=_MOST, cutoff=_ALIKE)
    return by_form[min(close, key=lambda form: _strokes(written, form))] if close else ""


def misspelt(word: str, known: Iterable[str]) -> str:
    """The known word of which one is surely a misspelling: a stroke away, two where it is long; empty where none is.

    For where the word may be right, and only nobody here knows it.
    """
    near = near_word(word, known)
    return near if near and _strokes(word[:LONGEST].lower(), near.lower()) <= max(1, len(near) // 4) else ""


def _strokes(written: str, meant: str) -> int:
    """Letters to add, leave out, replace, or exchange with their neighbour (optimal string alignment, Damerau 1964)."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for line, letter in enumerate(written, 1):
        last, row = row, [line]
        for place, other in enumerate(meant, 1):
            least = min(last[place] + 1, row[place - 1] + 1, last[place - 1] + (letter != other))
            if line > 1 < place and letter == meant[place - 2] and other == written[line - 2]:
                least = min(least, before[place - 2] + 1)
            row.append(least)
        before = last
    return row[-1]
