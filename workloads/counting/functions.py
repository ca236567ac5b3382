"""The functions and operators of count expressions: what the data file of kinds may compute with fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from workloads.counting.count import CountError, Expression, Field, Scope, holds, number, text, whole
from workloads.counting.pattern import Pattern
from workloads.field import FieldPath, dig, shown
from workloads.nodes.place import region_of_zone
from workloads.quantity import QuantityError, parse_quantity

_DIGITS = 24
"""The longest text read as a number."""

Function = Callable[[Scope, Sequence[Expression]], object]


def _place(scope: Scope, argument: Expression) -> FieldPath:
    """Where an argument stands, for messages; empty for what is computed."""
    return argument.place(scope) if isinstance(argument, Field) else ()


def _folded(fold: Callable[[Decimal, Decimal], Decimal]) -> Function:
    def function(scope: Scope, arguments: Sequence[Expression]) -> object:
        result: Decimal | None = None
        for argument in arguments:
            value = number(argument, scope)
            if value is None:
                return None
            result = value if result is None else fold(result, value)
        return result

    return function


def _divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise CountError((), "divides by zero")
    return dividend / divisor


def _clamp(scope: Scope, arguments: Sequence[Expression]) -> object:
    """As KubeRay and Kubernetes' autoscaler do: an absent bound does not bind, the lower bound wins over the upper."""
    value, least, most = (number(argument, scope) for argument in arguments)
    if value is None:
        return None
    if most is not None:
        value = min(value, most)
    return value if least is None else max(value, least)


def _extreme(choose: Callable[[list[Decimal]], Decimal]) -> Function:
    def function(scope: Scope, arguments: Sequence[Expression]) -> object:
        stated = [value for value in (number(argument, scope) for argument in arguments) if value is not None]
        return choose(stated) if stated else None

    return function


def _ceil(scope: Scope, arguments: Sequence[Expression]) -> object:
    value = number(arguments[0], scope)
    return None if value is None else value.to_integral_value(ROUND_CEILING)


def _listed(scope: Scope, argument: Expression) -> list[object]:
    value = argument.evaluate(scope)
    return value if isinstance(value, list) else []


def _positive(scope: Scope, arguments: Sequence[Expression]) -> object:
    """The number where it is above zero, else absent: for kinds to which zero means no bound."""
    value = number(arguments[0], scope)
    return value or None


def _sum(scope: Scope, arguments: Sequence[Expression]) -> object:
    path = _place(scope, arguments[0])
    return sum((whole(value, path) for value in _listed(scope, arguments[0])), Decimal(0))


def _size(scope: Scope, arguments: Sequence[Expression]) -> object:
    return Decimal(len(_listed(scope, arguments[0])))


def _number(scope: Scope, arguments: Sequence[Expression]) -> object:
    """A number that may be written as text, as annotations and configuration maps have it."""
    value = arguments[0].evaluate(scope)
    if value is None or isinstance(value, Decimal):
        return value
    path = _place(scope, arguments[0])
    try:
        read = Decimal(str(value).strip()) if len(str(value)) <= _DIGITS and not isinstance(value, bool) else None
    except InvalidOperation:
        read = None
    if read is None or not read.is_finite() or not 0 <= read <= 2**63:
        raise CountError(path, f"must be a number, not {shown(value)}")
    return read


def _quantity(scope: Scope, arguments: Sequence[Expression]) -> object:
    """A Kubernetes quantity."""
    value = arguments[0].evaluate(scope)
    if value is None or isinstance(value, Decimal):
        return value
    path = _place(scope, arguments[0])
    try:
        return parse_quantity(value)
    except QuantityError as error:
        raise CountError(path, f"is no quantity: {error}") from error


_JVM_UNITS = {"": 20, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40, "p": 50}
_JVM_WORDS = {"bytes": "b", "kb": "k", "kib": "k", "mb": "m", "mib": "m", "gb": "g", "gib": "g", "tb": "t", "tib": "t"}
_JVM_WORDS |= {"ki": "k", "mi": "m", "gi": "g", "ti": "t"}


def _jvm(scope: Scope, arguments: Sequence[Expression]) -> object:
    """Bytes of a memory size as Spark and Flink read it: ``512m`` is 512 MiB, a bare number the given unit, MiB by default."""
    value = arguments[0].evaluate(scope)
    if value is None:
        return None
    path = _place(scope, arguments[0])
    bare = text(arguments[1], scope) if len(arguments) > 1 else "m"
    written = str(value).strip().lower()
    digits = written.rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = written[len(digits) :].strip()
    unit = _JVM_WORDS.get(unit, unit) or bare
    if isinstance(value, bool) or not digits.replace(".", "", 1).isdecimal() or len(digits) > _DIGITS or unit not in _JVM_UNITS:
        raise CountError(path, f"must be a memory size such as 512m or 4g, not {shown(value)}")
    return (Decimal(digits) * 2 ** _JVM_UNITS[unit]).to_integral_value(ROUND_CEILING)


def _is(scope: Scope, arguments: Sequence[Expression]) -> object:
    """Whether the first argument, as text, is one of the others; a boolean stands as ``true`` or ``false``."""
    value = arguments[0].evaluate(scope)
    if isinstance(value, bool):
        value = "true" if value else "false"
    return isinstance(value, str) and any(value == text(option, scope) for option in arguments[1:])


def _begins(scope: Scope, arguments: Sequence[Expression]) -> object:
    value = text(arguments[0], scope)
    return any(value.startswith(text(option, scope)) for option in arguments[1:])


def _after(scope: Scope, arguments: Sequence[Expression]) -> object:
    """What follows a separator in a text; absent where it is not there."""
    value, separator = text(arguments[0], scope), text(arguments[1], scope)
    return value.partition(separator)[2] or None


def _has(scope: Scope, arguments: Sequence[Expression]) -> object:
    value = arguments[0].evaluate(scope)
    return value is not None and value != []


def _if(scope: Scope, arguments: Sequence[Expression]) -> object:
    """The second argument where the first holds, else the third; absent where there is no third."""
    if holds(arguments[0], scope):
        return arguments[1].evaluate(scope)
    return arguments[2].evaluate(scope) if len(arguments) > 2 else None


def _pick(scope: Scope, arguments: Sequence[Expression]) -> object:
    """``pick(list[], 'key', value, 'field')``: the field of the first item whose key is, or contains, the value."""
    key, field_path = text(arguments[1], scope).split("."), text(arguments[3], scope).split(".")
    wanted = arguments[2].evaluate(scope)
    for item in _listed(scope, arguments[0]):
        found = dig(item, *key)
        if wanted is not None and (found == wanted or (isinstance(found, list) and wanted in found)):
            value = dig(item, *field_path)
            return (
                whole(value, arguments[0].place(scope)) if isinstance(value, int) and isinstance(arguments[0], Field) else value
            )
    return None


def _includes(scope: Scope, arguments: Sequence[Expression]) -> object:
    """Whether a list has an item that is one of the other arguments."""
    listed = _listed(scope, arguments[0])
    return any(text(option, scope) in listed for option in arguments[1:])


def _zones(scope: Scope, arguments: Sequence[Expression]) -> object:
    """In how many zones GKE keeps the nodes of a pool: those that are listed, else one for a zone and three for a region.

    GKE documentation, "Regional clusters": three zones by default, and node counts are by zone.
    """
    listed = _listed(scope, arguments[1])
    return Decimal(len(listed) or (1 if region_of_zone(text(arguments[0], scope)) else 3))


FUNCTIONS: Mapping[str, Function] = {
    "*": _folded(lambda left, right: left * right),
    "+": _folded(lambda left, right: left + right),
    "-": _folded(lambda left, right: max(left - right, Decimal(0))),
    "/": _folded(_divide),
    "after": _after,
    "all": lambda scope, arguments: all(holds(argument, scope) for argument in arguments),
    "any": lambda scope, arguments: any(holds(argument, scope) for argument in arguments),
    "begins": _begins,
    "ceil": _ceil,
    "clamp": _clamp,
    "has": _has,
    "if": _if,
    "includes": _includes,
    "is": _is,
    "jvm": _jvm,
    "max": _extreme(max),
    "min": _extreme(min),
    "not": lambda scope, arguments: not holds(arguments[0], scope),
    "number": _number,
    "pick": _pick,
    "positive": _positive,
    "quantity": _quantity,
    "size": _size,
    "sum": _sum,
    "zones": _zones,
}
"""Every function the data file may use. ``a - b`` is never below zero; ``min`` and ``max`` pass over what is absent."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator over its arguments."""

    name: str
    arguments: tuple[Expression, ...]

    def evaluate(self, scope: Scope) -> object:
        """The function's value. Raises `CountError` where an argument is of a wrong type."""
        return FUNCTIONS[self.name](scope, self.arguments)

    def patterns(self) -> Iterator[Pattern]:
        """Those of all arguments."""
        for argument in self.arguments:
            yield from argument.patterns()
