"""What the commands read: paths, two sides of a change, or two revisions of a repository, with progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from weighbridge.failure import Failure
from workloads.reader import Reading
from workloads.sources.error import SourceError
from workloads.sources.files import read_paths

OFTEN = 200
"""Files between two signs of progress: what takes less is done before anyone wonders."""


@dataclass(frozen=True, slots=True)
class Change:
    """Both sides of a change."""

    before: Reading
    after: Reading
    paths: tuple[str, ...]
    """Where the sides were read: weighbridge.yaml is looked for from the last one."""


def read(paths: Sequence[str]) -> Reading:
    """Everything at the given paths, with a sign of life on a terminal."""
    try:
        return read_paths(paths, watcher=_progress if sys.stderr.isatty() else None)
    finally:
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)


def read_both(before: str, after: str) -> Change:
    """The two sides of a change, each a path."""
    return Change(read([before]), read([after]), (before, after))


def read_revisions(revisions: str, paths: Sequence[str]) -> Change:
    """Both sides of a change in the repository here.

    :raises Failure: when there is no repository or no such revision.
    """
    from workloads.sources.git import read_change  # noqa: PLC0415 - only with --git

    try:
        change = read_change(revisions, paths)
    except SourceError as error:
        raise Failure(str(error)) from None
    return Change(change.before, change.after, (change.folder,))


def _progress(files: int) -> None:
    if files % OFTEN == 0:
        click.echo(f"\rread {files:,} files …", err=True, nl=False)
