"""What volumes cost: claims priced by their classes, in whole GiB or by the tier a disk falls into, and what they provision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from pricing.bill import Bill
from pricing.book import PriceBook, StorageRates
from pricing.estimate import Line
from pricing.locality import in_cloud, moved
from pricing.precision import RATE_STEP, tidy
from pricing.rate import Confidence, Location, Rate
from pricing.volumes.performance import PARAMETERS, Performance, Provisioned, performance
from pricing.volumes.storage_class import Provision, provision
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import VolumeClaim

GIB = Decimal(2**30)
OPERATIONS = "IOPS"
THROUGHPUT = "MiB/s"
CAPACITY = ("GiB", "disk")
"""The units of what a volume is paid for: its size, else what it is provisioned for beside it."""

_LEAST = {
    "st1": Decimal(125),
    "sc1": Decimal(125),
    "hyperdisk-throughput": Decimal(2048),
    "hyperdisk-extreme": Decimal(64),
    "pd-extreme": Decimal(500),
    "pd-standard-regional": Decimal(200),
    "azure-files-premium-lrs": Decimal(100),
    "azure-files-premium-zrs": Decimal(100),
}
"""GiB of the smallest volume of a kind that is sold (EBS volume types; Compute Engine disks; Azure Files' premium shares)."""

_ULTRA, _ULTRA_STEP = "UltraSSD_LRS", Decimal(1024)
_FIRST_TIER = {"io2": Decimal(32000)}
"""Operations beyond which a provider charges less than the book's rate."""


class _Sold(NamedTuple):
    """A claim as its provider sells it."""

    claim: VolumeClaim
    size: Decimal
    """GiB asked for, whole."""
    rates: StorageRates
    by: Provision
    assumption: str


def price_claim(claim: VolumeClaim, prices: PriceBook, location: Location, located: str = "") -> Bill:
    """The storage lines of like claims, or why they have no price; ``located`` says what was assumed of the location.

    One line for the size, and one each for operations and throughput that are provisioned beyond what the size includes. The
    caller has set the context of exact arithmetic.
    """
    name = claim.name or "volume"
    if claim.size <= 0:
        return Bill(unpriced=(f"volume {name}: no size is stated",))
    by = provision(claim, location.cloud)
    if by is None:
        return Bill(unpriced=(_unknown_class(claim, name, location),))
    place = in_cloud(by.cloud, location)
    size = (claim.size / GIB).to_integral_value(rounding=ROUND_CEILING)
    rates = prices.storage(place, by.provisioner, _of_the_kind(by), size)
    if rates is None and by.on_node:
        return Bill(free=(f"volume {name}: on a disk of its node, by {by.provisioner}: nothing beyond what the node costs",))
    if rates is None:
        return Bill(unpriced=(_no_price(by, name, place),))
    assumption = "; ".join(words for words in (by.assumption, moved(by.cloud, location) or located, claim.assumption) if words)
    return _bill(_Sold(claim, size, rates, by, assumption), name)


def _of_the_kind(by: Provision) -> Mapping[str, str]:
    return {key: value for key, value in by.chosen.items() if key not in PARAMETERS}


_TYPES = ("type", "skuname", "storageaccounttype", "tier", "replication-type")
"""Parameters that name the kind of a volume, by driver."""


def _no_price(by: Provision, name: str, place: Location) -> str:
    stated = {
        key.lower(): (key, value) for key, value in (*by.parameters.items(), *by.attributes.items()) if isinstance(key, str)
    }
    kind = ", ".join([by.provisioner, *(f"{stated[key][0]}={stated[key][1]}" for key in _TYPES if key in stated)])
    where = place.region or place.cloud
    return f"volume {name}: no price for {kind} in {where}; a file of prices of your own can state one for a provisioner"


def _unknown_class(claim: VolumeClaim, name: str, location: Location) -> str:
    if claim.storage_class:
        return f"volume {name}: StorageClass {claim.storage_class} is not known; its definition tells what provisions it"
    return f"volume {name}: no storageClassName, and no default class is known for {location.cloud or 'this cluster'}"


def _bill(sold: _Sold, name: str) -> Bill:
    asked = performance(sold.rates.kind, sold.by, sold.size)
    reasons = [*asked.wrong, *_not_stated(sold.rates, asked)]
    if sold.by.doubt:
        reasons.append(sold.by.doubt)
    lines = (_capacity(sold), *_provisioned(sold, asked))
    return Bill(lines=lines, unpriced=tuple(f"volume {name}: {reason}" for reason in reasons))


def _not_stated(rates: StorageRates, asked: Performance) -> Iterator[str]:
    """What has a rate from the first unit on, and is in none of the classes: it costs, and how much cannot be told."""
    if asked.wrong:
        return
    if rates.operations and not rates.free_operations and asked.operations is None:
        yield f"its IOPS are not stated, and {rates.kind} is paid by them: iops, or as its driver's parameter is called"
    if rates.throughput and not rates.free_throughput and asked.throughput is None and not _on_use(rates):
        yield f"its throughput is not stated, and {rates.kind} is paid by it"


def _capacity(sold: _Sold) -> Line:
    rates = sold.rates
    tiered = rates.capacity.unit == "disk-month"
    quantity = Decimal(1) if tiered else _sold_size(rates.kind, sold.size)
    modelled = Confidence.MODELLED if _on_use(rates) else Confidence.EXACT
    return _line(sold, quantity, "disk" if tiered else "GiB", rates.capacity, modelled, tuple(_derivation(sold, quantity)))


def _on_use(rates: StorageRates) -> bool:
    return "used bytes" in rates.note


def _sold_size(kind: str, size: Decimal) -> Decimal:
    """The GiB that are paid: from the smallest size on, and for Azure's ultra disks in steps."""
    if kind == _ULTRA:
        if size > _ULTRA_STEP:
            return (size / _ULTRA_STEP).to_integral_value(rounding=ROUND_CEILING) * _ULTRA_STEP
        return next(Decimal(2**power) for power in range(2, 11) if size <= 2**power)
    return max(size, _LEAST.get(kind, size))


def _provisioned(sold: _Sold, asked: Performance) -> Iterator[Line]:
    """What is provisioned beyond what the size includes; nothing for kinds that are not paid by it."""
    rates = sold.rates
    for unit, found, rate, free in (
        (OPERATIONS, asked.operations, rates.operations, rates.free_operations),
        (THROUGHPUT, asked.throughput, rates.throughput, rates.free_throughput),
    ):
        if found is not None and rate is not None and found.amount > free:
            yield _beyond(sold, unit, found, rate, free)


def _beyond(sold: _Sold, unit: str, found: Provisioned, rate: Rate, free: Decimal) -> Line:
    words = [found.because]
    if free:
        words.append(f"the first {tidy(free):,f} {unit} are in the price of its size")
    first = _FIRST_TIER.get(sold.rates.kind) if unit == OPERATIONS else None
    cheaper = first is not None and found.amount > first
    if cheaper:
        words.append(f"at most: {sold.rates.kind} costs less for each beyond {first:,f}, at rates that are not in the book")
    confidence = Confidence.MODELLED if cheaper else Confidence.EXACT
    return _line(sold, found.amount - free, unit, rate, confidence, tuple(words))


def _line(sold: _Sold, quantity: Decimal, unit: str, rate: Rate, confidence: Confidence, words: tuple[str, ...]) -> Line:
    times = _months(sold.claim)
    if sold.claim.modelled:
        confidence = Confidence.least(confidence, Confidence.MODELLED)
    doubt = Confidence.ASSUMED if sold.assumption else confidence
    return Line(
        what="storage",
        group=sold.claim.name,
        quantity=quantity,
        unit=unit,
        times=times,
        rate=rate,
        amount=times * (quantity * rate.value),
        confidence=Confidence.least(rate.confidence, doubt),
        assumption=sold.assumption,
        derivation=words,
    )


def _months(claim: VolumeClaim) -> Span:
    """How many claims a month: a fraction where the volume lives only as long as its pod."""
    if not claim.ephemeral:
        return claim.count
    hours = claim.hours
    low, expected, high = ((value / HOURS_PER_MONTH).quantize(RATE_STEP) for value in (hours.low, hours.expected, hours.high))
    return Span(low, expected, high)


def _derivation(sold: _Sold, quantity: Decimal) -> Iterator[str]:
    claim, size, rates, by = sold.claim, sold.size, sold.rates, sold.by
    yield f"{rates.kind}, by {by.because}" if by.because else rates.kind
    if rates.tier:
        tier = f" of {rates.tier_size:f} GiB" if rates.tier_size is not None else ""
        yield f"{size:f} GiB is sold as tier {rates.tier}{tier}"
    elif quantity != size:
        yield f"{size:f} GiB is sold as {quantity:f} GiB"
    elif size * GIB != claim.size:
        yield f"sold in whole GiB: {size:f} for {claim.size:f} bytes"
    if _on_use(rates):
        yield "billed by what is stored: the size of the claim is taken for it"
    if claim.ephemeral:
        yield f"lives as long as its {claim.lives_with}"
    if claim.modelled:
        yield claim.modelled
