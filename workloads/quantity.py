"""Quantities exactly as Kubernetes reads them: ``500m``, ``1.5Gi``, ``1e3``.

Grammar and rounding are those of ``k8s.io/apimachinery/pkg/api/resource``; a table made by running it is part of the tests.
"""

from __future__ import annotations

import re
from decimal import MAX_EMAX, ROUND_UP, Context, Decimal
from functools import lru_cache
from typing import Final

LARGEST: Final = Decimal(2**63 - 1)
"""Where a quantity with a binary suffix is capped."""
LARGEST_EXPONENT: Final = 64
"""Decimal exponents beyond this are refused: Kubernetes' own reader does not return on large ones."""
LONGEST: Final = 64
"""Characters of a quantity that are looked at."""

_NANO = Decimal("1e-9")
_EXACT = Context(prec=256, Emax=MAX_EMAX)
_BINARY = {f"{prefix}i": Decimal(1024**power) for power, prefix in enumerate("KMGTPE", 1)}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_SHAPE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eE])([+-]?[0-9]+)|([KMGTPE]i|[numkMGTPE])?)", re.ASCII)

_ALMOST = re.compile(r"[\s\"'“”‘’]*([0-9]+(?:[.,][0-9]+)?)\s*([A-Za-z]{0,10})[\s\"'“”‘’]*", re.ASCII)
_MEANT = {
    **{prefix.lower(): prefix for prefix in ("k", "M", "G", "T", "P", *_BINARY)},
    **dict.fromkeys(("", "core", "cores", "cpu", "cpus", "vcpu", "vcpus"), ""),
    **dict.fromkeys(("mcpu", "millicore", "millicores"), "m"),
}
"""Suffixes by what people write for them, in small letters and without ``b`` for bytes."""


class QuantityError(ValueError):
    """A text that Kubernetes would not take for a quantity, with what is wrong about it."""


def parse_quantity(value: object) -> Decimal:
    """The exact value of a quantity as it stands in YAML or JSON: a text or a number.

    Fractions below one billionth are rounded up, away from zero, as the API server rounds them.

    :raises QuantityError: for anything the API server would refuse, and for exponents beyond 64.
    """
    if isinstance(value, str):
        return _parse(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise QuantityError(f"{_shown(value)} is not a quantity: write a number, or a text such as 500m or 2Gi")
    return _parse(str(value))


@lru_cache(maxsize=8192)
def _parse(text: str) -> Decimal:
    match = _SHAPE.fullmatch(text) if 0 < len(text) <= LONGEST else None
    if match is None:
        meant = _meant(text)
        right = f"(did you mean {meant}?)" if meant else "such as 500m, 2Gi or 1e3"
        raise QuantityError(f"{_shown(text)} is not a quantity {right}")
    sign, whole, fraction, _, exponent, suffix = match.groups()
    digits = Decimal(f"{sign}{whole or 0}.{fraction or 0}")
    if suffix in _BINARY:
        return _rounded(min(max(_EXACT.multiply(digits, _BINARY[suffix]), -LARGEST), LARGEST))
    if exponent is None:
        return _rounded(_EXACT.scaleb(digits, _DECIMAL[suffix or ""]))
    if len(exponent) > 8 or abs(int(exponent)) > LARGEST_EXPONENT:
        raise QuantityError(f"{_shown(text)} has an exponent beyond {LARGEST_EXPONENT}")
    return _rounded(_EXACT.scaleb(digits, int(exponent)))


def _meant(text: str) -> str:
    """The quantity that was surely meant by a text that is none: ``4GB``, ``1,5`` or ``2 cores``; empty where none was."""
    found = _ALMOST.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return ""
    number, unit = found[1].replace(",", "."), found[2].lower()
    if _SHAPE.fullmatch(f"{number}{found[2]}"):
        return f"{number}{found[2]}"
    suffix = _MEANT.get(unit.removesuffix("b") or unit)
    return "" if suffix is None else f"{number}{suffix}"


def _rounded(value: Decimal) -> Decimal:
    """To nano, away from zero: whoever asks for some gets some."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -9:
        return value.quantize(_NANO, ROUND_UP, _EXACT)
    return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
