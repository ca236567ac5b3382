"""Renderings of kustomizations: each with an overlay of ours on top, which has Kustomize say where every object comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import Final

import orjson

from workloads.manifest import Manifest, Origin
from workloads.rendering.closure import Kustomizations
from workloads.rendering.edits import NO_EDITS, Edits, edited, twice
from workloads.rendering.kustomization import is_remote
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.render import TREE, Render, Tool
from workloads.rendering.tree import Folders, OutsideError, inside, joined
from workloads.rendering.variables import Variables

OVERLAY: Final = "overlay"
"""The folder of the overlay, beside that of the tree."""
_MANIFESTS: Final = (".yaml", ".yml")


def kustomize_render(kustomizations: Kustomizations, folder: str, *, namespace: str = "", cluster: str = "") -> Render:
    """The rendering of a folder that has a kustomization, for its own sake."""
    closure = kustomizations.closure(folder)
    return Render(
        Tool.KUSTOMIZE,
        folder,
        standing_for(kustomizations, folder),
        closure.files,
        {f"{OVERLAY}/kustomization.yaml": _overlay([folder])},
        (OVERLAY,),
        cluster,
        namespace,
        obstacles=closure.obstacles,
    )


def deployed_render(
    kustomizations: Kustomizations,
    folders: Folders,
    folder: str,
    source: Manifest,
    edits: Edits = NO_EDITS,
    variables: Variables | None = None,
    cluster: str = "",
    namespace: str = "",
) -> Render:
    """The rendering of a folder that an object asks for, with what that writes into the folder's kustomization.

    A folder without one is built of its manifests, and of the kustomizations in it.
    """
    built = [folder] if folder in kustomizations else kustomizations.below(folder)
    plain = [] if folder in kustomizations else _manifests(folders, folder, built)
    parts, missing = _components(kustomizations, folder, edits)
    named = kustomizations.naming(folder, edits.read)
    closures = [*(kustomizations.closure(each) for each in (*built, *parts)), named]
    # Kustomize takes files only from where a kustomization stands: Flux writes one there too.
    listed = () if folder in kustomizations else (*built, *plain)
    document = {"resources": _seen(folder, listed)} if listed else kustomizations.document(folder)
    wrong = (*missing, *twice(document, edits))
    fields = {**edits.fields, **({"components": _seen(folder, parts)} if parts else {})}
    made = {f"{OVERLAY}/kustomization.yaml": _overlay([folder])}
    if fields or folder not in kustomizations:
        made[posixpath.join(TREE, kustomizations.file(folder))] = edited(document, fields)
    return Render(
        Tool.KUSTOMIZE,
        folder,
        source,
        frozenset(plain).union(*(closure.files for closure in closures)),
        made,
        (OVERLAY,),
        cluster,
        namespace,
        variant=f"{source.kind} {source.title}",
        variables=variables,
        obstacles=(*edits.obstacles, *wrong, *(each for closure in closures for each in closure.obstacles)),
    )


def _seen(folder: str, paths: Iterable[str]) -> list[str]:
    """Paths as seen from a folder. From ./ on: a folder may be called github.com."""
    return [f"./{posixpath.relpath(path, folder or '.')}" for path in paths]


def _manifests(folders: Folders, folder: str, built: Sequence[str]) -> list[str]:
    """The manifests of a folder that belong to no kustomization in it."""
    files = [path for path in folders.every(folder) if path.endswith(_MANIFESTS)]
    return [path for path in files if not any(inside(below, path) for below in built)]


def _components(kustomizations: Kustomizations, folder: str, edits: Edits) -> tuple[list[str], list[Obstacle]]:
    """The folders of components that are written in, and what is wrong with the others."""
    found: list[str] = []
    wrong: list[Obstacle] = []
    for component in edits.components:
        try:
            path = joined(folder, component)
        except OutsideError:
            path = component
        if not is_remote(component) and path in kustomizations:
            found.append(path)
        elif not edits.optional or is_remote(component) or kustomizations.holds(path):
            wrong.append(Obstacle(f"no component at {component[:200]} in the repository"))
    return found, wrong


def _overlay(resources: Sequence[str]) -> bytes:
    """The overlay's kustomization; JSON is YAML too."""
    built = [f"../{TREE}/{path}" for path in resources]
    return orjson.dumps({"resources": built, "buildMetadata": ["originAnnotations"]})


def standing_for(kustomizations: Kustomizations, folder: str) -> Manifest:
    """What stands in a report for a kustomization that nothing asks for but its own folder."""
    file = kustomizations.file(folder)
    body = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "metadata": {"name": folder or "."}}
    return Manifest.of(body, Origin(file))
