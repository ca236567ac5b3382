"""``weighbridge policies init``: the starter set as files."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from policies.documents.starter import LIBRARY
from weighbridge.output.failure import Failure


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("policies"))
def init(folder: Path) -> None:
    """Write the starter set into FOLDER (policies by default), each policy with what it allows and denies.

    Never overwrites anything: a folder that is not empty is left alone.

    \b
    weighbridge policies init
    weighbridge policies test policies/
    weighbridge check deploy/ --policies policies/
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise Failure(f"{folder} is not empty: nothing was written; name another folder")
        for source in sorted(LIBRARY.iterdir()):
            if source.is_dir():
                shutil.copytree(source, folder / source.name)
    except OSError as error:
        raise Failure(f"cannot write {error.filename or folder}: {error.strerror or error}") from None
    click.echo(f"Wrote the starter set into {folder}. Try it with: weighbridge policies test {folder}")
    click.echo(f"It is used where --policies names it, or weighbridge.yaml does (policies: [{folder}]).")
