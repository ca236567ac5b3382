"""From weighbridge.yaml to how a repository is rendered: from the file on disk, or as a commit has it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from weighbridge.failure import Failure
from weighbridge.preparation import Request, settings_for
from weighbridge.refreshed import usual_folder
from weighbridge.settings import Settings
from workloads.rendering.plan import Directions
from workloads.settings.configuration import FILE_NAME, Configuration
from workloads.sources.chart_store import FolderStore
from workloads.sources.git_tree import GitTree
from workloads.sources.repository import Repository

CHARTS: Final = "charts"
"""The folder of remote charts that somebody fetched, in the user's cache."""


def directions(settings: Settings, top: str, *, laid_out: bool) -> Directions:
    """How the repository at ``top`` is rendered. A commit's settings are laid out elsewhere, and stand for the top's."""
    configuration, folder = settings.configuration, usual_folder()
    home = "" if laid_out else os.path.relpath(os.path.realpath(settings.folder), top)
    return Directions(
        configuration.render,
        "" if home == os.curdir else home,
        _ignored(configuration),
        FolderStore(folder / CHARTS if folder else None),
    )


def _ignored(configuration: Configuration) -> Callable[[str], bool]:
    if not configuration.ignore:
        return lambda _: False
    from pathspec import PathSpec  # noqa: PLC0415 - only where something is ignored

    return PathSpec.from_lines("gitignore", configuration.ignore).match_file


def settings_of(request: Request, repository: Repository, commit: str, context: click.Context) -> Settings:
    """The settings as a commit has them: its weighbridge.yaml, and what that names, laid out until the command ends.

    :raises Failure: when its weighbridge.yaml is broken, names what is not in the repository, or another one is named by a flag.
    """
    if request.configuration is not None:
        raise Failure("--config names a file here, and --config-from-base takes the base's: give one of them")
    folder = Path(context.with_resource(tempfile.TemporaryDirectory(prefix="weighbridge-commit-")))
    tree = GitTree(repository, repository.listing(commit))
    _lay_out(tree, [FILE_NAME], folder)
    found = settings_for(request, (str(folder),)).configuration
    named = (*found.policies, *found.exemptions, *found.overlays, *(cluster.snapshot for cluster in found.clusters))
    named += (found.refreshed,) if isinstance(found.refreshed, str) else ()
    starts = [os.path.normpath(name) for name in named if name]
    _require_inside(starts)
    _lay_out(
        tree, [path for path in tree.files if any(path == start or path.startswith(f"{start}/") for start in starts)], folder
    )
    laid = settings_for(request, (str(folder),))
    # Named as in the repository: where it was laid out is nobody's business, and another place each time.
    return replace(laid, configuration=replace(laid.configuration, file=FILE_NAME if laid.configuration.file else ""))


def _require_inside(paths: list[str]) -> None:
    """What a commit names is the commit's: a path that leads out of the repository would read from this machine."""
    for path in map(Path, paths):
        if path.is_absolute() or path.parts[:1] == (os.pardir,):
            raise Failure(f"weighbridge.yaml names {str(path)[:100]!r}, which is not in the repository: nothing was weighed")


def _lay_out(tree: GitTree, paths: list[str], folder: Path) -> None:
    tree.load(paths)
    for path in paths:
        data = tree.read(path) if path in tree.files else None
        if data is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
