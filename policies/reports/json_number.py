"""Exact numbers as JSON has them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_LARGEST_INTEGER: Final = 2**63


def number(value: Decimal) -> int | float:
    """A decimal as a JSON number: an integer where it is one, else the double that prints the same digits.

    A double has 15 of them: all cents below ten trillion. An integer of more than 64 bits, on which JSON's readers disagree, is
    a double too.
    """
    return int(value) if value == value.to_integral_value() and abs(value) < _LARGEST_INTEGER else float(value)
