"""What somebody meant who wrote almost that: a label's key or value that differs in case, spaces, width or a letter or two."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final

from workloads.remembered import remembered

MOST_LOOKED_AT: Final = 1_000
"""Known words that are looked at at all."""
MOST_COMPARED: Final = 500
"""Words that one is compared with letter by letter: that costs some microseconds each."""
_LENGTH_APART: Final = 3
"""Characters by which what is meant may be longer or shorter."""


def near_miss(stated: str, known: Iterable[str], alike: float) -> str:
    """The known word that was surely meant, from ``alike`` (0 to 1) on; empty where none was. Bounded, whatever is stated."""
    wanted = folded(stated[:400])
    candidates = {folded(word): word for word in reversed(list(islice(known, MOST_LOOKED_AT)))}
    if wanted in candidates:
        return candidates[wanted]
    close = (word for word in candidates if abs(len(word) - len(wanted)) <= _LENGTH_APART)
    likeness, near = max(((_likeness(wanted, word, alike), word) for word in islice(close, MOST_COMPARED)), default=(0.0, ""))
    return candidates[near] if likeness else ""


@lru_cache(maxsize=4096)
def _likeness(wanted: str, word: str, least: float) -> float:
    """How alike two words are, from 0 to 1; 0 for less than the least. Objects of one house have the same few labels."""
    compared = difflib.SequenceMatcher(None, word, wanted)
    likeness = compared.ratio() if compared.quick_ratio() >= least else 0.0
    return likeness if likeness >= least else 0.0


@remembered(16384)
def folded(word: str) -> str:
    """A word without what readers do not see: case, width and spaces at its ends."""
    return unicodedata.normalize("NFKC", word).casefold().strip()
