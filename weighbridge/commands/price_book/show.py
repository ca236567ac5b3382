"""``weighbridge prices show``: which machines there are and what they cost."""

from __future__ import annotations

from pathlib import Path

import click

from pricing import catalogue
from weighbridge.book import book_in_force
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.options import book_options
from weighbridge.output.listing import OFFER_COLUMNS, offer_row, print_rows

MOST_OFFERS = 50
"""Rows of a listing before ``--all`` is needed."""


@click.command()
@click.argument("types", nargs=-1, metavar="[TYPE…]")
@click.option("--gpu", "gpu_model", metavar="MODEL", default="", help="Only machines with this GPU: L4, H100, A100-80GB, …")
@click.option("--regions", is_flag=True, help="List clouds and regions instead.")
@click.option("--all", "every", is_flag=True, help=f"Print every row, not only the first {MOST_OFFERS}.")
@book_options
def show(
    types: tuple[str, ...],
    gpu_model: str,
    regions: bool,
    every: bool,
    cloud: str | None,
    region: str | None,
    prices: Path | None,
    form: str,
) -> int:
    """List machines, cheapest first.

    \b
    weighbridge prices show m5.large                 in every region that has it
    weighbridge prices show --gpu L4 --region us-central1
    weighbridge prices show --cloud aws --gpu H100   by price of one GPU
    weighbridge prices show --regions                every cloud and region of the book
    """
    opened = book_in_force(prices)
    if regions:
        print_rows([(name, place) for name in opened.clouds() for place in opened.regions(name)], ("CLOUD", "REGION"), form)
        return PASSED
    listing = catalogue.show(opened, types, cloud or "", region or "", gpu_model)
    for sentence in listing.missing:
        click.echo(f"weighbridge: {sentence}", err=True)
    offers = listing.offers if every else listing.offers[:MOST_OFFERS]
    if offers:
        print_rows([offer_row(offer) for offer in offers], OFFER_COLUMNS, form)
    if len(offers) < len(listing.offers):
        click.echo(f"{len(listing.offers) - len(offers)} more: add --all", err=True)
    return CANNOT_TELL if listing.missing else PASSED
