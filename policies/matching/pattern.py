"""Patterns that label values have to match, by RE2 as everywhere in Kubernetes: matching is linear, whatever the pattern."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

MOST_MEMORY: Final = 1 << 20
"""Bytes that a pattern may take; what needs more is refused when it is loaded."""


class PatternError(ValueError):
    """A text is no pattern, with what is wrong about it."""


class Match(Protocol):
    """Where a pattern matches."""

    def group(self) -> str:
        """What it matches."""


class Pattern(Protocol):
    """A compiled pattern."""

    pattern: str
    """As it is written."""

    def fullmatch(self, text: str) -> object | None:
        """Something where the whole text matches, else None."""

    def finditer(self, text: str) -> Iterator[Match]:
        """Every match from the left, none inside another."""


def compile_pattern(text: str) -> Pattern:
    """The pattern of a text in RE2's syntax.

    :raises PatternError: when it is none: RE2 knows no look-around and no back-references.
    """
    import re2  # noqa: PLC0415 - most policies state no pattern

    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    try:
        compiled: Pattern = re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise PatternError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
    return compiled
