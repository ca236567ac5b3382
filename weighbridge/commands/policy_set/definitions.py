"""``weighbridge policies definitions``: what makes a cluster know our documents."""

from __future__ import annotations

import click

from policies.documents.crd import definitions as every


@click.command()
def definitions() -> None:
    """Print the CustomResourceDefinitions of CostPolicy and CostExemption, as YAML.

    \b
    weighbridge policies definitions | kubectl apply -f -
    """
    import yaml  # noqa: PLC0415 - not needed for --help

    click.echo(yaml.safe_dump_all(every(), sort_keys=False, allow_unicode=True, width=120), nl=False)
