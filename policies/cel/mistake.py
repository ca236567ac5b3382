"""What is wrong with the text of an expression, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACE = re.compile(r"<input>:(\d+):(-?\d+): ([^\n]*)")
_STATUS = re.compile(r"\A[A-Z_]+: |\s*\[[A-Z_]+\]\Z")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong."""

    line: int
    """From one, in the expression."""
    column: int
    """From one."""
    message: str


def mistakes(error: str) -> tuple[Mistake, ...]:
    """The mistakes in what the library says of a text that it does not take; at least one."""
    found = tuple(
        # A column before the first means all of the text.
        Mistake(int(line), max(1, int(column)), message.replace(" (in container '')", "").removeprefix("Syntax error: "))
        for line, column, message in _PLACE.findall(error)
    )
    return found or (Mistake(1, 1, reason(error)),)


def reason(error: str) -> str:
    """The library's words without its codes."""
    return _STATUS.sub("", _STATUS.sub("", error.splitlines()[0] if error else "no reason is given")).strip()
