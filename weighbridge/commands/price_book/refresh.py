"""``weighbridge prices refresh``: newer machine prices from a cloud's public price API. The one command that fetches prices."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pricing.sources.book import EMBEDDED
from pricing.sources.refresh.collect import CLOUDS, Session
from pricing.sources.refresh.listed import RefreshError
from pricing.sources.refresh.refresh import Outcome
from pricing.sources.refresh.refresh import refresh as refresh_book
from pricing.sources.refresh.transport import Transport
from weighbridge.cli import PASSED
from weighbridge.output.failure import Failure
from weighbridge.output.progress import ProgressLine
from weighbridge.refreshed import BOOK, DOWNLOADS, usual_folder

TOLD = 3
"""Prices not believed, and rows left out, that are told one by one."""


@click.command()
@click.argument("cloud", type=click.Choice(sorted(CLOUDS)))
@click.option("--region", "regions", multiple=True, metavar="NAME", help="Only this region; may be repeated. [default: all]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Book to bring up to date.")
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Where downloads are kept.")
@click.option("--endpoint", metavar="URL", help="A mirror of the price API. [default: the cloud's public one]")
@click.option("--key", envvar="WEIGHBRIDGE_GCP_KEY", default="", metavar="KEY", help="Key for Google's catalog.")
@click.option("--fresh", is_flag=True, help="Fetch everything again, whatever the cache has.")
def refresh(
    cloud: str, regions: tuple[str, ...], out: Path | None, cache: Path | None, endpoint: str | None, key: str, fresh: bool
) -> int:
    """Bring a cloud's machine prices up to its public price list.

    The book is written whole beside the old one, checked and then moved in its place; whatever goes wrong, the old one stays. A
    run that was broken off goes on where it was. Without --out the book in the user's cache folder is written, which every other
    command then uses. Google's catalog asks for an API key, best given as WEIGHBRIDGE_GCP_KEY.

    \b
    weighbridge prices refresh aws --region eu-central-1
    weighbridge prices refresh azure
    WEIGHBRIDGE_GCP_KEY=… weighbridge prices refresh gcp --out prices.sqlite
    """
    place, folder = _places(out, cache)
    progress = ProgressLine()
    try:
        transport = Transport(endpoint or CLOUDS[cloud].endpoint)
        session = Session(transport, folder, datetime.now(UTC), progress, key, fresh)
        outcome = refresh_book(cloud, regions, place, EMBEDDED, session)
    except RefreshError as error:
        raise Failure(f"{error}. {_kept(place)}") from None
    except OSError as error:
        raise Failure(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}. {_kept(place)}") from None
    except KeyboardInterrupt:
        raise Failure(f"interrupted. {_kept(place)} What was fetched is kept: run it again to go on.") from None
    finally:
        progress.clear()
    for line in _told(cloud, outcome, place, usual=out is None):
        click.echo(line)
    return PASSED


def _places(out: Path | None, cache: Path | None) -> tuple[Path, Path]:
    """The book's place and the downloads' folder."""
    usual = usual_folder()
    if usual is None and (out is None or cache is None):
        raise Failure("no home folder to keep prices in: name places with --out and --cache")
    return out or usual / BOOK, cache or usual / DOWNLOADS  # type: ignore[operator]


def _kept(place: Path) -> str:
    return f"The price book {place} is as it was." if place.exists() else "No price book was written: the embedded one is used."


def _told(cloud: str, outcome: Outcome, place: Path, *, usual: bool) -> list[str]:
    written, judged, collected = outcome.written, outcome.judged, outcome.collected
    lines = [f"{place}: {written.prices:,} machine prices of {cloud} as of {outcome.date}"]
    lines += [f"  {written.kept:,} that the list does not have are kept, at their own dates"] if written.kept else []
    lines += [f"  {written.shapeless:,} left out: nobody says what these types are made of"] if written.shapeless else []
    lines += [f"  {collected.left_out:,} rows left out: {'; '.join(collected.unusable[:TOLD])}"] if collected.left_out else []
    lines += [f"  not believed, and left as it was: {words}" for words in judged.far[:TOLD]]
    lines += [f"  and {len(judged.far) - TOLD:,} more"] if len(judged.far) > TOLD else []
    lines += [f"  no machines listed in {', '.join(judged.empty)}: left as they were"] if judged.empty else []
    lines += [f"  sha256 {written.digest}"]
    how = f"Use it with --prices {place}, or name it in weighbridge.yaml under prices, refreshed."
    return [*lines, "Used from now on." if usual else how]
