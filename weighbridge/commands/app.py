"""``weighbridge app``: the GitHub App."""

from __future__ import annotations

from typing import Final

import click

from weighbridge.command_group import CommandGroup

COMMANDS: Final = {
    "serve": "Take deliveries, weigh pull requests and say on them what they cost.",
    "manifest": "Write a page that creates the App on GitHub with one click.",
}
"""Every command and its line in ``--help``; the command itself lives in the module of its name."""


@click.group(cls=CommandGroup, lines=COMMANDS, package="weighbridge.commands.github_app")
def app() -> None:
    """Run Weighbridge as a GitHub App: for all repositories of an organisation, forks and merge queues among them."""
