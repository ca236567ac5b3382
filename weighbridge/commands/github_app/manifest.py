"""``weighbridge app manifest``: what GitHub creates the App from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from weighbridge.output.failure import Failure

_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?")
_SAFE: Final = re.compile(r"https://.*|http://(localhost|127\.[0-9.]+|\[::1\])([:/].*)?")
"""HTTPS, or a server on the same machine: what a delivery holds is for nobody to read on the way."""
_ORGANISATION: Final = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")


@click.command()
@click.option(
    "--url", required=True, metavar="URL", help="Where the server is reached from GitHub, such as https://weighbridge.example."
)
@click.option("--name", default="Weighbridge", show_default=True, help="The App's name. GitHub takes each but once.")
@click.option("--homepage", metavar="URL", help="What the App's page links to. [default: the server]")
@click.option("--org", default="", metavar="NAME", help="The organisation that is to own it. [default: whoever creates it]")
@click.option(
    "--server", default="https://github.com", show_default=True, metavar="URL", envvar="GITHUB_SERVER_URL",
    help="The GitHub to create it on; an Enterprise server's address.",
)  # fmt: skip
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write the page that creates it."
)
def manifest(url: str, name: str, homepage: str | None, org: str, server: str, html: Path | None) -> None:
    """Print the App's manifest: its permissions, the events it is told of, and where they go.

    Open the page of --html in a browser and press its button; then give the code that GitHub answers with to
    weighbridge app credentials.

    \b
    weighbridge app manifest --url https://weighbridge.example --org acme --html create.html
    """
    import orjson  # noqa: PLC0415 - not for --help

    from bot.app.manifest import manifest as told_of  # noqa: PLC0415
    from bot.app.manifest import page  # noqa: PLC0415

    for option, address in (("--url", url), ("--server", server), ("--homepage", homepage or url)):
        if not _ADDRESS.fullmatch(address):
            raise click.UsageError(f"{option} takes an address such as https://weighbridge.example, not {address[:100]!r}")
    if not _SAFE.fullmatch(url):
        raise click.UsageError(f"--url is what GitHub sends deliveries to, which need HTTPS: https://… and not {url[:100]!r}")
    if org and not _ORGANISATION.fullmatch(org):
        raise click.UsageError(f"--org takes an organisation's name, such as acme, not {org[:100]!r}")
    told = told_of(url.rstrip("/"), name, homepage or url)
    click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    if html is not None:
        try:
            html.write_text(page(told, server.rstrip("/"), org), encoding="utf-8")
        except OSError as error:
            raise Failure(f"{html} cannot be written: {error.strerror or error}") from None
