"""How well a total is known: the share of it that each confidence has, and that in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from pricing.estimate import Estimate
from pricing.rate import Confidence
from pricing.rounding import apportion

_SHARE = Decimal("0.0001")
_PERCENT = Decimal("0.01")


def percent(share: Decimal) -> str:
    """A share of a total in words: ``81%``, ``under 1%``."""
    return "under 1%" if 0 < share < _PERCENT else f"{share * 100:.0f}%"


def percents(shares: Mapping[Confidence, Decimal]) -> dict[Confidence, str]:
    """Shares that are one together in words, each that is not nothing: whole percents, which sum to a hundred."""
    whole = apportion([share * 100 for share in shares.values()], Decimal(100), Decimal(1)) if shares else []
    told = zip(shares.items(), whole, strict=True)
    return {name: percent(share) if share < _PERCENT else f"{rounded:.0f}%" for (name, share), rounded in told if share}


def certainty(estimates: Sequence[Estimate]) -> Mapping[Confidence, Decimal] | None:
    """Shares of the expected total by confidence, in steps of a hundredth of a percent, that sum to one."""
    amounts = {
        confidence: sum((estimate.certainty.get(confidence, Decimal(0)) for estimate in estimates), Decimal(0))
        for confidence in Confidence
    }
    whole = sum(amounts.values(), Decimal(0))
    if not whole:
        return None
    shares = [(amount / whole).quantize(_SHARE.scaleb(-6), ROUND_HALF_EVEN) for amount in amounts.values()]
    return dict(zip(amounts, apportion(shares, Decimal(1), _SHARE), strict=True))
