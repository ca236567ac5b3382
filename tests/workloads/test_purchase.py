"""weighbridge.yaml says what is committed to and what runs on spot."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workloads.settings.configuration import configure
from workloads.settings.purchase import NOTHING_STATED, Commitment, SpotUse

STATED = b"""\
version: 1
prices:
  commitments:
    - {cloud: aws, instrument: compute-savings-plan, termYears: 1, coverage: 0.6}
    - {cloud: azure, family: Ds_v5, instrument: reserved-instance, termYears: 3, payment: monthly, coverage: 0.5, percent: 41.5}
  spot:
    - {cloud: aws, percent: 65, share: 0.8}
    - {cloud: gcp, family: n2}
"""


def test_commitments_and_spot_are_read_with_what_is_usual_where_they_are_silent() -> None:
    configured = configure(STATED)
    assert configured.problems == ()
    purchase = configured.configuration.purchase
    assert purchase.commitments == (
        Commitment("aws", "*", "compute-savings-plan", 1, "no-upfront", Decimal("0.6")),
        Commitment("azure", "Ds_v5", "reserved-instance", 3, "monthly", Decimal("0.5"), Decimal("0.415")),
    )
    assert purchase.spot == (SpotUse("aws", "*", Decimal("0.65"), Decimal("0.8")), SpotUse("gcp", "n2"))


def test_without_them_nothing_is_stated() -> None:
    assert configure(b"version: 1\nprices: {}\n").configuration.purchase == NOTHING_STATED


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            "commitments: [{cloud: aws, instrument: compute-saving-plan, termYears: 1, coverage: 1}]",
            "did you mean 'compute-savings-plan'?",
        ),
        ("commitments: [{cloud: aws, instrument: committed-use, termYears: 2, coverage: 1}]", "termYears"),
        ("commitments: [{cloud: aws, instrument: committed-use, termYears: 1, coverage: 60}]", "coverage"),
        ("commitments: [{cloud: aws, instrument: committed-use, termYears: 1, coverage: 0}]", "coverage"),
        ("commitments: [{cloud: aws, instrument: committed-use, termYears: 1}]", "'coverage' missing"),
        ("commitments: [{cloud: aws, instrument: committed-use, termYears: 1, coverage: 1, percent: 100}]", "percent"),
        ("commitments: {cloud: aws}", "must be a list, not keys with values"),
        ("spot: [{cloud: aws, share: 1.1}]", "share"),
        ("spot: [{cloud: aws, percent: 0}]", "percent"),
        ("spot: [{family: m5}]", "'cloud' missing"),
        ("spot: [{cloud: aws, shares: 0.5}]", "did you mean 'share'?"),
    ],
)
def test_what_is_wrong_with_them_is_told(row: str, words: str) -> None:
    configured = configure(f"version: 1\nprices:\n  {row}\n".encode(), "weighbridge.yaml")
    told = "\n".join(str(problem) for problem in configured.problems)
    assert words in told
    assert "weighbridge.yaml:3" in told
