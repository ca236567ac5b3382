"""What Argo CD renders: an Application renders its sources, an ApplicationSet makes Applications.

Fields are those of argoproj.io/v1alpha1 (argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
from workloads.rendering.argo_edits import argo_edits
from workloads.rendering.argo_release import HelmSource
from workloads.rendering.build_environment import BuildEnvironment
from workloads.rendering.directory_source import directory_files
from workloads.rendering.helm_plan import Release, absent_render, archive_render
from workloads.rendering.hydration import hydrated_source
from workloads.rendering.kustomize_plan import deployed_render
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.overrides import overridden
from workloads.rendering.render import Render, Tool
from workloads.rendering.revision import pinned
from workloads.rendering.territory import application_territory
from workloads.rendering.value_files import ValueFiles
from workloads.rendering.world import World

_HERE: Final = ("", "in-cluster", "https://kubernetes.default.svc")
_TYPES: Final = ("directory", "helm", "kustomize", "plugin")
"""By what a source may say how it is rendered, whatever its folder holds."""


@dataclass(frozen=True, slots=True)
class _Source:
    """One source of an Application."""

    stated: Mapping[str, object]
    application: Manifest
    cluster: str
    namespace: str
    world: World

    @property
    def folder(self) -> str | None:
        """The folder that it names, from the tree's top; None where it leads out."""
        return self.world.path(text(self.stated, "path"))

    @property
    def environment(self) -> BuildEnvironment:
        """What variables in it come to."""
        return BuildEnvironment.of(self.application, self.stated, self.namespace)

    def standing(self, folder: str, files: Iterable[str], *obstacles: Obstacle) -> Render:
        """That files of a folder are taken as they stand, or would be rendered by something that is not run here."""
        return Render(
            Tool.PLAIN,
            folder,
            self.application,
            frozenset(files),
            cluster=self.cluster,
            namespace=self.namespace,
            variant=f"{self.application.kind} {self.application.title}",
            obstacles=obstacles,
        )


def application(manifest: Manifest, world: World) -> list[Render]:
    """What an Application renders. Sources that only hold values for others render nothing."""
    spec = mapping(manifest.body, "spec")
    destination = mapping(spec, "destination")
    cluster = text(destination, "name") or text(destination, "server")
    hydrated = hydrated_source(mapping(spec, "sourceHydrator"), world)
    stated = [each for each in (*sequence(spec, "sources"), spec.get("source"), hydrated) if isinstance(each, dict)]
    sources = [
        _Source(each, manifest, "" if cluster in _HERE else cluster, text(destination, "namespace"), world)
        for each in stated
        if not (text(each, "ref") and not text(each, "path") and not text(each, "chart"))
    ]
    if not sources:
        return [Render(Tool.HELM, "", manifest, obstacles=(Obstacle("it states no source"),))]
    references = {text(each, "ref"): each for each in stated if text(each, "ref")}
    return [replace(_rendered(source, references), revisions=_revisions(source.stated, references, world)) for source in sources]


def _revisions(stated: Mapping[str, object], references: Mapping[str, Mapping[str, object]], world: World) -> dict[str, str]:
    """The revisions that a source, and those that hold values for it, follow. A chart's version is part of what it is."""
    sources = {
        **({} if text(stated, "chart") else {"": stated}),
        **{f"its source ${name}": each for name, each in references.items()},
    }
    return {name: world.followed(text(each, "repoURL"), text(each, "targetRevision")) for name, each in sources.items()}


def _rendered(source: _Source, references: Mapping[str, Mapping[str, object]]) -> Render:
    if text(source.stated, "chart"):
        return _remote(source, references)
    obstacle, folder = _not_here(source), source.folder
    if "plugin" in source.stated and obstacle is not None:
        return _foreign(source, None)
    if obstacle is not None or folder is None:
        return _absent(source, references, obstacle or Obstacle("a path that leads out"))
    laid = overridden(source.stated, source.application, folder, source.world.plan.tree)
    found = _here(replace(source, stated=laid.stated), folder, references)
    return replace(found, files=found.files | laid.files, obstacles=(*found.obstacles, *laid.obstacles))


def _here(source: _Source, folder: str, references: Mapping[str, Mapping[str, object]]) -> Render:
    """What a folder of the tree renders: as its source says, else by what it holds, a kustomization before a chart."""
    plan, told = source.world.plan, _told(source.stated)
    if len(told) > 1:
        words = f"it states {' and '.join(told)}, which Argo CD refuses"
        return source.standing(folder, source.world.plan.folders.every(folder), Obstacle(words, "state one of them"))
    how = told[0] if told else "kustomize" if folder in plan.kustomizations else "helm" if folder in plan.charts else "directory"
    if how == "plugin":
        return _foreign(source, folder)
    if how == "helm":
        return _chart(source, folder, references)
    return _kustomization(source, folder) if how == "kustomize" else _directory(source, folder)


def _told(stated: Mapping[str, object]) -> list[str]:
    """How a source says that it is rendered: what says nothing counts for nothing, but for a plugin."""
    return [each for each in _TYPES if _says(stated.get(each)) or (each == "plugin" and isinstance(stated.get(each), dict))]


def _says(value: object) -> bool:
    """Whether a value says anything: a mapping without fields, or of such as are empty, does not."""
    return any(map(_says, value.values())) if isinstance(value, dict) else bool(value)


def _foreign(source: _Source, folder: str | None) -> Render:
    """That a plugin renders a folder, or something elsewhere."""
    files = application_territory(source.application, folder, source.world) if folder is not None else ()
    return source.standing(folder or "", files, Obstacle("a plugin renders it", "plugins are programs: weigh what they print"))


def _absent(source: _Source, references: Mapping[str, Mapping[str, object]], obstacle: Obstacle) -> Render:
    """That what a source names is not at hand. Values of other sources may be."""
    release = _release(source, None, references)
    # A folder of another repository says nothing of one that is called the same here.
    folder = source.folder if source.world.elsewhere(text(source.stated, "repoURL")) is None else None
    found = absent_render(folder or "", text(source.stated, "chart") or "chart", release, source.application, obstacle)
    # The folder may be a submodule's, whose change is one of what would be rendered.
    return replace(found, files=found.files | {folder}) if folder else found


def _not_here(source: _Source) -> Obstacle | None:
    """Why a source is not in the tree; None where it is."""
    elsewhere = source.world.elsewhere(text(source.stated, "repoURL"))
    if elsewhere is not None:
        return elsewhere
    fixed = pinned(text(source.stated, "targetRevision"))
    if fixed is not None:
        return fixed
    if source.folder is None or source.folder not in source.world.plan.folders:
        return Obstacle(f"no folder {text(source.stated, 'path')[:200]} in the repository")
    return None


def _chart(source: _Source, folder: str, references: Mapping[str, Mapping[str, object]]) -> Render:
    plan = source.world.plan
    if folder not in plan.charts:
        return _absent(source, references, Obstacle(f"no chart at {folder or '.'}"))
    return plan.helm(folder, _release(source, folder, references))


def _remote(source: _Source, references: Mapping[str, Mapping[str, object]]) -> Render:
    address, name, version = (text(source.stated, key) for key in ("repoURL", "chart", "targetRevision"))
    # A registry of charts is named without its scheme.
    address = address if "://" in address else f"oci://{address}"
    store = source.world.plan.directions.store
    fetched = store.get(address, name, version)
    if fetched is None:
        words = f"remote chart {name[:100]} {version[:60] or 'of any version'} of {address[:200]}, and weighing needs no network"
        return _absent(source, references, Obstacle(words, store.hint(address, name, version)))
    return archive_render(fetched, name, version, _release(source, None, references), source.application)


def _release(source: _Source, folder: str | None, references: Mapping[str, Mapping[str, object]]) -> Release:
    environment = source.environment
    files = ValueFiles(source.world, folder, references, environment)
    release = Release(source.application, source.application.name, source.namespace, cluster=source.cluster)
    return HelmSource(mapping(source.stated, "helm"), files, environment).laid_on(release)


def _kustomization(source: _Source, folder: str) -> Render:
    plan = source.world.plan
    if folder not in plan.kustomizations:
        return source.standing(folder, plan.folders.every(folder), Obstacle(f"no kustomization at {folder or '.'}"))
    edits = argo_edits(mapping(source.stated, "kustomize"), source.environment)
    return deployed_render(
        plan.kustomizations,
        plan.folders,
        folder,
        source.application,
        edits,
        cluster=source.cluster,
        namespace=source.namespace,
    )


def _directory(source: _Source, folder: str) -> Render:
    """A folder of manifests, taken as they stand."""
    found = directory_files(source.stated, folder, source.application, source.world)
    return source.standing(folder, found.files, *found.obstacles)
