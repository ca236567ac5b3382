"""``weighbridge config``: the settings in force, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from policies.message import inert
from pricing.book import Edition, PriceBook
from weighbridge.book import book, origin
from weighbridge.configuration.not_in_force import not_in_force
from weighbridge.configuration.settings import Settings
from weighbridge.configuration.shown_settings import (
    Row,
    approval_rows,
    assumption_rows,
    cluster_rows,
    comment_rows,
    controller_rows,
    list_rows,
    ownership_rows,
    purchase_rows,
    rendering_rows,
    rule_rows,
    unknown_rows,
)
from weighbridge.options import snapshot_option, verdict_options, weighing_options
from weighbridge.output.failure import Failure
from weighbridge.output.problems import print_problems
from weighbridge.preparation import Request, given_by, settings_for


@click.command()
@click.argument("path", default=".")
@verdict_options
@weighing_options
@snapshot_option
@click.pass_context
def config(context: click.Context, /, path: str, **_: object) -> None:
    """Show the configuration in force for manifests at PATH, and where each value comes from.

    A row for each key of weighbridge.yaml, those that it does not state with their defaults. Lists have a row for each entry.
    """
    if not Path(path).exists():
        raise Failure(f"no such file or folder: {path}")
    request = Request.of(context)
    settings = settings_for(request, (path,))
    prices = book(request.prices, settings)
    if not settings.named:
        file = settings.configuration.file
        print_problems(tuple(not_in_force([Path(path)], [settings.folder] if file else [], file)))
    rows = [(name, inert(value), because) for name, value, because in _rows(context, request, settings, prices)]
    width, value_width = (max(len(row[column]) for row in rows) for column in (0, 1))
    for setting, value, because in rows:
        click.echo(f"{setting:<{width}}  {value:<{value_width}}  {because}".rstrip())


def _rows(context: click.Context, request: Request, settings: Settings, prices: PriceBook) -> Iterator[Row]:
    stated = settings.configuration
    found = given_by(context, "configuration") if settings.named else "found upward from the path"
    yield "weighbridge.yaml", stated.file or "none", found
    yield from cluster_rows(settings, prices)
    yield from rendering_rows(settings)
    yield from ownership_rows(settings)
    yield from rule_rows(settings, "policies", request.policies, given_by(context, "policies"), "the starter set")
    yield from rule_rows(settings, "exemptions", request.exemptions, given_by(context, "exemptions"), "none")
    because = given_by(context, "prices") if request.prices else origin(settings)
    yield "prices", _edition(prices.edition), because
    yield from list_rows(settings, "prices.overlays", stated.overlays)
    yield from purchase_rows(settings)
    yield from assumption_rows(settings)
    yield from comment_rows(settings)
    yield from approval_rows(settings)
    yield from controller_rows(settings)
    yield "point", str(request.flags.point), given_by(context, "point")
    yield from unknown_rows(settings)


def _edition(edition: Edition) -> str:
    """The version of a price book and how new its prices are: ``7b639b86e87d, to 2026-11-20``."""
    newest = max(edition.newest.values(), default="")
    return f"{edition.version}, to {newest}" if newest else edition.version
