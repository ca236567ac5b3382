"""Load balancers that no cloud of the price book builds: of one's own network, of other clouds, of classes that nobody knows."""

from __future__ import annotations

from pricing.network.build import NoBuild
from workloads.network.controller_class import Builder
from workloads.workload import LoadBalancer

_OWN_NETWORK = {
    "metallb.io/metallb": "MetalLB",
    "metallb": "MetalLB",
    "kube-vip.io/kube-vip-class": "kube-vip",
    "io.cilium/bgp-control-plane": "Cilium",
    "io.cilium/l2-announcer": "Cilium",
    "purelb.io/purelb": "PureLB",
    "openelb": "OpenELB",
}
"""Classes that announce addresses of one's own network, by who does."""
_OWN_ANNOTATIONS = {
    "metallb.io/": "MetalLB",
    "metallb.universe.tf/": "MetalLB",
    "kube-vip.io/": "kube-vip",
    "io.cilium/lb-ipam-": "Cilium",
    "lbipam.cilium.io/": "Cilium",
}
_FOREIGN = {
    "load-balancer.hetzner.cloud/": "Hetzner",
    "service.beta.kubernetes.io/do-loadbalancer-": "DigitalOcean",
    "service.beta.kubernetes.io/linode-loadbalancer-": "Linode",
    "service.beta.kubernetes.io/scw-loadbalancer-": "Scaleway",
    "service.beta.kubernetes.io/oci-load-balancer-": "Oracle Cloud",
    "oci.oraclecloud.com/": "Oracle Cloud",
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-": "Alibaba Cloud",
    "service.kubernetes.io/ibm-load-balancer-": "IBM Cloud",
    "loadbalancer.openstack.org/": "OpenStack",
}
"""Annotations of clouds whose load balancers the book does not have."""
_HOME = ("service.beta.kubernetes.io/aws-", "service.beta.kubernetes.io/azure-", "networking.gke.io/", "cloud.google.com/")


def elsewhere(balancer: LoadBalancer) -> NoBuild | None:
    """Why a Service's load balancer costs nothing or cannot be told; None where its cloud builds one as usual."""
    stated = balancer.load_balancer_class
    if balancer.builder is not Builder.SERVICE:
        return None
    if stated:
        who = _OWN_NETWORK.get(stated)
        return _announced(who) if who else NoBuild(f"loadBalancerClass {stated[:100]} is not known")
    if any(key.startswith(_HOME) for key in balancer.annotations):
        return None
    for key in balancer.annotations:
        for prefixes, answer in ((_OWN_ANNOTATIONS, _announced), (_FOREIGN, _foreign)):
            who = next((who for prefix, who in prefixes.items() if key.startswith(prefix)), "")
            if who:
                return answer(who)
    return None


def _announced(who: str) -> NoBuild:
    return NoBuild(free=f"{who} announces an address of one's own network: no cloud builds anything")


def _foreign(who: str) -> NoBuild:
    return NoBuild(f"its annotations are for {who}, whose load balancers are not in the price book")
