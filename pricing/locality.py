"""In which cloud and region a workload is priced: by what its own nodes and classes say, else by what the caller said."""

from __future__ import annotations

from pricing.rate import Location

USUAL_REGIONS = {"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}
"""Where prices are taken when only the cloud is known: each provider's most used region, and its price lists' first."""

ANY_CLOUD = "any"
"""The cloud of rates fitted over all clouds that sell GPUs and little else."""
EVERY_REGION = "default"
"""The region of what holds in all regions of a cloud."""

MAIN_CLOUDS = tuple(USUAL_REGIONS)
"""The clouds whose own Kubernetes services most clusters run on, most used first."""


def in_cloud(cloud: str, location: Location) -> Location:
    """A location in a cloud: the given one where it is there already, else the cloud's usual region."""
    if not cloud or cloud == location.cloud:
        return location
    return Location(cloud, USUAL_REGIONS.get(cloud, ""))


def moved_to(place: Location, location: Location) -> str:
    """Says why a place is in another cloud than the given one: only that is known, or the rest of an object is there."""
    usual = in_cloud(place.cloud, location)
    if place == usual:
        return moved(place.cloud, location)
    return "" if place.cloud == location.cloud else f"{place.cloud} {place.region}: the rest of the object is there"


def moved(cloud: str, location: Location) -> str:
    """Says that a region was assumed because only the cloud is known; empty where the location already fits."""
    if not cloud or cloud == location.cloud:
        return ""
    return f"region {USUAL_REGIONS.get(cloud, '')} assumed: only the cloud, {cloud}, is known (clusters[].region)"
