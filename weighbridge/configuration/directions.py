"""From weighbridge.yaml to how a repository is rendered."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from weighbridge.configuration.settings import Settings
from weighbridge.refreshed import ANYWHERE, usual_folder
from workloads.rendering.plan import Directions
from workloads.settings.configuration import Configuration
from workloads.sources.chart_store import FolderStore

CHARTS: Final = "charts"
"""The folder of remote charts that somebody fetched, in the user's cache."""


def directions(settings: Settings, top: str, home: str | None = None) -> Directions:
    """How the repository at ``top`` is rendered.

    ``home`` is the folder in it that the settings are of, where they are laid out elsewhere.
    """
    configuration, folder = settings.configuration, usual_folder()
    home = os.path.relpath(os.path.realpath(settings.folder), top) if home is None else home
    return Directions(
        configuration.render,
        "" if home == os.curdir else home,
        _ignored(configuration),
        FolderStore(folder / CHARTS if folder else None, f"{ANYWHERE}/{CHARTS}"),
    )


def _ignored(configuration: Configuration) -> Callable[[str], bool]:
    if not configuration.ignore:
        return lambda _: False
    from pathspec import PathSpec  # noqa: PLC0415 - only where something is ignored

    return PathSpec.from_lines("gitignore", configuration.ignore).match_file
