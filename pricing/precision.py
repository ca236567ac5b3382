"""Arithmetic that keeps every digit: the context in which amounts are multiplied and summed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import Context, Decimal, localcontext
from fractions import Fraction

DIGITS = 150
"""Enough for the largest quantity Kubernetes has (2^63), times counts, hours and rates, with bytes as GiB (30 decimals)."""

RATE_STEP = Decimal("1e-12")
"""Rates that come out of a division are shown, and multiplied, to this step of a US dollar."""

EXACT = Context(prec=DIGITS)
"""The context of all money arithmetic; the default one keeps 28 digits, too few for a sum of many small parts."""


def exactly() -> AbstractContextManager[Context]:
    """Sets that context for what is written with operators."""
    return localcontext(EXACT)


def tidy(value: Decimal) -> Decimal:
    """A number to the step of rates, without trailing zeros or an exponent, as it is shown."""
    # The context is named: the default one has too few digits for the largest quantities, and refuses them.
    stepped = value.quantize(RATE_STEP, context=EXACT).normalize(EXACT)
    return stepped if stepped != stepped.to_integral_value() else stepped.quantize(Decimal(1), context=EXACT)


def counted(count: Decimal) -> str:
    """How many there are, for people: an average of a calendar to two decimals."""
    return f"{tidy(count.quantize(_HUNDREDTH, context=EXACT)):f}"


def fraction(value: Decimal) -> str:
    """A part for people: ``1/7`` where its digits would not end, else as it is; to four decimals where it is no simple one."""
    plain = f"{tidy(value):f}"
    if len(plain.partition(".")[2]) <= _FEW:
        return plain
    simple = Fraction(value).limit_denominator(_LARGEST_PART)
    near = abs(Fraction(value) - simple) < Fraction(1, 10**9)
    return str(simple) if near else f"{tidy(value.quantize(_LAST_SHOWN, context=EXACT)):f}"


_FEW = 4
_LARGEST_PART = 128
"""The most parts of a whole that somebody means: a GPU is shared by no more."""
_LAST_SHOWN = Decimal("0.0001")
_HUNDREDTH = Decimal("0.01")
_LAST = Decimal("1e-80")


def bounded(value: Decimal) -> Decimal:
    """A quotient to 80 decimals, so that its products and sums stay exact; what ends before that is not touched."""
    exponent = value.as_tuple().exponent
    return value.quantize(_LAST) if isinstance(exponent, int) and exponent < -80 else value
