"""Fits of rates as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pricing.fits.error import HeldBackError
from pricing.fits.fit import Fit, Miss, median_error, ninth_decile
from pricing.fits.table import figure
from pricing.locality import EVERY_REGION

FIT_COLUMNS = (
    "CLOUD",
    "REGION",
    "FAMILY",
    "MODEL",
    "TYPES",
    "USD/VCPU-HOUR",
    "USD/GIB-HOUR",
    "USD/GPU-HOUR",
    "ERROR",
    "HELD BACK",
    "NOTE",
)
HELD_BACK_COLUMNS = ("CLOUD", "HELD BACK FROM", "PRICES", "MEDIAN", "90 %")

Row = Mapping[str, str]
"""A row of the table of fitted rates."""


def fit_row(row: Row, fit: Fit) -> tuple[str, ...]:
    """A fit under ``FIT_COLUMNS``: its rates, and the median error of its types, in it and held back from it."""
    rates = (row["cpu_hour"], row["memory_hour"], row["gpu_hour"])
    held = percent(median_error(fit.held_back)) if fit.held_back else ""
    note = f"not used: nothing for {fit.lacking}" if fit.lacking else ""
    return (
        row["cloud"],
        row["region"],
        row["family"],
        row["model"],
        row["types"],
        *rates,
        percent(median_error(fit.misses)),
        held,
        note,
    )


def fit_told(fit: Fit) -> Iterator[str]:
    """A fit in lines: what it is over, its rates, how good it is, and what it misses most."""
    name = f"machines with {fit.model}" if fit.model else fit.family
    where = "all regions" if fit.region == EVERY_REGION else fit.region
    yield f"{fit.cloud} {where}: {name}, {_counted(fit.types, 'type')}, {_counted(len(fit.misses), 'price')}"
    gpu = f", {figure(fit.rates.gpu)} a {fit.model}-hour" if fit.model else ""
    yield f"  rates      {figure(fit.rates.cpu)} a vCPU-hour, {figure(fit.rates.memory)} a GiB-hour{gpu}"
    if fit.lacking:
        yield f"  not used   its prices leave next to nothing for {fit.lacking}"
    squared = f"R2 {fit.r_squared:.4f}; " if fit.r_squared is not None else ""
    yield f"  fit        {squared}{_errors(fit.misses)}"
    yield f"  held back  {_errors(fit.held_back) if fit.held_back else 'nothing to fit without its only type'}"
    yield f"  worst      {'; '.join(map(_missed, fit.worst))}"


def fit_document(row: Row, fit: Fit) -> dict[str, object]:
    """A fit as JSON."""
    return {
        "cloud": fit.cloud,
        "region": fit.region,
        "family": fit.family,
        "model": fit.model,
        "types": fit.types,
        "prices": len(fit.misses),
        "vcpuHour": float(row["cpu_hour"]),
        "gibHour": float(row["memory_hour"]),
        "gpuHour": float(row["gpu_hour"]) if fit.model else None,
        "rSquared": float(row["r2"]) if row["r2"] else None,
        "error": _document(fit.misses),
        "heldBackError": _document(fit.held_back) if fit.held_back else None,
        "worst": [_miss_document(miss) for miss in fit.worst],
        "notUsedBecause": f"nothing for {fit.lacking}" if fit.lacking else "",
    }


def error_row(error: HeldBackError) -> tuple[str, ...]:
    """Errors of held-back types under ``HELD_BACK_COLUMNS``."""
    return (error.cloud, error.scope, str(error.prices), percent(error.median), percent(error.ninth_decile))


def error_document(error: HeldBackError) -> dict[str, object]:
    """Errors of held-back types as JSON."""
    figures = {"median": round(error.median, 6), "ninthDecile": round(error.ninth_decile, 6)}
    return {"cloud": error.cloud, "from": error.scope, "prices": error.prices, **figures}


def percent(value: float) -> str:
    """``7.5 %``."""
    return f"{value * 100:.1f} %"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _errors(several: tuple[Miss, ...]) -> str:
    return f"error {percent(median_error(several))} in the median, {percent(ninth_decile(several))} for nine of ten"


def _missed(miss: Miss) -> str:
    listed, fitted = figure(miss.sample.price), figure(miss.fitted)
    return f"{miss.sample.type} in {miss.sample.region} {fitted} for {listed} ({percent(miss.error)})"


def _document(several: tuple[Miss, ...]) -> dict[str, float]:
    return {"median": round(median_error(several), 6), "ninthDecile": round(ninth_decile(several), 6)}


def _miss_document(miss: Miss) -> dict[str, object]:
    figures = {"listed": miss.sample.price, "fitted": round(miss.fitted, 6)}
    return {"type": miss.sample.type, "region": miss.sample.region, **figures}
