"""The one place where settings are read: flags over environment over weighbridge.yaml over defaults.

Every setting remembers what decided it, so that the output and ``weighbridge config`` can say so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from policies.context import DEFAULT_LOCATION, Context, Unknowns
from policies.verdict import Point
from pricing.book import PriceBook
from pricing.machines.home import home
from pricing.rate import Location
from weighbridge.output.failure import Failure
from workloads.nodes.pool import NO_POOLS, NodePools
from workloads.problem import Problem
from workloads.settings.assumptions import Assumptions
from workloads.settings.configuration import FILE_NAME, ClusterSettings, Configuration, Configured, configure
from workloads.settings.ownership import Ownership
from workloads.snapshots.snapshot import Snapshot
from workloads.text.schema import suggestion

HOME_REGIONS: Final = {"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}
"""Where a cloud is priced when only the cloud is named: the region its price list is anchored to."""

LARGEST_CONFIGURATION: Final = 1024 * 1024
"""Bytes of weighbridge.yaml that are read."""


class Value(NamedTuple):
    """A setting and what decided it."""

    value: str
    because: str
    """``--region``, ``WEIGHBRIDGE_REGION``, ``weighbridge.yaml``, ``default``."""

    @property
    def flag(self) -> bool:
        """Whether a flag said it."""
        return self.because.startswith("--")


NOT_STATED: Final = Value("", "")


@dataclass(frozen=True, slots=True)
class Flags:
    """What the command line and the environment say; everything else is weighbridge.yaml's or a default."""

    cloud: Value = NOT_STATED
    region: Value = NOT_STATED
    machine_series: Value = NOT_STATED
    unknown: Value = NOT_STATED
    snapshot: Value = NOT_STATED
    point: Point = Point.PULL_REQUEST
    confined: bool = False
    """Whether nothing is rendered where what renders would have a network."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides how manifests are weighed, beside the manifests."""

    flags: Flags
    configuration: Configuration
    folder: Path
    """Where weighbridge.yaml stands; its paths are relative to it."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with weighbridge.yaml."""
    named: bool = False
    """Whether weighbridge.yaml was named, and not found."""
    committed: bool = False
    """Whether they are a commit's, whatever stands on disk."""

    def location(self, cluster: ClusterSettings | None, prices: PriceBook, pools: NodePools = NO_POOLS) -> tuple[Location, str]:
        """Where a cluster is priced, and what decided it: flags before its nodes, as far as they are known, before the file.

        :raises Failure: when the price book knows no such cloud or region.
        """
        cloud, region = self._stated(cluster)
        if not (self.flags.cloud.value or self.flags.region.value) and (place := home(pools, prices)) is not None:
            return place, pools.because
        if region.value and not cloud.value:
            cloud = Value(_cloud_of(region, prices), region.because)
        if cloud.value and not region.value:
            region = Value(_home_region(cloud, prices), f"{cloud.because}, its home region")
        if not cloud.value:
            return DEFAULT_LOCATION, "default"
        _require_known(cloud, region, prices)
        return Location(cloud.value, region.value), region.because

    def _stated(self, cluster: ClusterSettings | None) -> tuple[Value, Value]:
        """Cloud and region of the strongest source that states either: a flag's cloud never meets a file's region.

        Nor the environment's, for it is a source of its own.
        """
        if self.flags.cloud.flag or self.flags.region.flag:
            given = self.flags.cloud, self.flags.region
            return given[0] if given[0].flag else NOT_STATED, given[1] if given[1].flag else NOT_STATED
        if self.flags.cloud.value or self.flags.region.value:
            return self.flags.cloud, self.flags.region
        if cluster is None:
            return NOT_STATED, NOT_STATED
        because = self.configuration.file or FILE_NAME
        return (
            Value(cluster.cloud, because) if cluster.cloud else NOT_STATED,
            Value(cluster.region, because) if cluster.region else NOT_STATED,
        )

    def series(self, cluster: ClusterSettings | None) -> str:
        """The machine series that CPU and memory are priced by; empty for the cloud's default."""
        return self.flags.machine_series.value or (cluster.machine_series if cluster else "")

    def _require_series(self, location: Location, prices: PriceBook) -> None:
        """That the series which a flag names has rates: of several clusters, in the cloud of one of them."""
        series, because = self.flags.machine_series
        clouds = prices.clouds() if len(self.configuration.clusters) > 1 else [location.cloud]
        known = [name for cloud in clouds for name in prices.machine_series(cloud)]
        if series and prices.compute_rates(location, series) is None and series not in known:
            near = suggestion(series, known)
            hint = near if near.startswith("did") else "general-purpose ones are named as in c7g+m7g+r7g (weighbridge prices fit)"
            raise Failure(f"{location.cloud} has no machine series {series!r} ({because}) in the price book: {hint}")

    def assumptions(self, cluster: ClusterSettings | None) -> Assumptions:
        """What is assumed of a cluster's workloads."""
        stated = self.configuration.assumptions
        return replace(stated, serverless=cluster.serverless) if cluster and cluster.serverless else stated

    def ownership(self, cluster: ClusterSettings | None) -> Ownership:
        """Who owns a cluster's workloads, by which labels."""
        stated = self.configuration.ownership
        return replace(stated, cluster_environment=cluster.environment) if cluster and cluster.environment else stated

    def unknowns(self) -> Unknowns:
        """What an unknown verdict does at each point."""
        if self.flags.unknown.value:
            choice = self.flags.unknown.value
            return Unknowns(choice, choice, choice, choice)
        stated = self.configuration.unknown
        return Unknowns(
            pull_request=stated.get("pullRequest", "warn"),
            sync=stated.get("sync", "warn"),
            admission=stated.get("admission", "warn"),
            audit=stated.get("audit", "warn"),
        )

    def context(self, cluster: ClusterSettings | None, snapshot: Snapshot, prices: PriceBook) -> Context:
        """What weighing a cluster's manifests needs to know beside them."""
        location, because = self.location(cluster, prices, snapshot.pools)
        self._require_series(location, prices)
        return Context(
            point=self.flags.point,
            cluster=cluster.name if cluster else "",
            location=location,
            location_because=because,
            series=self.series(cluster),
            default_namespace=cluster.namespace if cluster else "",
            snapshot=snapshot,
            assumptions=self.assumptions(cluster),
            ownership=self.ownership(cluster),
            unknowns=self.unknowns(),
            missing=snapshot.taken.not_known if snapshot.taken is not None else {},
        )


def _cloud_of(region: Value, prices: PriceBook) -> str:
    clouds = [cloud for cloud in prices.clouds() if region.value in prices.regions(cloud)]
    # Smaller clouds borrow the names of larger ones' regions.
    usual = [cloud for cloud in clouds if cloud in HOME_REGIONS] or clouds
    if len(usual) == 1:
        return usual[0]
    if clouds:
        raise Failure(f"region {region.value!r} ({region.because}) exists in {', '.join(clouds)}: name the cloud with --cloud")
    everywhere = [name for cloud in prices.clouds() for name in prices.regions(cloud)]
    raise Failure(
        f"no cloud in the price book has a region {region.value!r} ({region.because}): {_nearest(region.value, everywhere)}"
    )


def _home_region(cloud: Value, prices: PriceBook) -> str:
    regions = prices.regions(cloud.value)
    return HOME_REGIONS.get(cloud.value) or (regions[0] if regions else "")


def _require_known(cloud: Value, region: Value, prices: PriceBook) -> None:
    if cloud.value not in prices.clouds():
        raise Failure(
            f"the price book has no cloud {cloud.value!r} ({cloud.because}): {suggestion(cloud.value, prices.clouds())}"
        )
    regions = prices.regions(cloud.value)
    if region.value not in regions:
        raise Failure(
            f"{cloud.value} has no region {region.value!r} ({region.because}) in the price book: "
            f"{_nearest(region.value, regions)}"
        )


def _nearest(region: str, regions: Sequence[str]) -> str:
    near = suggestion(region, regions)
    return near if near.startswith("did") else "see them all with: weighbridge prices show --regions"


def read_settings(flags: Flags, start: Path, named: Path | None = None) -> Settings:
    """The settings for manifests at ``start``: flags, and the weighbridge.yaml found upward from there.

    The search ends at the top of a Git repository. ``named`` is a configuration given by name instead.

    :raises Failure: when the named file cannot be read.
    """
    path = named or find_configuration(start)
    if path is None:
        return Settings(flags, Configuration(), start if start.is_dir() else start.parent)
    configured = _read(path, "" if named is None else ", named by --config or WEIGHBRIDGE_CONFIG")
    return Settings(flags, configured.configuration, path.parent, configured.problems, named is not None)


def find_configuration(start: Path) -> Path | None:
    """The nearest weighbridge.yaml at or above a path, not looked for above the repository it is in."""
    # Unlike Path.resolve, it takes links that lead in a circle as they are.
    folder = Path(os.path.realpath(start))
    for candidate in (folder, *folder.parents):
        if (candidate / FILE_NAME).is_file():
            return candidate / FILE_NAME
        if (candidate / ".git").exists():
            return None
    return None


def _read(path: Path, because: str) -> Configured:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_CONFIGURATION + 1)
    except OSError as error:
        raise Failure(f"cannot read {path}{because}: {error.strerror}") from None
    if len(data) > LARGEST_CONFIGURATION:
        raise Failure(f"{path} is larger than {LARGEST_CONFIGURATION // 1024} KiB: this is no {FILE_NAME}")
    return configure(data, shown(path))


def shown(path: Path) -> str:
    """A path as a person standing here would type it."""
    try:
        return str(Path(os.path.realpath(path)).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
