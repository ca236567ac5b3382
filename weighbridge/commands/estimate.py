"""``weighbridge estimate``: what manifests cost a month."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from weighbridge.answer import answer
from weighbridge.options import output_options, snapshot_option, weighing_options
from weighbridge.preparation import Request, prepare
from weighbridge.reading import read_objects


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@weighing_options
@snapshot_option
@output_options
@click.pass_context
def estimate(context: click.Context, /, paths: tuple[str, ...], form: str, explain: bool, **_: object) -> int:
    """What manifests cost a month.

    PATH is a YAML or JSON file, a folder of them, or - for standard input. Objects without a price are listed with
    the reason, never counted as zero. Exit code 2 when something could not be read.

    \b
    weighbridge estimate deploy/ --region eu-central-1
    helm template ./chart | weighbridge estimate - --explain
    """
    scales = prepare(Request.of(context), paths, judged=False)
    now = datetime.now(UTC)
    return answer(scales.weigh(None, read_objects(paths), now), "estimate", form, explain, now, scales.currency(now))
