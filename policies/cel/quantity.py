"""Kubernetes' quantity library of CEL: ``quantity("1.5Gi").isGreaterThan(quantity("1Gi"))``.

Functions and errors as in k8s.io/apiserver/pkg/cel/library/quantity.go. A quantity is a type of its own, so that comparing it
with a number or a text is an error when a policy is loaded. Its value is written canonically: equal quantities are equal.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

from policies.cel.declaration import Declared, Kinds, function
from pricing.precision import tidy
from workloads.quantity import QuantityError, parse_quantity

NAME = "kubernetes.Quantity"
_LARGEST = 2**63 - 1
_DIGITS = 128


def declared(kinds: Kinds, quantity_class: Any) -> list[Declared]:  # noqa: ANN401 - a message class made at run time
    """The library's functions, over the message class that stands for a quantity."""
    own = kinds.message(NAME)

    def made(value: Decimal) -> object:
        return quantity_class(value=f"{tidy(value):f}")

    def read(written: object) -> object:
        return made(parse_quantity(written))

    def added(one: Any, other: object, sign: int) -> object:  # noqa: ANN401
        with localcontext(prec=_DIGITS):
            return made(_value(one) + sign * _value(other))

    return [
        # The API server stores quantities as texts; in a file they are numbers as often.
        *(function("quantity", own, [kind], read) for kind in (kinds.string, kinds.integer, kinds.double)),
        function("isQuantity", kinds.boolean, [kinds.string], _is_quantity),
        # Not called on a quantity, unlike all others: so it is declared there.
        function("sign", kinds.integer, [own], lambda one: _compared(_value(one), Decimal(0))),
        function("isInteger", kinds.boolean, [own], lambda one: _whole(_value(one)) is not None, member=True),
        function("asInteger", kinds.integer, [own], _as_integer, member=True),
        function("asApproximateFloat", kinds.double, [own], lambda one: float(_value(one)), member=True),
        function("isLessThan", kinds.boolean, [own, own], lambda one, other: _value(one) < _value(other), member=True),
        function("isGreaterThan", kinds.boolean, [own, own], lambda one, other: _value(one) > _value(other), member=True),
        function("compareTo", kinds.integer, [own, own], lambda a, b: _compared(_value(a), _value(b)), member=True),
        *(function("add", own, [own, other], lambda a, b: added(a, b, 1), member=True) for other in (own, kinds.integer)),
        *(function("sub", own, [own, other], lambda a, b: added(a, b, -1), member=True) for other in (own, kinds.integer)),
    ]


def _value(quantity: Any) -> Decimal:  # noqa: ANN401 - a message, or a whole number
    return Decimal(quantity if isinstance(quantity, int) else quantity.value)


def _is_quantity(written: str) -> bool:
    try:
        parse_quantity(written)
    except QuantityError:
        return False
    return True


def _compared(one: Decimal, other: Decimal) -> int:
    return (one > other) - (one < other)


def _whole(value: Decimal) -> int | None:
    """A value as a whole number of 64 bits; None where it is none."""
    return int(value) if value == value.to_integral_value() and abs(value) <= _LARGEST else None


def _as_integer(quantity: Any) -> int:  # noqa: ANN401
    value = _whole(_value(quantity))
    if value is None:
        raise ValueError("cannot convert value to integer")
    return value
