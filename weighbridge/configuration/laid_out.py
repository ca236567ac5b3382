"""The settings of a tree: its weighbridge.yaml, what that names, and what flags name of the checkout, laid out elsewhere.

What a stranger may have written decides nothing then, by whichever way the checkout is named: a flag, an input, the environment.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from weighbridge.configuration.file_in_force import file_in_force
from weighbridge.configuration.path_inside import path_inside
from weighbridge.configuration.settings import Settings
from weighbridge.output.failure import Failure
from weighbridge.preparation import Request, settings_for
from workloads.settings.configuration import FILE_NAME, Configuration
from workloads.sources.git_tree import GitTree

_ADDRESS: Final = "://"
"""What is in the name of something that is no file."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What to weigh by, as a tree has it."""

    request: Request
    """What was asked for, with the tree's files in place of those of the checkout."""
    settings: Settings
    home: str
    """The folder in the repository, from its top, that the settings' paths are meant from; empty for the top."""


def laid_out(request: Request, paths: Sequence[str], tree: GitTree, context: click.Context) -> LaidOut:
    """The settings for manifests at ``paths`` as a tree has them, laid out until the command ends.

    :raises Failure: when its weighbridge.yaml is broken, or it has not what is named.
    """
    folder = Path(context.with_resource(tempfile.TemporaryDirectory(prefix="weighbridge-commit-")))
    # What is above it is nobody's configuration: the search for one ends here.
    (folder / ".git").mkdir()
    there = _Committed(tree, tree.repository.top, folder)
    asked = there.asked(request)
    own = file_in_force(request, paths, there.tree, there.top)
    home = Path(own or FILE_NAME).parent
    start = (str(folder / home),) if there.lay_out(own or FILE_NAME) else (str(folder),)
    found = settings_for(asked, start).configuration
    if own is None:
        there.require_outside(named_files(found), request.configuration)
    else:
        starts = [os.path.normpath(home / name) for name in named_files(found)]
        _require_inside(starts)
        there.lay_out(*starts)
    laid = settings_for(asked, start)
    # Named as in the repository: where it was laid out is nobody's business, and another place each time.
    file = own if own and laid.configuration.file else laid.configuration.file
    settings = replace(laid, configuration=replace(laid.configuration, file=file), committed=True)
    return LaidOut(asked, settings, "" if home == Path() else str(home))


def named_files(found: Configuration) -> list[str]:
    """The files and folders that a weighbridge.yaml names."""
    snapshots = (cluster.snapshot for cluster in found.clusters)
    refreshed = (found.refreshed,) if isinstance(found.refreshed, str) else ()
    named = (*found.policies, *found.exemptions, *found.overlays, *snapshots, *refreshed)
    return [name for name in named if name and _ADDRESS not in name]


def _require_inside(paths: Iterable[str]) -> None:
    """What a commit names is the commit's: a path that leads out of the repository would read from this machine."""
    for path in map(Path, paths):
        if path.is_absolute() or path.parts[:1] == (os.pardir,):
            raise Failure(f"weighbridge.yaml names {str(path)[:100]!r}, which is not in the repository: nothing was weighed")


@dataclass(frozen=True, slots=True)
class _Committed:
    """A tree of a repository, and the folder that its files are laid out in."""

    tree: GitTree
    top: str
    folder: Path

    def asked(self, request: Request) -> Request:
        """A request with the tree's files in place of those of the checkout."""
        flags = request.flags
        snapshot = flags.snapshot._replace(value=self._there(flags.snapshot.value)) if flags.snapshot.value else flags.snapshot
        return replace(
            request,
            flags=replace(flags, snapshot=snapshot),
            prices=Path(self._there(str(request.prices))) if request.prices else None,
            configuration=Path(self._there(str(request.configuration))) if request.configuration else None,
            policies=tuple(map(self._there, request.policies)),
            exemptions=tuple(map(self._there, request.exemptions)),
        )

    def lay_out(self, *starts: str) -> int:
        """Write the files at and under some paths, and say how many there are."""
        every = os.curdir in starts
        paths = [path for path in self.tree.files if every or any(path == one or path.startswith(f"{one}/") for one in starts)]
        self.tree.load(paths)
        for path in paths:
            data = self.tree.read(path)
            if data is not None:
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_bytes(data)
        return len(paths)

    def require_outside(self, names: Sequence[str], file: Path | None) -> None:
        """That a configuration outside of the checkout names nothing in it: that would be the change's."""
        for name in names:
            if path_inside(self.top, str(Path(file or ".").parent / name)) is not None:
                raise Failure(f"{file} names {name[:100]!r}, which is in the checkout: what the change may write decides nothing")

    def _there(self, path: str) -> str:
        """Where a named file or folder is laid out; itself where it is outside of the checkout."""
        inside = None if _ADDRESS in path else path_inside(self.top, path)
        if inside is None:
            return path
        if not self.lay_out(inside):
            raise Failure(
                f"{path} is in the checkout, and the commit whose settings hold has none: "
                "put it outside of the checkout, or commit it first"
            )
        return str(self.folder / inside)
