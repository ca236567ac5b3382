"""What ``limitCost`` tells of amounts that are close to a limit, or of which a part is not known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from gating import deployment, gate, gpus, pod_spec, policy, review, said

from policies.message import dollars_apart

APART = [
    ("100", "32", ("$100", "$32")),
    ("32.2295", "32.22", ("$32.23", "$32.22")),
    ("32.004", "32", ("$32.01", "$32")),
    ("9.001", "9", ("$9.01", "$9")),
    ("0.0001", "0.00005", ("$0.0001", "$0.00005")),
    ("1000.001", "1000", ("$1000.01", "$1000")),
]
ON_UNKNOWN = {"node.kubernetes.io/instance-type": "x9.large"}


@pytest.mark.parametrize(("amount", "limit", "shown"), APART)
def test_an_amount_never_reads_like_the_limit_that_it_is_above(amount: str, limit: str, shown: tuple[str, str]) -> None:
    assert dollars_apart(Decimal(amount), Decimal(limit)) == shown


def test_a_cost_just_above_its_limit_says_by_how_much() -> None:
    # 1 vCPU and 2 GiB in us-east-1 are $32.2295 a month.
    answer = gate([policy(limitCost={"of": "month", "maximum": 32.22})]).validate(review(deployment()))
    assert answer.message.startswith("shop/web: $32.23 a month, above the limit of $32.22\n")


def test_a_percentage_just_above_its_limit_does_too() -> None:
    answer = gate([policy(limitCost={"of": "month", "increase": {"percent": 100}})]).validate(
        review(deployment(replicas=2001), deployment(replicas=1000))
    )
    assert "adds 100.1% ($32,262 a month), more than 100%" in answer.message


def test_of_an_object_that_is_priced_in_part_the_known_part_is_the_least() -> None:
    answer = gate([policy(limitCost={"of": "month", "maximum": 1})]).validate(review(deployment(pod_spec(gpus("64")))))
    assert answer.message.startswith("shop/web: at least $32 a month")


@pytest.mark.parametrize(
    "check",
    [
        {"limitCost": {"of": "month", "increase": {"amount": 10}}},
        {"expression": "cost.added.month.expected < 10.0"},
    ],
    ids=["limit", "expression"],
)
def test_what_a_change_adds_to_what_had_no_price_is_not_known(check: dict[str, Any]) -> None:
    before, after = deployment(pod_spec(gpus("1"), nodeSelector=ON_UNKNOWN)), deployment(pod_spec(gpus("1")))
    answer = gate([policy(**check)]).validate(review(after, before))
    assert answer.allowed
    assert "cannot be told" in said(answer)
    assert not gate([policy(**check)]).validate(review(after)).allowed


def test_a_change_that_adds_less_than_the_limit_even_to_nothing_passes() -> None:
    before, after = deployment(pod_spec(gpus("1"), nodeSelector=ON_UNKNOWN)), deployment()
    answer = gate([policy(limitCost={"of": "month", "increase": {"amount": 100}})]).validate(review(after, before))
    assert answer.allowed
    assert "cannot" not in said(answer)


def test_of_what_had_no_price_before_the_audit_log_says_only_the_least() -> None:
    before, after = deployment(pod_spec(gpus("1"), nodeSelector=ON_UNKNOWN)), deployment(pod_spec(gpus("1")))
    annotations = gate([]).validate(review(after, before)).annotations
    assert annotations["delta"] == "+0.00 USD"
    assert annotations["month"].startswith("at least ")
