"""Whose weighbridge.yaml holds where a pull request is commented on: never one that a stranger may have written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from weighbridge.reading import Configured

if TYPE_CHECKING:
    from bot.occasion import Occasion
    from forge.protocol import Forge


def believed(here: Occasion, forge: Callable[[], Forge], *, of_base: bool) -> Configured:
    """Whose weighbridge.yaml holds; ``of_base`` says that a flag asks for the base's."""
    if of_base:
        return Configured.BASE
    if here.in_queue and not _of_no_stranger(here, forge):
        why = f"merge group {here.head[:7]} may hold changes of strangers"
    elif here.foreign:
        why = f"{here.head[:7]} is not from this repository"
    else:
        return Configured.HERE
    click.echo(
        f"weighbridge: {why}: weighbridge.yaml, and what it and flags name of the checkout, are those of the base", err=True
    )
    return Configured.BASE


def _of_no_stranger(here: Occasion, forge: Callable[[], Forge]) -> bool:
    from bot.merge_group import of_no_stranger  # noqa: PLC0415 - not for --help
    from forge.error import ForgeError  # noqa: PLC0415
    from workloads.sources.error import SourceError  # noqa: PLC0415
    from workloads.sources.repository import Repository  # noqa: PLC0415

    try:
        return of_no_stranger(forge(), here, Repository(".").parents(here.head))
    except (ForgeError, SourceError) as error:
        click.echo(f"weighbridge: whose the merge group is could not be looked up: {error}", err=True)
        return False
