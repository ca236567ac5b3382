"""What of a tree has to be rendered, and which files are no objects by themselves because they belong to that."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from workloads.rendering.chart import CHART, Charts
from workloads.rendering.closure import Kustomizations
from workloads.rendering.helm_plan import ChartStore, Fetched, Release, helm_render
from workloads.rendering.kustomization import Kustomization
from workloads.rendering.kustomize_plan import kustomize_render
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.render import Render
from workloads.rendering.revision import moved
from workloads.rendering.tree import Folders, OutsideError, Tree, inside, joined
from workloads.rendering.upkeep import deciding
from workloads.settings.rendering import RenderEntry


class NoStore:
    """A ``ChartStore`` that holds nothing."""

    def get(self, repository: str, name: str, version: str) -> Fetched | None:  # noqa: ARG002 - the protocol's
        """Nothing."""
        return None

    def hint(self, repository: str, name: str, version: str) -> str:  # noqa: ARG002 - the protocol's
        """That its output can be kept."""
        return "keep the chart in the repository"


def _nothing(path: str) -> bool:  # noqa: ARG001 - of every path alike
    return False


@dataclass(frozen=True, slots=True)
class Directions:
    """How a tree is rendered, beside what its files say."""

    entries: tuple[RenderEntry, ...] = ()
    home: str = ""
    """Where the configuration stands, from the tree's top: paths of entries begin there."""
    ignored: Callable[[str], bool] = _nothing
    """Whether a file, by its path from the tree's top, is not looked at."""
    store: ChartStore = field(default_factory=NoStore)
    scope: str = ""
    """The folder, from the tree's top, whose kustomizations and charts are wanted; the rest of the tree is there to be read."""
    aside: Callable[[str], bool] = _nothing
    """Whether a file or folder of that folder is there to be read only, too."""
    default_branch: str = ""
    """The branch that ``HEAD`` of this repository names; empty where nobody knows."""

    def at(self, folder: str) -> list[RenderEntry]:
        """The entries about a folder itself."""
        return [entry for entry in self.entries if self.path(entry.path) == folder]

    def plain(self, folder: str) -> bool:
        """Whether a folder is to be read as it stands."""
        return any(entry.tool == "plain" and _within(self.path(entry.path), folder) for entry in self.entries)

    def path(self, path: str) -> str | None:
        """A path of an entry, from the tree's top; None where it leads out."""
        try:
            return joined(self.home, path or ".")
        except OutsideError:
            return None


def _within(outer: str | None, folder: str) -> bool:
    return outer is not None and (outer == folder or inside(outer, folder))


class Plan:
    """The renderings of one tree that its own files, and weighbridge.yaml, ask for."""

    def __init__(
        self, tree: Tree, directions: Directions, known: MutableMapping[str, Kustomization | None] | None = None
    ) -> None:
        """``known`` are kustomizations that were parsed before, by digest of their content."""
        self.tree = tree
        self.directions = directions
        self.folders = Folders(path for path in {**tree.files, **tree.links} if not directions.ignored(path))
        self.charts = Charts(tree, self.folders)
        self.kustomizations = Kustomizations(tree, self.folders, known)

    @cached_property
    def kustomized(self) -> tuple[Render, ...]:
        """The kustomizations that are built for their own sake, in the order of their folders."""
        roots = self.kustomizations.roots(self.directions.scope)
        wanted = [folder for folder in roots if not self.directions.plain(folder) and not self.directions.aside(folder)]
        return tuple(render for folder in wanted for render in self._kustomize(folder))

    def _kustomize(self, folder: str) -> Iterator[Render]:
        for entry in self.directions.at(folder) or [RenderEntry(folder)]:
            yield kustomize_render(self.kustomizations, folder, namespace=entry.namespace, cluster=entry.cluster)

    def charted(self, deployed: frozenset[str] = frozenset()) -> tuple[Render, ...]:
        """The charts that are rendered by themselves: with what weighbridge.yaml says, else with their own values.

        ``deployed`` are the folders of those that something else renders.
        """
        renders, outermost = [], self._outermost()
        alone = {folder for folder in self.charts.roots(outermost) if folder not in deployed}
        for folder in outermost:
            entries = [entry for entry in self.directions.at(folder) if entry.tool in {"", "helm"}]
            if self.directions.plain(folder) or self.charts.chart(folder).library or (folder not in alone and not entries):
                continue
            renders += [self._release(folder, entry) for entry in entries or [RenderEntry(folder)]]
        return tuple(renders)

    def _outermost(self) -> list[str]:
        """The charts that are looked at, but for those that stand in another."""
        every = self.charts.outermost()
        return [folder for folder in every if _within(self.directions.scope, folder) and not self.directions.aside(folder)]

    def _release(self, folder: str, entry: RenderEntry) -> Render:
        named = [(value, self.directions.path(value)) for value in entry.values]
        wrong = tuple(Obstacle(f"values that lead out of the repository: {value[:200]}") for value, path in named if path is None)
        release = Release(
            name=entry.release,
            namespace=entry.namespace,
            values=tuple(path for _, path in named if path is not None),
            home=self.directions.home,
            cluster=entry.cluster,
            obstacles=wrong,
        )
        return helm_render(self.tree, self.charts, folder, self.directions.store, release)

    @cached_property
    def owned(self) -> frozenset[str]:
        """The files that belong to something rendered: what they hold is weighed as it is rendered, and not as it stands."""
        parts = (self.kustomizations.closure(folder).files for folder in self.kustomizations.components())
        charts = (self.folders.every(folder) for folder in self._outermost() if not self.directions.plain(folder))
        values = (release.files for release in self.charted())
        return frozenset().union(*(render.files for render in self.kustomized), *parts, *charts, *values)

    def lost(self) -> list[str]:
        """The paths of entries at which there is nothing to render."""
        wanted = [(entry, self.directions.path(entry.path)) for entry in self.directions.entries]
        known = [(entry, folder) for entry, folder in wanted if folder is None or _within(self.directions.scope, folder)]
        return [entry.path for entry, folder in known if folder is None or not self._there(folder, entry.tool)]

    def _there(self, folder: str, tool: str) -> bool:
        if tool == "plain":
            return folder in self.folders
        chart = posixpath.join(folder, CHART) in self.tree.files
        return {"helm": chart, "kustomize": folder in self.kustomizations}.get(tool, chart or folder in self.kustomizations)


def reached(
    before: Iterable[Render], after: Iterable[Render], changed: frozenset[str], forced: frozenset[str] = frozenset()
) -> tuple[list[Render], list[Render]]:
    """Of the renderings of both sides those that a change of files reaches, and those of ``forced`` folders.

    One that follows another revision than before is not made: what stands there is not known. Linear in the files that they read.
    """
    old, new = _numbered(before), _numbered(after)
    touched = {
        identity for identity in old.keys() | new.keys() if _differs(old.get(identity), new.get(identity), changed, forced)
    }
    return (
        [render for identity, render in old.items() if identity in touched],
        [_settled(old.get(identity), render) for identity, render in new.items() if identity in touched],
    )


def _settled(before: Render | None, after: Render) -> Render:
    """A rendering of the second side, with what its other revision leaves unknown."""
    obstacle = moved(before.revisions, after.revisions) if before is not None else None
    return after if obstacle is None else replace(after, obstacles=(*after.obstacles, obstacle))


def _numbered(renders: Iterable[Render]) -> dict[object, Render]:
    """Renderings by identity; several of one, such as a chart with two sets of values, by their order."""
    found: dict[object, Render] = {}
    for render in renders:
        number = 0
        while (render.identity, number) in found:
            number += 1
        found[render.identity, number] = render
    return found


def _differs(before: Render | None, after: Render | None, changed: frozenset[str], forced: frozenset[str]) -> bool:
    if before is None or after is None or after.folder in forced:
        return True
    if _decided(before) != _decided(after) or not changed.isdisjoint(after.files):
        return True
    # What is not known of it may follow from anything that its object says.
    return bool(after.obstacles) and deciding(before.source) != deciding(after.source)


def _decided(render: Render) -> tuple[object, ...]:
    """What decides a rendering, beside what its files hold."""
    beside = render.namespace, render.layers, render.revisions, render.obstacles
    return render.files, render.made, render.arguments, render.variables, *beside
