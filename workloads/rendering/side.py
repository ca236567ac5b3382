"""One side of a change, as it is rendered step by step: what its files ask for, then what the objects ask for that come of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from workloads.manifest import LOCAL_GROUPS, Manifest
from workloads.rendering.chart import CHART
from workloads.rendering.deployers import concerned, deployed, deploys
from workloads.rendering.kustomization import Kustomization
from workloads.rendering.mention import Places, mentioned
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.provenance import Provenance, Shown
from workloads.rendering.render import Render, RenderIdentity, Tool
from workloads.rendering.single_change import SingleChange
from workloads.rendering.tree import Tree
from workloads.rendering.world import World
from workloads.text.reader import Reading, read

DEEPEST: Final = 4
"""Objects that deploy others that deploy, in a row."""
NONE_ALONE: Final[Mapping[RenderIdentity, SingleChange]] = MappingProxyType({})
"""That no rendering differs by one file alone."""


class Side:
    """The renderings of one tree, as they are found."""

    def __init__(
        self,
        tree: Tree,
        directions: Directions,
        deploying: Iterable[str],
        remotes: frozenset[str],
        shown: Shown,
        known: MutableMapping[str, Kustomization | None] | None = None,
    ) -> None:
        """``deploying`` are the files that may hold objects that deploy others, ``remotes`` the names of this repository,

        ``known`` kustomizations that were parsed before, by digest of their content.
        """
        self.tree = tree
        self.shown = shown
        self.plan = Plan(tree, directions, known)
        self.renders: list[Render] = []
        """Everything that was found to be rendered, whether or not the change reaches it."""
        self.taken: list[tuple[Render, Reading]] = []
        """What was rendered, in the order in which it was."""
        self._remotes = remotes
        self._deploying = [path for path in deploying if path in tree.files and not directions.ignored(path)]
        self._provenance = Provenance(tree, shown)
        self._read_files: dict[str, tuple[Manifest, ...]] = {}
        """What files hold that have to do with the change."""
        self._inner: dict[str, tuple[Manifest, ...]] = {}
        """Of these files those that something else renders before what they ask for is known."""
        self._touched: set[str] = set()
        """Of these files those whose objects render what the change touches."""
        self._named: list[Render] = []
        """What of these files' objects render, though it may be that something else is laid over them first."""
        self._asked: list[Render] = []
        self._told = 0

    def forced(self, changed: frozenset[str]) -> frozenset[str]:
        """The folders to be rendered though the change does not reach them: what they deploy, it reaches.

        Reads what deploys of the files that may have to do with the change.
        """
        self._read(changed)
        world = self._world()
        renders = {file: self._of(manifests, world) for file, manifests in self._read_files.items()}
        self._named = list(chain(*renders.values()))
        self._touched = {file for file, of in renders.items() if any(not changed.isdisjoint(render.files) for render in of)}
        self._part(renders)
        touched = self._inner.keys() & self._touched
        builders = chain(self.plan.kustomized, self._asked)
        return frozenset(render.folder for render in builders if not touched.isdisjoint(render.files))

    def _read(self, changed: frozenset[str]) -> None:
        roots = [render for render in self.plan.kustomized if not changed.isdisjoint(render.files)]
        about = changed | {f"{render.folder}/kustomization.yaml" for render in roots}
        texts = self._texts()
        words = {file: mentioned(data) for file, data in texts.items()}
        for _ in range(DEEPEST):
            # What deploys a folder has to do with a change of what that folder deploys.
            places = Places.of(about)
            fresh = [file for file, data in texts.items() if file in about or concerned(data, words[file], places)]
            about |= frozenset(fresh)
            for file in fresh:
                self._read_files[file] = read(texts.pop(file), self.shown(file)).manifests
            if not fresh:
                return

    def _texts(self) -> dict[str, bytes]:
        """The files that may hold what deploys, but for those of charts, which are templates."""
        wanted = [path for path in sorted(self._deploying) if self.plan.charts.owning(path) is None]
        self.tree.load(wanted)
        return {path: data for path in wanted if (data := self.tree.read(path)) is not None}

    def _part(self, of: Mapping[str, list[Render]]) -> None:
        """Tell what stands by itself from what another object, or a kustomization, renders first."""
        built = self.plan.owned
        # What Flux bootstraps deploys its own folder too.
        outer = {
            file: renders
            for file, renders in of.items()
            if file not in built or any(file in render.files for render in renders if _builds(render))
        }
        self._inner = {file: manifests for file, manifests in self._read_files.items() if file not in outer}
        for file in outer:
            others = (
                render for other, renders in outer.items() if other != file and other not in self._inner for render in renders
            )
            if any(file in render.files for render in others if _builds(render)):
                self._inner[file] = self._read_files[file]
        self._asked = [render for file, renders in outer.items() if file not in self._inner for render in renders]

    def _world(self) -> World:
        objects = chain(*self._read_files.values(), *(reading.manifests for _, reading in self.taken))
        return World.of(self.plan, self._remotes, objects)

    @property
    def built(self) -> frozenset[str]:
        """The files that objects build which deploy what kustomizations make: these go before a folder's own kustomization."""
        return frozenset().union(*(render.files for render in self._named if render.tool is Tool.KUSTOMIZE))

    def first(self, built: frozenset[str]) -> list[Render]:
        """What the files of the tree ask for. ``built`` are those that objects of either side build."""
        alone = (render for render in self.plan.kustomized if self.plan.kustomizations.file(render.folder) not in built)
        renders = [*self._asked, *alone]
        self.renders += renders
        return renders

    @staticmethod
    def _of(manifests: Iterable[Manifest], world: World) -> list[Render]:
        return [render for manifest in manifests if deploys(manifest) for render in deployed(manifest, world)]

    def take(
        self, renders: Iterable[Render], texts: Mapping[int, bytes], alone: Mapping[RenderIdentity, SingleChange] = NONE_ALONE
    ) -> None:
        """Take in what was rendered; ``alone`` has the file in which a rendering differs, where it is one."""
        taken = list(renders)
        self.tree.load(path for render in taken for path in render.files)
        for render in taken:
            if id(render) in texts:
                reading = self.traced(render, texts[id(render)])
                self.taken.append((render, _caused(reading, alone.get(render.identity))))

    def traced(self, render: Render, output: bytes) -> Reading:
        """What a rendering printed, as objects of the files that they were made of. The tree has to have these loaded."""
        return self._provenance.traced(render, output)

    def found(self) -> list[Render]:
        """What the objects ask for that were taken in since this was last asked."""
        fresh = [
            manifest
            for render, reading in self.taken[self._told :]
            for manifest in reading.manifests
            # What deploys its own folder is rendered already.
            if manifest.identity() != render.source.identity()
        ]
        self._told = len(self.taken)
        renders = self._of(fresh, self._world())
        self.renders += renders
        return renders

    @property
    def charts(self) -> frozenset[str]:
        """The folders of charts that something deploys, or would: their own values are not all of them."""
        asked = [render for render in self.renders if not _alone(render) or render.obstacles]
        held = (posixpath.dirname(file) for render in asked for file in render.files if posixpath.basename(file) == CHART)
        return frozenset(held) | {render.folder for render in asked if render.folder and render.tool is Tool.HELM}

    def charted(self, deployed_: frozenset[str]) -> list[Render]:
        """The charts that nothing deploys. ``deployed_`` are those that something does on either side."""
        renders = list(self.plan.charted(deployed_))
        self.renders += renders
        return renders

    @property
    def deployed(self) -> frozenset[str]:
        """The files that objects deploy."""
        return frozenset().union(*(render.files for render in self.renders if _owns(render)))

    @property
    def owned(self) -> frozenset[str]:
        """The files whose objects are weighed as they are rendered, and not as they stand."""
        return self.plan.owned | self.deployed


def _caused(reading: Reading, single_change: SingleChange | None) -> Reading:
    """Objects that say which file of their rendering the change changes."""
    if single_change is None:
        return reading
    placed = ((each, each.origin) for each in reading.manifests)
    manifests = (
        replace(each, origin=replace(origin, single_change=single_change)) if origin else each for each, origin in placed
    )
    return replace(reading, manifests=tuple(manifests))


def _builds(render: Render) -> bool:
    """Whether what stands in the files of a rendering comes of it."""
    return render.tool is not Tool.HELM and not (render.tool is Tool.PLAIN and render.obstacles)


def _owns(render: Render) -> bool:
    """Whether the files of a rendering are its own: those that something which is not run here may read are anybody's."""
    return not _alone(render) and not (render.tool is Tool.PLAIN and render.obstacles)


def _alone(render: Render) -> bool:
    """Whether nothing asks for a rendering but its own folder."""
    return render.source.group in LOCAL_GROUPS
