"""The flags that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("table", "markdown", "json", "html")


def options(*several: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, in the order in which ``--help`` shows them."""

    def decorate(command: Command) -> Command:
        for option in reversed(several):
            command = option(command)
        return command

    return decorate


prices_option = click.option(
    "--prices",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="WEIGHBRIDGE_PRICES",
    metavar="FILE",
    help="Price book to use instead of the embedded one.",
)

location_options = options(
    click.option("--cloud", metavar="NAME", envvar="WEIGHBRIDGE_CLOUD", help="Cloud to price in: aws, gcp, azure, …"),
    click.option("--region", metavar="NAME", envvar="WEIGHBRIDGE_REGION", help="Region to price in, as the cloud names it."),
)

table_or_json_option = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="What to print."
)

book_options = options(location_options, prices_option, table_or_json_option)

rate_options = options(
    location_options,
    click.option(
        "--machine-series",
        metavar="SERIES",
        envvar="WEIGHBRIDGE_MACHINE_SERIES",
        help="Machine series whose rates CPU and memory are priced by, such as c7g+m7g+r7g.",
    ),
    prices_option,
)

_confined_option = click.option(
    "--confined",
    is_flag=True,
    envvar="WEIGHBRIDGE_CONFINED",
    help="Render only where the kernel keeps what renders off the network; elsewhere, what is rendered is not known.",
)

weighing_options = options(
    rate_options,
    click.option(
        "--config",
        "configuration",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="WEIGHBRIDGE_CONFIG",
        metavar="FILE",
        help="weighbridge.yaml to use instead of the one found upward from the path.",
    ),
    _confined_option,
)

base_option = click.option(
    "--config-from-base",
    "of_base",
    is_flag=True,
    help="Take weighbridge.yaml, and what it and flags name of the checkout, from the base commit: for changes of strangers.",
)

snapshot_option = click.option(
    "--snapshot",
    metavar="FILE",
    envvar="WEIGHBRIDGE_SNAPSHOT",
    help="What weighbridge snapshot wrote of the cluster: its nodes, replicas and classes decide what is not stated.",
)

explain_option = click.option("--explain", is_flag=True, help="Show how each figure comes about, as a tree; in JSON too.")


def format_option(formats: Sequence[str]) -> Callable[[Command], Command]:
    """In which of several formats a command answers."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default="table",
        show_default=True,
        envvar="WEIGHBRIDGE_FORMAT",
        help="What to print on standard output.",
    )


output_options = options(format_option(FORMATS), explain_option)

judged_output_options = options(format_option((*FORMATS, "bitbucket", "sarif", "gitlab")), explain_option)
"""Of commands that judge: the comment without HTML, SARIF for code scanning, GitLab's code quality report."""

_rule_options = options(
    click.option(
        "--policies",
        multiple=True,
        metavar="PATH",
        envvar="WEIGHBRIDGE_POLICIES",
        help="Policies to hold against: a folder or a file, several times if need be. [default: the starter set]",
    ),
    click.option(
        "--exemptions",
        multiple=True,
        metavar="PATH",
        envvar="WEIGHBRIDGE_EXEMPTIONS",
        help="Exemptions beside those among the policies: a folder or a file, several times if need be.",
    ),
)


def _unknown_option(fails: str) -> Callable[[Command], Command]:
    """What an untold verdict does; ``fails`` says in words what it is to fail."""
    return click.option(
        "--unknown",
        type=click.Choice(["pass", "warn", "fail"]),
        envvar="WEIGHBRIDGE_UNKNOWN",
        help=f"What to do when the verdict cannot be told: fail {fails}. [default: warn]",
    )


policy_options = options(_rule_options, _unknown_option("ends with exit code 2"))

verdict_options = options(
    policy_options,
    click.option(
        "--point",
        type=click.Choice(["pullRequest", "sync", "admission", "audit"]),
        default="pullRequest",
        show_default=True,
        envvar="WEIGHBRIDGE_POINT",
        help="Where the answer is wanted: policies may act differently at each.",
    ),
)

app_options = options(_rule_options, _unknown_option("makes the check run red"), rate_options, snapshot_option, _confined_option)
"""Of the GitHub App: there every repository has a weighbridge.yaml of its own."""

gate_options = options(_rule_options, _unknown_option("denies the request"), weighing_options, snapshot_option)
"""Of the gate, whose answers are no exit codes."""
