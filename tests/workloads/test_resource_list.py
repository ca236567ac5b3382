"""Resource lists, read as the API server stores them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.resource_list import Reader, add, amount_of, is_pod_level, raise_to, total, written


@pytest.mark.parametrize(
    ("stated", "amount"),
    [
        ("500m", "0.5"),
        ("1.5Gi", "1610612736"),
        ("1e3", "1000"),
        (2, "2"),
        (0.5, "0.5"),
        (None, "0"),
        ("100u", "0.001"),  # rounded up to thousandths, as stored
        ("1001u", "0.002"),
        ("0.0005", "0.001"),
    ],
)
def test_a_quantity_is_read_to_the_thousandth(stated: object, amount: str) -> None:
    assert amount_of(stated) == Decimal(amount)


@pytest.mark.parametrize("stated", ["", "much", "-1", -1, True, [], {}, "1K", "9" * 5000, float("nan"), float("inf"), 10**400])
def test_what_is_no_amount_is_told_in_words(stated: object) -> None:
    assert isinstance(amount_of(stated), str)


def test_what_cannot_be_read_is_left_out_and_not_zero() -> None:
    reader = Reader()
    assert reader.read({"cpu": "1", "memory": "much"}, ("spec", "overhead")) == {"cpu": Decimal(1)}
    assert list(map(str, reader.problems)) == ["spec.overhead.memory: 'much' is not a quantity such as 500m, 2Gi or 1e3"]


def test_lists_are_summed_by_resource() -> None:
    assert total([{"cpu": Decimal(1)}, {"cpu": Decimal(2), "memory": Decimal(3)}]) == {"cpu": Decimal(3), "memory": Decimal(3)}


def test_a_sum_of_the_largest_and_the_least_keeps_every_digit() -> None:
    amounts = {"memory": Decimal(2**63 - 1)}
    for _ in range(1000):
        add(amounts, {"memory": Decimal(2**63 - 1)})
    add(amounts, {"memory": Decimal("0.001")})
    assert written(amounts["memory"]) == f"{1001 * (2**63 - 1)}.001"


def test_raising_takes_the_larger_of_each() -> None:
    amounts = {"cpu": Decimal(1), "memory": Decimal(5)}
    raise_to(amounts, {"cpu": Decimal(2), "memory": Decimal(3), "gpu": Decimal(0)})
    assert amounts == {"cpu": Decimal(2), "memory": Decimal(5), "gpu": Decimal(0)}


@pytest.mark.parametrize(
    ("resource", "expected"), [("cpu", True), ("memory", True), ("hugepages-2Mi", True), ("ephemeral-storage", False)]
)
def test_some_resources_may_be_asked_for_by_the_pod_as_a_whole(resource: str, expected: bool) -> None:
    assert is_pod_level(resource) is expected
