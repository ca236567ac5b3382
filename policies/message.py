"""Messages that people read and programs must not trip over.

Names from manifests are hostile: they are shown on one line, without control characters or marks that change the direction of
writing, and never so that Flux takes a denial for a change of an immutable field, which it answers by deleting the object.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from pricing.precision import tidy
from pricing.rounding import to_step

FIRST_LINE = 119
"""Characters of a message's first line at most."""

_MILLI = Decimal("0.001")
_HUNDREDTH = Decimal("0.01")
_SPACES = re.compile(r"\s+")
_MISREAD = re.compile(r"(is|immutable)\s(?=immutable|field)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def inert(text: str) -> str:
    """A text on one line, without what acts on terminals, logs or readers' eyes."""
    if text.isascii() and text.isprintable() and " " not in text:
        # As almost every name is.
        return text
    shown = "".join(character if unicodedata.category(character)[0] != "C" else " " for character in _SPACES.sub(" ", text))
    return _MISREAD.sub(r"\1-", _SPACES.sub(" ", shown).strip())


def quoted(name: str, longest: int = 40) -> str:
    """A name from a manifest as it is shown inside a message."""
    shown = inert(name)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def first_line(text: str) -> str:
    """A message's first line, cut where it is too long."""
    shown = inert(text)
    return shown if len(shown) <= FIRST_LINE else f"{shown[: FIRST_LINE - 1]}…"


def dollars(amount: Decimal) -> str:
    """``$1,032``; cents below ten dollars."""
    step = Decimal("0.01") if abs(amount) < 10 else Decimal(1)
    rounded = to_step(amount, step)
    return f"{'-' if rounded < 0 else ''}${rounded.copy_abs():,}" if rounded else "$0"


def plain_number(value: Decimal) -> str:
    """A number without an exponent or trailing zeros."""
    return f"{tidy(value):f}"


def amount_beside(resource: str, value: Decimal, other: Decimal) -> str:
    """An amount as people write it, to its last digit where it would read like another that it is compared with."""
    shown = amount_of(resource, value)
    alike = value != other and shown == amount_of(resource, other)
    return f"{plain_number(value)} {'CPU' if resource == 'cpu' else 'bytes'}" if alike else shown


def amount_of(resource: str, value: Decimal, rounding: str = ROUND_HALF_EVEN) -> str:
    """A resource's amount as people write it: ``2 CPU``, ``512 MiB``, ``4 nvidia.com/gpu``.

    CPU to a thousandth, as the scheduler counts it, and sizes to a hundredth of their unit; ``rounding`` is one of `decimal`'s.
    """
    if resource == "cpu":
        return f"{plain_number(value.quantize(_MILLI, rounding))} CPU"
    if resource in {"memory", "ephemeral-storage", "storage"}:
        for unit, size in (("TiB", 1024**4), ("GiB", 1024**3), ("MiB", 1024**2)):
            if value >= size:
                return f"{plain_number((value / size).quantize(_HUNDREDTH, rounding))} {unit}"
        return f"{plain_number(value.quantize(Decimal(1), rounding))} bytes"
    return f"{plain_number(value)} {quoted(resource)}"
