"""What paths on disk deploy: folders with kustomizations and charts as these are built, and everything else as it stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from weighbridge.configuration.settings import Settings
from weighbridge.reading import Change, both, following, read, required, with_nothing
from workloads.rendering.confinement import Rendering
from workloads.sources.files import KUSTOMIZATIONS
from workloads.text.reader import Reading
from workloads.text.template import certain

if TYPE_CHECKING:
    from workloads.rendering.plan import Directions
    from workloads.sources.renderer import Renderer

_BUILT: Final = (*KUSTOMIZATIONS, "chart.yaml")
"""Names, in small letters, of the files that make a folder one that is built."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What paths deploy, and how it was rendered; None where nothing was."""

    reading: Reading
    rendering: Rendering | None


def read_deployed(paths: Sequence[str], settings: Settings) -> Deployed:
    """Everything that the given paths deploy; nothing to be weighed there is an error.

    :raises Failure: when there is nothing at a path.
    """
    required(paths)
    reading, renderer = Reading(), _Tools()
    for path in paths:
        reading += certain(renderer.build(path, settings) if _is_built(path) else read([path]))
    return Deployed(reading if reading.manifests else with_nothing(reading, paths), renderer.rendering)


def read_both_deployed(before: str, after: str, settings: Settings) -> Change:
    """What two folders deploy, where either has something to be built in it; else what stands in them.

    :raises Failure: when there is nothing at one of them.
    """
    required((before, after))
    folders = Path(before).is_dir() and Path(after).is_dir()
    if not (folders and (_is_built(before) or _is_built(after))):
        return both(before, after, read([before]), read([after]))
    tools = _Tools()
    return both(before, after, *tools.build_both(before, after, settings), tools.rendering)


def _is_built(path: str) -> bool:
    """Whether a folder has a kustomization or a chart in it, at any depth."""
    for _, folders, names in os.walk(path) if path != "-" else ():
        folders[:] = [name for name in folders if not name.startswith(".")]
        if any(name.lower() in _BUILT for name in names):
            return True
    return False


class _Tools:
    """What renders, found where something has to be."""

    def __init__(self) -> None:
        self._renderer: Renderer | None = None

    @property
    def rendering(self) -> Rendering | None:
        """What was rendered."""
        return self._renderer.rendering if self._renderer is not None else None

    def build(self, path: str, settings: Settings) -> Reading:
        """A folder as it is built."""
        from workloads.sources.built import read_built  # noqa: PLC0415 - only where something is built

        return read_built(path, self._ways(settings), self._found(settings), following())

    def build_both(self, before: str, after: str, settings: Settings) -> tuple[Reading, Reading]:
        """Two folders likewise."""
        from workloads.sources.built import read_both_built  # noqa: PLC0415 - only where something is built

        return read_both_built(before, after, self._ways(settings), self._found(settings), following())

    def _found(self, settings: Settings) -> Renderer:
        from weighbridge.rendering import renderer  # noqa: PLC0415 - only where something is built

        self._renderer = self._renderer or renderer(confined=settings.flags.confined)
        return self._renderer

    @staticmethod
    def _ways(settings: Settings) -> Callable[[str], Directions]:
        from weighbridge.configuration.directions import directions  # noqa: PLC0415 - only where something is built

        return lambda top: directions(settings, top)
