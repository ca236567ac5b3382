"""Arithmetic that keeps every digit: the context in which amounts are multiplied and summed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import Context, Decimal, localcontext

DIGITS = 150
"""Enough for the largest quantity Kubernetes has (2^63), times counts, hours and rates, with bytes as GiB (30 decimals)."""

RATE_STEP = Decimal("1e-12")
"""Rates that come out of a division are shown, and multiplied, to this step of a US dollar."""

_CONTEXT = Context(prec=DIGITS)


def exactly() -> AbstractContextManager[Context]:
    """The context of all money arithmetic; the default one keeps 28 digits, too few for a sum of many small parts."""
    return localcontext(_CONTEXT)
