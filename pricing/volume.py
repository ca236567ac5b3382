"""What volumes cost: claims priced by their StorageClass, in whole GiB or by the tier a disk falls into."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from pricing.bill import Bill
from pricing.book import PriceBook, StorageRates
from pricing.estimate import Line
from pricing.locality import in_cloud, moved
from pricing.precision import RATE_STEP
from pricing.rate import Confidence, Location
from pricing.storage_class import Provision, provision
from workloads.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import VolumeClaim

GIB = Decimal(2**30)


def price_claim(claim: VolumeClaim, prices: PriceBook, location: Location, located: str = "") -> Bill:
    """The storage line of like claims, or why they have no price; ``located`` says what was assumed of the location.

    The caller has set the context of exact arithmetic.
    """
    name = claim.name or "volume"
    if claim.size <= 0:
        return Bill(unpriced=(f"volume {name}: no size is stated",))
    by = provision(claim, location.cloud)
    if by is None:
        return Bill(unpriced=(_unknown_class(claim, name, location),))
    place = in_cloud(by.cloud, location)
    size = (claim.size / GIB).to_integral_value(rounding=ROUND_CEILING)
    rates = prices.storage(place, by.provisioner, by.parameters, size)
    if rates is None:
        kind = ", ".join([by.provisioner, *(f"{key}={by.parameters[key]}" for key in _TYPES if key in by.parameters)])
        return Bill(unpriced=(f"volume {name}: no price for {kind} in {place.region or place.cloud}",))
    return Bill(lines=(_line(claim, size, rates, by, moved(by.cloud, location) or located),))


_TYPES = ("type", "skuName", "skuname", "storageaccounttype", "storageAccountType")
"""Parameters that name the kind of a volume, by driver."""


def _unknown_class(claim: VolumeClaim, name: str, location: Location) -> str:
    if claim.storage_class:
        return f"volume {name}: StorageClass {claim.storage_class} is not known; its definition tells what provisions it"
    return f"volume {name}: no storageClassName, and no default class is known for {location.cloud or 'this cluster'}"


def _line(claim: VolumeClaim, size: Decimal, rates: StorageRates, by: Provision, region: str) -> Line:
    assumption = "; ".join(words for words in (by.assumption, region) if words)
    times = _months(claim)
    tiered = rates.capacity.unit == "disk-month"
    quantity = Decimal(1) if tiered else size
    return Line(
        what="storage",
        group=claim.name,
        quantity=quantity,
        unit="disk" if tiered else "GiB",
        times=times,
        rate=rates.capacity,
        amount=times * (quantity * rates.capacity.value),
        confidence=Confidence.least(rates.capacity.confidence, Confidence.ASSUMED if assumption else Confidence.EXACT),
        assumption=assumption,
        derivation=tuple(_derivation(claim, size, rates, by)),
    )


def _months(claim: VolumeClaim) -> Span:
    """How many claims a month: a fraction where the volume lives only as long as its pod."""
    if not claim.ephemeral:
        return claim.count
    hours = claim.hours
    low, expected, high = ((value / HOURS_PER_MONTH).quantize(RATE_STEP) for value in (hours.low, hours.expected, hours.high))
    return Span(low, expected, high)


def _derivation(claim: VolumeClaim, size: Decimal, rates: StorageRates, by: Provision) -> list[str]:
    words = [f"{rates.kind}, by {by.because}" if by.because else rates.kind]
    if rates.tier:
        tier = f" of {rates.tier_size:f} GiB" if rates.tier_size is not None else ""
        words.append(f"{size:f} GiB is sold as tier {rates.tier}{tier}")
    elif size * GIB != claim.size:
        words.append(f"sold in whole GiB: {size:f} for {claim.size:f} bytes")
    if claim.ephemeral:
        words.append("lives as long as its pod")
    return words
