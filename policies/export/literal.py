"""Values as CEL writes them: texts that cannot end early, numbers, lists, whole documents."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Final

_ESCAPES: Final = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LARGEST: Final = 2**63 - 1


def text(value: str) -> str:
    """A text in quotes: what could end it, and what does not print, is escaped."""
    return f"'{''.join(map(_character, value))}'"


def texts(values: Iterable[str]) -> str:
    """A list of texts."""
    return f"[{', '.join(map(text, values))}]"


def number(value: Decimal) -> str:
    """A number as a double, to compare with what is counted in doubles: ``16.0``."""
    plain = f"{value.normalize():f}"
    return plain if "." in plain else f"{plain}.0"


def whole(value: Decimal) -> str:
    """The whole number at or below: more than 2.5 pods are more than 2."""
    return str(min(int(value.to_integral_value(ROUND_FLOOR)), _LARGEST))


def multiplied(quantity: str, count: int) -> str:
    """A quantity so many times, exactly: CEL's quantities only add, so that each digit of the count in base two is a doubling."""
    doublings = "".join(f".map(r, r.add(r){'.add(q)' if digit == '1' else ''})" for digit in f"{count:b}"[1:])
    return f"[{quantity}].map(q, [q]{doublings}[0])[0]" if doublings else quantity


def document(value: object) -> str:
    """A value of a document. Each is dynamic: the API server takes lists and maps of one type only.

    :raises ValueError: for what CEL has no number for.
    """
    return f"dyn({_plain(value)})"


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError("a number of more than 64 bits")
        return str(value)
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise ValueError("a number that is none")
        return number(Decimal(str(value)))
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{text(str(key))}: {document(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(document, value))}]"
    return text(str(value))


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        # Half of a pair is no character, and CEL has no way to write it.
        return "\\ufffd"
    if character.isprintable():
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
