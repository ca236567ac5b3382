"""YAML scalars as the API server reads them: YAML 1.1's booleans and numbers, without its dates and sexagesimals.

The rules are those of ``sigs.k8s.io/yaml``, which turns YAML into the JSON that is sent; a table made by running it is part
of the tests. Where PyYAML differs: ``y`` and ``n`` are booleans; ``1:30``, dates and ``=`` are text; ``0o17`` is 15, ``1e3`` is
1000, ``08`` is 8.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NOT_FINITE = re.compile(r"[+-]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_FLOAT = re.compile(r"[+-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][+-]?[0-9]+)?", re.ASCII)
_INTEGER = re.compile(r"([+-]?)(?:0[bB]([01]+)|0[oO]([0-7]+)|0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([0-9]+))", re.ASCII)
_BASES: Final = (2, 8, 16, 8, 10)

SMALLEST_INTEGER: Final = -(2**63)
LARGEST_INTEGER: Final = 2**64 - 1
LONGEST_NUMBER: Final = 400
"""Characters of a number; a longer text is a text."""


class ScalarError(ValueError):
    """A scalar that has no JSON form, or not the form its tag promises."""


def plain(text: str) -> Scalar:
    """The value of an unquoted scalar without a tag.

    :raises ScalarError: for infinities and what is not a number, which JSON cannot say.
    """
    if text[:1] in STARTS_OF_TEXT:
        return text
    return _remembered(text) if len(text) <= 32 else _resolve(text)


STARTS_OF_TEXT: Final = frozenset("abcdeghijklmpqrsuvwxzABCDEGHIJKLMPQRSUVWXZ/_*%@$&({[<>#!\"'`|;,?^")
"""First characters of scalars that are text whatever follows: most scalars end here."""


@lru_cache(maxsize=4096)
def _remembered(text: str) -> Scalar:
    return _resolve(text)


def _resolve(text: str) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_FINITE.fullmatch(text):
        raise ScalarError(f"{text} has no form in JSON: Kubernetes refuses it")
    number = _number(text)
    return text if number is None else number


def _number(text: str) -> int | float | None:
    """The number that a text spells, underscores left out; None where it spells none."""
    if len(text) > LONGEST_NUMBER or text.startswith("_"):
        return None
    digits = text.replace("_", "")
    integer = _INTEGER.fullmatch(digits)
    if integer:
        sign, *spelt = integer.groups()
        base, figures = next((base, figures) for base, figures in zip(_BASES, spelt, strict=True) if figures)
        value = int(figures, base) * (-1 if sign == "-" else 1)
        if SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            return value
        if base != 10 and not figures.startswith("0"):
            return None
    if text.startswith(("._", "+._", "-._")):
        return None
    return _float(digits)


def _float(digits: str) -> int | float | None:
    if not _FLOAT.fullmatch(digits):
        return None
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        return None
    # JSON writes 3.0 as 3, and the API server then reads an integer.
    return int(value) if value.is_integer() and SMALLEST_INTEGER <= value < 2**63 else value


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag. Tags of nobody's are passed over.

    :raises ScalarError: where the text is not what the tag promises.
    """
    short = tag.removeprefix("tag:yaml.org,2002:")
    return _TAGS[short](text) if short in _TAGS else text


def _boolean(text: str) -> bool:
    value = _WORDS.get(text)
    if isinstance(value, bool):
        return value
    raise ScalarError(f"{text!r} is tagged !!bool and is none")


def _integer(text: str) -> int:
    value = _number(text) if _INTEGER.fullmatch(text.replace("_", "")) else None
    if isinstance(value, int):
        return value
    raise ScalarError(f"{text!r} is tagged !!int and is none")


def _floating(text: str) -> int | float:
    value = _number(text)
    if value is None:
        raise ScalarError(f"{text!r} is tagged !!float and is none that JSON can say")
    return value


def _binary(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        raise ScalarError("a !!binary scalar is not base64") from None


def _nothing(text: str) -> None:
    if text not in _WORDS or _WORDS[text] is not None:
        raise ScalarError(f"{text!r} is tagged !!null and is not null")


_TAGS: Final[dict[str, Callable[[str], Scalar]]] = {
    "str": str,
    "int": _integer,
    "float": _floating,
    "bool": _boolean,
    "null": _nothing,
    "binary": _binary,
}


def key(value: object) -> str:
    """A mapping's key as JSON has it: a text.

    :raises ScalarError: for null, lists and mappings, which JSON does not take as keys.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value < 2**63:
        return str(value)
    if isinstance(value, float):
        return f"{value:.8g}"
    raise ScalarError("a key is neither a text nor a number that JSON takes")
