"""Messages that people read and programs must not trip over.

Names from manifests are hostile: they are shown on one line, without control characters or marks that change the direction of
writing, and never so that Flux takes a denial for a change of an immutable field, which it answers by deleting the object.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from pricing.precision import tidy
from pricing.rounding import to_step
from workloads.remembered import remembered

FIRST_LINE = 119
"""Characters of a message's first line at most."""

LONGEST_REASON = 90
"""Characters of an expression that a message tells."""
SHORTEST = 12
"""Characters that a name keeps where a line is too long."""

LONGEST_READ = 10_000
"""Characters of a name that are looked at, however much it is shortened."""

_MILLI = Decimal("0.001")
_CENT = Decimal("0.01")
_MILLIONTH = Decimal("0.000001")
_HUNDREDTH = Decimal("0.01")
_SPACES = re.compile(r"\s+")
_MISREAD = re.compile(r"(is|immutable)\s(?=immutable|field)", re.IGNORECASE)


@remembered(4096)
def inert(text: str) -> str:
    """A text on one line, without what acts on terminals, logs or readers' eyes."""
    if text.isascii() and text.isprintable() and " " not in text:
        # As almost every name is.
        return text
    shown = "".join(character if unicodedata.category(character)[0] != "C" else " " for character in _SPACES.sub(" ", text))
    return _MISREAD.sub(r"\1-", _SPACES.sub(" ", shown).strip())


def quoted(name: str, longest: int = 40) -> str:
    """A name from a manifest as it is shown inside a message. What is far too long for that is not read to its end."""
    return shortened(inert(name if len(name) <= LONGEST_READ else f"{name[:LONGEST_READ]}…"), longest)


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters; a sentence is cut between words, and what it leaves out is shown by ``…``."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    whole = kept.rpartition(" ")[0] if text[longest - 1] != " " else kept
    return f"{(whole if len(whole) > longest // 2 else kept).rstrip(' ,;:')}…"


def ended(text: str) -> str:
    """A text as a sentence: with a full stop, unless it ends in a mark already."""
    return text if text.endswith((".", "…", "?")) else f"{text}."


def fitted(text: str, parts: Iterable[str] = (), room: int = FIRST_LINE) -> str | None:
    """A text on one line, the names and reasons in it (``parts``) shortened as far as it takes; None where that does not do.

    Each part stands in the text as it is shown.
    """
    shown = inert(text)
    for part in sorted(map(inert, parts), key=len, reverse=True):
        over = len(shown) - room
        if over > 0 and len(part) > SHORTEST:
            shown = shown.replace(part, shortened(part, max(SHORTEST, len(part) - over)), 1)
    shown = inert(shown)
    return shown if len(shown) <= room else None


def first_line(text: str, parts: Iterable[str] = ()) -> str:
    """A message's first line: names give way, figures do not. Only a text that is too long without any is cut at its end."""
    return fitted(text, parts) or shortened(inert(text), FIRST_LINE)


def several(count: Decimal | int, word: str) -> str:
    """A count with its word: ``1 pod``, ``12 pods``."""
    return f"{plain_number(Decimal(count))} {word}{'' if count == 1 else 's'}"


def dollars(amount: Decimal) -> str:
    """``$1,032``; cents below ten dollars."""
    step = Decimal("0.01") if abs(amount) < 10 else Decimal(1)
    rounded = to_step(amount, step)
    return f"{'-' if rounded < 0 else ''}${rounded.copy_abs():,}" if rounded else "$0"


def dollars_apart(amount: Decimal, limit: Decimal) -> tuple[str, str]:
    """An amount and the limit that it is above, as `dollars` shows them, with as many decimals as it takes to tell them apart."""
    if dollars(amount) != dollars(limit):
        return dollars(amount), dollars(limit)
    exact = f"${plain_number(limit)}"
    cents = amount.quantize(_CENT, ROUND_CEILING)
    return f"${plain_number(cents if limit == limit.quantize(_CENT) else amount.quantize(_MILLIONTH, ROUND_CEILING))}", exact


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
