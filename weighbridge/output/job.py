"""What the other steps of a CI job are told: the job's summary, the outputs of this step, and the weighing as a file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from policies.reports.report import Report
from weighbridge.output.failure import Failure


def summarize(body: str) -> None:
    """Add Markdown to the job's summary, where GitHub Actions asks for one. That it cannot be added is said."""
    problem = _added("GITHUB_STEP_SUMMARY", body)
    if problem:
        click.echo(f"weighbridge: no job summary was written to {problem}", err=True)


def tell(report: Report, file: Path | None, shown: Path | None = None) -> None:
    """Write the weighing to ``file`` as JSON and to ``shown`` as a page, if these are named, and what it comes to to the outputs.

    :raises Failure: when a file cannot be written.
    """
    # What nobody can tell is not told as if it were nothing.
    delta = "" if report.untold else f"{report.delta.expected:.2f}"
    problem = _added("GITHUB_OUTPUT", f"verdict={report.verdict}\ndelta={delta}\n")
    if problem:
        click.echo(f"weighbridge: no outputs were written to {problem}", err=True)
    if file is not None:
        import orjson  # noqa: PLC0415 - only where it is asked for

        from policies.reports.document import document  # noqa: PLC0415

        _write(orjson.dumps(document(report), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), file)
    if shown is not None:
        from bot.page.page import page  # noqa: PLC0415 - only where it is asked for

        _write(page(report).encode(), shown)


def _write(data: bytes, file: Path) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror or error}") from None


def _added(variable: str, words: str) -> str:
    """Add to the file that a variable of the environment names, if it names one; what went wrong."""
    path = os.environ.get(variable)
    if not path:
        return ""
    try:
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(words)
    except OSError as error:
        return f"{path}: {error.strerror or error}"
    return ""
