"""What of one's own prices cannot be meant: places and types that nobody has, rows that never count, dates that are odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from pricing.age import STALE_YEARS, is_old
from pricing.book import PriceBook
from pricing.own.overlay import ANY, EVERY, Discount, Overlay, OwnMachine, Place
from pricing.rate import Location
from workloads.field import FieldPath, mapping, text
from workloads.problem import Problem, Severity
from workloads.text.location import locate

WILD: Final = frozenset("*?[")
TOLD: Final = 3


def audit(overlay: Overlay, below: PriceBook, today: date) -> tuple[Problem, ...]:
    """Warnings about a file of prices, with their lines, against the book that it is laid over."""
    return (*overlay.problems, *_dates(overlay, today), *_places(overlay, below), *_types(overlay, below), *_shadowed(overlay))


def unlisted(below: PriceBook, overlay: Overlay) -> tuple[str, ...]:
    """Machine types that a document of ours gives a price and no shape, and that their cloud does not list.

    Nothing could run there. In a list that another program wrote, of all its nodes, that is only worth a warning.
    """
    rows = overlay.machines if overlay.origin is not None else ()
    return tuple(
        f"{name} of {each.place.cloud}"
        for each in rows
        if each.shape is None
        for name in each.types
        if not set(name) & WILD and each.place.cloud not in below.clouds_of_machine(name)
    )


def _dates(overlay: Overlay, today: date) -> Iterator[Problem]:
    stated = {("date",): overlay.date, ("currency", "date"): _currency_date(overlay)}
    for path, written in stated.items():
        if not written:
            continue
        if written > today.isoformat()[: len(written)]:
            yield _warning(overlay, path, f"{'.'.join(path)} {written} is in the future")
        elif is_old(written, today):
            yield _warning(overlay, path, f"{'.'.join(path)} {written} is more than {STALE_YEARS} years ago")


def _currency_date(overlay: Overlay) -> str:
    from workloads.text.reader import parse_document  # noqa: PLC0415 - only here, once a file

    if overlay.origin is None:
        return ""
    return text(mapping(parse_document(overlay.origin.source, overlay.origin.file)[0], "currency"), "date")


def _places(overlay: Overlay, below: PriceBook) -> Iterator[Problem]:
    """Clouds and regions that neither the book nor the file itself has machines or rates in."""
    own = _own_places(overlay)
    clouds = {*below.clouds(), *(place.cloud for place in own)}
    for path, place in _stated_places(overlay):
        if place.cloud and place.cloud not in clouds:
            yield _warning(overlay, (*path, "cloud"), f"no cloud {place.cloud!r} in the price book: this row counts nowhere")
        elif place.region and place not in own and not _sold_in(place, below):
            words = f"{place.cloud or 'no cloud'} has no region {place.region!r} in the price book: this row counts nowhere"
            yield _warning(overlay, (*path, "region"), words)


def _sold_in(place: Place, below: PriceBook) -> bool:
    clouds = [place.cloud] if place.cloud else below.clouds()
    return any(place.region in below.regions(cloud) for cloud in clouds)


def _own_places(overlay: Overlay) -> set[Place]:
    made = {each.place for each in overlay.machines if each.shape is not None}
    return made | {place for place, _, _ in overlay.compute} | {place for place, _ in overlay.serverless}


def _stated_places(overlay: Overlay) -> Iterator[tuple[FieldPath, Place]]:
    """Every row with a place, and where it stands."""
    rows: Sequence[tuple[str, Sequence[Place]]] = (
        ("machines", [each.place for each in overlay.machines]),
        ("storage", [place for place, _, _ in overlay.storage]),
        ("gpus", [place for place, _, _ in overlay.gpus]),
        ("network", [place for place, _, _ in overlay.network]),
        ("discounts", [each.place for each in overlay.discounts]),
    )
    for key, places in rows:
        yield from (((key, number), place) for number, place in enumerate(places))


def _types(overlay: Overlay, below: PriceBook) -> Iterator[Problem]:
    """Machine types without a shape that no list has, so that nothing is known of them but a price."""
    for number, row in enumerate(overlay.machines):
        if row.shape is not None or (row.place.region and not _sold_in(row.place, below)):
            continue
        unknown = [name for name in row.types if not _is_sold(name, row.place, below)]
        if unknown:
            words = (
                f"{', '.join(unknown[:TOLD])}: no such machine in the price book, and no shape stated: this price counts nowhere"
            )
            yield _warning(overlay, ("machines", number), words, "add shape: {cpu: …, memory: …}")


def _is_sold(name: str, place: Place, below: PriceBook) -> bool:
    if set(name) & WILD:
        return True
    clouds = below.clouds_of_machine(name)
    if place.cloud and place.cloud not in clouds:
        return place.cloud not in below.clouds()
    return not place.region or any(below.machine(Location(cloud, place.region), name) for cloud in clouds)


def _shadowed(overlay: Overlay) -> Iterator[Problem]:
    """Rows that never count, since an earlier one holds wherever they do: of several in one file the first counts."""
    for number, row in enumerate(overlay.machines):
        if any(_covers(earlier, row) for earlier in overlay.machines[:number]):
            yield _warning(overlay, ("machines", number), "never counts: a row before it holds for the same machines")
    for number, discount in enumerate(overlay.discounts):
        if any(_takes(earlier, discount) for earlier in overlay.discounts[:number]):
            yield _warning(overlay, ("discounts", number), "never counts: a row before it holds for the same machines")


def _takes(earlier: Discount, later: Discount) -> bool:
    return _wider(earlier.place, later.place) and (EVERY in earlier.types or set(later.types) <= set(earlier.types))


def _covers(earlier: OwnMachine, later: OwnMachine) -> bool:
    plain = all(not set(name) & WILD or name in earlier.types for name in later.types)
    return plain and _wider(earlier.place, later.place) and all(earlier.named(name) for name in later.types)


def _wider(one: Place, other: Place) -> bool:
    """Whether one place holds wherever the other does."""
    return one.cloud in (ANY, other.cloud) and one.region in (ANY, other.region)


def _warning(overlay: Overlay, path: FieldPath, message: str, hint: str = "") -> Problem:
    origin = overlay.origin
    line, column = locate(origin, path) if origin else (0, 0)
    return Problem(Severity.WARNING, message, origin.file if origin else overlay.name, line, column, hint)
