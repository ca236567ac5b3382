"""The process in which the GitHub App weighs a change: no secrets, and only the clone before it.

It reads an order from standard input and writes what is to be posted to standard output.
"""

from __future__ import annotations

import sys

import click

from bot.app.weighing import Order, written
from bot.draft import draft_of_failure
from bot.marker import DEFAULT_KEY
from bot.posting import Posting
from weighbridge.cli import collect_seldom
from weighbridge.drafting import draft_change
from weighbridge.failure import Failure
from weighbridge.options import app_options
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
    by = Configured.HEAD if order.trusted else Configured.BASE
    try:
        revisions = f"{here.base}..{here.head}"
        return draft_change(context, here, revisions, (), DEFAULT_KEY, by, lambda *_: order.signs).posting
    except Failure as failure:
        return draft_of_failure(str(failure), here, DEFAULT_KEY, CommentSettings())


if __name__ == "__main__":
    collect_seldom()
    weigh()
