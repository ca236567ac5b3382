"""The process in which the GitHub App weighs a change: no secrets, and only the clone before it.

It reads an order from standard input and writes what is to be posted to standard output.
"""

from __future__ import annotations

import sys

import click

from bot.app.weighing import Order, written
from bot.draft import draft_of_failure
from bot.marker import DEFAULT_KEY
from bot.occasion import Occasion
from bot.posting import Posting
from weighbridge.cli import collect_seldom
from weighbridge.configuration.base import may_not_pass_untold
from weighbridge.options import app_options
from weighbridge.output.failure import Failure
from weighbridge.preparation import Request
from weighbridge.pull_request.drafting import draft_change
from weighbridge.reading import Configured
from workloads.settings.comment import CommentSettings


@click.command()
@app_options
@click.pass_context
def weigh(context: click.Context, /, **_: object) -> None:
    """Weigh the change that an order names."""
    posting = _posting(context, Order.of(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(written(posting))


def _posting(context: click.Context, order: Order) -> Posting:
    here = order.occasion
    if order.failure:
        return _failed(context, here, order.failure)
    by = Configured.HEAD if order.trusted else Configured.BASE
    try:
        revisions = f"{here.base}..{here.head}"
        return draft_change(context, here, revisions, (), DEFAULT_KEY, by, lambda *_: order.signs).posting
    except Failure as failure:
        return _failed(context, here, str(failure))


def _failed(context: click.Context, here: Occasion, reason: str) -> Posting:
    blocks = may_not_pass_untold(Request.of(context), (), here.rules)
    return draft_of_failure(reason, here, DEFAULT_KEY, CommentSettings(), blocks=blocks)


if __name__ == "__main__":
    collect_seldom()
    weigh()
