"""``weighbridge estimate``: what manifests cost a month."""

from __future__ import annotations

import click

from weighbridge.deployed import read_deployed
from weighbridge.options import output_options, snapshot_option, weighing_options
from weighbridge.output.answer import answer
from weighbridge.preparation import Request, prepare
from weighbridge.weighed import weighed


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@weighing_options
@snapshot_option
@output_options
@click.pass_context
def estimate(context: click.Context, /, paths: tuple[str, ...], form: str, explain: bool, **_: object) -> int:
    """What manifests cost a month.

    PATH is a YAML or JSON file, a folder of them, a pipe, or - for standard input. Kustomizations and charts in a folder are
    built. Objects without a price are listed with the reason, never counted as zero. Exit code 2 when something could
    not be read.

    \b
    weighbridge estimate deploy/ --region eu-central-1
    weighbridge estimate overlays/prod
    helm template ./chart | weighbridge estimate - --explain
    """
    scales = prepare(Request.of(context), paths, judged=False)
    found = read_deployed(paths, scales.settings)
    return answer(weighed(scales, None, found.reading, found.rendering), "estimate", form, explain)
