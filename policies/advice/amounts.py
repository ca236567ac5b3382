"""Quantities as people write them into manifests: millicores, Mi and Gi, never more exact than anybody can mean."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from workloads.quantity import QuantityError, parse_quantity

MILLICORES: Final = Decimal("0.01")
"""Cores in whole steps of which CPU is proposed."""
_MEBI: Final = Decimal(1024**2)
_STEP: Final = 16
"""MiB in whole steps of which memory is proposed."""


def amount(stated: Mapping[str, object], resource: str) -> Decimal | None:
    """What a list of resources states; None where it states nothing, or no quantity."""
    try:
        return parse_quantity(stated[resource]) if resource in stated else None
    except QuantityError:
        return None


def at_least(resource: str, value: Decimal) -> tuple[Decimal, str]:
    """An amount that is no less than a value, in steps that people use, and how it is written; for CPU and memory."""
    if resource == "cpu":
        steps = max((value / MILLICORES).to_integral_value(ROUND_CEILING), Decimal(1))
        return steps * MILLICORES, _cores(steps * MILLICORES)
    steps = max((value / _MEBI / _STEP).to_integral_value(ROUND_CEILING), Decimal(1))
    return steps * _STEP * _MEBI, _bytes(steps * _STEP)


def at_most(resource: str, value: Decimal) -> str:
    """The largest amount of whole millicores, or MiB, that is no more than a value; empty where that is none."""
    if resource == "cpu":
        cores = value.quantize(Decimal("0.001"), ROUND_FLOOR)
        return _cores(cores) if cores > 0 else ""
    mebibytes = (value / _MEBI).to_integral_value(ROUND_FLOOR)
    return _bytes(mebibytes) if mebibytes > 0 else ""


def _cores(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return f"{value:.0f}" if whole else f"{value * 1000:.0f}m"


def _bytes(mebibytes: Decimal) -> str:
    return f"{mebibytes / 1024:.0f}Gi" if not mebibytes % 1024 else f"{mebibytes:.0f}Mi"
