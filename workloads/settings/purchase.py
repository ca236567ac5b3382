"""How a company buys machines, as weighbridge.yaml states it: what it has committed to, and what it runs on spot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from workloads.field import mapping, sequence, text

EVERY_FAMILY = "*"
"""Stands for all families of a cloud."""

_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One commitment to pay for machines, whether they run or not. Key ``prices.commitments[]``."""

    cloud: str
    family: str
    """``m5``, ``n2``, ``Ds_v5``; ``*`` for all."""
    instrument: str
    """``compute-savings-plan``, ``committed-use``, ``reserved-instance``, …"""
    term_years: int
    payment: str
    """``no-upfront``, ``partial-upfront``, ``all-upfront`` or ``monthly``."""
    coverage: Decimal
    """The part of what runs that it pays for: 0.6 is 60 %."""
    discount: Decimal | None = None
    """What it takes off, where the company states its own: 0.28 is 28 % off."""


@dataclass(frozen=True, slots=True)
class SpotUse:
    """How a company uses spot machines. Key ``prices.spot[]``."""

    cloud: str
    family: str
    discount: Decimal | None = None
    """What spot usually costs less than on demand; None where the quotes of the price book stand."""
    share: Decimal = Decimal(0)
    """The part of those pods that only tolerate spot which is expected to run on it."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """Everything that is stated of it."""

    commitments: tuple[Commitment, ...] = ()
    spot: tuple[SpotUse, ...] = ()


NOTHING_STATED = Purchase()
"""List prices, and spot where pods ask for it."""


def read_purchase(prices: Mapping[str, object]) -> Purchase:
    """What the ``prices`` of a configuration state, which its schema has found right."""
    return Purchase(
        tuple(_commitment(mapping(row)) for row in sequence(prices, "commitments")),
        tuple(_spot(mapping(row)) for row in sequence(prices, "spot")),
    )


def _commitment(row: Mapping[str, object]) -> Commitment:
    cloud = text(row, "cloud")
    return Commitment(
        cloud=cloud,
        family=text(row, "family") or EVERY_FAMILY,
        instrument=text(row, "instrument"),
        term_years=int(str(row["termYears"]).partition(".")[0]),
        payment=text(row, "payment") or ("no-upfront" if cloud == "aws" else "monthly"),
        coverage=Decimal(str(row["coverage"])),
        discount=_discount(row),
    )


def _spot(row: Mapping[str, object]) -> SpotUse:
    share = Decimal(str(row.get("share", 0)))
    return SpotUse(text(row, "cloud"), text(row, "family") or EVERY_FAMILY, _discount(row), share)


def _discount(row: Mapping[str, object]) -> Decimal | None:
    return Decimal(str(row["percent"])) / _PERCENT if "percent" in row else None
