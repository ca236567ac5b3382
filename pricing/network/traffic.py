"""What declared traffic costs a month: by the GiB, at the provider's list price, line by line.

Traffic to the internet falls in price by the tiers of its provider; every object is counted from the first GiB on, since nobody
says what else leaves the account. AWS charges traffic between zones on both sides (EC2 on-demand pricing, data transfer within a
region), Google Cloud once, Azure not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pricing.bill import Bill
from pricing.book import PriceBook
from pricing.estimate import Line
from pricing.network.load_balancer import built_item
from pricing.rate import Confidence, Location, Rate
from workloads.network.traffic import ANNOTATION, Traffic
from workloads.span import Span
from workloads.workload import LoadBalancer

_GIB = Decimal(2**30)
_ONCE = Decimal(1)
_INTERNET: dict[str, tuple[tuple[str, Decimal | None], ...]] = {
    "aws": (
        ("internet-egress", Decimal(10 * 1024)),
        ("internet-egress-next-40tb", Decimal(40 * 1024)),
        ("internet-egress-next-100tb", Decimal(100 * 1024)),
        ("internet-egress-over-150tb", None),
    ),
    "gcp": (
        ("internet-egress", Decimal(1024)),
        ("internet-egress-1-10tib", Decimal(9 * 1024)),
        ("internet-egress-over-10tib", None),
    ),
    "azure": (("internet-egress", None),),
}
"""Items of the price book and how many GiB a month each holds for; None for all that is left."""

_ALLOWANCE = {
    "aws": "the 100 GB a month that AWS gives an account are not taken off",
    "gcp": "premium tier, to anywhere but China and Australia",
    "azure": "at the price of the first 10 TB a month; the 100 GB that Azure gives an account are not taken off",
}
_ITEMS = {"crossZone": "cross-zone", "crossRegion": "cross-region", "nat": "nat-gateway"}
_UNITS_OF_LOAD = frozenset(("network-load-balancer", "application-load-balancer"))
TRAFFIC = "traffic"
"""What the groups of its lines begin with."""
_NAMES = {
    "internet": f"{TRAFFIC} to the internet",
    "crossZone": f"{TRAFFIC} between zones",
    "crossRegion": f"{TRAFFIC} between regions",
    "processed": f"{TRAFFIC} through the load balancer",
    "nat": f"{TRAFFIC} through NAT",
}


class _Part(NamedTuple):
    """So many GiB of one item of the price book."""

    item: str
    place: Location
    gib: Decimal
    words: tuple[str, ...] = ()
    modelled: bool = False


def price_traffic(
    traffic: Traffic, balancers: Sequence[LoadBalancer], prices: PriceBook, location: Location, located: str = ""
) -> Bill:
    """The lines of what an object declares to move, or why parts of it have no price.

    ``balancers`` are the object's own, ``located`` says what was assumed of the location. The caller has set the context of
    exact arithmetic.
    """
    lines: list[Line] = []
    unpriced: list[str] = []
    free: list[str] = []
    for key, amount in traffic.amounts.items():
        if key == "crossZone" and location.cloud == "azure":
            free.append("traffic between zones: Azure does not charge it")
            continue
        parts = list(_parts(key, amount / _GIB, balancers, location))
        if not parts:
            unpriced.append(f"{_NAMES[key]}: {_why_none(key, location)}")
        for part in parts:
            rate = prices.transfer(part.place, part.item)
            if rate is None:
                unpriced.append(f"{_NAMES[key]}: no price for {part.item} in {part.place.region or part.place.cloud}")
            else:
                lines.append(_line(key, part, rate, located))
    return Bill(lines=tuple(lines), unpriced=tuple(unpriced), free=tuple(free))


def _parts(key: str, gib: Decimal, balancers: Sequence[LoadBalancer], location: Location) -> Iterator[_Part]:
    if key == "internet":
        yield from _tiers(gib, location)
    elif key == "processed":
        built = next(filter(None, (built_item(balancer, location) for balancer in balancers)), None)
        if built is not None:
            modelled = built[0] in _UNITS_OF_LOAD
            words = ("a unit of load is taken for each GiB; many connections or rules take more",) if modelled else ()
            yield _Part(*built, gib, words, modelled)
    elif key == "crossZone" and location.cloud == "aws":
        yield _Part(_ITEMS[key], location, gib * 2, ("charged on both sides, where it leaves and where it comes in",))
    elif location.cloud in _INTERNET:
        yield _Part(_ITEMS[key], location, gib)


def _tiers(gib: Decimal, location: Location) -> Iterator[_Part]:
    """Traffic to the internet, by the tiers it falls into."""
    left, from_ = gib, Decimal(0)
    for item, size in _INTERNET.get(location.cloud, ()):
        here = left if size is None else min(left, size)
        if here <= 0:
            return
        words = [f"from {from_:,f} GiB a month on"] if from_ else []
        yield _Part(item, location, here, (*words, _ALLOWANCE[location.cloud]), modelled=True)
        left, from_ = left - here, from_ + here


def _why_none(key: str, location: Location) -> str:
    if key == "processed":
        return "the object has no load balancer that has a price"
    return f"no price for it in {location.cloud or 'an unknown cloud'}"


def _line(key: str, part: _Part, rate: Rate, located: str) -> Line:
    doubt = Confidence.ASSUMED if located else Confidence.MODELLED if part.modelled else Confidence.EXACT
    return Line(
        what="network",
        group=_NAMES[key],
        quantity=part.gib,
        unit="GiB",
        times=Span.exactly(_ONCE),
        rate=rate,
        amount=Span.exactly(part.gib * rate.value),
        confidence=Confidence.least(rate.confidence, doubt),
        assumption=located,
        derivation=(*part.words, f"declared by annotation {ANNOTATION}, for the object and not for each pod"),
    )
