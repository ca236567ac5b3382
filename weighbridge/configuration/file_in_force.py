"""Which weighbridge.yaml of a commit is in force: the one that would be found in a checkout of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from weighbridge.configuration.path_inside import path_inside
from weighbridge.preparation import Request
from workloads.rendering.tree import Tree, real_path
from workloads.settings.configuration import FILE_NAME


def file_in_force(request: Request, paths: Sequence[str], tree: Tree, top: str) -> str | None:
    """Where the weighbridge.yaml stands that holds for manifests at ``paths``; at the top where the commit has none.

    None where a flag names one outside of the repository.
    """
    if request.configuration:
        return path_inside(top, str(request.configuration))
    start = Path(_together(paths, tree, top))
    candidates = (str(folder / FILE_NAME) for folder in (start, *start.parents))
    return next((file for file in candidates if file in tree.files), FILE_NAME)


def _together(paths: Sequence[str], tree: Tree, top: str) -> str:
    """The folder that all paths are in, where the commit's links lead; the top where there are none."""
    named = [path_inside(top, path) or "" for path in paths]
    return os.path.commonpath([real_path(tree.links, path) or path for path in named]) if named else ""
