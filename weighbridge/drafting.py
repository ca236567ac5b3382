"""A pull request's change, weighed: what was found, and what is to be posted of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from policies.report import Report, report
from weighbridge.answer import exit_code, print_alike
from weighbridge.preparation import Request, prepare
from weighbridge.reading import Configured, read_revisions

if TYPE_CHECKING:
    from bot.occasion import Occasion
    from bot.posting import Posting


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of a weighing."""

    report: Report
    posting: Posting
    code: int
    """The exit code that goes with the verdict."""


def draft_change(
    context: click.Context, here: Occasion, revisions: str, paths: tuple[str, ...], key: str, by: Configured
) -> Drafted:
    """Weigh the change between two revisions of the repository here, by the options of the command that runs.

    :raises Failure: when it cannot be weighed.
    """
    from bot.draft import draft  # noqa: PLC0415 - not for --help

    request = Request.of(context)
    change = read_revisions(revisions, paths, request, context, by)
    scales = prepare(request, change.paths, judged=True, roots=change.paths, settings=change.settings)
    now = datetime.now(UTC)
    weighings = scales.weigh(change.before, change.after, now)
    told = report(weighings, "diff", now, scales.currency(now), change.rendering)
    print_alike(told.problems)
    posting = draft(told, here, change.base, key, scales.settings.configuration.comment)
    return Drafted(told, posting, exit_code(weighings))
