"""Families of machine types: which a type belongs to, and how dear each is in a region beside the region of the fits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from statistics import median
from typing import Final

FAMILY: Final = {
    "aws": re.compile(r"([a-z0-9-]+)\.(?!metal)()()"),
    "gcp": re.compile(r"([a-z0-9]+)-(?!micro|small|medium)(?!.*metal)()()"),
    "azure": re.compile(r"Standard_([A-Z]+)\d+([a-z]*)(_v\d+|)$"),
}
"""A type's family, as the fits spell it, in three parts; no metal, no shared core, no constrained sizes."""

GENERAL_PURPOSE: Final = {
    "aws": re.compile(r"[cmr](?:[5-9]|\d\d)(?:(?P<AMD>a)|(?P<Graviton>g)|(?P<Intel>))"),
    "gcp": re.compile(r"(?:e2|n1|n2|n2d|n4|n4a|n4d|t2a|t2d|c3|c3d|c4|c4a|c4d)$"),
    "azure": re.compile(r"[DEF][a-z]*_v[3-6]$"),
}
"""Which families are general-purpose; on AWS, whose processors are priced apart in some regions, with the processor's name."""

FEWEST_TYPES: Final = 3
"""A family's own price ratio rests on at least so many types."""
FACTOR_STEP: Final = Decimal("0.0001")

Priced = Mapping[tuple[str, str, str], Decimal]
"""Prices by cloud, region and type."""


class Families:
    """The families that rates were fitted over, by cloud."""

    def __init__(self, fitted: Collection[tuple[str, str]]) -> None:
        self._joined = sorted(pair for pair in fitted if "+" in pair[1])

    def of(self, cloud: str, machine_type: str) -> tuple[str, ...]:
        """The families that a type belongs to: its own, the series that join it, and what it is peer of."""
        match = FAMILY[cloud].match(machine_type) if cloud in FAMILY else None
        if not match:
            return ()
        family = "".join(match.groups())
        joined = [each for where, each in self._joined if where == cloud and family in each.split("+")]
        general = GENERAL_PURPOSE[cloud].match(family)
        peers = [f"general-purpose {kind}" for kind, found in general.groupdict().items() if found is not None] if general else []
        return (family, *joined, *(["general-purpose"] if general else []), *peers)

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
