"""OpenCost's and Kubecost's custom pricing, read as it is: rates of CPU, memory, GPUs and storage in place of list prices.

OpenCost's ``default.json`` and the ``costModel`` of its Helm chart state prices an hour; Kubecost's chart
(``defaultModelPricing``) and ConfigMap (``pricing-configs``) a month: their cost models divide only the latter by 730. Numbers
are mostly written as texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Final

from pricing.own.overlay import ANY, Overlay, Place
from pricing.precision import exactly, tidy
from pricing.rate import Confidence, Rate
from workloads.field import FieldPath, mapping, text
from workloads.manifest import Origin
from workloads.problem import Problem, Severity
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.text.location import locate

DEAREST: Final = Decimal(1_000_000)
"""Dollars beyond which a figure is no rate."""
HOURLY: Final[tuple[FieldPath, ...]] = (
    (),
    ("opencost", "customPricing", "costModel"),
    ("customPricing", "costModel"),
    ("costModel",),
)
"""Where prices an hour stand."""
MONTHLY: Final[tuple[FieldPath, ...]] = (
    ("kubecostProductConfigs", "defaultModelPricing"),
    ("defaultModelPricing",),
    ("customPrices",),
    ("data",),
)
"""Where prices a month stand."""
SHIPPED_GPU: Final = frozenset(map(Decimal, ("0.95", "0.0428925", "0.043", "2", "693.50")))
"""GPU rates as OpenCost and Kubecost ship them: one for all models, from a tenth of the real one down to a fiftieth."""
SHIPPED: Final = frozenset({(Decimal("0.031611"), Decimal("0.004237"))})
"""Their rates of CPU and memory: of one machine series in one region, long ago."""
_CLOUDS = {"aws": "aws", "gcp": "gcp", "azure": "azure"}
_EGRESS = {
    "zoneNetworkEgress": "cross-zone",
    "regionNetworkEgress": "cross-region",
    "internetNetworkEgress": "internet-egress",
    "natGatewayEgress": "nat-gateway",
}
"""Prices of a GiB of traffic, by hour and month alike, as the price book names them."""
_UNUSED = (
    *("spotCPU", "spotRAM", "spotGPU", "natGatewayIngress", "defaultLBPrice", "LBIngressDataCost"),
    *("firstFiveForwardingRulesCost", "additionalForwardingRuleCost"),
)
"""Prices that have no counterpart here; the output says so where one is stated."""


@dataclass(frozen=True, slots=True)
class _Stated:
    """The part of a document that holds the prices."""

    path: FieldPath
    values: Mapping[str, object]
    per_hour: Decimal
    """What an amount is divided by to be an hour's."""


def states_rates(document: object) -> bool:
    """Whether a document is custom pricing of OpenCost or Kubecost."""
    return _stated(document) is not None


def read_rates(document: object, origin: Origin) -> Overlay | tuple[Problem, ...]:
    """The rates in such a document, or everything that is wrong with it. Never raises."""
    stated = _stated(document)
    if stated is None:
        return (Problem(Severity.ERROR, "no custom pricing: neither CPU nor RAM is priced", origin.file, 1),)
    with exactly():
        reader = _Reader(stated, origin)
        overlay = reader.overlay()
    return tuple(reader.errors) if reader.errors else overlay


def _stated(document: object) -> _Stated | None:
    for paths, per_hour in ((HOURLY, Decimal(1)), (MONTHLY, HOURS_PER_MONTH)):
        for path in paths:
            values = mapping(document, *path)
            if "CPU" in values or "RAM" in values:
                return _Stated(path, values, per_hour)
    return None


class _Reader:
    """Reads one document and gathers what is wrong with it."""

    def __init__(self, stated: _Stated, origin: Origin) -> None:
        self.errors: list[Problem] = []
        self._stated = stated
        self._origin = origin
        self._place = Place(_CLOUDS.get(text(stated.values, "provider").lower(), ANY))
        self._name = f"custom pricing {PurePath(origin.file).name}"

    def overlay(self) -> Overlay:
        cpu, memory = self._required("CPU"), self._required("RAM")
        gpu, storage = self._optional("GPU"), self._optional("storage", HOURS_PER_MONTH)
        default = (cpu, memory) in SHIPPED
        sure = Confidence.ASSUMED if default else Confidence.EXACT
        source = f"{self._name}{' (the rates that OpenCost ships)' if default else ''}"
        return Overlay(
            name=self._name,
            date="",
            compute=((self._place, self._rate(cpu, "vCPU-hour", source, sure), self._rate(memory, "GiB-hour", source, sure)),),
            gpus=((self._place, "", self._rate(gpu, "GPU-hour", source)),) if gpu and not self._shipped_gpu(gpu) else (),
            storage=((self._place, ANY, self._rate(storage, "GiB-month", source)),) if storage else (),
            transfers=tuple(
                (self._place, item, self._rate(price, "GiB", source))
                for key, item in _EGRESS.items()
                if (price := self._traffic(key))
            ),
            digest=hashlib.sha256(self._origin.source).hexdigest(),
            problems=tuple(self._warnings(gpu)),
        )

    def _warnings(self, gpu: Decimal | None) -> Iterator[Problem]:
        unused = [key for key in _UNUSED if self._amount(key)]
        if unused:
            yield self._problem(
                unused[0], f"not used: {', '.join(unused)}", Severity.WARNING, "spot: prices.spot in weighbridge.yaml"
            )
        if gpu and self._shipped_gpu(gpu):
            yield self._problem(
                "GPU",
                f"GPU {gpu:f} an hour is what OpenCost ships for every model: the list prices of GPU machines are used",
                Severity.WARNING,
                "state what yours cost",
            )

    def _shipped_gpu(self, rate: Decimal) -> bool:
        return rate in SHIPPED_GPU or rate * self._stated.per_hour in SHIPPED_GPU

    def _rate(self, value: Decimal, unit: str, source: str, sure: Confidence = Confidence.EXACT) -> Rate:
        return Rate(value, unit, source, "", sure)

    def _required(self, key: str) -> Decimal:
        found = self._optional(key)
        if found is None and not self.errors:
            self.errors.append(self._problem(key, f"{key} has no price: CPU and RAM need one each", Severity.ERROR))
        return found or Decimal(1)

    def _traffic(self, key: str) -> Decimal | None:
        """The price of a GiB of traffic, where one is stated: never an hour's or a month's."""
        return self._optional(key, self._stated.per_hour)

    def _optional(self, key: str, hours: Decimal = Decimal(1)) -> Decimal | None:
        """A price for some hours, one unless said, where one is stated."""
        written = self._stated.values.get(key)
        if written in (None, ""):
            return None
        amount = self._amount(key)
        if amount is None or amount < 0 or (not amount and key in {"CPU", "RAM"}):
            self.errors.append(self._problem(key, f"{key}: {str(written)[:40]!r} is not a price above zero", Severity.ERROR))
            return None
        return tidy(amount * hours / self._stated.per_hour) or None

    def _amount(self, key: str) -> Decimal | None:
        try:
            amount = Decimal(str(self._stated.values.get(key, ""))[:64])
        except InvalidOperation:
            return None
        return amount if amount.is_finite() and -DEAREST <= amount <= DEAREST else None

    def _problem(self, key: str, message: str, severity: Severity, hint: str = "") -> Problem:
        line, column = locate(self._origin, (*self._stated.path, key))
        return Problem(severity, message, self._origin.file, line, column, hint)
