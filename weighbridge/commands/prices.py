"""``weighbridge prices``: look into the price book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import click

from policies.context import DEFAULT_LOCATION
from pricing.book import PriceBook
from pricing.catalogue import Explanation, Offer, explain, show, whereabouts
from pricing.rate import Location, Rate
from weighbridge.book import book
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.options import location_options, options, prices_option
from weighbridge.settings import HOME_REGIONS

FORMATS = ("table", "json")
MOST_OFFERS = 50
"""Rows of a listing before ``--all`` is needed."""

book_options = options(
    location_options,
    prices_option,
    click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="What to print."),
)


@click.group()
def prices() -> None:
    """Look into the price book: what machines cost, and why."""


@prices.command("show")
@click.argument("types", nargs=-1, metavar="[TYPE…]")
@click.option("--gpu", "gpu_model", metavar="MODEL", default="", help="Only machines with this GPU: L4, H100, A100-80GB, …")
@click.option("--regions", is_flag=True, help="List clouds and regions instead.")
@click.option("--all", "every", is_flag=True, help=f"Print every row, not only the first {MOST_OFFERS}.")
@book_options
def show_command(
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
    opened = book(prices)
    if regions:
        _print([(name, place) for name in opened.clouds() for place in opened.regions(name)], ("CLOUD", "REGION"), form)
        return PASSED
    listing = show(opened, types, cloud or "", region or "", gpu_model)
    for sentence in listing.missing:
        click.echo(f"weighbridge: {sentence}", err=True)
    offers = listing.offers if every else listing.offers[:MOST_OFFERS]
    if offers:
        _print([_row(offer) for offer in offers], _COLUMNS, form)
    if len(offers) < len(listing.offers):
        click.echo(f"{len(listing.offers) - len(offers)} more: add --all", err=True)
    return CANNOT_TELL if listing.missing else PASSED


_COLUMNS = ("CLOUD", "REGION", "TYPE", "VCPU", "GIB", "GPU", "USD/HOUR", "SPOT", "USD/GPU-HOUR", "SOURCE", "SURE")


def _row(offer: Offer) -> tuple[str, ...]:
    machine = offer.machine
    return (
        *machine.location,
        machine.type,
        plain(machine.cpu),
        plain(machine.memory),
        f"{plain(machine.gpu_count)} x {machine.gpu_model}" if machine.gpu_model else "",
        _price(machine.on_demand),
        _price(machine.spot),
        plain(offer.per_gpu) if offer.per_gpu is not None else "",
        f"{machine.on_demand.source} {machine.on_demand.date}".strip() if machine.on_demand else "no price",
        f"{machine.on_demand.confidence}{', suspect' if machine.suspect else ''}" if machine.on_demand else "",
    )


def _price(rate: Rate | None) -> str:
    return plain(rate.value) if rate else ""


def plain(value: Decimal) -> str:
    """A figure without exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@prices.command("explain")
@click.argument("what", metavar="TYPE|PATH")
@book_options
@click.pass_context
def explain_command(
    context: click.Context, /, what: str, cloud: str | None, region: str | None, prices: Path | None, form: str
) -> int:
    """Show how a figure comes about: a machine's price and how it divides, or what the manifests at a path cost.

    \b
    weighbridge prices explain p5.48xlarge
    weighbridge prices explain g2-standard-4 --region europe-west4
    weighbridge prices explain deploy/web.yaml
    """
    if what == "-" or Path(what).exists():
        from weighbridge.commands.estimate import estimate  # noqa: PLC0415 - only for manifests

        given = {"cloud": cloud, "region": region, "prices": prices, "form": form}
        return int(context.invoke(estimate, paths=(what,), explain=True, **given))
    machine_type = what
    opened = book(prices)
    location = _location(opened, machine_type, cloud, region)
    explanation = explain(opened, machine_type, location)
    if explanation is None:
        click.echo(f"weighbridge: {whereabouts(opened, machine_type, location)}", err=True)
        return CANNOT_TELL
    if form == "json":
        _print([_row(explanation.offer)], _COLUMNS, form)
    else:
        click.echo("\n".join(_told(explanation)))
    return PASSED


def _location(opened: PriceBook, machine_type: str, cloud: str | None, region: str | None) -> Location:
    """Where a machine type is looked up: as asked, else in the home region of the cloud that has the type."""
    if not cloud:
        homes = opened.clouds_of_machine(machine_type)
        named = [name for name in homes if not region or region in opened.regions(name)]
        cloud = (named or list(homes) or [DEFAULT_LOCATION.cloud])[0]
    if not region:
        sold = opened.regions_of_machine(cloud, machine_type)
        home = HOME_REGIONS.get(cloud, "")
        region = home if home in sold or not sold else sold[0]
    return Location(cloud, region)


def _told(explanation: Explanation) -> Iterable[str]:
    machine = explanation.offer.machine
    yield f"{machine.type} in {machine.location.cloud} {machine.location.region}"
    shape = f"{plain(machine.cpu)} vCPU, {plain(machine.memory)} GiB, {machine.architecture}"
    yield f"  shape       {shape}" + (f", {plain(machine.gpu_count)} x {machine.gpu_model}" if machine.gpu_model else "")
    yield from _prices_told(explanation)
    if explanation.by and explanation.shares:
        yield f"  divided by  {explanation.by.because}"
        for share in explanation.shares:
            lost = f"; {plain(share.unallocatable)} not for pods" if share.unallocatable else ""
            each = f"{plain(share.quantity)} {share.unit} x {plain(share.each)}"
            yield f"    {share.resource:<12} {each:<34} = {plain(share.whole)} USD an hour{lost}"
    if explanation.regions:
        yield f"  also in     {', '.join(explanation.regions)}"


def _prices_told(explanation: Explanation) -> Iterable[str]:
    machine = explanation.offer.machine
    if machine.on_demand is None or explanation.month is None:
        yield "  price       none in the book: only the shape is known"
        return
    rate = machine.on_demand
    yield f"  on demand   {plain(rate.value)} USD an hour x 730 = {explanation.month:,.2f} USD a month"
    yield (
        f"  source      {rate.source}, {rate.date} ({rate.confidence})"
        if rate.date
        else f"  source      {rate.source} ({rate.confidence})"
    )
    if machine.suspect:
        yield "  suspect     implausibly low: never chosen for being cheap"
    if machine.spot:
        yield f"  spot        {plain(machine.spot.value)} USD an hour, {machine.spot.source} {machine.spot.date}".rstrip()


def _print(rows: Sequence[Sequence[str]], columns: Sequence[str], form: str) -> None:
    """Rows as aligned columns, or as JSON objects keyed by column."""
    if form == "json":
        import orjson  # noqa: PLC0415 - only for JSON

        objects = [dict(zip((column.lower() for column in columns), row, strict=True)) for row in rows]
        click.echo(orjson.dumps(objects, option=orjson.OPT_INDENT_2).decode())
        return
    widths = [max(len(column), *(len(row[place]) for row in rows)) for place, column in enumerate(columns)]
    used = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    for line in (columns, *rows):
        click.echo("  ".join(f"{line[place]:<{widths[place]}}" for place in used).rstrip())
