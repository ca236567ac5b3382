"""``weighbridge app``: the GitHub App."""

from __future__ import annotations

from typing import Final

import click

from weighbridge.command_group import CommandGroup

COMMANDS: Final = {
    "serve": "Take deliveries, weigh pull requests and say on them what they cost.",
    "manifest": "Print what GitHub creates the App from, and write a page that has it do so.",
    "credentials": "Fetch a new App's private key and webhook secret.",
}
"""Every command and its line in ``--help``; the command itself lives in the module of its name."""


@click.group(cls=CommandGroup, lines=COMMANDS, package="weighbridge.commands.github_app")
def app() -> None:
    """Run Weighbridge as a GitHub App: for all repositories of an organisation, forks and merge queues among them."""
