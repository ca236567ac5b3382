"""The machine type that a misspelt name may mean: one whose name differs in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from pricing.book import PriceBook
from pricing.locality import USUAL_REGIONS
from pricing.rate import Location

LONGEST = 64
"""Characters of a name worth correcting."""


def near_machine(prices: PriceBook, cloud: str, name: str) -> str:
    """A type of the cloud whose name is as written but for one letter, or two exchanged; empty where none is.

    Letter case does not matter. Costs the same whatever the number of types: names are looked up with each letter left out.
    """
    if len(name) > LONGEST:
        return ""
    index = _index(prices, cloud)
    return next((index[form] for form in _forms(name) if form in index), "")


@lru_cache(maxsize=16)
def _index(prices: PriceBook, cloud: str) -> Mapping[str, str]:
    """The types of a cloud's usual region by each form of their name; the first by name where two share one."""
    regions = prices.regions(cloud)
    usual = USUAL_REGIONS.get(cloud, "")
    region = usual if usual in regions else next(iter(regions), "")
    names = [machine.type for machine in prices.machines(Location(cloud, region))] if region else []
    found: dict[str, str] = {}
    for name in names:
        for form in _forms(name):
            found.setdefault(form, name)
    return MappingProxyType({**found, **{name.lower(): name for name in names}})


def _forms(name: str) -> Iterator[str]:
    """A name in lower case, and with each of its letters left out."""
    text = name.lower()
    yield text
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]
