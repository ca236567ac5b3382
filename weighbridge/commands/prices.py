"""``weighbridge prices``: look into the price book."""

from __future__ import annotations

from typing import Final

import click

from weighbridge.command_group import CommandGroup

COMMANDS: Final = {
    "show": "List machines, cheapest first.",
    "refresh": "Bring machine prices up to a cloud's public list.",
    "split": "Show what part of machines' prices their GPUs take.",
    "fit": "Fit rates of CPU, memory and GPUs to the book's prices.",
    "explain": "Show how a machine's price or an estimate comes about.",
    "commitments": "List what commitments take off, by family of machines.",
}
"""Every command and its line in ``--help``; the command itself lives in the module of its name."""


@click.group(cls=CommandGroup, lines=COMMANDS, package="weighbridge.commands.price_book")
def prices() -> None:
    """Look into the price book: what machines cost, and why."""
