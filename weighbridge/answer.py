"""What a weighing command says and with which code it ends: results to standard output, what went wrong to standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import click

from policies.alike import MOST_NAMED, alike_problems
from policies.message import inert
from policies.report import Report, report
from policies.verdict import Verdict
from policies.weighing import Weighing
from pricing.currency import USD, Currency
from weighbridge.cli import CANNOT_TELL, DENIED, PASSED
from workloads.problem import Problem, Severity
from workloads.rendering.confinement import Rendering

WIDEST = 120
"""Columns a table takes at most: a line longer than that is not read."""
PIPED_WIDTH = 100
"""Columns where nobody says how wide the terminal is."""


def answer(
    weighings: Sequence[Weighing],
    command: str,
    form: str,
    explain: bool,
    now: datetime,
    currency: Currency = USD,
    rendering: Rendering | None = None,
    own_settings: str = "",
) -> int:
    """Print the weighings in a format, their problems in words, and return the exit code.

    ``own_settings`` says what the change makes of the settings that it is weighed by.
    """
    told = replace(report(weighings, command, now, currency, rendering), own_settings=own_settings)
    print_alike([problem for weighing in weighings for problem in weighing.problems])
    click.echo(_written(told, form, explain), nl=False)
    return exit_code(weighings)


def _written(told: Report, form: str, explain: bool) -> str:
    """The report in a format, ending in a newline. Each format is imported only when it is asked for."""
    if form == "json":
        import orjson  # noqa: PLC0415

        from policies.document import document  # noqa: PLC0415

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
    from weighbridge.table import render_table  # noqa: PLC0415

    return render_table(told, width=terminal_width(), colour=wants_colour(), explain=explain)


def print_problems(problems: Sequence[Problem]) -> None:
    """Every problem on a line of its own, on standard error, as ``file:line:column: severity: what (what to do)``."""
    for problem in problems:
        place = f"{problem.place}: " if problem.place else ""
        hint = f" ({problem.hint})" if problem.hint else ""
        click.echo(inert(f"{place}{problem.severity}: {problem.message}{hint}"), err=True)


def print_alike(problems: Sequence[Problem]) -> None:
    """Problems as ``print_problems`` says them; of many warnings of one sort one line, with the first places. JSON has each."""
    for alike in alike_problems(problems):
        count = len(alike.members)
        if count <= MOST_NAMED:
            print_problems(alike.members)
            continue
        first = alike.first
        words = f"{count:,} {first.sort}" if first.sort else f"{first.message}, {count:,} times"
        others = ", ".join(problem.place for problem in alike.members[1:MOST_NAMED])
        told = f"{words}; also {others} and {count - MOST_NAMED:,} more, all in --format json"
        same = all(problem.hint == first.hint for problem in alike.members)
        print_problems([replace(first, message=told, hint=first.hint if same else "")])


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
    """Columns to print in: the terminal's, or ``COLUMNS``, within reason."""
    return min(shutil.get_terminal_size((PIPED_WIDTH, 24)).columns, WIDEST)


def wants_colour() -> bool:
    """Whether colour is wanted: on a terminal, unless ``NO_COLOR`` says otherwise (no-color.org)."""
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
