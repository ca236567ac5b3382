"""The command line: the list of commands, what is printed when something goes wrong, and the exit codes.

Exit codes: 0 the change passes, 1 it is denied, 2 something could not be read or found, or its verdict may not stay untold
(``--unknown fail``), 3 the command was called wrongly.
Commands are imported when they run, so that ``--help`` is instant.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from weighbridge.command_group import CommandGroup
from weighbridge.output.failure import Failure

PASSED: Final = 0
DENIED: Final = 1
CANNOT_TELL: Final = 2
MISUSED: Final = 3
INTERRUPTED: Final = 130
"""What shells say of a program that Ctrl-C ended."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What is wrong where nothing more can be written. Errors of files have their names; only standard output has none."""

COMMANDS: Final = {
    "estimate": "What manifests cost a month.",
    "diff": "What a change costs, and whether the policies let it pass.",
    "check": "Whether manifests keep the policies.",
    "comment": "Say on a pull request what it costs, in a comment and a check run.",
    "snapshot": "Write what estimates need of a live cluster as one file.",
    "app": "Run as a GitHub App.",
    "serve": "Answer the API server's admission reviews.",
    "policies": "Write, try and understand policies.",
    "prices": "Look into the price book.",
    "schema": "Print a published JSON Schema.",
    "config": "Show the configuration in force and where each value comes from.",
    "init": "Write a weighbridge.yaml to start from.",
    "completion": "Print the shell's completion script.",
}
"""Every command and its line in ``--help``; the command itself lives in the module of its name."""


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 - half of the time --help may take

        click.echo(f"weighbridge {version('weighbridge')}")
        ctx.exit()


@click.group(
    cls=CommandGroup,
    lines=COMMANDS,
    package="weighbridge.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version.")
def cli() -> None:
    """The scales that every Kubernetes change crosses before it costs money.

    \b
    weighbridge estimate deploy/                    what these manifests cost a month
    weighbridge diff --git main...HEAD              what this branch changes
    helm template . | weighbridge estimate -        what comes in on standard input
    weighbridge check deploy/ --policies policies/  whether they keep the rules

    Exit codes: 0 pass, 1 denied, 2 something could not be read or found, 3 called wrongly. A verdict that cannot
    be told warns and passes (0); with --unknown fail it is 2.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    _open_streams()
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. Every failure ends here, in words."""
    collect_seldom()
    try:
        code = cli.main(None if arguments is None else list(arguments), "weighbridge", standalone_mode=False)
    except click.UsageError as error:
        _with_origin(error).show()
        return MISUSED
    except BrokenPipeError:
        # The reader went away (``| head``): nothing more to say.
        _discard_output()
        return PASSED
    except (click.Abort, Exception) as error:
        if os.environ.get("WEIGHBRIDGE_DEBUG"):
            raise
        _tell(error)
        return INTERRUPTED if isinstance(error, click.Abort) else CANNOT_TELL
    return code if isinstance(code, int) else PASSED


def collect_seldom() -> None:
    """Look for cycles seldom: a run makes many values that live to its end, and each full collection goes through all of them."""
    gc.set_threshold(50_000, 20, 100)


def _open_streams() -> None:
    """Lead streams that whoever started this has closed (``2>&-``) nowhere: Python has None for them."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the end


def _with_origin(error: click.UsageError) -> click.UsageError:
    """A wrong value under the name by which it was given: of the environment's, click names a flag that nobody typed."""
    if isinstance(error, click.BadParameter) and error.ctx and error.param and error.param.name:
        given = error.ctx.get_parameter_source(error.param.name)
        if given is ParameterSource.ENVIRONMENT and isinstance(error.param.envvar, str):
            error.param_hint = f"'{error.param.envvar}'"
    return error


def _tell(error: Exception) -> None:
    """Say on standard error why nothing can be told, where anybody listens."""
    with suppress(OSError):
        click.echo(f"weighbridge: {_words(error)}", err=True)
    if isinstance(error, OSError):
        _discard_output()


def _discard_output() -> None:
    """Send what is still to be written nowhere: the interpreter would try again at its end, and complain."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _words(error: Exception) -> str:
    if isinstance(error, click.Abort):
        return "interrupted"
    if isinstance(error, Failure):
        return str(error)
    if isinstance(error, OSError):
        if error.errno in _FULL and not error.filename:
            return f"cannot write to standard output: {error.strerror}"
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    return (
        f"this is a mistake in Weighbridge, not in your files ({type(error).__name__}: {str(error)[:200]}).\n"
        "Please report it, with what WEIGHBRIDGE_DEBUG=1 adds and the smallest input that shows it."
    )
