"""Flags win over the environment, the environment over weighbridge.yaml, that over defaults; each value knows why."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from policies.verdict import Point
from pricing.rate import Location
from pricing.sources.book import open_book
from weighbridge.configuration.settings import Flags, Value, find_configuration, read_settings
from weighbridge.output.failure import Failure
from workloads.settings.configuration import ClusterSettings
from workloads.snapshots.snapshot import UNKNOWN

PRICES = open_book()
CLUSTER = ClusterSettings("production", ("**",), cloud="gcp", region="europe-west1", machine_series="n2")


@pytest.mark.parametrize(
    ("flags", "cluster", "expected"),
    [
        (Flags(), None, (Location("aws", "us-east-1"), "default")),
        (Flags(), CLUSTER, (Location("gcp", "europe-west1"), "weighbridge.yaml")),
        (Flags(region=Value("eu-central-1", "--region")), None, (Location("aws", "eu-central-1"), "--region")),
        (Flags(region=Value("us-east-1", "--region")), None, (Location("aws", "us-east-1"), "--region")),
        (Flags(region=Value("eu-central-1", "--region")), CLUSTER, (Location("aws", "eu-central-1"), "--region")),
        (
            Flags(cloud=Value("azure", "WEIGHBRIDGE_CLOUD")),
            None,
            (Location("azure", "eastus"), "WEIGHBRIDGE_CLOUD, its home region"),
        ),
        (
            Flags(cloud=Value("gcp", "--cloud"), region=Value("us-west1", "--region")),
            CLUSTER,
            (Location("gcp", "us-west1"), "--region"),
        ),
        (
            Flags(cloud=Value("gcp", "WEIGHBRIDGE_CLOUD"), region=Value("us-west-2", "--region")),
            CLUSTER,
            (Location("aws", "us-west-2"), "--region"),
        ),
        (
            Flags(cloud=Value("gcp", "--cloud"), region=Value("us-west-2", "WEIGHBRIDGE_REGION")),
            None,
            (Location("gcp", "us-central1"), "--cloud, its home region"),
        ),
        (
            Flags(cloud=Value("gcp", "WEIGHBRIDGE_CLOUD"), region=Value("us-west1", "WEIGHBRIDGE_REGION")),
            None,
            (Location("gcp", "us-west1"), "WEIGHBRIDGE_REGION"),
        ),
    ],
)
def test_the_strongest_source_decides_the_location(
    flags: Flags, cluster: ClusterSettings | None, expected: tuple[Location, str], tmp_path: Path
) -> None:
    assert read_settings(flags, tmp_path).location(cluster, PRICES) == expected


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (Flags(cloud=Value("gpc", "--cloud")), "did you mean 'gcp'?"),
        (Flags(region=Value("eu-central-9", "--region")), "did you mean 'eu-central-"),
        (Flags(cloud=Value("aws", "--cloud"), region=Value("us-central1", "--region")), "aws has no region 'us-central1'"),
    ],
)
def test_a_place_the_price_book_does_not_know_is_refused_with_a_suggestion(flags: Flags, words: str, tmp_path: Path) -> None:
    with pytest.raises(Failure, match=re.escape(words)):
        read_settings(flags, tmp_path).location(None, PRICES)


def test_the_nearest_configuration_at_or_above_the_path_is_used(tmp_path: Path) -> None:
    (tmp_path / "weighbridge.yaml").write_text("version: 1\n")
    (tmp_path / "apps" / "shop").mkdir(parents=True)
    assert find_configuration(tmp_path / "apps" / "shop") == tmp_path / "weighbridge.yaml"


def test_the_search_does_not_leave_the_repository(tmp_path: Path) -> None:
    (tmp_path / "weighbridge.yaml").write_text("version: 1\n")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert find_configuration(tmp_path / "repository") is None


def test_a_flag_for_unknown_holds_at_every_point(tmp_path: Path) -> None:
    settings = read_settings(Flags(unknown=Value("fail", "--unknown")), tmp_path)
    assert {settings.unknowns().at(point) for point in Point} == {"fail"}


def test_a_cluster_gives_the_context_its_environment(tmp_path: Path) -> None:
    context = read_settings(Flags(), tmp_path).context(replace(CLUSTER, environment="staging"), UNKNOWN, PRICES)
    assert context.ownership.cluster_environment == "staging"


def test_a_cluster_gives_the_context_its_name_and_series(tmp_path: Path) -> None:
    context = read_settings(Flags(), tmp_path).context(CLUSTER, UNKNOWN, PRICES)
    assert (context.cluster, context.series) == ("production", "n2")


def test_a_configuration_that_is_named_and_absent_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="cannot read"):
        read_settings(Flags(), tmp_path, tmp_path / "absent.yaml")


def test_an_oversize_configuration_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "weighbridge.yaml").write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(Failure, match="larger than 1024 KiB"):
        read_settings(Flags(), tmp_path)
