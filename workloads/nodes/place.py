"""Which cloud and region a pod's nodes are in, as the names of zones, regions and labels tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_DOMAINS = {
    "aws": ("eks.amazonaws.com", "karpenter.k8s.aws", "k8s.amazonaws.com", "topology.k8s.aws", "topology.ebs.csi.aws.com"),
    "gcp": ("cloud.google.com", "topology.gke.io", "iam.gke.io", "node.gke.io", "networking.gke.io"),
    "azure": ("kubernetes.azure.com", "karpenter.azure.com", "topology.disk.csi.azure.com"),
}
"""Domains of the labels that only one cloud's nodes carry."""
_CLOUD_OF_DOMAIN = {domain: cloud for cloud, domains in _DOMAINS.items() for domain in domains}

_AWS = r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-[a-z]+){1,2}-\d"
_GCP = r"(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d+"
_ZONES = (
    # A local or wavelength zone such as us-west-2-lax-1a belongs to the region it starts with.
    ("aws", re.compile(rf"({_AWS})(?:-[a-z0-9]{{1,8}}){{0,4}}[a-z]\Z")),
    ("gcp", re.compile(rf"({_GCP})-(?:ai\d)?[a-z]\Z")),
    ("azure", re.compile(r"([a-z]{4,}\d?)-[1-9]\Z")),
)
_REGIONS = (("aws", re.compile(rf"{_AWS}\Z")), ("gcp", re.compile(rf"{_GCP}\Z")))


@lru_cache(maxsize=512)
def region_of_zone(zone: str) -> str:
    """The region of a zone by the form of its name: ``us-east-1a`` is in ``us-east-1``; empty where the form tells none."""
    return _place(zone)[1]


def cloud_of(keys: Sequence[frozenset[str]], zones: Iterable[str], regions: Iterable[str]) -> str:
    """The cloud that required labels imply, else zones, else regions; empty where they tell none or several.

    ``keys`` are the labels required by each alternative.
    """
    domains = [{_CLOUD_OF_DOMAIN.get(key.partition("/")[0], "") for key in each} - {""} for each in keys]
    agreed = set.intersection(*domains) if domains else set()
    if len(agreed) == 1:
        return agreed.pop()
    clouds = {_place(zone)[0] for zone in zones} or {_of_region(region) for region in regions}
    return clouds.pop() if len(clouds) == 1 else ""


def _place(zone: str) -> tuple[str, str]:
    if len(zone) <= 63:
        for cloud, form in _ZONES:
            if found := form.match(zone):
                return cloud, found.group(1)
    return "", ""


def _of_region(region: str) -> str:
    return next((cloud for cloud, form in _REGIONS if form.match(region[:64])), "")
