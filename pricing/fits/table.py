"""Fits as rows of the price book's table of fitted rates: rates in millionths of a US dollar, tab-separated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pricing.fits.fit import Fit, median_error
from pricing.locality import ANY_CLOUD, USUAL_REGIONS
from pricing.machines.family import GENERAL_PURPOSE, GPU, family_of, peers_of

COLUMNS = (
    "cloud",
    "region",
    "family",
    "model",
    "peers",
    "types",
    "cpu_hour",
    "memory_hour",
    "gpu_hour",
    "r2",
    "median_error",
    "source",
)


def table(fits: Iterable[Fit]) -> str:
    """The data file of fitted rates; fits that leave something without a price are no rates, and left out."""
    rows = (row(fit) for fit in fits if not fit.lacking)
    lines = sorted("\t".join(found[column] for column in COLUMNS) for found in rows)
    return "".join(f"{line}\n" for line in ("\t".join(COLUMNS), *lines))


def row(fit: Fit) -> Mapping[str, str]:
    """One fit as text, column by column."""
    return {
        "cloud": fit.cloud,
        "region": fit.region,
        "family": fit.family,
        "model": fit.model,
        "peers": _peers(fit),
        "types": str(fit.types),
        "cpu_hour": figure(fit.rates.cpu),
        "memory_hour": figure(fit.rates.memory),
        "gpu_hour": figure(fit.rates.gpu) if fit.model else "",
        "r2": "" if fit.r_squared is None else figure(fit.r_squared),
        "median_error": figure(median_error(fit.misses)),
        "source": f"{fit.cloud if fit.cloud in USUAL_REGIONS else ANY_CLOUD}-fit",
    }


def figure(value: float) -> str:
    """A figure to six decimals, without trailing zeros."""
    return f"{value:.6f}".rstrip("0").rstrip(".").replace("-0", "0", value > -0.0000005)


def _peers(fit: Fit) -> str:
    if fit.family == GPU:
        return peers_of(fit.cloud, family_of(fit.misses[0].sample.type)) if fit.cloud in USUAL_REGIONS else ""
    if fit.family.startswith(GENERAL_PURPOSE):
        return GENERAL_PURPOSE
    return peers_of(fit.cloud, fit.family.split("+")[0])
