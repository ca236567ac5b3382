"""What the load balancer of a Service, an Ingress or a Gateway costs by the hour: itself, its rules, its public addresses."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pricing.bill import Bill
from pricing.book import PriceBook
from pricing.estimate import Line
from pricing.locality import in_cloud, moved
from pricing.network.aws import CLASSES as AWS_CLASSES
from pricing.network.aws import on_aws
from pricing.network.azure import on_azure
from pricing.network.build import Build, NoBuild
from pricing.network.foreign import elsewhere
from pricing.network.gcp import CLASSES as GCP_CLASSES
from pricing.network.gcp import on_gcp
from pricing.rate import Confidence, Location, Rate
from workloads.network.controller_class import Builder
from workloads.settings.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import LoadBalancer

PUBLIC_ADDRESSES = "public IPv4"
"""The group of lines for addresses."""
NO_TRAFFIC = "traffic not counted"
INCLUDED_RULES = 5
"""Rules that the price of a load balancer includes, where a cloud charges by rule (Google Cloud and Azure)."""

_CLOUDS = {
    **dict.fromkeys(AWS_CLASSES, "aws"),
    **dict.fromkeys(GCP_CLASSES, "gcp"),
}
_BUILDERS = {
    Builder.AWS_APPLICATION: "aws",
    Builder.AWS_NETWORK: "aws",
    Builder.AWS_LATTICE: "aws",
    Builder.GCP_EXTERNAL: "gcp",
    Builder.GCP_INTERNAL: "gcp",
    Builder.AZURE_GATEWAY: "azure",
    Builder.AZURE_CONTAINERS: "azure",
}


def cloud_of_balancer(balancer: LoadBalancer) -> str:
    """The cloud that a load balancer's class belongs to; empty where it tells none."""
    return _BUILDERS.get(balancer.builder) or _CLOUDS.get(balancer.load_balancer_class, "")


def built_item(balancer: LoadBalancer, location: Location) -> tuple[str, Location] | None:
    """The item of the price book that is built, and where; None where none is."""
    cloud = cloud_of_balancer(balancer)
    place = in_cloud(cloud, location)
    built = _built(balancer, place.cloud, cloud)
    return (built.item, place) if isinstance(built, Build) else None


def price_load_balancer(
    balancer: LoadBalancer, prices: PriceBook, location: Location, located: str = "", *, declared: bool = False
) -> Bill:
    """The lines of one load balancer, or why it has none; ``located`` says what was assumed of the location.

    ``declared`` is whether its object says what traffic it has, which is then priced by itself. The caller has set the context
    of exact arithmetic.
    """
    cloud = cloud_of_balancer(balancer)
    place = in_cloud(cloud, location)
    built = _built(balancer, place.cloud, cloud)
    if isinstance(built, NoBuild):
        if built.free:
            return Bill(free=(f"load balancer: {built.free}",))
        return Bill(unpriced=(f"load balancer: {built.unpriced}",))
    rate = prices.network(place, built.item)
    if rate is None:
        return Bill(unpriced=(f"load balancer: no price for a {built.item} in {place.region or place.cloud}",))
    region = moved(cloud, location) or located
    reasons: list[str] = []
    lines = [_itself(built, rate, region, "" if declared else NO_TRAFFIC), *_beside(built, prices, place, region, reasons)]
    return Bill(lines=tuple(lines), unpriced=tuple(reasons))


def _built(balancer: LoadBalancer, cloud: str, by_class: str) -> Build | NoBuild:
    """What is built, by class before annotations before the cloud."""
    foreign = None if by_class else elsewhere(balancer)
    if foreign is not None:
        return foreign
    if balancer.builder is Builder.UNSTATED and cloud != "gcp":
        return NoBuild(
            "no class is stated, and no default class is known: nothing may serve it, or a controller that is not known"
        )
    if cloud == "aws":
        return on_aws(balancer)
    if cloud == "gcp":
        return on_gcp(balancer)
    if cloud == "azure":
        return on_azure(balancer)
    return NoBuild(f"no price for one in {cloud or 'an unknown cloud'}")


def _itself(built: Build, rate: Rate, region: str, traffic: str) -> Line:
    words = (built.item, built.because, built.alone, traffic)
    return _line("loadBalancer", "", (Decimal(1), "load balancer"), rate, built.alone, (built.assumption, region), words)


def _beside(built: Build, prices: PriceBook, place: Location, region: str, reasons: list[str]) -> Iterator[Line]:
    """The rules that its price does not include, and its public addresses."""
    further = built.rules - INCLUDED_RULES
    if built.rule_item and further > 0:
        rate = prices.network(place, built.rule_item)
        if rate is None:
            reasons.append(f"load balancer: no price for its {further} further rules in {place.region}")
        else:
            words = (f"{built.rules} rules, {INCLUDED_RULES} of them in the load balancer's own price",)
            yield _line("loadBalancer", "", (Decimal(further), "rules"), rate, built.alone, (region,), words)
    if built.addresses:
        rate = prices.network(place, "public-ipv4")
        if rate is None:
            reasons.append(f"load balancer: no price for its public addresses in {place.region}")
            return
        quantity = (Decimal(built.addresses), "addresses")
        assumed = (built.addresses_assumption, region)
        yield _line("network", PUBLIC_ADDRESSES, quantity, rate, "", assumed, (built.addresses_because,))


def _line(
    what: str,
    group: str,
    quantity: tuple[Decimal, str],
    rate: Rate,
    alone: str,
    assumptions: tuple[str, ...],
    words: tuple[str, ...],
) -> Line:
    times = Span.exactly(HOURS_PER_MONTH)
    assumption = "; ".join(filter(None, assumptions))
    doubt = Confidence.ASSUMED if assumption else Confidence.MODELLED if alone else Confidence.EXACT
    return Line(
        what=what,
        group=group,
        quantity=quantity[0],
        unit=quantity[1],
        times=times,
        rate=rate,
        amount=times * (quantity[0] * rate.value),
        confidence=Confidence.least(rate.confidence, doubt),
        assumption=assumption,
        derivation=tuple(filter(None, words)),
    )
