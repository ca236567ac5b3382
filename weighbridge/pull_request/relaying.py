"""What another run weighed, said from this one: for pull requests of strangers, whose own runs may not write.

This run looks at nothing of the pull request: it reads a JSON document as hostile, and renders its figures again.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from policies.reports.foreign_document import LARGEST
from policies.reports.reader import read_report
from policies.reports.report import Report
from pricing.rounding import SumError
from weighbridge.output.failure import Failure
from workloads.problem import Problem

if TYPE_CHECKING:
    from bot.earlier_run import EarlierRun
    from bot.occasion import Occasion
    from bot.posting import Posting
    from workloads.settings.comment import CommentSettings

_HAVE_A_PART = {"source", "key", "dry_run", "configuration"}


def stranger(event: object) -> EarlierRun:
    """The run that this one follows.

    :raises Failure: when it follows none of a pull request.
    """
    from bot.earlier_run import earlier_run  # noqa: PLC0415 - not for --help
    from bot.occasion import OccasionError  # noqa: PLC0415

    try:
        return earlier_run(os.environ, event)
    except OccasionError as error:
        raise Failure(str(error)) from None


def require_alone(context: click.Context) -> None:
    """That nothing is asked for that would change how something is weighed, since nothing is.

    :raises click.UsageError: when something is.
    """
    for parameter in context.command.params:
        name = parameter.name or ""
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE and name not in _HAVE_A_PART:
            raise click.UsageError(f"--from says what was weighed elsewhere: {parameter.opts[0]} has no part in it")


def read_weighing(path: Path) -> Report:
    """The report in a file that somebody else wrote.

    :raises Failure: when there is none, or it cannot be shown.
    """
    try:
        with path.open("rb") as stream:
            found = read_report(stream.read(LARGEST + 1), path.name)
    except OSError as error:
        raise Failure(
            f"the pull request's own run left no weighing: {path.name}: {error.strerror or error} "
            "(it writes one with --json, unless nothing could be weighed there)"
        ) from None
    except SumError as error:
        raise Failure(f"{path.name} is no weighing that can be shown: {error}") from None
    if isinstance(found, Problem):
        raise Failure(str(found))
    return found


def draft_weighing(report: Report, here: Occasion, key: str, settings: CommentSettings) -> Posting:
    """What is to be posted of another run's report.

    :raises Failure: when its rows do not sum to its heading.
    """
    from bot.draft import draft  # noqa: PLC0415 - not for --help

    try:
        return draft(report, here, here.base, key, settings, reported=True)
    except SumError as error:
        raise Failure(f"this is no weighing that can be shown: {error}") from None
