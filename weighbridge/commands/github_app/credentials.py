"""``weighbridge app credentials``: fetch what GitHub made for a new App."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import click

from weighbridge.output.failure import Failure

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
KEY_FILE: Final = "private-key.pem"
SECRET_FILE: Final = "webhook-secret"


@click.command()
@click.argument("code")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where to write them.",
)
@click.option(
    "--api", default="https://api.github.com", show_default=True, metavar="URL", envvar="GITHUB_API_URL", help="GitHub's API."
)
def credentials(code: str, folder: Path, api: str) -> None:
    """Fetch a new App's private key and webhook secret, by the CODE that GitHub's answer to the page of manifest ends in.

    A code holds for an hour and once. The files are for nobody else's eyes, and those that are there are not overwritten.

    \b
    weighbridge app credentials 5a1ed… --out /etc/weighbridge
    """
    from forge.app_creation import create  # noqa: PLC0415 - not for --help
    from forge.courier import Courier  # noqa: PLC0415
    from forge.error import ForgeError, UncertainError  # noqa: PLC0415
    from forge.github_transport import GitHubTransport  # noqa: PLC0415

    if not _CODE.fullmatch(code):
        raise click.UsageError("CODE is what the address ends in after ?code=: letters and digits")
    files = [folder / name for name in (KEY_FILE, SECRET_FILE)]
    # Before the code is used up.
    _require_free(folder, files)
    try:
        made = create(Courier(GitHubTransport.anonymous(api.rstrip("/")), "GitHub"), code)
    except UncertainError as error:
        raise Failure(f"{error}: look at --api and the way there, and try the code again while it holds, for an hour") from None
    except ForgeError as error:
        raise Failure(
            f"{error}: a code holds for an hour and once; create the App again, or take its key from its settings"
        ) from None
    for path, value in zip(files, (made.key, made.secret), strict=True):
        _write(path, value)
    click.echo(f"WEIGHBRIDGE_APP_ID={made.app}")
    click.echo(f"WEIGHBRIDGE_APP_PRIVATE_KEY_FILE={files[0]}")
    click.echo(f"WEIGHBRIDGE_WEBHOOK_SECRET_FILE={files[1]}")
    click.echo(f"weighbridge: install it on repositories at {made.page}/installations/new", err=True)


def _require_free(folder: Path, files: list[Path]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Failure(f"{folder} cannot be made: {error.strerror or error}") from None
    there = [str(path) for path in files if path.exists()]
    if there:
        raise Failure(f"{', '.join(there)}: there already; name another folder")
    if not os.access(folder, os.W_OK):
        raise Failure(f"{folder} cannot be written to: name another folder")


def _write(path: Path, value: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(value if value.endswith("\n") else f"{value}\n")
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror or error}") from None
