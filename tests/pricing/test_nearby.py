"""Regions are named by how near they are."""

from __future__ import annotations

import pytest

from pricing.book import PriceBook
from pricing.nearby import continent, nearest_first, some


@pytest.mark.parametrize(
    ("region", "regions", "ordered"),
    [
        ("eu-west-1", ["ap-south-1", "us-east-1", "eu-south-2", "eu-central-1"], "eu-central-1 eu-south-2 ap-south-1 us-east-1"),
        ("europe-west4", ["us-central1", "asia-east1", "europe-north1"], "europe-north1 asia-east1 us-central1"),
        ("westeurope", ["eastus", "uksouth", "francecentral", "japaneast"], "francecentral uksouth eastus japaneast"),
        ("eastus2", ["westeurope", "canadacentral", "westus3"], "canadacentral westus3 westeurope"),
        ("us-east-1", ["us-gov-west-1", "us-west-2", "eu-west-1"], "us-west-2 eu-west-1 us-gov-west-1"),
        ("mars-1", ["us-east-1", "eu-west-1"], "eu-west-1 us-east-1"),
        ("", ["us-east-1", "eu-west-1"], "eu-west-1 us-east-1"),
    ],
)
def test_those_of_the_same_continent_come_first_and_those_of_governments_last(
    region: str, regions: list[str], ordered: str
) -> None:
    assert nearest_first(regions, region) == ordered.split()


@pytest.mark.parametrize("cloud", ["aws", "gcp", "azure"])
def test_every_region_of_a_large_cloud_is_on_a_continent(cloud: str, prices: PriceBook) -> None:
    assert [region for region in prices.regions(cloud) if continent(region) < 0] == []


def test_of_many_the_nearest_are_named_and_the_rest_counted() -> None:
    assert (
        some(["eu-west-3", "us-east-1", "eu-west-2", "eu-north-1"], "eu-west-1") == "eu-north-1, eu-west-2, eu-west-3 and 1 more"
    )
