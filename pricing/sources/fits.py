"""Fitted rates of a price book: what a vCPU, a GiB and a GPU cost, by family of machines."""

from __future__ import annotations

from collections.abc import Mapping

from pricing.book import ComputeRates
from pricing.locality import ANY_CLOUD, EVERY_REGION
from pricing.machines.family import GENERAL_PURPOSE, GPU
from pricing.rate import Location, Rate
from pricing.sources.attribution import Attribution
from pricing.sources.connection import Connection, Row
from pricing.sources.decimals import ZERO, decimal, plain
from pricing.sources.factors import SAME_REGION, Factor, FactorTable

SERIES = "series "
"""Begins the name of a family that joins several: ``series c7i+m7i+r7i``."""

_FIT = (
    "SELECT region, cpu_hour, memory_hour, gpu_hour, median_error, peers, source"
    " FROM fitted_rates WHERE cloud = ? AND family = ? AND model = ?"
)
_ATTACHED = "SELECT host, on_demand, source FROM attachable_gpus WHERE cloud = ? AND region = ? AND model = ?"


class FitTable:
    """Reads fitted rates; every method raises BookError where the file is damaged."""

    def __init__(self, connection: Connection, sources: Mapping[int, Attribution], factors: FactorTable) -> None:
        self._connection = connection
        self._sources = sources
        self._factors = factors

    def compute(self, location: Location, series: str) -> ComputeRates | None:
        """A series' rates, or the cloud's usual ones for an empty series; times the region's factor where it was not fitted."""
        family = _joined(series) or self._usual(location.cloud)
        rows = self._connection.rows(_FIT, location.cloud, family, "")
        if not rows:
            return None
        here = [row for row in rows if row[0] == location.region]
        factor = SAME_REGION if here else self._factors.of_rates(location, family, rows[0][5])
        return self._rates((here or rows)[0], family, factor) if factor else None

    def series(self, cloud: str) -> tuple[str, ...]:
        """Every series of a cloud's machines that rates are fitted over, by name."""
        rows = self._connection.rows(
            "SELECT DISTINCT family FROM fitted_rates WHERE cloud = ? AND model = '' ORDER BY family", cloud
        )
        return tuple(str(family) for (family,) in map(tuple, rows))

    def gpu(self, location: Location, model: str) -> ComputeRates | None:
        """The rates of machines with one GPU model: the region's fit, else the cloud's times the region's factor.

        Where a cloud that sells GPUs and little else has no fit, those over all such clouds stand in.
        """
        if not self._connection.rows("SELECT 1 FROM region WHERE cloud = ? AND name = ?", *location):
            return None
        rows = {row[0]: row for row in self._connection.rows(_FIT, location.cloud, GPU, model)}
        if location.region in rows:
            return self._rates(rows[location.region], GPU, SAME_REGION, f"machines with {model}")
        if EVERY_REGION in rows:
            return self._of_all_regions(rows[EVERY_REGION], location, f"machines with {model}, all regions")
        like = [] if self._usual(location.cloud) else self._connection.rows(_FIT, ANY_CLOUD, GPU, model)
        return (
            self._of_all_regions(like[0], location, f"machines with {model}, all GPU clouds")
            if like
            else self._attached(location, model)
        )

    def _of_all_regions(self, fit: Row, location: Location, over: str) -> ComputeRates | None:
        """A fit over all regions, in one of them."""
        factor = self._factors.of_rates(location, "", fit[5]) if fit[5] else None
        return self._rates(fit, GPU, factor if factor and factor.value != 1 else SAME_REGION, over)

    def _attached(self, location: Location, model: str) -> ComputeRates | None:
        """The rates of machines that the GPU is attached to, with the GPU's own price beside them."""
        rows = self._connection.rows(_ATTACHED, *location, model)
        host = self.compute(location, rows[0][0]) if rows else None
        if host is None:
            return None
        gpu = self._sources[rows[0][2]].rate(decimal(rows[0][1]), "GPU-hour")
        return ComputeRates(GPU, host.cpu, host.memory, gpu, host.median_error) if gpu else None

    def _usual(self, cloud: str) -> str:
        rows = self._connection.rows("SELECT family FROM reference WHERE cloud = ?", cloud)
        return str(rows[0][0]) if rows else ""

    def _rates(self, fit: Row, family: str, factor: Factor, over: str = "") -> ComputeRates | None:
        region, cpu, memory, gpu, error, _, source = fit
        over = over or _over(family)
        text = self._sources[source].text.format(over=over if region == EVERY_REGION else f"{over}, {region}")
        if factor.because:
            text += f" × {factor.value}, {factor.because}"
        who = Attribution(text, self._sources[source].date, self._sources[source].confidence)
        vcpu, gib = (_priced(who, figure, unit, factor) for figure, unit in ((cpu, "vCPU-hour"), (memory, "GiB-hour")))
        if vcpu is None or gib is None:
            return None
        name = f"{SERIES}{family}" if "+" in family else family
        return ComputeRates(name, vcpu, gib, _priced(who, gpu, "GPU-hour", factor), decimal(error))


def _joined(series: str) -> str:
    """A series as the book names it: ``series r7i+c7i+m7i`` is ``c7i+m7i+r7i``."""
    return "+".join(sorted(part.strip() for part in series.removeprefix(SERIES).split("+")))


def _over(family: str) -> str:
    return f"{family} machines" if family.startswith(GENERAL_PURPOSE) else family


def _priced(who: Attribution, figure: str, unit: str, factor: Factor) -> Rate | None:
    return who.rate(plain(decimal(figure) * factor.value), unit) if decimal(figure) > ZERO else None
