"""Functions of Go templates that work on values alone, and how values are written.

Source: pkg.go.dev/text/template, functions; masterminds.github.io/sprig, strings and defaults; ``normalize`` and ``slugify`` of
Argo CD (argo-cd.readthedocs.io, ApplicationSet, Go template).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Final

from workloads.rendering.not_known import NotKnownError
from workloads.rendering.template_bounds import Steps, fitting, held, splitting
from workloads.text.plain_yaml import write_yaml

_WIDEST: Final = 200
"""Spaces that a text is moved in by."""
_THROUGH: Final = frozenset({"list", "toYaml"})
"""Functions that put values inside one another, or go through all that a value holds."""


def shown(value: object) -> str:
    """A parameter as templates write it: numbers of YAML are floats to Go.

    :raises NotKnownError: for a list or a mapping, which Go writes in a form of its own that nobody means.
    """
    if isinstance(value, list | dict):
        raise NotKnownError("its template writes a list or a mapping whole")
    if isinstance(value, bool):
        return str(value).lower()
    return _float(value) if isinstance(value, float) else str(value)


def _float(value: float) -> str:
    """``%v`` of a float (pkg.go.dev/fmt): its shortest digits, with an exponent from a million on and below a ten thousandth."""
    if not isfinite(value):
        raise NotKnownError("its template writes a number that is none")
    shortest = Decimal(repr(value)).normalize()
    if not shortest or -4 <= shortest.adjusted() < 6:
        return f"{shortest:f}"
    mantissa = shortest.scaleb(-shortest.adjusted())
    return f"{mantissa:f}e{shortest.adjusted():+03d}"


def called(name: str, operands: list[object], steps: Steps) -> object:
    """What a function comes to.

    :raises NotKnownError: where it is none that is known, takes no such operands, or comes to more than is looked at.
    """
    function = _FUNCTIONS.get(name)
    if function is None:
        raise NotKnownError(f"its template calls {name[:40]}, which is not understood")
    steps.take(1 + held(operands) if name in _THROUGH else 1)
    steps.read(*operands)
    try:
        result = function(*operands)
    except (TypeError, ValueError, IndexError, AttributeError):
        raise NotKnownError(f"its template calls {name[:40]} with what that does not take") from None
    steps.read(result)
    return result


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _of_texts(function: Callable[..., object]) -> Callable[..., object]:
    """A function of texts alone: anything else is an error in Go as well."""
    return lambda *operands: function(*map(_text, operands))


def _is_whole(value: object) -> bool:
    """Whether a value is a whole number, which neither a number of YAML nor a truth is to Go."""
    return isinstance(value, int) and not isinstance(value, bool)


def _default(value: object, given: object = None) -> object:
    return given or value


def _shortened(length: object, text: object) -> str:
    """``trunc``: so many characters from the start, or from the end where it is negative."""
    whole = _text(text)
    if not isinstance(length, int) or not _is_whole(length) or not whole.isascii():
        raise TypeError
    return whole[:length] if length >= 0 else whole[length:]


def normalized(name: str) -> str:
    """A name that DNS takes: ``normalize`` of Argo CD."""
    return re.sub(r"[^-a-z0-9.]", "-", name.lower())[:253].strip("-.")


def _slug(*operands: object) -> str:
    """``slugify`` of Argo CD, of names that are not cut: by default these have 50 characters at most."""
    most, text = (operands[0] if len(operands) > 1 else 50), operands[-1]
    found = re.sub("-+", "-", normalized(_text(text)).replace(".", "-")).strip("-")
    if not isinstance(most, int) or not _is_whole(most) or len(operands) > 3 or len(found) > most:
        raise ValueError
    return found


def _quoted(*values: object) -> str:
    texts = [shown(value) for value in values if value is not None]
    if any(not text.isprintable() or '"' in text or "\\" in text for text in texts):
        raise ValueError
    return " ".join(f'"{text}"' for text in texts)


def _printed(form: object, *values: object) -> str:
    """``printf``, of texts and whole numbers."""
    left = list(values)
    kinds = {"s": str, "d": int, "v": (str, int, float)}

    def one(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        value = left.pop(0)
        if match[1] not in kinds or not isinstance(value, kinds[match[1]]) or (match[1] == "d" and not _is_whole(value)):  # type: ignore[arg-type]
            raise TypeError
        return shown(value)

    printed = re.sub(r"%(.?)", one, _text(form))
    if left:
        raise ValueError
    return printed


def true(value: object) -> bool:
    """Whether a value counts as true (pkg.go.dev/text/template, if).

    :raises TypeError: of what no generator gives: Argo CD may be told to refuse that.
    """
    if value is None:
        raise TypeError
    return bool(value)


def _equal(value: object, *others: object) -> bool:
    """``eq``: of texts, numbers of YAML and truths, each with its like."""
    if not others or not isinstance(value, str | float | bool) or any(type(other) is not type(value) for other in others):
        raise TypeError
    return value in others


def _unequal(value: object, other: object) -> bool:
    return not _equal(value, other)


def _all(*values: object) -> object:
    """``and``: the first that is not true, else the last."""
    truths = [true(value) for value in values]
    return values[truths.index(False) if False in truths else -1]


def _any(*values: object) -> object:
    """``or``: the first that is true, else the last."""
    truths = [true(value) for value in values]
    return values[truths.index(True) if True in truths else -1]


def _indexed(values: object, *places: object) -> object:
    """``index``: of lists by number, of mappings by key; None for a key that is not there."""
    found = values
    for place in places:
        if isinstance(found, dict) and isinstance(place, str):
            found = found.get(place)
        elif isinstance(found, list) and isinstance(place, int) and _is_whole(place) and place >= 0:
            found = found[place]
        else:
            raise TypeError
    return found


def _holds_key(values: object, key: object) -> bool:
    if not isinstance(values, dict):
        raise TypeError
    return _text(key) in values


def _dug(*operands: object) -> object:
    """``dig``: what a mapping has below some keys, else a default; the mapping is named last."""
    *keys, default, found = operands
    for key in keys:
        if not isinstance(found, dict):
            raise TypeError
        if _text(key) not in found:
            return default
        found = found[_text(key)]
    return found


def _length(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if not isinstance(value, list | dict):
        raise TypeError
    return len(value)


def _joined(separator: object, values: object) -> str:
    if not isinstance(values, list):
        raise TypeError
    fitting(sum(len(_text(value)) for value in values) + len(_text(separator)) * len(values))
    return _text(separator).join(values)


def _replaced(old: str, new: str, text: str) -> str:
    fitting(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _split(separator: str, text: str) -> list[str]:
    splitting(text.count(separator) + 1)
    return text.split(separator)


def _has(value: object, values: object) -> bool:
    if not isinstance(values, list) or isinstance(value, list | dict) or any(type(each) is not type(value) for each in values):
        raise TypeError
    return value in values


def _chosen(one: object, other: object, truth: object) -> object:
    """``ternary``: the first where the last is true."""
    if not isinstance(truth, bool):
        raise TypeError
    return one if truth else other


def _indented(width: object, text: object) -> str:
    if not isinstance(width, int) or not _is_whole(width) or not 0 <= width <= _WIDEST:
        raise TypeError
    whole = _text(text)
    fitting(len(whole) + width * (whole.count("\n") + 1))
    return "\n".join(" " * width + line for line in whole.split("\n"))


def _as_yaml(value: object) -> str:
    """``toYaml``: what reads as the value does, one entry a line."""
    return write_yaml(_of_go(value)).decode().removesuffix("\n")


def _of_go(value: object) -> object:
    """A value as it is read: whole numbers are floats to Go alone."""
    if isinstance(value, dict):
        return {key: _of_go(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_of_go(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


_FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "and": _all,
    "coalesce": lambda *values: next((value for value in values if value), None),
    "contains": _of_texts(lambda part, text: part in text),
    "default": _default,
    "dig": _dug,
    "empty": lambda value: not value,
    "eq": _equal,
    "get": lambda values, key: _indexed(values, _text(key)),
    "has": _has,
    "hasKey": _holds_key,
    "hasPrefix": _of_texts(lambda prefix, text: text.startswith(prefix)),
    "hasSuffix": _of_texts(lambda suffix, text: text.endswith(suffix)),
    "indent": _indented,
    "index": _indexed,
    "join": _joined,
    "len": _length,
    "list": lambda *values: list(values),
    "lower": _of_texts(str.lower),
    "normalize": _of_texts(normalized),
    "ne": _unequal,
    "nindent": lambda width, text: "\n" + _indented(width, text),
    "nospace": _of_texts(lambda text: re.sub(r"\s", "", text)),
    "not": lambda value: not true(value),
    "or": _any,
    "printf": _printed,
    "quote": _quoted,
    "slugify": _slug,
    "splitList": _of_texts(_split),
    "ternary": _chosen,
    "replace": _of_texts(_replaced),
    "toString": shown,
    "toYaml": _as_yaml,
    "trim": _of_texts(str.strip),
    "trimPrefix": _of_texts(lambda prefix, text: text.removeprefix(prefix)),
    "trimSuffix": _of_texts(lambda suffix, text: text.removesuffix(suffix)),
    "trunc": _shortened,
    "upper": _of_texts(str.upper),
}
