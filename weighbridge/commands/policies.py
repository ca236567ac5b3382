"""``weighbridge policies``: write, try and understand policies."""

from __future__ import annotations

from typing import Final

import click

from weighbridge.command_group import CommandGroup

COMMANDS: Final = {
    "init": "Write the starter set, with its examples, to begin from.",
    "test": "Try policies on examples of what they allow and deny.",
    "explain": "Show why each rule passes an object, or does not.",
    "exemptions": "List exemptions: how they stand, how long still, and what uses them.",
    "export": "Print policies as the API server's own, which hold while the webhook is down.",
    "definitions": "Print the CustomResourceDefinitions for a cluster.",
}
"""Every command and its line in ``--help``; the command itself lives in the module of its name."""


@click.group(cls=CommandGroup, lines=COMMANDS, package="weighbridge.commands.policy_set")
def policies() -> None:
    """Write, try and understand policies."""
