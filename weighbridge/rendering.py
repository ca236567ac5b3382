"""What renders for a command: the user's own tools, with the user's cache, and a sign of life on a terminal."""

from __future__ import annotations

import sys
from typing import Final

import click

from weighbridge.refreshed import usual_folder
from workloads.sources.file_index import FileIndex
from workloads.sources.render_cache import RenderCache
from workloads.sources.renderer import Renderer

RENDERS: Final = "renders"
"""The folder of what was rendered before, in the user's cache."""
FILES: Final = "files.sqlite"
"""What is known of files by their content, likewise."""


def renderer(*, confined: bool) -> Renderer:
    """A renderer for one run; ``confined`` is one that renders nothing where it would have a network."""
    folder = usual_folder()
    watcher = _progress if sys.stderr.isatty() else None
    return Renderer(RenderCache(folder / RENDERS if folder else None), watcher, confined)


def file_index() -> FileIndex:
    """What earlier runs know of files by their content."""
    folder = usual_folder()
    return FileIndex(folder / FILES if folder else None)


def _progress(done: int, every: int) -> None:
    click.echo(f"\rrendering {done:,} of {every:,} …" if done < every else "\r\033[K", err=True, nl=False)
