"""What of a tree has to be rendered, and which files are no objects by themselves because they belong to that."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, repeat

from workloads.rendering.chart import CHART, Charts
from workloads.rendering.chart_files import ChartFiles
from workloads.rendering.closure import Kustomizations
from workloads.rendering.helm_plan import ChartStore, Fetched, Release, helm_render
from workloads.rendering.kustomization import Kustomization
from workloads.rendering.kustomize_plan import kustomize_render
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.render import Render, Tool
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


Alone = tuple[Tool, str]
"""Something that is rendered for its own sake: with which tool, and its folder."""


def _nothing(path: str) -> bool:  # noqa: ARG001 - of every path alike
    return False


@dataclass(frozen=True, slots=True)
class Directions:
    """How a tree is rendered, beside what its files say."""

    entries: tuple[RenderEntry, ...] = ()
    home: str = ""
    """Where the configuration stands, from the tree's top: paths of entries begin there."""
    ignored: Callable[[str], bool] = _nothing
    """Whether a file, by its path from the tree's top, is not looked at but where a kustomization is made of it."""
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
        self,
        tree: Tree,
        directions: Directions,
        known: MutableMapping[str, Kustomization | None] | None = None,
        earlier: Plan | None = None,
    ) -> None:
        """``known`` are kustomizations that were parsed before, by digest of their content.

        ``earlier`` is the plan of the tree before a change: what the change makes no difference to is taken over from there.
        """
        self.tree = tree
        self.directions = directions
        kept = earlier if earlier is not None and self._looks_alike(earlier) else None
        self.folders, self.every_folder = self._folders(kept)
        self.charts = Charts(tree, self.folders)
        self.chart_files = ChartFiles(tree, self.folders, self.charts, self._looked_at)
        self.kustomizations: Kustomizations = Kustomizations(
            tree, self.every_folder, known, kept.kustomizations if kept else None, aside=directions.ignored
        )
        self.kept: frozenset[Alone] = frozenset()
        """What was rendered by itself before, and would no longer be."""

    def _looks_alike(self, earlier: Plan) -> bool:
        """Whether another plan is of a tree with the same links, of which the same files are looked at."""
        return self.tree.links == earlier.tree.links and self.directions.ignored == earlier.directions.ignored

    def _folders(self, earlier: Plan | None) -> tuple[Folders, Folders]:
        """The folders that are looked at, and all of them: what is not looked at may be part of something that is."""
        files, links = self.tree.files, self.tree.links
        if earlier is not None and files.keys() == earlier.tree.files.keys():
            return earlier.folders, earlier.every_folder
        paths = {**files, **links}
        seen = [path for path in paths if not self.directions.ignored(path)]
        folders = Folders(seen)
        return folders, folders if len(seen) == len(paths) else Folders(paths)

    @cached_property
    def alone(self) -> frozenset[Alone]:
        """What is rendered for its own sake, as the tree alone tells."""
        bases = self.kustomizations.roots(self.directions.scope)
        charts = (each for each in self.charts.roots(self._outermost()) if not self.charts.chart(each).library)
        every = chain(zip(repeat(Tool.KUSTOMIZE), bases), zip(repeat(Tool.HELM), charts))
        return frozenset(each for each in every if self._looked_at(each[1]))

    def keep(self, earlier: Plan) -> None:
        """Go on rendering by itself what ``earlier`` rendered so, though it is part of something else now, or of nothing.

        Nothing tells that nobody deploys it any more: what a change adds would take it out of what is weighed.
        """
        self.kept = frozenset(each for each in earlier.alone - self.alone if self.holds(*each) and self._looked_at(each[1]))

    def holds(self, tool: Tool, folder: str) -> bool:
        """Whether a folder has something that a tool renders, for its own sake or not."""
        return folder in (self.kustomizations if tool is Tool.KUSTOMIZE else self.charts)

    def _by_itself(self, tool: Tool) -> frozenset[str]:
        return frozenset(folder for each, folder in self.alone | self.kept if each is tool)

    @cached_property
    def kustomized(self) -> tuple[Render, ...]:
        """The kustomizations that are built for their own sake, in the order of their folders."""
        entries = (entry for entry in self.directions.entries if entry.tool in {"", "kustomize"})
        stated = (each for each in map(self.directions.path, (entry.path for entry in entries)) if each is not None)
        wanted = {*self._by_itself(Tool.KUSTOMIZE), *filter(self._looked_at, stated)}
        return tuple(render for each in sorted(wanted) if each in self.kustomizations for render in self._kustomize(each))

    def _kustomize(self, folder: str) -> Iterator[Render]:
        for entry in self.directions.at(folder) or [RenderEntry(folder)]:
            yield kustomize_render(self.kustomizations, folder, namespace=entry.namespace, cluster=entry.cluster)

    def charted(self, deployed: frozenset[str] = frozenset()) -> tuple[Render, ...]:
        """The charts that are rendered by themselves: with what weighbridge.yaml says, else with their own values.

        ``deployed`` are the folders of those that something else renders.
        """
        alone = self._by_itself(Tool.HELM)
        stated = {each for each in filter(self._looked_at, self._outermost()) if not self.charts.chart(each).library}
        renders: list[Render] = []
        for folder in sorted(alone | stated):
            entries = [entry for entry in self.directions.at(folder) if entry.tool in {"", "helm"}]
            if entries or folder in alone - deployed:
                renders += [self._release(folder, entry) for entry in entries or [RenderEntry(folder)]]
        return tuple(renders)

    def _outermost(self) -> list[str]:
        """The charts that are looked at, but for those that stand in another."""
        ways = self.directions
        return [each for each in self.charts.outermost() if _within(ways.scope, each) and not ways.aside(each)]

    def _looked_at(self, folder: str) -> bool:
        ways = self.directions
        return _within(ways.scope, folder) and not ways.aside(folder) and not ways.plain(folder)

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
        return self.helm(folder, release)

    def helm(self, folder: str, release: Release) -> Render:
        """The rendering of a chart of the tree."""
        return helm_render(self.tree, self.charts, folder, self.directions.store, release, self.chart_files.taken(folder))

    @cached_property
    def owned(self) -> frozenset[str]:
        """The files that belong to something rendered: what they hold is weighed as it is rendered, and not as it stands."""
        parts = (self.kustomizations.closure(folder).files for folder in self.kustomizations.components())
        charts = (self.chart_files.taken(folder) for folder in self._outermost() if not self.directions.plain(folder))
        return frozenset().union(*(render.files for render in self.kustomized), *parts, *charts)

    def attached(self, paths: Iterable[str], renders: Iterable[Render]) -> frozenset[str]:
        """Of files that ``renders`` read those that belong to them nonetheless: see ``ChartFiles.attached``."""
        values = frozenset().union(*(render.beside for render in renders))
        return self.chart_files.attached(paths, values)

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
        [_pruned(render, new.get(identity)) for identity, render in old.items() if identity in touched],
        [_settled(old.get(identity), render) for identity, render in new.items() if identity in touched],
    )


def _pruned(before: Render, after: Render | None) -> Render:
    """A rendering of the first side, with what deploys it after the change makes of what it no longer has."""
    return replace(before, unpruned=after.unpruned if after is not None else None)


def _settled(before: Render | None, after: Render) -> Render:
    """A rendering of the second side, with what its other revision leaves unknown."""
    obstacle = moved(before.revisions, after.revisions) if before is not None else None
    return after if obstacle is None else replace(after, obstacles=(*after.obstacles, obstacle))


def _numbered(renders: Iterable[Render]) -> dict[object, Render]:
    """Renderings by identity; several of one, such as a chart with two sets of values, by their order."""
    found: dict[object, Render] = {}
    for render in renders:
        identity, number = render.identity, 0
        while (identity, number) in found:
            number += 1
        found[identity, number] = render
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
