"""What Azure builds: rules and addresses on the standard load balancer of an AKS cluster.

Each port of a Service is a rule; a public Service has an address of its own, an internal one none (cloud-provider-azure, load
balancer annotations). The first five rules of a load balancer share one price, and a cluster has one load balancer for all public
Services.
"""

from __future__ import annotations

from pricing.network.build import Build, NoBuild
from workloads.network.controller_class import Builder
from workloads.workload import LoadBalancer

ITEM, FURTHER = "standard-load-balancer", "standard-load-balancer-further-rule"

_INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
_ALONE = "the first five rules of a cluster's load balancer share this price: counted for this object alone"
_NOT_IN_THE_BOOK = {
    Builder.AZURE_GATEWAY: "Application Gateway is not in the price book: one serves all Ingresses of its controller",
    Builder.AZURE_CONTAINERS: "Application Gateway for Containers is not in the price book: it is paid by frontend and by use",
}


def on_azure(balancer: LoadBalancer) -> Build | NoBuild:
    """What Azure builds for a Service, an Ingress or a Gateway."""
    if balancer.builder is not Builder.SERVICE:
        return NoBuild(_NOT_IN_THE_BOOK[balancer.builder])
    inside = balancer.annotations.get(_INTERNAL, "").lower() == "true"
    because = f"annotation {_INTERNAL}: no public address" if inside else ""
    return Build(ITEM, because, rules=balancer.ports, rule_item=FURTHER, addresses=0 if inside else 1, alone=_ALONE)
