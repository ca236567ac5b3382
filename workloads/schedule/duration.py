"""Durations as Go writes them and Kubernetes reads them: ``1h30m``, ``90s``, ``1.5h``."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_PART = re.compile(r"(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)(?![a-z\u00b5\u03bc])", re.ASCII)
_MOST = 2**63
"""Nanoseconds that Go's int64 holds, and one more with a minus sign: about 292 years."""
_LONGEST_TEXT = 100
_DIGITS = 40
_EXACT = Context(prec=200)


class DurationError(ValueError):
    """A text is no duration."""


@lru_cache(maxsize=1024)
def nanoseconds(text: str) -> int:
    """A duration in nanoseconds, what is finer cut off; by the grammar of Go's ``time.ParseDuration``.

    A sign, then numbers with units ``ns``, ``us``, ``ms``, ``s``, ``m``, ``h``; ``0`` alone needs no unit.

    Raises:
        DurationError: the text is no duration, or too long a one.
    """
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return 0
    total = _sum(unsigned, text)
    negative = text.startswith("-")
    if total > _MOST or (total == _MOST and not negative):
        raise DurationError(f"{text[:_LONGEST_TEXT]!r} is longer than 292 years")
    return -total if negative else total


def hours(text: str) -> Decimal:
    """A duration in hours, to forty digits.

    Raises:
        DurationError: the text is no duration, or it is not positive.
    """
    length = nanoseconds(text)
    if length <= 0:
        raise DurationError(f"{text!r} is no positive duration")
    return to_decimal(Fraction(length, _NANOSECONDS["h"]))


def to_decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal: exact where it ends within forty decimals, else rounded half to even there."""
    if value.denominator == 1:
        return Decimal(value.numerator)
    # Through text: arithmetic would round to the precision of the caller's context.
    return _EXACT.normalize(Decimal(f"{round(value * 10**_DIGITS)}E-{_DIGITS}"))


def _sum(unsigned: str, text: str) -> int:
    if not unsigned or len(unsigned) > _LONGEST_TEXT:
        raise DurationError(f"{text[:_LONGEST_TEXT]!r} is no duration such as 1h30m")
    total = position = 0
    while position < len(unsigned):
        part = _PART.match(unsigned, position)
        if not part or not (part.group(1) or part.group(2)):
            raise DurationError(f"{text!r} is no duration such as 1h30m")
        whole, fraction, unit = part.group(1), part.group(2) or "", _NANOSECONDS[part.group(3)]
        total += int(whole or 0) * unit + int(fraction or 0) * unit // 10 ** len(fraction)
        position = part.end()
    return total
