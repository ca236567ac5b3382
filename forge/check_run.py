"""A check run: what a commit's page says beside a green, grey or red mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Known = Callable[[str], bool]
"""Whether a check run's memory is one that the program wrote."""


class Conclusion(StrEnum):
    """How a check ends. GitHub counts ``neutral`` as a success."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"
    CANCELLED = "cancelled"


class Level(StrEnum):
    """How an annotation is shown."""

    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A word on a line of a file."""

    path: str
    line: int
    level: Level
    title: str
    message: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """What people can press beside a check run. Only an App that is told of it can offer one."""

    label: str
    """20 characters at most."""
    description: str
    """40 characters at most."""
    identifier: str
    """What the App is told of it, 20 characters at most."""


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run to be written."""

    name: str
    head: str
    conclusion: Conclusion
    title: str
    summary: str
    """Markdown, 65,535 bytes at most."""
    annotations: tuple[Annotation, ...] = ()
    link: str = ""
    memory: str = ""
    """What the program tells itself, unseen: GitHub's ``external_id``."""
    buttons: tuple[Button, ...] = ()
    """Three at most."""
    begun: int = 0
    """Number of the check run that says already that this one is coming; 0 for none."""


@dataclass(frozen=True, slots=True)
class StandingCheck:
    """A check run that is there, finished or not."""

    id: int
    finished: bool
    memory: str


@dataclass(frozen=True, slots=True)
class WrittenCheck:
    """A check run that is there."""

    id: int
    head: str
    conclusion: str
    title: str
    summary: str
    annotations: int
    memory: str
