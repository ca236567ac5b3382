"""What ``diff`` compares with what: two paths, two revisions, what is staged, or files with a cluster."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from weighbridge.deployed import read_both_deployed
from weighbridge.options import base_option, options
from weighbridge.output.failure import Failure
from weighbridge.preparation import Request, settings_for
from weighbridge.reading import Change, Configured, read_cluster, read_revisions, read_staged

comparison_options = options(
    click.option(
        "--git",
        "revisions",
        metavar="BASE..HEAD",
        help="Compare two revisions of the repository here. BASE...HEAD compares with where HEAD left BASE; "
        "BASE alone compares the work tree.",
    ),
    base_option,
    click.option("--staged", is_flag=True, help="Compare the last commit with what is staged: what git commit would add."),
    click.option("--live", is_flag=True, help="Compare what runs in the cluster with what kubectl apply would make of it."),
    click.option(
        "--context", "chosen", metavar="NAME", help="With --live: context of the kubeconfig. [default: the current one]"
    ),
    click.option(
        "--kubeconfig", metavar="FILE", help="With --live: the kubeconfig file. [default: KUBECONFIG, else ~/.kube/config]"
    ),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The options that say it, as they were given."""

    revisions: str | None
    of_base: bool
    """Whether the base's configuration holds."""
    staged: bool
    live: bool
    context: str
    """Of the kubeconfig; empty for the current one."""
    kubeconfig: str

    @classmethod
    def of(cls, context: click.Context) -> Comparison:
        """The options of the command that is running."""
        given = context.params
        return cls(
            given["revisions"],
            given["of_base"],
            given["staged"],
            given["live"],
            given["chosen"] or "",
            given["kubeconfig"] or "",
        )

    def change(self, paths: Sequence[str], request: Request, context: click.Context) -> Change:
        """Both sides, read.

        :raises click.UsageError: when the options do not go together.
        :raises Failure: when a side cannot be read at all.
        """
        self._require_one_way()
        if self.staged:
            return read_staged(paths, request, context)
        if self.revisions is not None:
            by = Configured.BASE if self.of_base else Configured.HERE
            return read_revisions(self.revisions, paths, request, context, by)
        return read_cluster(paths, self.context, self.kubeconfig) if self.live else _of_two(paths, request)

    def _require_one_way(self) -> None:
        if sum((self.live, self.staged, self.revisions is not None)) > 1:
            raise click.UsageError("--git, --staged and --live are ways to say what to compare: give one of them")
        if not self.live and (self.context or self.kubeconfig):
            raise click.UsageError("--context and --kubeconfig go with --live")
        if self.of_base and self.revisions is None:
            raise click.UsageError("--config-from-base goes with --git")


def _of_two(paths: Sequence[str], request: Request) -> Change:
    if len(paths) != 2:
        meant = paths[0] if len(paths) == 1 and ".." in paths[0] and not os.path.lexists(paths[0]) else "BASE...HEAD"
        raise click.UsageError(
            f"diff compares two paths, BEFORE and AFTER ({len(paths)} given); to compare revisions: --git {meant}; "
            "what is staged: --staged"
        )
    if tuple(paths) == ("-", "-"):
        raise click.UsageError("standard input can be one of BEFORE and AFTER, not both")
    before, after = paths
    if not any(map(os.path.lexists, paths)) and "-" not in paths:
        raise Failure(f"neither {before} nor {after} is a file or folder here; to compare revisions: --git {before}...{after}")
    settings = settings_for(request, (after if Path(after).is_file() or Path(after).is_dir() else before,))
    return replace(read_both_deployed(before, after, settings), settings=settings)
