"""What a rule finds wrong with one object, before it is decided what that means for the change."""

from __future__ import annotations

from decimal import Decimal

from policies.message import LONGEST_READ, inert
from workloads.field import FieldPath
from workloads.quick_dataclass import quick_dataclass


@quick_dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as a rule wants it, or of which that cannot be told."""

    key: str
    """What it is about, the same before and after a change: ``container web cpu``."""
    message: str
    """One line: what is wrong, with the figures."""
    fix: str = ""
    """What to do, in a sentence."""
    current: str = ""
    required: str = ""
    path: FieldPath = ()
    measured: Decimal | None = None
    """What a cost, size or count rule measures: a change that makes it larger is denied again. None for yes-or-no rules."""
    parts: tuple[str, ...] = ()
    """The names and reasons in the message, as they stand in it: what may be shortened where the line is too long."""
    lacking: frozenset[str] = frozenset()
    """What of it is wrong, where that may be several things: one that was right before is new."""
    undecided: bool = False
    """Whether the rule could not be decided; ``message`` says why."""
    asked: str = ""
    """Of an undecided rule, what cannot be told: ``what it costs``."""
    reason: str = ""
    """Why that cannot be told, whole."""


def untold(
    key: str,
    asked: str,
    reason: str,
    fix: str = "",
    *,
    measured: Decimal | None = None,
    names: tuple[str, ...] = (),
    lacking: frozenset[str] = frozenset(),
) -> Finding:
    """That a rule could not be decided, in the one form in which that is said: ``what it costs cannot be told: no price…``.

    ``names`` are those in ``asked``, as they stand in it.
    """
    whole = inert(reason[:LONGEST_READ])
    words = f"{asked} cannot be told: {whole}"
    return Finding(
        key, words, fix, measured=measured, parts=(*names, whole), lacking=lacking, undecided=True, asked=asked, reason=whole
    )
