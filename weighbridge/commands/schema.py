"""``weighbridge schema``: the JSON Schemas of what Weighbridge reads and writes."""

from __future__ import annotations

import click

NAMES = ("weighing", "policy", "configuration", "prices", "snapshot")


@click.command()
@click.argument("name", type=click.Choice(NAMES), default="weighing")
def schema(name: str) -> None:
    """Print a published JSON Schema (draft 2020-12).

    \b
    weighing       what --format json prints (the default)
    policy         a CostPolicy document
    configuration  weighbridge.yaml
    prices         a file of prices of your own
    snapshot       what weighbridge snapshot writes of a cluster
    """
    import orjson  # noqa: PLC0415 - not needed for --help

    click.echo(orjson.dumps(_schema(name), option=orjson.OPT_INDENT_2).decode())


def _schema(name: str) -> object:
    if name == "configuration":
        from workloads.configuration import configuration_schema  # noqa: PLC0415

        return configuration_schema()
    if name == "snapshot":
        from workloads.snapshot_document import snapshot_schema  # noqa: PLC0415

        return snapshot_schema()
    if name == "prices":
        from pricing.overlay import overlay_schema  # noqa: PLC0415

        return overlay_schema()
    if name == "policy":
        from policies.loader import policy_schema  # noqa: PLC0415

        return policy_schema()
    from policies.document import weighing_schema  # noqa: PLC0415

    return weighing_schema()
