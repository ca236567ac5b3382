"""``weighbridge prices split``: what part of machines' prices their accelerators take."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from pricing.catalogue import places
from pricing.fits.gpu_share import GpuShare, ModelShares, by_model, gpu_shares
from weighbridge.book import book_in_force
from weighbridge.cli import CANNOT_TELL, PASSED
from weighbridge.options import book_options
from weighbridge.output.listing import plain, print_rows

MODEL_COLUMNS = ("CLOUD", "MODEL", "TYPES", "PRICES", "LEAST", "MEDIAN", "MOST", "LEAST ON", "MOST ON")
MACHINE_COLUMNS = ("CLOUD", "REGION", "TYPE", "VCPU", "GIB", "GPU", "USD/HOUR", "SHARE", "DIVIDED BY")


@click.command()
@click.option("--gpu", "gpu_model", metavar="MODEL", default="", help="Only machines with this GPU: L4, H100, A100-80GB, …")
@click.option("--machines", is_flag=True, help="Print every machine instead of a line for each model.")
@book_options
def split(gpu_model: str, machines: bool, cloud: str | None, region: str | None, prices: Path | None, form: str) -> int:
    """Show what part of machines' prices their accelerators take.

    The rest is their CPU's and memory's: what a pod asks of each is charged by its part.

    \b
    weighbridge prices split                          a line for each cloud and model
    weighbridge prices split --gpu H100 --machines    every machine with it
    """
    opened = book_in_force(prices)
    found = gpu_shares(opened, places(opened, cloud or "", region or ""), gpu_model)
    if not found:
        where = " ".join(filter(None, (gpu_model or "accelerators", cloud, region)))
        click.echo(f"weighbridge: no machine with {where} and a price: see weighbridge prices show --regions", err=True)
        return CANNOT_TELL
    if machines:
        print_rows([_machine_row(each) for each in found], MACHINE_COLUMNS, form)
    else:
        print_rows([_model_row(each) for each in by_model(found)], MODEL_COLUMNS, form)
    return PASSED


def _model_row(each: ModelShares) -> tuple[str, ...]:
    shares = (each.least.share, each.middle, each.most.share)
    return (
        each.cloud,
        each.model,
        str(each.types),
        str(each.prices),
        *map(_percent, shares),
        _named(each.least),
        _named(each.most),
    )


def _machine_row(each: GpuShare) -> tuple[str, ...]:
    machine = each.machine
    return (
        *machine.location,
        machine.type,
        plain(machine.cpu),
        plain(machine.memory),
        f"{plain(machine.gpu_count)} x {machine.gpu_model}",
        plain(machine.on_demand.value) if machine.on_demand else "",
        _percent(each.share),
        each.by.because,
    )


def _named(each: GpuShare) -> str:
    return f"{each.machine.type}, {each.machine.location.region}{' (assumed)' if each.by.assumed else ''}"


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f} %"
