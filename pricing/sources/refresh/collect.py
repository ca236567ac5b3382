"""What a cloud's price API says of machines, region by region, out of the cache where that is new enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from pricing.sources.refresh import aws, azure, google, paging
from pricing.sources.refresh.download import Download, Progress
from pricing.sources.refresh.extract import Extract, Rows, keep, kept
from pricing.sources.refresh.google import MachineShape
from pricing.sources.refresh.listed import ListedPrice, RefreshError, RefusedError, Shape, UnusableError
from pricing.sources.refresh.transport import Transport

LARGEST_INDEX: Final = 8 * 1024**2
LARGEST_PAGE: Final = 64 * 1024**2
"""Bytes of one answer that is held in memory."""
KEPT_FOR: Final = timedelta(hours=24)
"""How long pages, which have no ETag, are taken from the cache; parts of an unfinished list too."""
TOLD: Final = 3
"""Rows left out that are told one by one."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run: where it asks, where it keeps what it was told, and when it is."""

    transport: Transport
    cache: Path
    now: datetime
    progress: Progress
    key: str = ""
    """Google's API key."""
    fresh: bool = False
    """Whether the cache is left unread."""

    @property
    def moment(self) -> str:
        """Now, as it is written down."""
        return self.now.isoformat(timespec="seconds")

    def old(self, moment: str) -> bool:
        """Whether something of a moment is too old to be taken from the cache."""
        return self.fresh or not timedelta(0) <= self.now - datetime.fromisoformat(moment) < KEPT_FOR


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    regions: Sequence[str]
    shapes: Sequence[MachineShape] = ()
    """The cloud's machine types, for prices that are composed."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Prices of machines, and what was left out of the lists they were in."""

    prices: tuple[ListedPrice, ...]
    fetched: str
    """The moment of the oldest list among them."""
    left_out: int
    unusable: tuple[str, ...]


Collect = Callable[[Session, Wanted], Collected]


def collect_aws(session: Session, wanted: Wanted) -> Collected:
    """AWS: one file a region, fetched again only where it has changed."""
    paths = aws.regions(session.transport.whole(aws.INDEX, LARGEST_INDEX))
    listed = [region for region in wanted.regions if region in paths]
    if not listed:
        raise RefreshError(f"AWS lists no prices of {', '.join(wanted.regions[:TOLD])}")
    return _merged({region: _aws_region(session, region, paths[region]) for region in listed})


def _aws_region(session: Session, region: str, address: str) -> Extract:
    place = session.cache / f"aws-{region}.tsv"
    known = None if session.fresh else kept(place)
    download = Download(session.transport, address, session.cache / f"aws-{region}.csv.part", f"AWS {region}", session.progress)
    tag = download.fetch(known.tag if known else "")
    if tag is None and known is not None:
        return replace(known, fetched=session.moment)
    try:
        with download.path.open(encoding="utf-8", newline="") as lines:
            made = _extract(session, tag or "", aws.offers(lines, region))
    except (UnicodeDecodeError, RefreshError) as error:
        download.done()
        raise error if isinstance(error, RefreshError) else RefreshError(f"AWS's price list of {region} is no text") from None
    keep(place, made)
    download.done()
    return made


def collect_azure(session: Session, wanted: Wanted) -> Collected:
    """Azure: some pages a region."""
    return _merged({region: _azure_region(session, region) for region in wanted.regions})


def _azure_region(session: Session, region: str) -> Extract:
    def fetch(address: str) -> tuple[Iterable[Sequence[str]], str]:
        items, following = azure.meters(session.transport.whole(address or azure.first_page(region), LARGEST_PAGE))
        return map(_row, azure.prices(items, region)), following

    return _paged(session, f"azure-{region}", f"Azure {region}", fetch)


def collect_google(session: Session, wanted: Wanted) -> Collected:
    """Google: the whole catalog of Compute Engine, of which prices of all regions are composed."""
    if not session.key:
        raise RefreshError(
            "Google's catalog needs an API key: --key, or WEIGHBRIDGE_GCP_KEY "
            "(made at console.cloud.google.com under Credentials, for the Cloud Billing API)"
        )

    def fetch(token: str) -> tuple[Iterable[Sequence[str]], str]:
        found, following = google.skus(session.transport.whole(google.page_address(session.key, token), LARGEST_PAGE))
        return map(_component_row, google.components(found)), following

    extract = _paged(session, "gcp", "Google", fetch)
    parts = (google.Component(region, name, spot == "spot", Decimal(price)) for region, name, spot, price in extract.rows)
    chosen = set(wanted.regions)
    prices = tuple(price for price in google.composed(parts, wanted.shapes) if price.region in chosen)
    return Collected(prices, extract.fetched, extract.left_out, extract.unusable)


def _paged(session: Session, name: str, what: str, fetch: paging.Page) -> Extract:
    place, part = session.cache / f"{name}.tsv", session.cache / f"{name}.part"
    known = kept(place)
    if known and not session.old(known.fetched):
        return known
    begun = paging.begun(part)
    if not begun or session.old(begun):
        paging.forget(part)
    try:
        rows = paging.read_pages(part, fetch, what, session.progress, session.moment)
    except RefusedError:
        # A page that was good for a while: from the beginning, once.
        paging.forget(part)
        rows = paging.read_pages(part, fetch, what, session.progress, session.moment)
    unusable = [row[1] for row in rows if row[0] == _UNUSABLE]
    good = tuple(row for row in rows if row[0] != _UNUSABLE)
    made = Extract("", session.moment, tuple(unusable[:TOLD]), len(unusable), good)
    keep(place, made)
    paging.forget(part)
    return made


def _extract(session: Session, tag: str, found: Iterable[ListedPrice | UnusableError]) -> Extract:
    rows, unusable, left_out = [], [], 0
    for each in found:
        if isinstance(each, UnusableError):
            left_out += 1
            unusable += [str(each)] if left_out <= TOLD else []
        else:
            rows.append(_row(each))
    return Extract(tag, session.moment, tuple(unusable), left_out, rows)


_UNUSABLE: Final = "?"
"""First cell of a row that says what was left out."""


def _row(price: ListedPrice | UnusableError) -> tuple[str, ...]:
    if isinstance(price, UnusableError):
        return _UNUSABLE, str(price)
    shape = price.shape
    made = (shape.cpu, shape.memory, shape.gpus, shape.architecture) if shape else ()
    return (price.type, *(f"{each:f}" if each is not None else "" for each in (price.on_demand, price.spot)), *made)


def _component_row(component: google.Component | UnusableError) -> tuple[str, ...]:
    if isinstance(component, UnusableError):
        return _UNUSABLE, str(component)
    return component.region, component.name, "spot" if component.spot else "", f"{component.price:f}"


def _listed(region: str, rows: Rows) -> Iterable[ListedPrice]:
    for name, on_demand, spot, *shape in rows:
        yield ListedPrice(region, name, _optional(on_demand), _optional(spot), Shape(*shape) if shape else None)


def _optional(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _merged(extracts: Mapping[str, Extract]) -> Collected:
    return Collected(
        tuple(price for region, extract in extracts.items() for price in _listed(region, extract.rows)),
        min(extract.fetched for extract in extracts.values()),
        sum(extract.left_out for extract in extracts.values()),
        tuple(words for extract in extracts.values() for words in extract.unusable)[:TOLD],
    )


@dataclass(frozen=True, slots=True)
class Cloud:
    """One price API."""

    endpoint: str
    """The public one; nothing else is asked unless it is named."""
    title: str
    """Whose list it is, as lines of cost say it."""
    collect: Collect


CLOUDS: Final[Mapping[str, Cloud]] = {
    "aws": Cloud("https://pricing.us-east-1.amazonaws.com", "AWS price list", collect_aws),
    "azure": Cloud("https://prices.azure.com", "Azure retail prices", collect_azure),
    "gcp": Cloud("https://cloudbilling.googleapis.com", "Google Cloud catalog", collect_google),
}
