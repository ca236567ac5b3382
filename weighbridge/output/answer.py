"""What a weighing command says and with which code it ends: results to standard output, what went wrong to standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from policies.reports.report import Report
from policies.verdict import Verdict
from policies.weighing import Weighing
from weighbridge.cli import CANNOT_TELL, DENIED, PASSED
from weighbridge.output.problems import print_alike
from weighbridge.weighed import Weighed
from workloads.problem import Severity

WIDEST = 120
"""Columns a table takes at most: a line longer than that is not read."""
PIPED_WIDTH = 240
"""Columns at most where it is written to a file or another program: what changes is then there whole."""


def answer(found: Weighed, command: str, form: str, explain: bool, own_settings: str = "") -> int:
    """Print what came of weighing in a format, its problems in words, and return the exit code.

    ``own_settings`` says what the change makes of the settings that it is weighed by.
    """
    told = replace(found.report(command), own_settings=own_settings)
    print_alike(told.problems)
    click.echo(_written(told, form, explain), nl=False)
    return exit_code(found.weighings)


def _written(told: Report, form: str, explain: bool) -> str:
    """The report in a format, ending in a newline. Each format is imported only when it is asked for."""
    if form == "json":
        import orjson  # noqa: PLC0415

        from policies.reports.document import document  # noqa: PLC0415

        return orjson.dumps(document(told, explain=explain), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    if form in {"sarif", "gitlab"}:
        import orjson  # noqa: PLC0415

        from bot.code_quality import code_quality  # noqa: PLC0415
        from bot.sarif import sarif  # noqa: PLC0415

        found = sarif(told) if form == "sarif" else code_quality(told)
        return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    if form == "html":
        from bot.page.page import page  # noqa: PLC0415

        return page(told)
    if form in {"markdown", "bitbucket"}:
        from bot.bitbucket import without_html  # noqa: PLC0415
        from bot.comment import comment  # noqa: PLC0415

        body = comment(told).rstrip()
        return f"{without_html(body) if form == 'bitbucket' else body}\n"
    from weighbridge.output.table import render_table  # noqa: PLC0415

    return render_table(told, width=terminal_width(), colour=wants_colour(), explain=explain)


def exit_code(weighings: Sequence[Weighing], *, accepted: bool = False) -> int:
    """1 if anything is denied, else 2 if something could not be read or an unknown may not pass, else 0.

    ``accepted`` says that somebody who may has accepted all that is denied.
    """
    if not accepted and any(weighing.verdict is Verdict.DENY for weighing in weighings):
        return DENIED
    unread = any(problem.severity is Severity.ERROR for weighing in weighings for problem in weighing.problems)
    blocked = any(weighing.blocked or any(violation.blocks for violation in weighing.violations) for weighing in weighings)
    return CANNOT_TELL if unread or blocked else PASSED


def terminal_width() -> int:
    """Columns to print in: the terminal's, or ``COLUMNS``, within reason; as many as a row takes where there is no terminal."""
    stated = shutil.get_terminal_size((0, 0)).columns
    return min(stated, WIDEST) if stated else PIPED_WIDTH


def wants_colour() -> bool:
    """Whether colour is wanted: on a terminal, unless ``NO_COLOR`` says otherwise (no-color.org)."""
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
