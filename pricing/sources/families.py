"""Families of machine types: which a type belongs to, and how dear each is in a region beside the region of the fits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from statistics import median
from typing import Final

from pricing.machines.family import GENERAL_PURPOSE, family_of, general_purpose, peers_of, regular, series_of

FEWEST_TYPES: Final = 3
"""A family's own price ratio rests on at least so many types."""
FACTOR_STEP: Final = Decimal("0.0001")

Priced = Mapping[tuple[str, str, str], Decimal]
"""Prices by cloud, region and type."""


class Families:
    """The families that rates were fitted over, by cloud."""

    def __init__(self, fitted: Collection[tuple[str, str]]) -> None:
        self._fitted = frozenset(fitted)

    def of(self, cloud: str, machine_type: str) -> tuple[str, ...]:
        """The families that a type belongs to: its own, the series that join it, and what it is peer of."""
        if not regular(cloud, machine_type):
            return ()
        family = family_of(machine_type)
        joined = series_of(cloud, family)
        peers = (GENERAL_PURPOSE, peers_of(cloud, family)) if general_purpose(cloud, family) else ()
        return tuple(dict.fromkeys((family, *([joined] if (cloud, joined) in self._fitted else []), *peers)))

    def factors(self, prices: Priced, references: Mapping[str, str]) -> Iterator[tuple[str, str, str, str, int]]:
        """How dear each region is, by family: the median price ratio of its types to the region of the fit.

        ``references`` names that region by cloud. Each row is cloud, region, family, factor, number of types.
        """
        ratios: dict[tuple[str, str, str], list[Decimal]] = {}
        groups: dict[tuple[str, str], tuple[str, ...]] = {}
        for (cloud, region, name), price in prices.items():
            there = prices.get((cloud, references[cloud], name))
            if there and (cloud, name) not in groups:
                groups[cloud, name] = self.of(cloud, name)
            for group in groups[cloud, name] if there else ():
                ratios.setdefault((cloud, region, group), []).append(price / there)  # type: ignore[operator]
        for key, several in sorted(ratios.items()):
            if len(several) >= FEWEST_TYPES:
                yield (*key, text_of(median(several)), len(several))


def text_of(factor: Decimal) -> str:
    """A factor to its step, without trailing zeros."""
    return format(factor.quantize(FACTOR_STEP).normalize(), "f")
