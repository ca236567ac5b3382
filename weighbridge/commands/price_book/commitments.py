"""``weighbridge prices commitments``: what commitments take off, by family of machines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import click

from pricing.book import CommitmentOffer, PriceBook
from weighbridge.book import book
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.options import options, prices_option
from weighbridge.output.listing import plain, print_rows
from workloads.text.schema import suggestion

COLUMNS: Final = ("CLOUD", "FAMILY", "INSTRUMENT", "YEARS", "PAYMENT", "PERCENT", "FROM", "TO", "OFFERS", "SOURCE", "SURE")

_format = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="What to print."
)


@click.command()
@click.option("--cloud", metavar="NAME", help="Only this cloud: aws, gcp or azure.")
@click.option("--family", metavar="NAME", help="Only this family of machines, and what holds for every family: m5, n2, …")
@options(prices_option, _format)
def commitments(cloud: str | None, family: str | None, prices: Path | None, form: str) -> int:
    """List what commitments take off on-demand prices, by family of machines.

    \b
    weighbridge prices commitments --cloud aws --family m5
    weighbridge prices commitments --cloud gcp

    weighbridge.yaml says what you have committed to, in prices.commitments. A row without a percentage is a vendor's "up to": its
    own percentage has to be stated there.
    """
    opened = book(prices)
    clouds = [cloud] if cloud else opened.clouds()
    every = [offer for name in clouds for offer in opened.commitments(name)]
    found = [offer for offer in every if family in (None, offer.family) or offer.family == "*"]
    if not any(family in (None, offer.family) for offer in found):
        click.echo(f"weighbridge: {_none(opened, cloud, family, every)}", err=True)
    if found:
        print_rows([_row(offer) for offer in found], COLUMNS, form)
    return PASSED if any(family in (None, offer.family) for offer in found) else CANNOT_TELL


def _none(opened: PriceBook, cloud: str | None, family: str | None, every: Sequence[CommitmentOffer]) -> str:
    if cloud and cloud not in opened.clouds():
        return f"the price book has no cloud {cloud!r}: {suggestion(cloud, opened.clouds())}"
    where = f" of {cloud}" if cloud else ""
    families = sorted({offer.family for offer in every} - {"*"})
    if family and families:
        return f"the price book has no commitments to family {family!r}{where}: {suggestion(family, families)}"
    return f"the price book has no commitments{where}: state percent in prices.commitments"


def _row(offer: CommitmentOffer) -> tuple[str, ...]:
    sure = "a bound" if offer.percent is None else str(offer.confidence)
    return (
        *(offer.cloud, offer.family, offer.instrument, offer.years, offer.payment),
        *map(_figure, (offer.percent, offer.lowest, offer.highest)),
        str(offer.types) if offer.types else "",
        f"{offer.source} {offer.date}".rstrip(),
        sure,
    )


def _figure(value: Decimal | None) -> str:
    return "" if value is None else plain(value)
