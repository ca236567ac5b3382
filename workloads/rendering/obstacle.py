"""Why something is not rendered: one reason, where it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

MOST_TOLD = 3
"""Obstacles of one rendering that are told; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way."""

    message: str
    """What it is: ``remote base https://…``."""
    hint: str = ""
    """What to do."""
    file: str = ""
    """The file that says so, from the tree's top; empty where none does."""
    line: int = 0
    """1-based; 0 where no line is known."""

    @property
    def words(self) -> str:
        """All of it in one line: ``apps/kustomization.yaml:4: remote base https://… (copy it into the repository)``."""
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}: {self.message}{hint}" if place else f"{self.message}{hint}"


def reason(obstacles: tuple[Obstacle, ...]) -> str:
    """Several obstacles in one sentence."""
    told = "; ".join(each.words for each in obstacles[:MOST_TOLD])
    rest = len(obstacles) - MOST_TOLD
    return f"{told}; and {rest} more" if rest > 0 else told
