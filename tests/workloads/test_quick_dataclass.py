"""Values that are made often: alike with frozen dataclasses in all but what only a type checker keeps."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from workloads.quick_dataclass import quick_dataclass


@quick_dataclass(frozen=True, slots=True)
class Amount:
    """A value made often."""

    number: Decimal
    unit: str = "GiB"


@dataclass(frozen=True, slots=True)
class Frozen:
    """The same, made seldom."""

    number: Decimal
    unit: str = "GiB"


def test_values_of_the_same_fields_are_equal_and_hashed_alike() -> None:
    one, two = Amount(Decimal("1.0")), Amount(Decimal(1), "GiB")
    assert one == two
    assert hash(one) == hash(two) == hash(Frozen(Decimal(1)))
    assert {one: "kept"}[two] == "kept"


def test_values_of_another_field_or_class_differ() -> None:
    assert Amount(Decimal(1)) != Amount(Decimal(2))
    assert Amount(Decimal(1)) != Frozen(Decimal(1))


def test_a_value_is_replaced_and_copied_like_any_dataclass() -> None:
    assert replace(Amount(Decimal(1)), unit="vCPU") == Amount(Decimal(1), "vCPU")
    assert pickle.loads(pickle.dumps(Amount(Decimal(3)))) == Amount(Decimal(3))


def test_a_value_takes_no_field_that_it_does_not_have() -> None:
    with pytest.raises(AttributeError):
        Amount(Decimal(1)).price = 2  # type: ignore[attr-defined]
