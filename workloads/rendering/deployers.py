"""Objects that deploy others: what each renders, from the tree it names paths of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from workloads.manifest import Manifest
from workloads.rendering.application_set import applications
from workloads.rendering.argo import application
from workloads.rendering.flux import flux_kustomization, flux_release
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.render import Render, Tool
from workloads.rendering.world import World

GROUPS: Final = ("kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io", "source.toolkit.fluxcd.io", "argoproj.io")
"""The words by which files that hold such objects, or what these refer to, are found."""
_PLACES: Final = re.compile(rb"(?:path|chart|repoURL): *[\"']?(?:\./)?([^\s\"'#]*?)/?[\"']?\s*$", re.MULTILINE)


def _application_set(manifest: Manifest, world: World) -> list[Render]:
    made = applications(manifest, world)
    if isinstance(made, Obstacle):
        return [Render(Tool.HELM, "", manifest, obstacles=(made,))]
    renders = [render for each in made for render in application(each, world)]
    # The set is what stands in the repository: what one of its Applications lacks, it lacks.
    return [replace(render, source=manifest, variant=f"Application {render.source.title}") for render in renders]


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
    if manifest.unrendered:
        return [Render(Tool.HELM, "", manifest, obstacles=(Obstacle(manifest.unrendered),))]
    deployer = _DEPLOYERS.get((manifest.group, manifest.kind))
    asked = (manifest.origin.asked or manifest.origin.file) if manifest.origin else ""
    return [replace(render, asked=asked) for render in deployer(manifest, world)] if deployer else []


def concerned(data: bytes, changed: Iterable[str]) -> bool:
    """Whether a file of such objects can have to do with changed files: it names a folder that one stands in, or one itself.

    A quick look at the text, so that a repository's many others are not parsed.
    """
    if b"ApplicationSet" in data or b"Repository" in data:
        return True
    named = {place.decode("utf-8", "replace") for place in _PLACES.findall(data)}
    return any(posixpath.basename(path).encode() in data or not named.isdisjoint(_folders(path)) for path in changed)


def _folders(path: str) -> list[str]:
    """The folders that a file stands in, up to the top, which is written in two ways."""
    found = ["", "."]
    while path := posixpath.dirname(path):
        found.append(path)
    return found
