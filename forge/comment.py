"""A comment on a pull request, and why one is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a comment is hidden, of the classifiers that GitHub has for it."""

    OUTDATED = "OUTDATED"
    RESOLVED = "RESOLVED"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"
    """One that a person chose: off topic, spam, abuse."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is now."""

    id: int
    """Later comments have larger ones."""
    author: int
    body: str
    hidden: Reason | None = None
    node: str = ""
    """Its name in GraphQL, where the forge has one."""
