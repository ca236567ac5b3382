"""Comments on lines of a pull request's change, which GitHub calls review comments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineComment:
    """A comment to be written on lines as they are after the change."""

    path: str
    """From the top of the repository."""
    first: int
    """1-based line."""
    last: int
    body: str


@dataclass(frozen=True, slots=True)
class WrittenLineComment:
    """A comment that is there."""

    id: int
    """Later comments have larger ones."""
    author: int
    body: str
    path: str
    first: int
    """1-based line of the change as it is now; 0 where the lines are not part of it any more."""
    last: int
    answered: bool = False
    """Whether somebody replied to it."""
