"""A change weighed in a process of its own, without secrets and within limits; its answer is read as a stranger's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from pydantic import TypeAdapter, ValidationError

from bot.app.process import Limits, ProgramError, environment, run
from bot.check import MOST_ANNOTATIONS
from bot.comment import LARGEST
from bot.draft import check_name
from bot.marker import DEFAULT_KEY
from bot.occasion import Occasion
from bot.posting import Posting
from bot.signs import NO_SIGNS, Signs
from policies.message import inert

MOST_LINES: Final = 20
"""Lines of what a weighing said beside its answer that are told, the last ones."""
_LOG: Final = logging.getLogger("weighbridge.app")
LIMITS: Final = Limits(seconds=600, memory=4 * 1024**3, file=256 * 1024**2)


class WeighingError(Exception):
    """A change could not be weighed, by a fault that is not the change's. The text says why."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be weighed."""

    occasion: Occasion
    trusted: bool
    """Whether the head's own weighbridge.yaml holds: not where a stranger wrote it."""
    signs: Signs = NO_SIGNS
    """Who accepted what of it, as far as that was looked up."""
    failure: str = ""
    """Why it could not be weighed, where it could not: then only what the base makes of that is asked."""

    @property
    def text(self) -> bytes:
        """As the process reads it."""
        return TypeAdapter(Order).dump_json(self)

    @classmethod
    def of(cls, text: bytes) -> Order:
        """What ``text`` was written of."""
        return TypeAdapter(cls).validate_json(text)


def written(posting: Posting) -> bytes:
    """An answer as the process writes it."""
    return TypeAdapter(Posting).dump_json(posting)


class Weigher(Protocol):
    """Weighs the change between two commits of a clone."""

    def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
        """What is to be posted of it.

        :raises WeighingError: when that cannot be told.
        :raises StoppedError: when ``wanted`` says that the answer is not wanted any more.
        """


@dataclass(frozen=True, slots=True)
class WeighingProcess:
    """Weighs by running a command."""

    command: Sequence[str]
    """It reads an order from standard input and writes what is to be posted to standard output."""
    home: Path
    """The process's home: what it keeps from one run to the next is there."""
    limits: Limits = LIMITS

    def weigh(self, clone: Path, order: Order, wanted: Callable[[], bool]) -> Posting:
        """See ``Weigher``."""
        around = environment(HOME=str(self.home))
        try:
            ended = run(self.command, clone, around, self.limits, wanted, order.text)
            posting = TypeAdapter(Posting).validate_json(ended.output)
        except ProgramError as error:
            raise WeighingError(f"weighing failed: {error}") from None
        except ValidationError:
            raise WeighingError("weighing failed: its answer cannot be read") from None
        if not _about(posting, order.occasion):
            raise WeighingError("weighing failed: its answer is about something else")
        texts, lines = (posting.wanted.body, posting.check.summary), posting.check.annotations
        if len(lines) > MOST_ANNOTATIONS or any(len(text.encode("utf-8", "replace")) > LARGEST for text in texts):
            raise WeighingError("weighing failed: its answer is longer than one may be")
        for line in ended.complaint.splitlines()[-MOST_LINES:]:
            _LOG.info("%s@%s: %s", order.occasion.repository, order.occasion.head[:7], inert(line))
        return posting


def _about(posting: Posting, asked: Occasion) -> bool:
    """Whether an answer is of what was asked: it writes no check run by another name, and no comment of another key or commit."""
    marker, check = posting.wanted.marker, posting.check
    told = (posting.number, check.head, check.name, marker.key, marker.head, marker.pull, marker.run)
    return told == (asked.number, asked.head, check_name(DEFAULT_KEY), DEFAULT_KEY, asked.head, asked.number, asked.run)
