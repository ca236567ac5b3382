"""One side of a change, as it is rendered step by step: what its files ask for, then what the objects ask for that come of it."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from workloads.manifest import LOCAL_GROUPS, Manifest
from workloads.rendering.chart import CHART
from workloads.rendering.deployers import concerned, deployed, deploys, makes
from workloads.rendering.flux import configured_by, sourced_by
from workloads.rendering.given import Given, Search, given
from workloads.rendering.jsonnet_imports import importing
from workloads.rendering.kustomization import Kustomization
from workloads.rendering.mention import Places, mentioned
from workloads.rendering.nesting import builds, standing, touched
from workloads.rendering.plan import Directions, Plan
from workloads.rendering.provenance import Provenance, Shown
from workloads.rendering.render import Render, RenderIdentity, Tool
from workloads.rendering.single_change import SingleChange
from workloads.rendering.tree import Tree, real_path
from workloads.rendering.world import SOURCES, World
from workloads.text.reader import Reading, read

DEEPEST: Final = 4
"""Objects that deploy others that deploy, in a row."""
NONE_ALONE: Final[Mapping[RenderIdentity, SingleChange]] = MappingProxyType({})
"""That no rendering differs by one file alone."""


@dataclass(frozen=True, slots=True)
class Home:
    """The repository, or the folder, that a tree is of: what is known of it whichever side of a change is looked at."""

    shown: Shown
    deploying: Collection[str] = ()
    """The files that may hold objects that deploy others."""
    remotes: frozenset[str] = frozenset()
    """The names that the repository goes by."""
    kustomizations: MutableMapping[str, Kustomization | None] | None = None
    """Those that were parsed before, by digest of their content."""
    search: Search = lambda _: ()
    """Finds files by words."""


class Side:
    """The renderings of one tree, as they are found."""

    def __init__(self, tree: Tree, directions: Directions, home: Home, earlier: Plan | None = None) -> None:
        """``earlier`` is the plan of the side before."""
        self._home = home
        self.tree = tree
        self.shown = home.shown
        self.plan = Plan(tree, directions, home.kustomizations, earlier)
        self.renders: list[Render] = []
        """Everything that was found to be rendered, whether or not the change reaches it."""
        self.taken: list[tuple[Render, Reading]] = []
        """What was rendered, in the order in which it was."""
        self._deploying = [path for path in home.deploying if path in tree.files and not directions.ignored(path)]
        self._provenance = Provenance(tree, home.shown)
        self._read_files: dict[str, tuple[Manifest, ...]] = {}
        """What files hold that have to do with the change."""
        self._templates: frozenset[str] = frozenset()
        """Templates of charts that may make such objects."""
        self._given: dict[str, Given] = {}
        """What these objects take values or variables of, by file."""
        self._standing: set[str] = set()
        """Of these files those that nothing else renders before what they ask for is known."""
        self._named: list[Render] = []
        """What of these files' objects render, though it may be that something else is laid over them first."""
        self._asked: list[Render] = []
        self._late: list[Manifest] = []
        """What stands by itself, and takes values or variables of what is rendered first."""
        self._led: frozenset[str] = frozenset()
        """The folders of charts that were rendered for what they deploy."""
        self._told = 0

    def after(self, tree: Tree, directions: Directions) -> Side:
        """The side after a change, of which this is the one before."""
        return Side(tree, directions, self._home, self.plan)

    def forced(self, changed: frozenset[str]) -> frozenset[str]:
        """The folders to be rendered though the change does not reach them: what they deploy, it reaches.

        Reads what deploys of the files that may have to do with the change.
        """
        self._read(changed)
        wanted = frozenset().union(*(configured_by(each) for manifests in self._read_files.values() for each in manifests))
        self._given = given(self.plan, wanted, self._home.search, self.shown)
        world = self._world()
        of = {file: self._of(manifests, world) for file, manifests in self._read_files.items()}
        self._named = list(chain(*of.values()))
        other = frozenset(path for path, each in self._given.items() if not changed.isdisjoint(each.sources))
        told = frozenset(file for file in of if not other.isdisjoint(self._givers({file}))) | self._led_by(self._sources(changed))
        reached = touched(of, changed | self._templates | told) | told
        self._part(of)
        inner = (reached & of.keys()) - self._standing | self._templates | self._givers(reached)
        builders = chain(self.plan.kustomized, self._named, self.plan.charted() if self._templates else ())
        return frozenset(render.folder for render in builders if not inner.isdisjoint(render.files))

    def _read(self, changed: frozenset[str]) -> None:
        roots = [render for render in self.plan.kustomized if not changed.isdisjoint(render.files)]
        about = changed | {f"{render.folder}/kustomization.yaml" for render in roots} | importing(changed, self.tree)
        # What is neither a file nor a link holds others: a submodule.
        whole = frozenset(f"{path}/" for path in changed if path not in self.tree.files and path not in self.tree.links)
        texts = self._texts()
        words = {file: mentioned(data) for file, data in texts.items()}
        for _ in range(DEEPEST):
            # What deploys a folder has to do with a change of what that folder deploys.
            places = Places.of(about, self._sources(changed) | whole)
            fresh = [file for file, data in texts.items() if file in about or concerned(data, words[file], places)]
            about |= frozenset(fresh)
            for file in fresh:
                self._take_in(file, texts.pop(file))
            if not fresh:
                return

    def look_for(self, files: frozenset[str]) -> None:
        """Find what deploys some files that the change does not reach, and what it takes values or variables of."""
        places = Places.of(files)
        texts = {file: data for file, data in self._texts().items() if file not in self._read_files}
        fresh = [file for file, data in texts.items() if concerned(data, mentioned(data), places)]
        for file in fresh:
            self._take_in(file, texts[file])
        held = [each for file in fresh for each in self._read_files.get(file, ())]
        wanted = frozenset().union(*map(configured_by, held))
        self._given = {**given(self.plan, wanted, self._home.search, self.shown), **self._given}
        self.renders += self._of(held, self._world())

    def _sources(self, files: Iterable[str]) -> frozenset[str]:
        """The names of what these files, as far as they are read, tell to be a source of others."""
        held = chain(*(self._read_files.get(file, ()) for file in files))
        return frozenset(each.name for each in held if each.kind in SOURCES)

    def _led_by(self, sources: frozenset[str]) -> frozenset[str]:
        """The files of objects that name one of some sources."""
        read_ = self._read_files.items()
        return frozenset(file for file, held in read_ if any(not sources.isdisjoint(sourced_by(each)) for each in held))

    def _take_in(self, file: str, data: bytes) -> None:
        """Take in what deploys of a file; a template is no object yet, so that its chart has to be rendered to tell."""
        if self.plan.chart_files.of(file) is None:
            self._read_files[file] = read(data, self.shown(file)).manifests
        else:
            self._templates |= {file}

    def _texts(self) -> dict[str, bytes]:
        """The files that may hold what deploys; of charts, the templates that make some."""
        wanted = sorted(self._deploying)
        self.tree.load(wanted)
        texts = {path: data for path in wanted if (data := self.tree.read(path)) is not None}
        return {path: data for path, data in texts.items() if self.plan.chart_files.of(path) is None or makes(data)}

    def _part(self, of: Mapping[str, list[Render]]) -> None:
        """Tell what stands by itself from what another object, or a kustomization, renders first."""
        owned = self.plan.owned
        self._standing = standing(of, owned)
        made = owned.union(*(render.files for file in of for render in of[file] if builds(render)))
        waiting = {file for file in self._standing if not self._givers({file}).isdisjoint(made)}
        self._asked = [render for file in sorted(self._standing - waiting) for render in of[file]]
        self._late = [manifest for file in sorted(waiting) for manifest in self._read_files[file]]

    def _givers(self, files: Iterable[str]) -> frozenset[str]:
        """The files that may hold, or generate, what objects of some files take values or variables of."""
        names = frozenset().union(*(configured_by(each) for file in files for each in self._read_files.get(file, ())))
        return frozenset(path for path, each in self._given.items() if not names.isdisjoint(each.names))

    def _world(self) -> World:
        rendered = frozenset().union(*(render.files for render, _ in self.taken if builds(render)))
        read_ = {**{file: each.manifests for file, each in self._given.items()}, **self._read_files}
        held = (manifests for file, manifests in read_.items() if file not in rendered)
        return World.of(self.plan, self._home.remotes, chain(*held, *(reading.manifests for _, reading in self.taken)))

    @property
    def built(self) -> frozenset[str]:
        """The files that objects build which deploy what kustomizations make: these go before a folder's own kustomization."""
        return frozenset().union(*(render.files for render in self._named if render.tool is Tool.KUSTOMIZE))

    @property
    def linked(self) -> Mapping[str, str]:
        """The kustomizations that others are made of through links, by the path that these name."""
        return self.plan.kustomizations.linked

    def first(self, built: frozenset[str]) -> list[Render]:
        """What the files of the tree ask for. ``built`` are those that objects of either side build."""
        other = built.union(self.linked.values())
        alone = (render for render in self.plan.kustomized if self.plan.kustomizations.file(render.folder) not in other)
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
        fresh, self._late = [*self._late, *fresh], []
        renders = self._of(fresh, self._world())
        self.renders += renders
        return renders

    @property
    def charts(self) -> frozenset[str]:
        """The folders of charts that something deploys, or would: their own values are not all of them."""
        asked = [render for render in self.renders if not _alone(render) or render.obstacles]
        held = (posixpath.dirname(file) for render in asked for file in render.files if posixpath.basename(file) == CHART)
        return frozenset(held) | {render.folder for render in asked if render.folder and render.tool is Tool.HELM}

    def leading(self, deployed_: frozenset[str]) -> list[Render]:
        """Of the charts that nothing deploys those that may deploy something themselves."""
        alone = self.plan.charted(deployed_) if self._templates else ()
        renders = [render for render in alone if not self._templates.isdisjoint(render.files)]
        self._led = frozenset(render.folder for render in renders)
        self.renders += renders
        return renders

    def charted(self, deployed_: frozenset[str]) -> list[Render]:
        """The other charts that nothing deploys. ``deployed_`` are those that something does on either side."""
        renders = [render for render in self.plan.charted(deployed_) if render.folder not in self._led]
        self.renders += renders
        return renders

    @property
    def deployed(self) -> frozenset[str]:
        """The files that objects deploy, with those that links among them lead to."""
        return self._with_targets(frozenset().union(*(render.own for render in self.renders if _owns(render))))

    @property
    def owned(self) -> frozenset[str]:
        """The files whose objects are weighed as they are rendered, and not as they stand, with those that links lead to."""
        return self._with_targets(self.plan.owned) | self.deployed

    def attached(self, paths: Iterable[str]) -> frozenset[str]:
        """Of some files those beside what is rendered that are read with it, or are no manifests: they do not stand either."""
        return self.plan.attached(paths, self.renders) - self.deployed

    def _with_targets(self, files: frozenset[str]) -> frozenset[str]:
        """Files with those that links among them lead to; a link that leads nowhere is not read as part of anything."""
        links = self.tree.links
        if not links:
            return files
        led = {path: real_path(links, path) for path in files}
        lost = {path for path, real in led.items() if path in links and (real is None or real not in self.tree.files)}
        return (files - lost).union(real for real in led.values() if real is not None)


def _caused(reading: Reading, single_change: SingleChange | None) -> Reading:
    """Objects that say which file of their rendering the change changes."""
    if single_change is None:
        return reading
    placed = ((each, each.origin) for each in reading.manifests)
    manifests = (
        replace(each, origin=replace(origin, single_change=single_change)) if origin else each for each, origin in placed
    )
    return replace(reading, manifests=tuple(manifests))


def _owns(render: Render) -> bool:
    """Whether the files of a rendering are its own: those that something which is not run here may read are anybody's."""
    return not _alone(render) and not (render.tool is Tool.PLAIN and render.obstacles)


def _alone(render: Render) -> bool:
    """Whether nothing asks for a rendering but its own folder."""
    return render.source.group in LOCAL_GROUPS
