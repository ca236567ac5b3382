"""Regions by how near they are to another one: those of its continent first, as far as the names that clouds give them tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

MOST = 3
"""Regions that are named."""

_CONTINENTS = (
    re.compile(r"eu-|.*europe|uk|france|germany|norway|sweden|switzerland|italy|spain|poland|austria|belgium|denmark"),
    re.compile(r"us-|.*us\d?\Z|ca-|canada|northamerica|mx-|mexico"),
    re.compile(r"sa-|southamerica|brazil|chile"),
    re.compile(r"ap-|.*asia|.*india|japan|korea|malaysia|indonesia|australia|newzealand"),
    re.compile(r"me-|il-|uae|qatar|israel"),
    re.compile(r"af-|africa|southafrica"),
)
"""What the names of a continent's regions begin with."""


def nearest_first(regions: Iterable[str], region: str) -> list[str]:
    """Regions in the order in which they are worth a look from one of them; those of governments last."""
    here = continent(region)
    return sorted(regions, key=lambda name: ("gov" in name, continent(name) != here, name))


def some(regions: Iterable[str], region: str) -> str:
    """``eu-central-1, eu-north-1, eu-south-2 and 4 more``: the nearest of several regions."""
    named = nearest_first(regions, region)
    more = f" and {len(named) - MOST} more" if len(named) > MOST else ""
    return f"{', '.join(named[:MOST])}{more}"


@lru_cache(maxsize=512)
def continent(region: str) -> int:
    """The number of a region's continent; -1 where its name does not tell."""
    return next((number for number, pattern in enumerate(_CONTINENTS) if pattern.match(region)), -1)
