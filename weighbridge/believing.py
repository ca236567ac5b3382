"""Whose weighbridge.yaml holds where a change is commented on: in a merge queue not one that a stranger may have written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weighbridge.failure import Failure
from weighbridge.reading import Configured

if TYPE_CHECKING:
    from bot.occasion import Occasion
    from forge.protocol import Forge


def believed(here: Occasion, forge: Callable[[], Forge], named: Path | None, *, of_base: bool) -> Configured:
    """Whose weighbridge.yaml holds; ``named`` is one that a flag names, and ``of_base`` that a flag asks for the base's.

    :raises Failure: when a stranger may have written of the file that is named.
    """
    if of_base or not here.in_queue or _of_no_stranger(here, forge):
        return Configured.BASE if of_base else Configured.HERE
    why = f"merge group {here.head[:7]} may hold changes of strangers"
    if named is not None:
        raise Failure(f"{why}, and so may {named}, which --config names: without it weighbridge.yaml of the base holds")
    click.echo(f"weighbridge: {why}: weighbridge.yaml, and what it names, are those of the base", err=True)
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
