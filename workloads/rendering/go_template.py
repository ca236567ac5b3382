"""What Go templates of ApplicationSets come to, as far as they name parameters and call functions that only work on texts.

Syntax: pkg.go.dev/text/template. Functions: masterminds.github.io/sprig, strings and defaults, and ``normalize`` of Argo CD
(argo-cd.readthedocs.io, ApplicationSet, Go template). Conditions, loops and variables are not understood, and said not to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Final

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\\n]|\\[\"\\])*\"|`[^`]*`)|(?P<number>-?\d{1,9}(?![\w.]))|\$?(?P<field>(?:\.[A-Za-z_]\w*)+)"
    r"|(?P<word>[A-Za-z]\w*)|(?P<sign>[()|]))"
)
DEEPEST: Final = 20
"""Parentheses inside one another."""


class NotKnownError(Exception):
    """Why it is not known what a template comes to."""


def shown(value: object) -> str:
    """A parameter as templates write it: numbers of YAML are floats to Go."""
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


def filled(template: str, parameters: Mapping[str, object]) -> str:
    """A template with its actions carried out; parameters of parameters are named with dots.

    :raises NotKnownError: where an action is not understood, or names what no parameter is.
    """
    first, *rest = template.split("{{")
    found = [first]
    for piece in rest:
        action, closed, after = piece.partition("}}")
        if not closed:
            raise NotKnownError(f"its template does not close {action[:60]}")
        if action.startswith("-") and action[1:2].isspace():
            action, found[-1] = action[1:], found[-1].rstrip()
        if action.endswith("-") and action[-2:-1].isspace():
            action, after = action[:-1], after.lstrip()
        found += [_carried_out(action.strip(), parameters), after]
    return "".join(found)


def _carried_out(inner: str, parameters: Mapping[str, object]) -> str:
    if inner.startswith("/*") and inner.endswith("*/"):
        return ""
    reading = _Reading(list(_tokens(inner)), parameters, inner)
    value = reading.pipeline(0)
    if reading.left or value is None:
        raise NotKnownError(f"its template names {inner[:60]}, which no generator gives")
    return shown(value)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise NotKnownError(f"its template does what is not understood: {text[:60]}")
        yield match.lastgroup or "", match[match.lastgroup or 0]
        place = match.end()


@dataclass(slots=True)
class _Reading:
    """One action, as far as it is read."""

    tokens: list[tuple[str, str]]
    parameters: Mapping[str, object]
    whole: str
    place: int = 0

    @property
    def left(self) -> bool:
        """Whether something follows."""
        return self.place < len(self.tokens)

    def pipeline(self, depth: int) -> object:
        """What commands come to of which each is given what the one before came to."""
        given: list[object] = []
        while True:
            given = [self._command(given, depth)]
            if not self._takes("|"):
                return given[0]

    def _takes(self, sign: str) -> bool:
        if self.left and self.tokens[self.place] == ("sign", sign):
            self.place += 1
            return True
        return False

    def _command(self, given: Sequence[object], depth: int) -> object:
        name = ""
        if self.left and self.tokens[self.place][0] == "word":
            name = self.tokens[self.place][1]
            self.place += 1
        operands: list[object] = []
        while self.left and self.tokens[self.place] not in {("sign", "|"), ("sign", ")")}:
            operands.append(self._operand(depth))
        if name:
            return _called(name, [*operands, *given])
        if len(operands) != 1 or given:
            raise NotKnownError(f"its template does what is not understood: {self.whole[:60]}")
        return operands[0]

    def _operand(self, depth: int) -> object:
        kind, token = self.tokens[self.place]
        self.place += 1
        if kind == "field":
            return self._field(token[1:])
        if kind == "text":
            return token[1:-1] if token[0] == "`" else re.sub(r"\\(.)", r"\1", token[1:-1])
        if kind == "number":
            return int(token)
        if token == "(" and depth < DEEPEST:
            value = self.pipeline(depth + 1)
            if self._takes(")"):
                return value
        raise NotKnownError(f"its template does what is not understood: {self.whole[:60]}")

    def _field(self, name: str) -> object:
        """A parameter: a text, a number, or all the parts of a path; None for what no generator gives."""
        if name in self.parameters:
            return self.parameters[name]
        if f"{name}.0" in self.parameters and name.endswith("path.segments"):
            parts = (f"{name}.{number}" for number in range(len(self.parameters)))
            return [self.parameters[part] for part in parts if part in self.parameters]
        if any(each.startswith(f"{name}.") for each in self.parameters):
            raise NotKnownError(f"its template writes {name[:60]} whole, which is more than one value")
        return None


def _called(name: str, operands: list[object]) -> object:
    function = _FUNCTIONS.get(name)
    if function is None:
        raise NotKnownError(f"its template calls {name[:40]}, which is not understood")
    try:
        return function(*operands)
    except (TypeError, ValueError, IndexError, AttributeError):
        raise NotKnownError(f"its template calls {name[:40]} with what that does not take") from None


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


def _indexed(values: object, place: object) -> object:
    if not isinstance(values, list) or not isinstance(place, int) or not _is_whole(place) or place < 0:
        raise TypeError
    return values[place]


_FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "default": _default,
    "index": _indexed,
    "lower": _of_texts(str.lower),
    "normalize": _of_texts(normalized),
    "nospace": _of_texts(lambda text: re.sub(r"\s", "", text)),
    "printf": _printed,
    "quote": _quoted,
    "slugify": _slug,
    "replace": _of_texts(lambda old, new, text: text.replace(old, new)),
    "toString": shown,
    "trim": _of_texts(str.strip),
    "trimPrefix": _of_texts(lambda prefix, text: text.removeprefix(prefix)),
    "trimSuffix": _of_texts(lambda suffix, text: text.removesuffix(suffix)),
    "trunc": _shortened,
    "upper": _of_texts(str.upper),
}
