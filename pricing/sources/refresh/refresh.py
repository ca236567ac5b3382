"""Refreshing a price book: collect a cloud's list, hold it against the book at hand, write the new book or leave the old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pricing.sources import seal
from pricing.sources.refresh import storage
from pricing.sources.refresh.collect import CLOUDS, Collected, Session, Wanted
from pricing.sources.refresh.google import is_composed
from pricing.sources.refresh.listed import RefreshError
from pricing.sources.refresh.plausibility import Judged, judged
from pricing.sources.refresh.reader import Reader
from pricing.sources.refresh.writing import NewList, Written, write


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a refresh did."""

    written: Written
    collected: Collected
    judged: Judged
    date: str
    """Of the prices, ISO."""


def refresh(cloud: str, regions: Sequence[str], place: Path, embedded: Path, session: Session) -> Outcome:
    """Bring a cloud's machine prices in the book at ``place`` up to its public list; other clouds' stay as they are.

    Without a book at the place, or with one that rests on another embedded book, the embedded one is what is brought up.

    :raises RefreshError: when the list cannot be had or believed; the book at the place is then as it was.
    :raises OSError: when nothing can be written.
    """
    with storage.locked(session.cache / "lock"), storage.locked(place.with_name(f".{place.name}.lock")):
        # What a run that was killed left half-written: nobody else writes here now.
        storage.clear(*session.cache.glob("*.new"), *place.parent.glob(f"{place.name}.*.new"))
        base = Reader(embedded).meta()["version"]
        old = Reader(_under(place, embedded, base))
        sold = old.regions(cloud)
        chosen = tuple(dict.fromkeys(regions)) or sold
        unknown = [region for region in chosen if region not in sold]
        if unknown:
            raise RefreshError(f"{cloud} has no region {unknown[0]!r} in the price book: see weighbridge prices show --regions")
        collected = CLOUDS[cloud].collect(session, Wanted(chosen, old.shapes(cloud)))
        known = {key: price for key, price in old.known(cloud).items() if cloud != "gcp" or is_composed(key[1])}
        believed = judged(collected.prices, chosen, known, collected.left_out)
        date = collected.fetched[:10]
        written = write(old.path, base, NewList(cloud, CLOUDS[cloud].title, date, chosen, believed.prices), place)
        return Outcome(written, collected, believed, date)


def _under(place: Path, embedded: Path, base: str) -> Path:
    """The book that is brought up: the one at the place, where it is whole and rests on the embedded one."""
    if not place.exists():
        return embedded
    if not seal.sealed(place) or not seal.intact(place) or Reader(place).meta().get("base") != base:
        return embedded
    return place
