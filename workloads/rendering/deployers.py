"""Objects that deploy others: what each renders, from the tree it names paths of."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from workloads.field import mapping
from workloads.manifest import Manifest
from workloads.rendering.application_set import applications, looked_at
from workloads.rendering.argo import application
from workloads.rendering.flux import flux_kustomization, flux_release
from workloads.rendering.mention import Places
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.pruning import unpruned
from workloads.rendering.render import Render, Tool
from workloads.rendering.territory import set_territory
from workloads.rendering.world import World

GROUPS: Final = ("kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io", "source.toolkit.fluxcd.io", "argoproj.io")
"""The words by which files that hold such objects, or what these refer to, are found."""
_VERSION: Final = rb"apiVersion: *[\"']?(?:argoproj|(?:kustomize|helm)\.toolkit\.fluxcd)\.io/[^\n]*"
_KIND: Final = rb"kind: *[\"']?(?:Application|ApplicationSet|HelmRelease|Kustomization)[\"']?[ \r]*"
_MADE: Final = re.compile(rb"^( *)(?:%b\n\1%b|%b\n\1%b)$" % (_VERSION, _KIND, _KIND, _VERSION), re.MULTILINE)
_OPEN: Final = re.compile(rb"\b(?:path|chart|valueFiles): *[^\n]*\{\{|^ *- *[^\n]*\{\{[^\n]*\.ya?ml", re.MULTILINE)
"""A path that only a template knows."""
_ANYWHERE: Final = (b"ApplicationSet", b"Repository", b"valuesFrom", b"substituteFrom", b"$ARGOCD_", b"${ARGOCD_")
"""Words of objects that may deploy what they do not name."""


def _application_set(manifest: Manifest, world: World) -> list[Render]:
    made = applications(manifest, world)
    if isinstance(made, Obstacle):
        return [Render(Tool.PLAIN, "", manifest, set_territory(manifest, world), obstacles=(made,))]
    renders = [replace(render, unpruned=unpruned(each)) for each in made for render in application(each, world)]
    # The set is what stands in the repository: what one of its Applications lacks, it lacks.
    looked = looked_at(mapping(manifest.body, "spec").get("generators"), world)
    return [
        replace(render, source=manifest, variant=f"Application {render.source.title}", revisions={**looked, **render.revisions})
        for render in renders
    ]


_DEPLOYERS: Final = {
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): flux_kustomization,
    ("helm.toolkit.fluxcd.io", "HelmRelease"): flux_release,
    ("argoproj.io", "Application"): application,
    ("argoproj.io", "ApplicationSet"): _application_set,
}


def deploys(manifest: Manifest) -> bool:
    """Whether an object stands for others that somebody renders of it."""
    return (manifest.group, manifest.kind) in _DEPLOYERS


def deployed(manifest: Manifest, world: World) -> list[Render]:
    """What an object renders, or why it does not; nothing for an object that deploys none."""
    deployer = _DEPLOYERS.get((manifest.group, manifest.kind))
    unknown = (Obstacle(manifest.unrendered),) if manifest.unrendered else ()
    asked = (manifest.origin.asked or manifest.origin.file) if manifest.origin else ""
    renders = deployer(manifest, world) if deployer else []
    left = unpruned(manifest)
    return [
        replace(render, asked=asked, obstacles=(*unknown, *render.obstacles), unpruned=render.unpruned or left)
        for render in renders
    ]


def makes(template: bytes) -> bool:
    """Whether a template of a chart makes objects that deploy others: not its text as such is looked at, but its kinds."""
    return _MADE.search(template) is not None


def concerned(data: bytes, words: frozenset[bytes], changed: Places) -> bool:
    """Whether a file of such objects, of these words, can have to do with changed files: it names a folder of theirs, or one.

    A quick look at the text, so that a repository's many others are not parsed.
    """
    return any(word in data for word in _ANYWHERE) or changed.named(data, words) or _OPEN.search(data) is not None
