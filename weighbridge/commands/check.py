"""``weighbridge check``: whether manifests keep the policies."""

from __future__ import annotations

import click

from weighbridge.deployed import read_deployed
from weighbridge.options import judged_output_options, snapshot_option, verdict_options, weighing_options
from weighbridge.output.answer import answer
from weighbridge.preparation import Request, prepare
from weighbridge.weighed import weighed


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@verdict_options
@weighing_options
@snapshot_option
@judged_output_options
@click.pass_context
def check(context: click.Context, /, paths: tuple[str, ...], form: str, explain: bool, **_: object) -> int:
    """Whether manifests keep the policies, as if all of them were new.

    Exit code 1 when something is denied, 2 when something could not be read or may not pass untold (--unknown fail), 0
    otherwise. The same rules, with the same messages, as at the gate of the cluster.

    \b
    weighbridge check deploy/
    weighbridge check deploy/ --policies policies/ --point admission
    weighbridge check deploy/ --format sarif > weighbridge.sarif
    """
    scales = prepare(Request.of(context), paths, judged=True)
    found = read_deployed(paths, scales.settings)
    return answer(weighed(scales, None, found.reading, found.rendering), "check", form, explain)
