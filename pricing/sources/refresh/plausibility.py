"""Whether a collected list can be believed beside the prices at hand: a list that cannot is not used at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pricing.sources.refresh.listed import ListedPrice, RefreshError

FEWEST_SHARE: Final = Decimal("0.5")
"""Of the types that a region had, so many must be listed still."""
FARTHEST: Final = Decimal(4)
"""A price that rose or fell more than so many times is not believed."""
MOST_FAR: Final = Decimal("0.02")
"""Share of the prices of a region that may be so far off before none of them is believed."""
MOST_UNUSABLE: Final = Decimal("0.02")
"""Share of rows without a usable price before the list is not believed."""
TOLD: Final = 3
"""Regions that are told one by one."""
FEW: Final = 20
"""Prices below which shares mean nothing, and one or two may be off."""

Known = Mapping[tuple[str, str], Decimal]
"""On-demand prices at hand, by region and type."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A list that can be believed."""

    prices: tuple[ListedPrice, ...]
    far: tuple[str, ...]
    """What was left out of it, being too far from the price at hand, in words."""
    empty: tuple[str, ...]
    """Regions that it has no machines of: their prices stay as they are."""


def judged(found: Sequence[ListedPrice], regions: Sequence[str], known: Known, left_out: int) -> Judged:
    """What of a list can be used.

    :raises RefreshError: when it cannot be believed as a whole, with what is wrong.
    """
    if left_out > _allowed(len(found) + left_out, MOST_UNUSABLE):
        raise RefreshError(f"{left_out:,} of {len(found) + left_out:,} rows have no price that can be used")
    by_region = _by_region(found, regions)
    empty = tuple(region for region, prices in by_region.items() if not prices)
    if len(empty) > len(regions) * FEWEST_SHARE:
        raise RefreshError(f"no machine prices of {', '.join(empty[:TOLD])}{' and others' if len(empty) > TOLD else ''}")
    far: list[str] = []
    kept: list[ListedPrice] = []
    for region, prices in by_region.items():
        if not prices:
            continue
        _require_enough(region, prices, known)
        off = _far(region, prices, known)
        far += off.values()
        kept += [price for name, price in prices.items() if name not in off]
    return Judged(tuple(kept), tuple(far), empty)


def _by_region(found: Sequence[ListedPrice], regions: Sequence[str]) -> dict[str, dict[str, ListedPrice]]:
    by_region: dict[str, dict[str, ListedPrice]] = {region: {} for region in regions}
    for price in found:
        before = by_region[price.region].get(price.type)
        by_region[price.region][price.type] = _joined(before, price) if before else price
    return by_region


def _joined(one: ListedPrice, other: ListedPrice) -> ListedPrice:
    """Two rows of a type as one: on demand and spot come apart, and of two prices on demand the lower is the plain machine's."""
    on_demand = min(filter(None, (one.on_demand, other.on_demand)), default=None)
    spot = min(filter(None, (one.spot, other.spot)), default=None)
    return ListedPrice(one.region, one.type, on_demand, spot, one.shape or other.shape)


def _require_enough(region: str, prices: Mapping[str, ListedPrice], known: Known) -> None:
    had = sum(where == region for where, _ in known)
    has = sum(price.on_demand is not None for price in prices.values())
    if has < had * FEWEST_SHARE:
        raise RefreshError(f"{region}: {has:,} machine types with a price, where there were {had:,}")


def _far(region: str, prices: Mapping[str, ListedPrice], known: Known) -> dict[str, str]:
    off = {}
    for name, price in prices.items():
        before = known.get((region, name))
        if before and price.on_demand and not before / FARTHEST <= price.on_demand <= before * FARTHEST:
            off[name] = f"{name} in {region}: {price.on_demand:f} an hour, where it was {before:f}"
    if len(off) > _allowed(len(prices), MOST_FAR):
        example = next(iter(off.values()))
        raise RefreshError(f"{region}: {len(off):,} of {len(prices):,} prices are too far from those at hand: {example}")
    return off


def _allowed(count: int, share: Decimal) -> Decimal:
    return count * share if count >= FEW else Decimal(0 if count < FEW // 2 else 1)
