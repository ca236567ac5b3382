"""What is wrong with an input, where, and what to do about it: a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether the input was still used."""

    ERROR = "error"
    """The document or file could not be used."""
    WARNING = "warning"
    """It was used, but a person should look."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input."""

    severity: Severity
    message: str
    file: str = ""
    """Path as given, ``-`` for standard input, empty for an object that came from an API."""
    line: int = 0
    """1-based; 0 where no line is known."""
    column: int = 0
    """1-based; 0 where no column is known."""
    hint: str = ""
    """What to do, where there is something to say."""
    sort: str = ""
    """What many that differ in a name only are told as, after their number: ``objects are given twice``; empty for none."""
    mistaken: str = ""
    """Kind and title of the object in which somebody probably mistook something; empty where it is about no object's text."""

    @property
    def place(self) -> str:
        """``file:line:column``, as far as it is known, as editors read it."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text} ({self.hint})" if self.hint else text
