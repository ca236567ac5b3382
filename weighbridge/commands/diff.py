"""``weighbridge diff``: what a change costs, and whether the policies let it pass."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from weighbridge.answer import answer
from weighbridge.options import base_option, judged_output_options, snapshot_option, verdict_options, weighing_options
from weighbridge.preparation import Request, prepare
from weighbridge.reading import Change, read_both, read_cluster, read_revisions, read_staged


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
    if sum((live, staged, revisions is not None)) > 1:
        raise click.UsageError("--git, --staged and --live are ways to say what to compare: give one of them")
    if not live and (chosen or kubeconfig):
        raise click.UsageError("--context and --kubeconfig go with --live")
    if of_base and revisions is None:
        raise click.UsageError("--config-from-base goes with --git")
    request = Request.of(context)
    if staged:
        change = read_staged(paths, request, context)
    elif revisions is not None:
        change = read_revisions(revisions, paths, request, context, of_base=of_base)
    else:
        change = read_cluster(paths, chosen or "", kubeconfig or "") if live else _change(paths)
    scales = prepare(request, change.paths, judged=True, roots=change.paths, settings=change.settings)
    now = datetime.now(UTC)
    weighings = scales.weigh(change.before, change.after, now)
    return answer(weighings, "diff", form, explain, now, scales.currency(now), change.rendering)


def _change(paths: tuple[str, ...]) -> Change:
    if len(paths) != 2:
        raise click.UsageError(
            f"diff compares two paths, BEFORE and AFTER ({len(paths)} given); to compare revisions: --git BASE..HEAD; "
            "what is staged: --staged"
        )
    if paths == ("-", "-"):
        raise click.UsageError("standard input can be one of BEFORE and AFTER, not both")
    return read_both(*paths)
