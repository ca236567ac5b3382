"""Rates of CPU, memory and GPUs fitted to prices of machines: one fit, how good it is, and the arithmetic of it.

Non-negative least squares on relative error: what matters is to be right by so many per cent, for a small machine as for a
large one. Needs scipy, which comes with the extra ``fit``; everything that is priced reads the fitted table instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median

FOLDS = 10
"""Into how many parts types are dealt to hold one part back, at most; fewer types are held back one by one."""
ALIKE = 1.5
"""GiB a vCPU of a family's types must differ by this factor for their prices to tell CPU from memory."""
FAITH = 0.5
"""How much the usual price of a host counts in the fit of a GPU, beside a machine type: where the types tell what a host costs
they outvote it, and where they do not (all have as much CPU for a GPU) it stands."""

LEAST_SHARE = 0.01
"""A fit that gives CPU, memory or GPUs less of its machines' prices than this has not told what they cost."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One machine's price as a fit sees it."""

    type: str
    region: str
    price: float
    """US dollars an hour."""
    cpu: float
    memory: float
    gpus: float = 0
    level: float = 1
    """How dear its region is: the fitted rates times this are the region's."""


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars an hour for a vCPU, a GiB and a GPU."""

    cpu: float
    memory: float
    gpu: float = 0

    def of(self, sample: Sample) -> float:
        """What a machine costs at these rates."""
        return sample.level * (sample.cpu * self.cpu + sample.memory * self.memory + sample.gpus * self.gpu)

    def host(self, sample: Sample) -> float:
        """What a machine costs at these rates without its GPUs."""
        return sample.level * (sample.cpu * self.cpu + sample.memory * self.memory)

    def times(self, factor: float, gpu: float = 0) -> Rates:
        """The rates of CPU and memory times a factor, with a rate of a GPU."""
        return Rates(self.cpu * factor, self.memory * factor, gpu)


Fitter = Callable[[Sequence[Sample]], Rates]
"""Fits rates to samples."""


@dataclass(frozen=True, slots=True)
class Miss:
    """How far a price at fitted rates is from the listed one."""

    sample: Sample
    fitted: float

    @property
    def error(self) -> float:
        """Relative to the listed price, without sign."""
        return abs(self.fitted - self.sample.price) / self.sample.price


@dataclass(frozen=True, slots=True)
class Fit:
    """Rates fitted over the machines of one family, in one region or over all of a cloud's."""

    cloud: str
    region: str
    """``default`` where it is over all regions of the cloud."""
    family: str
    """``m5``, ``c7i+m7i+r7i``, ``general-purpose``, ``gpu``."""
    model: str
    """The GPU model of ``gpu``; empty otherwise."""
    rates: Rates
    misses: tuple[Miss, ...]
    """Every machine of the fit, at its rates."""
    held_back: tuple[Miss, ...]
    """The same machines, each at rates fitted without its type; empty where the fit is over one type."""

    @property
    def types(self) -> int:
        """Machine types that it is fitted over."""
        return len({miss.sample.type for miss in self.misses})

    @property
    def lacking(self) -> str:
        """What the fit gives next to nothing, in words: prices cannot be split by such rates. Empty where it gives all a part."""
        rates = self.rates
        parts = {"CPU": Rates(rates.cpu, 0), "memory": Rates(0, rates.memory)}
        if self.model:
            parts = {"the host": Rates(rates.cpu, rates.memory), self.model: Rates(0, 0, rates.gpu)}
        return " and ".join(words for words, part in parts.items() if self._share(part) < LEAST_SHARE)

    def _share(self, part: Rates) -> float:
        return fmean(part.of(miss.sample) / miss.sample.price for miss in self.misses)

    @property
    def r_squared(self) -> float | None:
        """The part of the prices' variance that the rates explain; None where the prices do not vary."""
        mean = fmean(miss.sample.price for miss in self.misses)
        whole = sum((miss.sample.price - mean) ** 2 for miss in self.misses)
        return 1 - sum((miss.sample.price - miss.fitted) ** 2 for miss in self.misses) / whole if whole else None

    @property
    def worst(self) -> tuple[Miss, ...]:
        """The three types that it misses most, each in its worst region."""
        found: dict[str, Miss] = {}
        for miss in sorted(self.misses, key=lambda each: (-each.error, each.sample.type, each.sample.region)):
            found.setdefault(miss.sample.type, miss)
        return tuple(found.values())[:3]


def fit_compute(samples: Sequence[Sample], memory_share: float | None = None) -> Rates:
    """Rates of CPU and memory. Where the prices cannot tell one from the other, a GiB costs ``memory_share`` of a vCPU.

    :param memory_share: what a GiB costs beside a vCPU on general-purpose machines of the cloud; None to fit without it.
    :raises ImportError: without scipy.
    """
    if memory_share is None or _differ(sample.memory / sample.cpu for sample in samples):
        return Rates(*_fitted([(sample.cpu, sample.memory) for sample in samples], samples))
    (cpu,) = _fitted([(sample.cpu + sample.memory * memory_share,) for sample in samples], samples)
    return Rates(cpu, cpu * memory_share)


def fit_gpu(samples: Sequence[Sample], usual: Rates, faith: float = FAITH) -> Rates:
    """Rates of machines with one GPU model: CPU and memory in the usual proportion, at a level that the machines' prices tell.

    :param usual: what CPU and memory cost elsewhere.
    :param faith: how much that counts, beside a machine type.
    :raises ImportError: without scipy.
    """
    each = Counter(sample.type for sample in samples)
    weights = [1 / sqrt(each[sample.type]) for sample in samples]
    columns = [(usual.host(sample), sample.level * sample.gpus) for sample in samples]
    equations = [
        (*scaled(column, sample.price / weight), weight) for column, sample, weight in zip(columns, samples, weights, strict=True)
    ]
    host, gpu = _solved([*equations, (faith, 0.0, faith)])
    return usual.times(host, gpu)


def scaled(column: tuple[float, ...], by: float) -> tuple[float, ...]:
    """Quantities divided by a price."""
    return tuple(quantity / by for quantity in column)


def misses(samples: Iterable[Sample], rates: Rates) -> tuple[Miss, ...]:
    """What rates make of samples."""
    return tuple(Miss(sample, rates.of(sample)) for sample in samples)


def held_back(samples: Sequence[Sample], fitter: Fitter) -> tuple[Miss, ...]:
    """Every sample at rates fitted without its type: types are dealt into at most ten parts, each priced by the others."""
    types = sorted({sample.type for sample in samples})
    parts = min(len(types), FOLDS)
    if parts < 2:
        return ()
    part = {name: number % parts for number, name in enumerate(types)}
    found: list[Miss] = []
    for number in range(parts):
        rates = fitter([sample for sample in samples if part[sample.type] != number])
        found += misses((sample for sample in samples if part[sample.type] == number), rates)
    return tuple(found)


def median_error(several: Iterable[Miss]) -> float:
    """The median relative error."""
    return median(miss.error for miss in several)


def ninth_decile(several: Iterable[Miss]) -> float:
    """The relative error that nine of ten keep within."""
    errors = sorted(miss.error for miss in several)
    return errors[min(len(errors) * 9 // 10, len(errors) - 1)]


def _differ(ratios: Iterable[float]) -> bool:
    several = list(ratios)
    return max(several) >= ALIKE * min(several)


def _fitted(columns: Sequence[tuple[float, ...]], samples: Sequence[Sample]) -> tuple[float, ...]:
    return _solved([(*scaled(column, sample.price), 1.0) for column, sample in zip(columns, samples, strict=True)])


def _solved(equations: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """The numbers, none below zero, that come nearest to solving equations; the last of each row is its right side."""
    import numpy  # noqa: PLC0415 - of the extra fit
    from scipy.optimize import nnls  # noqa: PLC0415

    table = numpy.array(equations)
    found, _ = nnls(table[:, :-1], table[:, -1])
    return tuple(float(value) for value in found)
