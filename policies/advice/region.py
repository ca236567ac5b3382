"""Pods that name a region, where another of the same continent is cheaper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policies.advice.proposal import Changed, Proposal
from policies.message import inert
from workloads.edit import Edit
from workloads.field import mapping
from workloads.nodes.labels import REGION_LABELS

MOST_REGIONS: Final = 12
"""Regions that are tried for one group of pods."""
_CLOUDS: Final = frozenset(("aws", "gcp"))
"""Clouds whose regions' names begin with the continent."""
_APART: Final = ("us-gov", "us-iso", "cn-")
"""Regions that nobody moves to for their prices: they are for whom the law lets in."""


def proposals(changed: Changed) -> Iterator[Proposal]:
    """Each group that states its region and nothing nearer, in each other region of its continent. What has disks stays."""
    location = changed.estimate.location
    if location.cloud not in _CLOUDS or changed.workload.claims or location.region.startswith(_APART):
        return
    for group in changed.workload.groups:
        spec = changed.spec_of(group)
        selector = mapping(changed.manifest.body, *spec, "nodeSelector") if spec else {}
        key = next((label for label in REGION_LABELS if selector.get(label) == location.region), None)
        if key is None or any("zone" in label for label in selector):
            continue
        for region in _near(changed):
            yield Proposal(
                "cheaper-region",
                f"{changed.named(group)}in {inert(region)}",
                changed.manifest,
                ((Edit((*spec, "nodeSelector", key), region),),),
                condition="if its data and its users may be there",
                why=f"The same machines cost less there than in {inert(location.region)}.",
            )


def _near(changed: Changed) -> list[str]:
    """The other regions of the continent, by name."""
    location = changed.estimate.location
    continent = location.region.split("-", 1)[0]
    found = (region for region in changed.prices.regions(location.cloud) if region.split("-", 1)[0] == continent)
    return [region for region in found if region != location.region and not region.startswith(_APART)][:MOST_REGIONS]
