"""Renderings of charts: with which values, under which name, and with what they depend on at hand."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import orjson

from workloads.manifest import LOCAL_GROUPS, Manifest, Origin
from workloads.rendering.archive import archive_obstacle
from workloads.rendering.chart import CHART, Chart, Charts, Dependency
from workloads.rendering.chart_schema import SCHEMA, schema_obstacle
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.render import TREE, Render, Tool
from workloads.rendering.tree import OutsideError, Tree, followed, joined

KUBERNETES: Final = "1.34.0"
"""The version of Kubernetes that charts are told they are rendered for."""
INLINE: Final = "values.yaml"
"""The file of values that stand in no file of the tree."""
DEEPEST: Final = 5
"""Charts beside one another that depend on each other in a row."""
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\Z")
_UNSAFE: Final = re.compile(r"[,\"\\\n]|://")
"""What Helm reads as several paths, or as an address, in the name of a file of values."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A remote chart that is at hand."""

    data: bytes = field(repr=False)
    """Its archive."""
    version: str
    """Which one it is of those that would do."""


class ChartStore(Protocol):
    """Archives of remote charts that somebody fetched beforehand."""

    def get(self, repository: str, name: str, version: str) -> Fetched | None:
        """A chart of a repository, of exactly that version or the highest at hand of that range; None where none is there."""

    def hint(self, repository: str, name: str, version: str) -> str:
        """How to put it there."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a chart is rendered with."""

    source: Manifest | None = None
    """What asks for it; None where the chart's own folder does."""
    name: str = ""
    """Of the release; the chart's where empty."""
    namespace: str = ""
    values: tuple[str, ...] = ()
    """Files of values, from the tree's top; later ones win."""
    inline: Sequence[Mapping[str, object]] = ()
    """Values beside those of files; later ones win."""
    settings: tuple[str, ...] = ()
    """Further values as Helm's flags: ``--set``, ``a=1``."""
    cluster: str = ""
    obstacles: tuple[Obstacle, ...] = ()
    layers: tuple[bytes, ...] = ()
    """Kustomizations that are laid over what comes of it."""
    home: str = ""
    """Where weighbridge.yaml stands, which paths of values that it states begin at."""
    read: tuple[str, ...] = ()
    """Files whose text ``settings`` take for values."""
    kubernetes: str = KUBERNETES
    """The version that the chart is told it is rendered for."""
    api_versions: tuple[str, ...] = ()
    """Those that the chart is told the cluster has, beside Kubernetes' own."""
    schemas: bool = True
    """Whether its values are held against the chart's schema."""

    @property
    def files(self) -> frozenset[str]:
        """The files of the tree that it takes values of."""
        return frozenset((*self.values, *self.read))


OWN: Final = Release()
"""A chart with its own values."""


@dataclass(slots=True)
class _Layout:
    """The files of one rendering, as they come together."""

    files: set[str] = field(default_factory=set)
    made: dict[str, bytes] = field(default_factory=dict)
    obstacles: list[Obstacle] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)

    def take(self, path: str, fetched: Fetched, name: str, wanted: str) -> None:
        """Lay out a remote chart, and say which version it is where several would do."""
        self.made[path] = fetched.data
        obstacle = archive_obstacle(fetched.data, posixpath.basename(path))
        self.obstacles += [obstacle] if obstacle else []
        if fetched.version != wanted:
            self.choices.append(f"{name} {fetched.version}, the highest at hand of {wanted[:100] or 'any version'}")


def helm_render(
    tree: Tree, charts: Charts, folder: str, store: ChartStore, release: Release = OWN, taken: frozenset[str] = frozenset()
) -> Render:
    """The rendering of a chart of the tree. ``taken`` are the files of its folder that are the chart's and nothing else."""
    chart = charts.chart(folder)
    layout = _Layout(files={*chart.files, *release.files}, obstacles=list(release.obstacles))
    _complete(tree, charts, chart, posixpath.join(TREE, folder), store, layout)
    layout.obstacles += _of_files(tree, chart)
    layout.obstacles += _of_values(tree, folder, release)
    source = release.source or standing_for(chart, _variant(release))
    return _render(release, folder, posixpath.join(TREE, folder), chart.name, layout, source, taken)


def archive_render(fetched: Fetched, name: str, wanted: str, release: Release, source: Manifest) -> Render:
    """The rendering of a remote chart that is at hand, where a version or a range is wanted."""
    layout = _Layout(set(release.files), obstacles=list(release.obstacles))
    layout.take(f"{name}.tgz", fetched, name, wanted)
    return _render(release, "", f"{name}.tgz", name, layout, source)


def absent_render(folder: str, name: str, release: Release, source: Manifest, obstacle: Obstacle) -> Render:
    """The rendering of a chart that is not at hand. What is known of its values is kept, so that a change is seen."""
    layout = _Layout(set(release.files), obstacles=[obstacle, *release.obstacles])
    return _render(release, folder, f"{name}.tgz", name, layout, source)


def _render(
    release: Release,
    folder: str,
    where: str,
    name: str,
    layout: _Layout,
    source: Manifest,
    taken: frozenset[str] = frozenset(),
) -> Render:
    arguments = ["--namespace", release.namespace or "default", "--kube-version", release.kubernetes]
    arguments += [] if release.schemas else ["--skip-schema-validation"]
    for version in release.api_versions:
        arguments += ["--api-versions", version]
    for path in release.values:
        arguments += ["--values", posixpath.join(TREE, path)]
    for number, values in enumerate(release.inline):
        file = f"{number}-{INLINE}"
        layout.made[file] = orjson.dumps(values)
        arguments += ["--values", file]
    named = release.name or name.lower()
    asking = source.group not in LOCAL_GROUPS
    variant = f"{source.kind} {source.title}" if asking else _variant(release)
    return Render(
        Tool.HELM,
        folder,
        source,
        frozenset(layout.files),
        layout.made,
        (named, where, *arguments, *release.settings),
        release.cluster,
        release.namespace,
        variant,
        layers=release.layers,
        obstacles=(*layout.obstacles, *_wrong_names(named, release.namespace or "default")),
        choices=tuple(layout.choices),
        beside=frozenset(layout.files) - taken,
    )


def _wrong_names(release: str, namespace: str) -> Iterator[Obstacle]:
    for what, name in (("release", release), ("namespace", namespace)):
        if not _NAME.match(name):
            yield Obstacle(f"{what} {name[:60]!r} is no name")


def _variant(release: Release) -> str:
    """Which of several releases of a chart it is, by its name or its values; empty for a chart with its own."""
    return release.name or ", ".join(map(posixpath.basename, release.values))


def standing_for(chart: Chart, variant: str) -> Manifest:
    """What stands in a report for a chart that nothing asks for but its own folder, or weighbridge.yaml."""
    # By its folder and not by its name: that is not known of a chart that a change breaks.
    folder = chart.folder or "."
    name = f"{folder} ({variant})" if variant else folder
    body = {"apiVersion": "helm.sh/v2", "kind": "Chart", "metadata": {"name": name}}
    return Manifest.of(body, Origin(posixpath.join(chart.folder, CHART)))


def _complete(tree: Tree, charts: Charts, chart: Chart, home: str, store: ChartStore, layout: _Layout, depth: int = 0) -> None:
    """Lay out what a chart depends on and does not hold. ``home`` is where the chart itself is laid out."""
    for dependency in chart.dependencies:
        if chart.holds(dependency):
            continue
        if dependency.repository.startswith("file://"):
            _beside(tree, charts, chart, dependency, home, store, layout, depth)
            continue
        fetched = store.get(dependency.repository, dependency.name, dependency.version)
        if fetched is None:
            layout.obstacles.append(_absent(chart, dependency, store))
        else:
            path = f"{home}/charts/{dependency.name}-{fetched.version}.tgz"
            layout.take(path, fetched, dependency.name, dependency.version)


def _absent(chart: Chart, dependency: Dependency, store: ChartStore) -> Obstacle:
    from_ = f" of {dependency.repository}" if dependency.repository else ""
    hint = store.hint(dependency.repository, dependency.name, dependency.version)
    words = f"it needs the chart {dependency.name} {dependency.version}{from_}, and weighing needs no network"
    return Obstacle(words, f"helm dependency build {chart.folder or '.'}, or {hint}", posixpath.join(chart.folder, CHART))


def _beside(
    tree: Tree, charts: Charts, chart: Chart, dependency: Dependency, home: str, store: ChartStore, layout: _Layout, depth: int
) -> None:
    """Lay out a chart that stands elsewhere in the tree inside the one that needs it."""
    file = posixpath.join(chart.folder, CHART)
    try:
        folder = joined(chart.folder, dependency.repository.removeprefix("file://"))
    except OutsideError:
        layout.obstacles.append(Obstacle(f"a chart that is out of the repository: {dependency.repository[:200]}", file=file))
        return
    if folder not in charts or depth >= DEEPEST:
        layout.obstacles.append(Obstacle(f"no chart at {dependency.repository[:200]}", file=file))
        return
    needed = charts.chart(folder)
    place = f"{home}/charts/{posixpath.basename(folder)}"
    tree.load(needed.files)
    for path in needed.files:
        data = tree.read(path) if path in tree.files else None
        if data is not None:
            layout.made[f"{place}/{posixpath.relpath(path, folder or '.')}"] = data
    layout.obstacles += _of_files(tree, needed)
    _complete(tree, charts, needed, place, store, layout, depth + 1)


def _of_files(tree: Tree, chart: Chart) -> Iterator[Obstacle]:
    """What is wrong with a chart's files: links out of the tree, archives that may not be opened, schemas that lead elsewhere."""
    for path in sorted(chart.files):
        try:
            target = followed(tree.links, path)
        except OutsideError:
            yield Obstacle("a link that leads out of the repository", file=path)
            continue
        obstacle = _opened(tree, path, target)
        if obstacle:
            yield obstacle


def _opened(tree: Tree, path: str, target: str) -> Obstacle | None:
    """What is wrong with a file that Helm opens for more than its text."""
    archive = path.endswith((".tgz", ".tar.gz"))
    if not archive and posixpath.basename(path) != SCHEMA:
        return None
    data = tree.read(target)
    if data is None:
        return None
    return archive_obstacle(data, path) if archive else schema_obstacle(data, path)


def _of_values(tree: Tree, folder: str, release: Release) -> Iterator[Obstacle]:
    """What is wrong with the files of values. One that weighbridge.yaml names may be meant to stand beside the chart."""
    for path in release.values:
        if _UNSAFE.search(path):
            yield Obstacle(f"a file of values that Helm would read as an address or as several: {path[:200]}")
        elif path not in tree.files and path not in tree.links:
            stated = posixpath.relpath(path, release.home or ".")
            beside = posixpath.normpath(posixpath.join(folder, stated))
            meant = posixpath.relpath(beside, release.home or ".")
            there = release.source is None and beside in tree.files
            hint = f"paths of render[].values are relative to weighbridge.yaml: write {meant[:200]}" if there else ""
            yield Obstacle(f"no such file of values: {path[:200]}", hint)
