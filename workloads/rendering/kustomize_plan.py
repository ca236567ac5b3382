"""Renderings of kustomizations: each with an overlay of ours on top, which has Kustomize say where every object comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from workloads.manifest import Manifest, Origin
from workloads.rendering.closure import Kustomizations
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
        {f"{OVERLAY}/kustomization.yaml": _overlay({}, [folder], [])},
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
    overlay: Mapping[str, object],
    components: tuple[str, ...] = (),
    variables: Variables | None = None,
    obstacles: tuple[Obstacle, ...] = (),
    cluster: str = "",
    namespace: str = "",
) -> Render:
    """The rendering of a folder that an object asks for, with what that lays over it.

    A folder without a kustomization is built of its manifests, and of the kustomizations in it.
    """
    built = [folder] if folder in kustomizations else kustomizations.below(folder)
    plain = [] if folder in kustomizations else _manifests(folders, folder, built)
    parts, wrong = _components(kustomizations, folder, components)
    closures = [kustomizations.closure(each) for each in (*built, *parts)]
    made = {f"{OVERLAY}/kustomization.yaml": _overlay(overlay, [folder], parts)}
    if folder not in kustomizations:
        # Kustomize takes files only from where a kustomization stands: Flux writes one there too.
        # From ./ on: a folder may be called github.com.
        listed = [f"./{posixpath.relpath(path, folder or '.')}" for path in (*built, *plain)]
        made[posixpath.join(TREE, folder, "kustomization.yaml")] = orjson.dumps({"resources": listed})
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
        obstacles=(*obstacles, *wrong, *(each for closure in closures for each in closure.obstacles)),
    )


def _manifests(folders: Folders, folder: str, built: Sequence[str]) -> list[str]:
    """The manifests of a folder that belong to no kustomization in it."""
    files = [path for path in folders.every(folder) if path.endswith(_MANIFESTS)]
    return [path for path in files if not any(inside(below, path) for below in built)]


def _components(kustomizations: Kustomizations, folder: str, components: tuple[str, ...]) -> tuple[list[str], list[Obstacle]]:
    """The folders of components that are laid over, and what is wrong with the others."""
    found: list[str] = []
    wrong: list[Obstacle] = []
    for component in components:
        try:
            path = joined(folder, component)
        except OutsideError:
            path = component
        if is_remote(component) or path not in kustomizations:
            wrong.append(Obstacle(f"no component at {component[:200]} in the repository"))
        else:
            found.append(path)
    return found, wrong


def _overlay(laid: Mapping[str, object], resources: Sequence[str], components: Sequence[str]) -> bytes:
    """The overlay's kustomization; JSON is YAML too."""
    parts = {"components": [f"../{TREE}/{path}" for path in components]} if components else {}
    built = [f"../{TREE}/{path}" for path in resources]
    return orjson.dumps({**laid, "resources": built, **parts, "buildMetadata": ["originAnnotations"]})


def standing_for(kustomizations: Kustomizations, folder: str) -> Manifest:
    """What stands in a report for a kustomization that nothing asks for but its own folder."""
    file = kustomizations.file(folder)
    body = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "metadata": {"name": folder or "."}}
    return Manifest.of(body, Origin(file))
