"""A file goes to the first cluster whose paths match it."""

from __future__ import annotations

from pathlib import Path

from weighbridge.clusters import Clusters
from workloads.manifest import Manifest, Origin
from workloads.settings.configuration import ClusterSettings

PRODUCTION = ClusterSettings("production", ("clusters/prod/**", "!clusters/prod/docs/**"))
STAGING = ClusterSettings("staging", ("clusters/**",))


def test_the_first_match_wins(tmp_path: Path) -> None:
    clusters = Clusters((PRODUCTION, STAGING), tmp_path)
    assert clusters.of(str(tmp_path / "clusters/prod/web.yaml")) == PRODUCTION
    assert clusters.of(str(tmp_path / "clusters/test/web.yaml")) == STAGING


def test_a_later_pattern_takes_back_as_in_gitignore(tmp_path: Path) -> None:
    clusters = Clusters((PRODUCTION,), tmp_path)
    assert clusters.of(str(tmp_path / "clusters/prod/docs/example.yaml")) is None


def test_a_file_of_no_cluster_has_none(tmp_path: Path) -> None:
    assert Clusters((PRODUCTION,), tmp_path).of(str(tmp_path / "tools/web.yaml")) is None


def test_another_checkout_counts_as_this_one(tmp_path: Path) -> None:
    clusters = Clusters((PRODUCTION,), tmp_path / "here", (str(tmp_path / "base"),))
    assert clusters.of(str(tmp_path / "base/clusters/prod/web.yaml")) == PRODUCTION


def test_manifests_are_split_in_the_order_read(tmp_path: Path) -> None:
    files = ["clusters/test/a.yaml", "clusters/prod/b.yaml", "clusters/test/c.yaml"]
    manifests = [Manifest("v1", "Pod", "", file, {}, Origin(str(tmp_path / file))) for file in files]
    (split,) = Clusters((PRODUCTION, STAGING), tmp_path).split(manifests)
    assert {cluster.name if cluster else "": [m.name for m in found] for cluster, found in split.items()} == {
        "staging": ["clusters/test/a.yaml", "clusters/test/c.yaml"],
        "production": ["clusters/prod/b.yaml"],
    }
