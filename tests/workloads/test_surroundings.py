"""What objects tell of the cluster they are in: of what is given twice, and not alike, nobody knows which one the cluster has."""

from __future__ import annotations

import pytest

from workloads.inventory import take_inventory
from workloads.snapshots.snapshot import Snapshot
from workloads.surroundings import observe
from workloads.text.reader import read

SHOP = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {%s}, annotations: {%s}}\n"
LIMITS = (
    "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: usual, namespace: shop}\n"
    "spec: {limits: [{type: Container, default: {cpu: '%s', memory: 1Gi}}]}\n"
)
WEB = (
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {replicas: 1, template: {spec: {containers: [{name: c}]}}}\n"
)


def _seen(*texts: str) -> Snapshot:
    return observe(each for number, text in enumerate(texts) for each in read(text.encode(), f"{number}.yaml").manifests)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHOP % ("team: a", ""), SHOP % ("team: b", "")),
        (SHOP % ("team: a", ""), SHOP % ("", "")),
        (SHOP % ("", "downscaler/uptime: never"), SHOP % ("", "")),
    ],
    ids=["another label", "a label less", "hours"],
)
def test_of_a_namespace_that_is_given_twice_and_not_alike_nothing_is_known(one: str, other: str) -> None:
    for found in (_seen(one, other), _seen(other, one), _seen(one, other, one)):
        assert "shop" not in found.namespaces
        assert "shop" not in found.namespace_annotations


def test_a_namespace_that_is_given_twice_alike_is_known() -> None:
    assert _seen(SHOP % ("team: a", ""), SHOP % ("team: a", "note: x")).namespaces["shop"]["team"] == "a"


def test_a_cheap_copy_of_a_limit_range_hides_nothing_wherever_it_stands() -> None:
    (web,) = read(WEB.encode(), "web.yaml").manifests
    for order in ((LIMITS % 4, LIMITS % "100m"), (LIMITS % "100m", LIMITS % 4)):
        (found,) = take_inventory([web], _seen(*order)).workloads
        assert found.groups[0].requests.cpu == 4
        assert "LimitRange shop/usual is given 2 times, and not alike: the larger of what each gives counts" in found.notes
