"""Which files of a folder Argo CD deploys as they stand, or lets Jsonnet render.

Fields: ``source.directory`` of argoproj.io/v1alpha1 (argo-cd.readthedocs.io/en/stable/user-guide/directory).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
from workloads.rendering.directory_pattern import PatternError, directory_pattern
from workloads.rendering.jsonnet_imports import with_imported
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.territory import application_territory
from workloads.rendering.world import World

_MANIFESTS: Final = (".yaml", ".yml", ".json", ".jsonnet")


@dataclass(frozen=True, slots=True)
class DirectoryFiles:
    """What a folder is deployed of."""

    files: frozenset[str]
    obstacles: tuple[Obstacle, ...] = ()


def directory_files(stated: Mapping[str, object], folder: str, application: Manifest, world: World) -> DirectoryFiles:
    """The files of a folder that a source of an Application deploys; what they may be, where that is not known."""
    directory = mapping(stated, "directory")
    folders = world.plan.folders
    every = folders.every(folder) if directory.get("recurse") is True else folders.members(folder)
    wanted = every if directory.get("disableExtensionFilter") is True else [path for path in every if path.endswith(_MANIFESTS)]
    try:
        kept = _kept(wanted, folder, text(directory, "include"), text(directory, "exclude"))
    except PatternError as error:
        words = f"Argo CD may take other files by {str(error)[:100]} than it says"
        return DirectoryFiles(frozenset(wanted), (Obstacle(words, "let alternatives be texts, or be all of the pattern"),))
    if any(path.endswith(".jsonnet") for path in kept):
        unread = Obstacle("Jsonnet renders it, which is not run", "weigh what it prints")
        return DirectoryFiles(_of_jsonnet(kept, directory, folder, application, world), (unread,))
    return DirectoryFiles(frozenset(kept))


def _kept(paths: Sequence[str], folder: str, include: str, exclude: str) -> list[str]:
    """Those that the patterns leave, which see them from the folder.

    :raises PatternError: where it is not known what a pattern takes.
    """
    wanted, unwanted = (directory_pattern(each) if each else None for each in (include, exclude))
    seen = ((path, posixpath.relpath(path, folder or ".")) for path in paths)
    return [
        path
        for path, name in seen
        if (wanted is None or wanted.takes(name)) and not (unwanted is not None and unwanted.takes(name))
    ]


def _of_jsonnet(
    kept: list[str], directory: Mapping[str, object], folder: str, application: Manifest, world: World
) -> frozenset[str]:
    """What Jsonnet may read: its folder, that of libraries, from the repository's top, and whatever these import."""
    stated = (world.path(str(each)) for each in sequence(directory, "jsonnet", "libs"))
    libraries = [library for library in stated if library is not None]
    files = application_territory(application, folder, world).union(kept, *map(world.plan.folders.every, libraries))
    return with_imported(files, [folder, *libraries], world.plan.tree)
