"""``weighbridge diff``: what a change costs, and whether the policies let it pass."""

from __future__ import annotations

import click

from weighbridge.comparison import Comparison, comparison_options
from weighbridge.configuration.settings import Settings
from weighbridge.options import judged_output_options, snapshot_option, verdict_options, weighing_options
from weighbridge.output.answer import answer
from weighbridge.preparation import Request
from weighbridge.reading import Change
from weighbridge.weighed import weighed_change


@click.command()
@click.argument("paths", nargs=-1, metavar="BEFORE AFTER | PATH…")
@comparison_options
@verdict_options
@weighing_options
@snapshot_option
@judged_output_options
@click.pass_context
def diff(context: click.Context, /, paths: tuple[str, ...], form: str, explain: bool, **_: object) -> int:
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
    request, comparison = Request.of(context), Comparison.of(context)
    change = comparison.change(paths, request, context)
    found = weighed_change(change, request)
    if form in {"markdown", "bitbucket"} and not found.settings.configuration.comment.advice:
        found = found.without_advice()
    own = _own_settings(request, paths, found.settings, change) if comparison.revisions and not comparison.of_base else ""
    return answer(found, "diff", form, explain, own)


def _own_settings(request: Request, paths: tuple[str, ...], settings: Settings, change: Change) -> str:
    from weighbridge.configuration.own_settings import told_of  # noqa: PLC0415 - only with --git

    return told_of(request, paths, settings, change)
