"""What Google Cloud builds: forwarding rules, by the annotations, classes and Gateways of GKE.

A passthrough load balancer has a forwarding rule for each protocol, however many ports it has (GKE's page on LoadBalancer
Services); an application load balancer has one for each port of an Ingress or Gateway. Up to five rules of a project in a region
share one price. External addresses that a forwarding rule uses are not charged (VPC pricing, external IP addresses).
"""

from __future__ import annotations

from pricing.network.build import Build
from workloads.network.controller_class import Builder
from workloads.workload import LoadBalancer

ITEM, FURTHER = "forwarding-rule", "forwarding-rule-further"
CLASSES = ("networking.gke.io/l4-regional-external", "networking.gke.io/l4-regional-internal")

_TYPES = ("networking.gke.io/load-balancer-type", "cloud.google.com/load-balancer-type")
_ALONE = "up to five rules of a project and region share this price: counted for this object alone"
_NO_CLASS = "no class is stated: GKE serves it, unless the cluster has another default class"
_FREE_ADDRESS = "its address is not charged while a forwarding rule uses it"


def on_gcp(balancer: LoadBalancer) -> Build:
    """What Google Cloud builds for a Service, an Ingress or a Gateway."""
    inside, because = _internal(balancer)
    rules = balancer.protocols if balancer.builder is Builder.SERVICE else balancer.ports
    assumption = _NO_CLASS if balancer.builder is Builder.UNSTATED else ""
    words = (because, "internal: no public address" if inside else _FREE_ADDRESS)
    return Build(ITEM, "; ".join(filter(None, words)), assumption, rules=rules, rule_item=FURTHER, alone=_ALONE)


def _internal(balancer: LoadBalancer) -> tuple[bool, str]:
    """Whether nothing outside the network reaches it, and what says what it is."""
    stated = balancer.load_balancer_class
    if balancer.builder is not Builder.SERVICE:
        return balancer.builder is Builder.GCP_INTERNAL, f"class {stated[:100]}" if stated else ""
    if stated:
        return stated.endswith("internal"), f"loadBalancerClass {stated}"
    for key in _TYPES:
        if balancer.annotations.get(key, "").lower() == "internal":
            return True, f"annotation {key}"
    return False, ""
