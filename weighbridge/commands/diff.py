"""``weighbridge diff``: what a change costs, and whether the policies let it pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click

from weighbridge.answer import answer
from weighbridge.comparison import Comparison
from weighbridge.options import base_option, judged_output_options, snapshot_option, verdict_options, weighing_options
from weighbridge.preparation import Request, prepare
from workloads.settings.configuration import Configuration


@click.command()
@click.argument("paths", nargs=-1, metavar="BEFORE AFTER | PATH…")
@click.option(
    "--git",
    "revisions",
    metavar="BASE..HEAD",
    help="Compare two revisions of the repository here. BASE...HEAD compares with where HEAD left BASE; "
    "BASE alone compares the work tree.",
)
@base_option
@click.option("--staged", is_flag=True, help="Compare the last commit with what is staged: what git commit would add.")
@click.option("--live", is_flag=True, help="Compare what runs in the cluster with what kubectl apply would make of it.")
@click.option("--context", "chosen", metavar="NAME", help="With --live: context of the kubeconfig. [default: the current one]")
@click.option("--kubeconfig", metavar="FILE", help="With --live: the kubeconfig file. [default: KUBECONFIG, else ~/.kube/config]")
@verdict_options
@weighing_options
@snapshot_option
@judged_output_options
@click.pass_context
def diff(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    revisions: str | None,
    of_base: bool,
    staged: bool,
    live: bool,
    chosen: str | None,
    kubeconfig: str | None,
    form: str,
    explain: bool,
    **_: object,
) -> int:
    """What a change costs a month, and whether the policies let it pass.

    BEFORE and AFTER are files, folders, or - for standard input. With --git and --staged, only the files that the change can
    affect are read, and paths limit what is compared. With --live, kubectl asks the cluster in a dry run, and nothing is
    written there.

    Exit code 1 when the change is denied, 2 when something could not be read or may not pass untold (--unknown fail),
    0 otherwise.

    \b
    weighbridge diff before/ after/
    weighbridge diff --git main...HEAD
    weighbridge diff --git main...HEAD --format markdown apps/
    weighbridge diff --git main...HEAD --format gitlab > gl-code-quality-report.json
    weighbridge diff --staged
    weighbridge diff --live deploy/
    helm template web charts/web | weighbridge diff --live -
    """
    request = Request.of(context)
    comparison = Comparison(revisions, of_base, staged, live, chosen or "", kubeconfig or "")
    change = comparison.change(paths, request, context)
    scales = prepare(
        change.request or request, change.paths, judged=True, roots=change.roots or change.paths, settings=change.settings
    )
    now = datetime.now(UTC)
    weighings = scales.weigh(change.before, change.after, now)
    if form in {"markdown", "bitbucket"} and not scales.settings.configuration.comment.advice:
        weighings = tuple(replace(weighing, advice=()) for weighing in weighings)
    own = _own_settings(scales.settings.configuration, revisions) if revisions and not of_base else ""
    return answer(weighings, "diff", form, explain, now, scales.currency(now), change.rendering, own)


def _own_settings(configuration: Configuration, revisions: str) -> str:
    from weighbridge.own_settings import told_of  # noqa: PLC0415 - only with --git

    return told_of(configuration, revisions)
