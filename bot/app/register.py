"""What is still owed: the register in which every delivery stands until what it asks for is done.

A delivery is written down before it is answered, and struck out only by a look that began after it was written. So whatever is
stopped at whatever moment, what it was about is looked at again; and looking twice writes nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.app.delivery import Told
from bot.app.subject import Subject

PAUSE: Final = 60.0
"""Seconds until a body that came before is looked into again."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that stands in the register."""

    delivery: str
    """Its number: GitHub gives each its own, and the same again when it is sent again."""
    head: str
    ended: bool


class Register(Protocol):
    """The register. Times are seconds since 1970. Several processes may use it at once."""

    def receive(self, delivery: str, told: Sequence[Told], now: float, body: str = "") -> bool:
        """Write a delivery down, unless it was before: whether it is new.

        ``body`` is the digest of what was sent. Where that came before under another number, it is a reason to look ``again``,
        after a pause: however often it comes, that is no more than a look in that time. Its body being known, its number is not
        kept: who sends one again and again fills no register.
        """

    def knows(self, delivery: str) -> bool:
        """Whether a delivery was written down lately."""

    def due(self, now: float) -> Sequence[Subject]:
        """What is owed a look now, what has waited longest first."""

    def owed(self, subject: Subject) -> Sequence[Owed]:
        """The deliveries that a subject is owed a look for, in the order in which they arrived."""

    def attempt(self, subject: Subject) -> int:
        """Count one more look at a subject: how many there were since something about it was done."""

    def settle(self, subject: Subject, deliveries: Collection[str], now: float) -> None:
        """Strike deliveries out: what they asked for is done. Others about the same subject are due."""

    def postpone(self, subject: Subject, until: float, *, counted: bool = True) -> None:
        """Have a subject wait. ``counted`` False takes back that a look was counted: it was not the subject's fault."""

    def drop(self, repository: int) -> None:
        """Strike out all that a repository is owed."""

    def number(self, at_least: int) -> int:
        """A number for a look, larger than all that were given before, whichever server asks and whatever its clock says.

        No smaller than ``at_least``, the milliseconds since 1970 by the asking server's clock: so numbers go on growing where the
        register was lost.
        """

    def claim(self, repository: int, holder: str, now: float, until: float) -> bool:
        """Take a repository for oneself until a time, or for longer, unless another holds it."""

    def release(self, repository: int, holder: str) -> None:
        """Give a repository back, where one holds it."""

    def keep(self, key: str, value: bytes, now: float) -> None:
        """Keep what came of a weighing."""

    def kept(self, key: str, since: float) -> bytes | None:
        """What came of a weighing, unless it is older."""

    def forget(self, before: float) -> None:
        """Forget deliveries that were done with, and what came of weighings, before a time."""
