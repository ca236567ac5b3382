"""What control planes, NAT gateways and addresses cost by the hour, where an object of the change makes one."""

from __future__ import annotations

import re
from decimal import Decimal

from pricing.bill import Bill
from pricing.book import PriceBook
from pricing.estimate import Line
from pricing.locality import in_cloud, moved
from pricing.rate import Confidence, Location
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import Fee

_ZONE = re.compile(r"-[a-z]$")
_UNITS = {"nat-gateway": "gateway", "public-ipv4": "address"}
"""What one of an item is; a cluster for every other."""
_WORDS = {
    "aws": "a version past its standard support costs more",
    "gcp": "one zonal or Autopilot cluster of a billing account is credited this fee: not taken off",
}
"""What there is to know of a cloud's control planes (EKS and GKE pricing)."""


def place_of(fee: Fee, location: Location) -> Location:
    """Where an object is paid: its own region, else that of its cloud."""
    region = _region(fee)
    return Location(fee.cloud, region) if region else in_cloud(fee.cloud, location)


def price_fee(fee: Fee, prices: PriceBook, location: Location) -> Bill:
    """The line of one fee, or why it has no price. The caller has set the context of exact arithmetic."""
    place = place_of(fee, location)
    rate = prices.network(place, fee.item)
    if rate is None:
        return Bill(unpriced=(f"{fee.item}: no price in {(place.region or place.cloud)[:100]}",))
    assumption = "" if _region(fee) else moved(fee.cloud, location)
    of_cluster = fee.item not in _UNITS
    times = Span.exactly(HOURS_PER_MONTH)
    line = Line(
        what="controlPlane" if of_cluster else "network",
        group="" if of_cluster else fee.item,
        quantity=Decimal(1),
        unit=_UNITS.get(fee.item, "cluster"),
        times=times,
        rate=rate,
        amount=times * rate.value,
        confidence=Confidence.least(rate.confidence, Confidence.ASSUMED if assumption else Confidence.EXACT),
        assumption=assumption,
        derivation=(_WORDS[fee.cloud],) if of_cluster and fee.cloud in _WORDS else (),
    )
    return Bill(lines=(line,))


def _region(fee: Fee) -> str:
    """A region as the price book writes it: ``us-central1`` for its zone ``us-central1-a``, ``eastus`` for ``East US``."""
    if fee.cloud == "gcp":
        return _ZONE.sub("", fee.region)
    return fee.region.replace(" ", "").lower() if fee.cloud == "azure" else fee.region
