"""What Google Cloud takes off by itself when a machine runs for most of a month.

"Sustained use discounts for Compute Engine": each quarter of the month costs less than the one before, 100, 80, 60 and 40 percent
of the price where 30 percent is the most (N1, M1, M2, f1, g1), 100, 86.67, 73.33 and 60 where it is 20 (N2, N2D, C2), for
machines on demand that have no other discount. GPUs attached to them are not among these figures.
"""

from __future__ import annotations

from decimal import Decimal

from pricing.book import Machine, PriceBook
from pricing.precision import tidy
from pricing.rate import Confidence, Rate

_QUARTER = Decimal("0.25")
_STEPS = (Decimal(0), Decimal(2), Decimal(4), Decimal(6))
"""Thirds of the most that each quarter of the month is less: together, over a whole month, just that."""
_PERCENT = Decimal(100)
_NOTHING = Decimal(0)


def less_sustained_use(rate: Rate, machine: Machine, part_of_month: Decimal, prices: PriceBook) -> Rate:
    """An on-demand price less what comes off for a machine that runs for a part of every month, from 0 to 1.

    The same price for machines with accelerators, families without the discount, and at a quarter of the month or less.
    """
    offer = prices.sustained_use(machine.location, machine.type) if part_of_month > _QUARTER and not machine.gpu_count else None
    if offer is None or offer.percent is None:
        return rate
    percent = tidy(offer.percent * _of_the_most(part_of_month))
    words = f"less {percent:f} % for sustained use ({offer.source}), {tidy(part_of_month * _PERCENT):f} % of the month"
    confidence = Confidence.least(rate.confidence, offer.confidence)
    return Rate(tidy(rate.value * (1 - percent / _PERCENT)), rate.unit, f"{rate.source}, {words}", rate.date, confidence)


def _of_the_most(part: Decimal) -> Decimal:
    """Which part of the largest discount holds for a part of the month."""
    quarters = (min(max(part - place * _QUARTER, _NOTHING), _QUARTER) for place in range(4))
    return sum((quarter * step / 3 for quarter, step in zip(quarters, _STEPS, strict=True)), _NOTHING) / part
