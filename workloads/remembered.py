"""What is remembered of texts that objects hold: of short ones, since anybody may write long ones, and each time another."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

LONGEST: Final = 512
"""Characters of a text that is kept in memory: names, keys and values that Kubernetes takes are shorter."""

_Result = TypeVar("_Result")


def remembered(most: int) -> Callable[[Callable[[str], _Result]], Callable[[str], _Result]]:
    """Keep what a function of one text came to for the last ``most`` short texts; a long one is worked out each time."""

    def of(function: Callable[[str], _Result]) -> Callable[[str], _Result]:
        kept = lru_cache(maxsize=most)(function)

        @wraps(function)
        def answer(text: str) -> _Result:
            return kept(text) if len(text) <= LONGEST else function(text)

        return answer

    return of
