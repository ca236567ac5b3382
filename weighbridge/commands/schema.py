"""``weighbridge schema``: the JSON Schemas of what Weighbridge reads and writes."""

from __future__ import annotations

import importlib
from typing import Final

import click

SCHEMAS: Final = {
    "weighing": "policies.reports.document:weighing_schema",
    "policy": "policies.documents.loader:policy_schema",
    "exemption": "policies.exemptions.reader:exemption_schema",
    "configuration": "workloads.settings.configuration:configuration_schema",
    "prices": "pricing.own.document:overlay_schema",
    "snapshot": "workloads.snapshots.document:snapshot_schema",
}
"""Where each schema is had from, imported when it is asked for."""


@click.command()
@click.argument("name", type=click.Choice(list(SCHEMAS)), default="weighing")
def schema(name: str) -> None:
    """Print a published JSON Schema (draft 2020-12).

    \b
    weighing       what --format json prints (the default)
    policy         a CostPolicy document
    exemption      a CostExemption document
    configuration  weighbridge.yaml
    prices         a file of prices of your own
    snapshot       what weighbridge snapshot writes of a cluster
    """
    import orjson  # noqa: PLC0415 - not needed for --help

    module, _, function = SCHEMAS[name].partition(":")
    click.echo(orjson.dumps(getattr(importlib.import_module(module), function)(), option=orjson.OPT_INDENT_2).decode())
