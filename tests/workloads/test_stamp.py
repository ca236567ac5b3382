"""What charts stamp on objects changes nothing by itself."""

from __future__ import annotations

import pytest

from workloads.stamp import alike_but_for_stamps


def deployment(labels: dict[str, str], annotations: dict[str, str], **more: object) -> dict[str, object]:
    template = {"metadata": {"labels": {"app": "web", **labels}, "annotations": annotations}, "spec": {"containers": []}}
    return {"kind": "Deployment", "metadata": {"name": "web", "labels": labels}, "spec": {"template": template, **more}}


OLD = deployment({"helm.sh/chart": "web-1.0.0", "app.kubernetes.io/version": "1.0"}, {"checksum/config": "aa"})


@pytest.mark.parametrize(
    "after",
    [
        deployment({"helm.sh/chart": "web-1.1.0", "app.kubernetes.io/version": "1.1"}, {"checksum/config": "bb"}),
        deployment({}, {}),
        OLD,
    ],
)
def test_another_release_is_no_change(after: dict[str, object]) -> None:
    assert alike_but_for_stamps(OLD, after)
    assert alike_but_for_stamps(after, OLD)


@pytest.mark.parametrize(
    "after",
    [
        deployment({"helm.sh/chart": "web-1.0.0", "team": "shop"}, {"checksum/config": "aa"}),
        deployment({}, {"prometheus.io/scrape": "true"}),
        deployment({}, {}, replicas=2),
    ],
)
def test_anything_else_is_one(after: dict[str, object]) -> None:
    assert not alike_but_for_stamps(OLD, after)


def test_a_stamp_elsewhere_than_in_metadata_counts() -> None:
    assert not alike_but_for_stamps({"data": {"helm.sh/chart": "a"}}, {"data": {"helm.sh/chart": "b"}})


def test_depth_is_no_matter() -> None:
    deep: dict[str, object] = {"labels": {"helm.sh/chart": "a"}}
    for _ in range(400):
        deep = {"spec": [deep]}
    assert not alike_but_for_stamps(deep, {"spec": []})
