"""What the commands read: paths, two sides of a change, or two revisions of a repository, with progress on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weighbridge.configuration.settings import Settings
from weighbridge.output.failure import Failure
from weighbridge.preparation import Request, settings_for
from workloads.problem import Problem, Severity
from workloads.rendering.confinement import Rendering
from workloads.sources.error import SourceError
from workloads.sources.files import Watcher, read_paths
from workloads.text.foreign import told_where_held
from workloads.text.reader import Reading
from workloads.text.template import certain

if TYPE_CHECKING:
    from weighbridge.configuration.laid_out import LaidOut
    from workloads.sources.git_tree import GitTree
    from workloads.sources.repository import Repository

OFTEN = 200
"""Files between two signs of progress: what takes less is done before anyone wonders."""


@dataclass(frozen=True, slots=True)
class Change:
    """Both sides of a change."""

    before: Reading
    after: Reading
    paths: tuple[str, ...]
    """Where the sides were read: weighbridge.yaml is looked for from the last one."""
    base: str = ""
    """Full name of the commit before, where there is one."""
    head: str = ""
    """Full name of the commit after, ``INDEX`` for what is staged; empty for files on disk."""
    tree: GitTree | None = None
    """What the commit before holds; None where there is none."""
    rendering: Rendering | None = None
    """What was rendered for it, and how it was confined; None where nothing had to be."""
    settings: Settings | None = None
    """The settings that it was rendered by; None where nothing is rendered."""
    request: Request | None = None
    """What was asked for, with the files that it names as a commit has them; None where they are those on disk."""
    roots: tuple[str, ...] = ()
    """Folders whose files stand for those beside the settings; the paths where there are none."""


def read_objects(paths: Sequence[str]) -> Reading:
    """Everything at the given paths; nothing to be weighed there is an error: an empty answer would pass for a good one.

    :raises Failure: when there is nothing at a path: figures without it would be those of something else.
    """
    required(paths)
    reading = certain(read(paths))
    return reading if reading.manifests else with_nothing(reading, paths)


def required(paths: Sequence[str]) -> None:
    """Make sure that there is something at every path.

    :raises Failure: when there is not: figures without it would be those of something else.
    """
    missing = [path or "an empty name" for path in paths if path != "-" and not os.path.lexists(path)]
    if missing:
        raise Failure(f"{', '.join(missing)}: no such file or folder: nothing was weighed")


def with_nothing(reading: Reading, paths: Sequence[str]) -> Reading:
    """What was read, with the problem that none of it is an object."""
    named = ", ".join("standard input" if path == "-" else path for path in paths)
    problem = Problem(Severity.ERROR, f"no Kubernetes object in {named}: nothing was weighed")
    return replace(reading, problems=(*reading.problems, problem))


def read(paths: Sequence[str]) -> Reading:
    """Everything at the given paths, with a sign of life on a terminal."""
    try:
        return read_paths(paths, watcher=following(), piped=True)
    finally:
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)


def following() -> Watcher | None:
    """What gives a sign of life on a terminal; None where there is none."""
    return _progress if sys.stderr.isatty() else None


def both(before: str, after: str, old: Reading, new: Reading, rendering: Rendering | None = None) -> Change:
    """The two sides of a change, each read at a path."""
    old, new = told_where_held(old, new, (before, after))
    # An emptied folder is a change; one of templates that nobody rendered, or of nothing on either side, is none.
    if not new.manifests and (new.problems or not old.manifests):
        new = with_nothing(new, [after])
    return Change(old, new, (before, after), rendering=rendering)


def read_cluster(paths: Sequence[str], context: str, kubeconfig: str) -> Change:
    """What runs in a cluster, and what it would be with the objects at the given paths.

    :raises Failure: when there is nothing at a path, or kubectl or the API server refuses.
    """
    from cluster.live import LiveError, read_live  # noqa: PLC0415 - only with --live

    if not paths:
        raise click.UsageError("--live compares files with the cluster: name files or folders, or - for standard input")
    stated = read_objects(paths)
    try:
        change = read_live(stated, context, kubeconfig)
    except LiveError as error:
        raise Failure(f"{error}: nothing was weighed") from None
    return Change(change.before, change.after, tuple(paths))


class Configured(Enum):
    """Whose weighbridge.yaml holds for a change."""

    HERE = "here"
    """The one on disk."""
    BASE = "base"
    HEAD = "head"
    """The change's own, as it will be once it is merged."""


def read_revisions(
    revisions: str, paths: Sequence[str], request: Request, context: click.Context, by: Configured, rules: str = ""
) -> Change:
    """Both sides of a change in the repository here, rendered as weighbridge.yaml says.

    ``rules`` is the commit whose settings are the base's; the one before the change where it is empty. The head's are as they
    will be once it is merged there.

    :raises Failure: when there is no repository or no such revision, or weighbridge.yaml is broken.
    """
    from weighbridge.configuration.directions import directions  # noqa: PLC0415 - only with --git
    from weighbridge.rendering import file_index, renderer  # noqa: PLC0415
    from workloads.sources.git import read_change  # noqa: PLC0415
    from workloads.sources.repository import Repository  # noqa: PLC0415

    with_tools = renderer(confined=request.flags.confined)
    try:
        repository = Repository(".")
        _require_paths(repository, revisions, paths)
        base, head = repository.resolve(revisions)
        laid = _laid(request, paths, repository, (base, head, rules), context, by)
        settings = laid.settings if laid else settings_for(request, paths or (repository.top,))
        ways = directions(settings, repository.top, laid.home if laid else None)
        change = read_change(revisions, paths, renderer=with_tools, directions=ways, index=file_index())
    except SourceError as error:
        raise Failure(str(error)) from None
    read = Change(
        change.before,
        change.after,
        (change.folder,),
        change.base,
        change.head,
        change.tree,
        with_tools.rendering,
        settings,
    )
    return replace(read, request=laid.request, roots=(str(Path(repository.top, laid.home)),)) if laid else read


def _laid(
    request: Request,
    paths: Sequence[str],
    repository: Repository,
    commits: tuple[str, str, str],
    context: click.Context,
    by: Configured,
) -> LaidOut | None:
    """The settings that hold, as ``commits`` have them: base, head, and the one with the base's rules; None for those on disk."""
    from weighbridge.configuration.laid_out import laid_out  # noqa: PLC0415 - only with --git
    from weighbridge.configuration.merged_tree import merged_tree, tree_at  # noqa: PLC0415

    if by is Configured.HERE:
        return None
    base, head, rules = commits
    tree = tree_at(repository, rules or base) if by is Configured.BASE else merged_tree(repository, base, head, rules)
    return laid_out(request, paths, tree, context)


def _require_paths(repository: Repository, revisions: str, paths: Sequence[str]) -> None:
    """That no revision stands where a path belongs, as ``git diff BASE HEAD`` would have it.

    :raises click.UsageError: when one does.
    """
    for path in paths:
        if ".." not in revisions and not os.path.lexists(path) and repository.names_commit(path):
            raise click.UsageError(f"{path} is a revision and no path: both in one are --git {revisions}...{path}")


def read_staged(paths: Sequence[str], request: Request, context: click.Context) -> Change:
    """The last commit, and what the next one would be. weighbridge.yaml counts as it is on disk.

    :raises Failure: when there is no repository, a file has conflicts, or weighbridge.yaml is broken.
    """
    from workloads.sources.repository import INDEX  # noqa: PLC0415 - only with --staged

    return read_revisions(INDEX, paths, request, context, Configured.HERE)


def _progress(files: int) -> None:
    if files % OFTEN == 0:
        click.echo(f"\rread {files:,} files …", err=True, nl=False)
