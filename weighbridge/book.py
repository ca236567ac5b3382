"""The prices in force: the embedded, a refreshed or another book, under the company's own prices that weighbridge.yaml names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pricing.book import PriceBook
from pricing.sources.book import BookError, open_book
from weighbridge.configuration.settings import Flags, Settings, read_settings, shown
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.refreshed import usual_book
from workloads.settings.purchase import NOTHING_STATED, Purchase

LARGEST = 4 * 1024 * 1024
"""Bytes of a file of prices."""


def book(path: Path | None, settings: Settings | None = None) -> PriceBook:
    """The price book at a path, else the refreshed or the embedded one, with the overlays that the settings name laid over it.

    :raises Failure: when the book cannot be opened, or an overlay cannot be read as it is: half of one's own prices is none.
    """
    found = _opened(path or _refreshed(settings)) or _usual(settings)
    if settings is None:
        return found
    if settings.configuration.purchase != NOTHING_STATED:
        found = _bought(found, settings.configuration.purchase)
    for name, place in zip(settings.configuration.overlays, settings.configuration.overlay_places, strict=True):
        found = _laid_over(found, settings.folder / name, place)
    return found


def book_in_force(path: Path | None, configuration: Path | None = None) -> PriceBook:
    """The price book at a path, or the embedded one, under the prices that a weighbridge.yaml names: the one found from here.

    :raises Failure: as ``book``, and when weighbridge.yaml is broken.
    """
    settings = read_settings(Flags(), Path(), configuration)
    if settings.problems:
        print_problems(settings.problems)
        raise Failure("weighbridge.yaml could not be read as it is: no price is shown")
    return book(path, settings)


def origin(settings: Settings) -> str:
    """What decided which book is used where no flag did."""
    if _refreshed(settings):
        return settings.configuration.file
    usual = usual_book() if settings.configuration.refreshed is not False else None
    return f"refreshed: {usual}" if usual else "embedded"


def _opened(path: Path | None) -> PriceBook | None:
    """The book at a path that somebody named."""
    try:
        return open_book(path) if path else None
    except BookError as error:
        raise Failure(str(error)) from None


def _refreshed(settings: Settings | None) -> Path | None:
    stated = settings.configuration.refreshed if settings else None
    return settings.folder / stated if settings and isinstance(stated, str) else None


def _usual(settings: Settings | None) -> PriceBook:
    """The refreshed book in its usual place, unless the settings do without; the embedded one where that has none to be used."""
    wanted = settings is None or settings.configuration.refreshed is not False
    path = usual_book() if wanted else None
    try:
        return open_book(path)
    except BookError as error:
        if path is None:
            raise Failure(str(error)) from None
        click.echo(f"weighbridge: {error}; the prices that the program comes with are used", err=True)
    return open_book()


def _bought(below: PriceBook, purchase: Purchase) -> PriceBook:
    """A book under what is committed to and run on spot, which is off its list prices."""
    from pricing.own.overlaid import OverlaidBook  # noqa: PLC0415 - only with prices of one's own
    from pricing.own.terms import TermsError, overlay_of  # noqa: PLC0415

    try:
        return OverlaidBook(below, overlay_of(purchase, below))
    except TermsError as error:
        raise Failure(str(error)) from None


def _laid_over(below: PriceBook, path: Path, place: str) -> PriceBook:
    from pricing.own.audit import audit, unlisted  # noqa: PLC0415
    from pricing.own.overlaid import OverlaidBook  # noqa: PLC0415 - only with prices of one's own
    from pricing.own.overlay import Overlay  # noqa: PLC0415
    from pricing.own.prices import read_own_prices  # noqa: PLC0415

    overlay = read_own_prices(_bytes(path, place), shown(path))
    if not isinstance(overlay, Overlay):
        print_problems(overlay)
        raise Failure(f"{path} could not be read as it is: nothing was weighed")
    missing = unlisted(below, overlay)
    if missing:
        raise Failure(f"{path}: no price list has machine type {', '.join(missing[:5])}: state its shape")
    print_problems(audit(overlay, below, datetime.now(UTC).date()))
    return OverlaidBook(below, overlay)


def _bytes(path: Path, place: str) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise Failure(f"{place}: prices.overlays: cannot read {path}: {error.strerror or error}") from None
    if len(data) > LARGEST:
        raise Failure(f"{place}: prices.overlays: {path} is larger than {LARGEST // 1024 // 1024} MiB")
    return data
