"""Rows of the price book as people and programs read them: aligned columns, or JSON objects."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import click

from pricing.catalogue import Offer
from pricing.rate import Rate

OFFER_COLUMNS = ("CLOUD", "REGION", "TYPE", "VCPU", "GIB", "GPU", "USD/HOUR", "SPOT", "USD/GPU-HOUR", "SOURCE", "SURE")


def offer_row(offer: Offer) -> tuple[str, ...]:
    """A machine's row under ``OFFER_COLUMNS``."""
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


def print_rows(rows: Sequence[Sequence[str]], columns: Sequence[str], form: str) -> None:
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
