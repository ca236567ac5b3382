"""Amounts as people write quantities: ``3920m``, ``15Gi``; each reads as the amount it was written for."""

from __future__ import annotations

from decimal import Decimal

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi")
_EXACT_STEP = Decimal("0.001")


def amount_text(amount: Decimal) -> str:
    """An amount with the largest binary suffix that divides it, in thousandths where it is a fraction of them, else in digits."""
    if amount == amount.to_integral_value():
        whole, power = int(amount), 0
        while power + 1 < len(_BINARY) and whole and whole % 1024 == 0:
            whole, power = whole // 1024, power + 1
        return f"{whole}{_BINARY[power]}"
    milli = amount / _EXACT_STEP
    return f"{int(milli)}m" if milli == milli.to_integral_value() else f"{amount.normalize():f}"
