"""What the load balancer of a Service costs by the hour. Traffic is not known from a manifest and not counted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pricing.bill import Bill
from pricing.book import PriceBook
from pricing.estimate import Line
from pricing.rate import Confidence, Location
from workloads.assumptions import HOURS_PER_MONTH
from workloads.span import Span
from workloads.workload import LoadBalancer

_AWS_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"
_NO_TRAFFIC = "traffic not counted"

_AWS_TYPES = {
    "nlb": "network-load-balancer",
    "nlb-ip": "network-load-balancer",
    "external": "network-load-balancer",
    "clb": "classic-load-balancer",
    "classic": "classic-load-balancer",
}
"""Values of the AWS annotation; ``external`` hands the Service to AWS's own controller, which makes a network load balancer."""

_CLASSES = {
    "service.k8s.aws/nlb": "network-load-balancer",
    "eks.amazonaws.com/nlb": "network-load-balancer",
    "networking.gke.io/l4-regional-external": "forwarding-rule",
    "networking.gke.io/l4-regional-internal": "forwarding-rule",
}

_ITEMS = {"aws": "network-load-balancer", "gcp": "forwarding-rule", "azure": "standard-load-balancer"}
"""What a Service of type LoadBalancer costs at least, by cloud."""


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    because: str = ""
    assumption: str = ""


def price_load_balancer(balancer: LoadBalancer, prices: PriceBook, location: Location, located: str = "") -> Bill:
    """The line of one load balancer, or why it has no price; ``located`` says what was assumed of the location.

    The caller has set the context of exact arithmetic.
    """
    item = _item(balancer, location.cloud)
    if item is None:
        stated = balancer.load_balancer_class
        reason = (
            f"loadBalancerClass {stated} is not known"
            if stated
            else f"no price for one in {location.cloud or 'an unknown cloud'}"
        )
        return Bill(unpriced=(f"load balancer: {reason}",))
    rate = prices.network(location, item.name)
    if rate is None:
        return Bill(unpriced=(f"load balancer: no price for a {item.name} in {location.region or location.cloud}",))
    times = Span.exactly(HOURS_PER_MONTH)
    assumption = "; ".join(words for words in (item.assumption, located) if words)
    line = Line(
        what="loadBalancer",
        group="",
        quantity=Decimal(1),
        unit="load balancer",
        times=times,
        rate=rate,
        amount=times * rate.value,
        confidence=Confidence.least(rate.confidence, Confidence.ASSUMED if assumption else Confidence.EXACT),
        assumption=assumption,
        derivation=tuple(words for words in (item.name, item.because, _NO_TRAFFIC) if words),
    )
    return Bill(lines=(line,))


def _item(balancer: LoadBalancer, cloud: str) -> _Item | None:
    """Which item of the price book it is; None where the class says something that is not known."""
    stated = balancer.load_balancer_class
    if stated:
        name = _CLASSES.get(stated)
        return _Item(name, f"loadBalancerClass {stated}") if name else None
    if cloud == "aws":
        return _on_aws(balancer)
    name = _ITEMS.get(cloud)
    return _Item(name) if name else None


def _on_aws(balancer: LoadBalancer) -> _Item:
    stated = balancer.annotations.get(_AWS_TYPE)
    name = _AWS_TYPES.get(stated) if isinstance(stated, str) else None
    if name:
        return _Item(name, f"annotation {_AWS_TYPE}: {stated}")
    return _Item(_ITEMS["aws"], assumption="load balancer type not stated: network load balancer, the least it can cost")
