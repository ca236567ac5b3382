"""``weighbridge prices explain``: how a figure comes about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from policies.context import DEFAULT_LOCATION
from pricing import catalogue
from pricing.book import PriceBook
from pricing.catalogue import Explanation, whereabouts
from pricing.rate import Location
from weighbridge.book import book_in_force
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.listing import OFFER_COLUMNS, offer_row, plain, print_rows
from weighbridge.options import book_options
from weighbridge.settings import HOME_REGIONS


@click.command()
@click.argument("what", metavar="TYPE|PATH")
@book_options
@click.pass_context
def explain(context: click.Context, /, what: str, cloud: str | None, region: str | None, prices: Path | None, form: str) -> int:
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
    opened = book_in_force(prices)
    location = _location(opened, machine_type, cloud, region)
    explanation = catalogue.explain(opened, machine_type, location)
    if explanation is None:
        click.echo(f"weighbridge: {whereabouts(opened, machine_type, location)}", err=True)
        return CANNOT_TELL
    if form == "json":
        print_rows([offer_row(explanation.offer)], OFFER_COLUMNS, form)
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
    if explanation.modelled:
        yield f"  not listed  {explanation.modelled}"
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
    if explanation.sustained is not None:
        month = explanation.sustained
        yield f"  sustained   {plain(month.value)} USD an hour where it runs all month ({month.confidence})"
    if machine.spot:
        yield f"  spot        {plain(machine.spot.value)} USD an hour, {machine.spot.source} {machine.spot.date}".rstrip()
