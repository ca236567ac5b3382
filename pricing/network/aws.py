"""What AWS builds: by the annotations of its in-tree controller, and of the AWS Load Balancer Controller.

The in-tree controller makes a classic load balancer, or a network one where the type is ``nlb``, and puts either on the internet
unless told otherwise (cloud-provider-aws, the service controller). The AWS Load Balancer Controller takes what names its class,
or the types ``external`` and ``nlb-ip``, and makes internal load balancers unless told otherwise (its pages on the annotations of
Services and Ingresses). Each zone of a load balancer that faces the internet has a public IPv4 address, which AWS charges for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pricing.network.build import Build, NoBuild
from workloads.network.controller_class import Builder
from workloads.workload import LoadBalancer

NETWORK, APPLICATION, CLASSIC = "network-load-balancer", "application-load-balancer", "classic-load-balancer"
CLASSES = ("service.k8s.aws/nlb", "eks.amazonaws.com/nlb")
"""Classes of Services that the AWS Load Balancer Controller, and EKS Auto Mode, take."""

_SERVICE = "service.beta.kubernetes.io/aws-load-balancer-"
_INGRESS = "alb.ingress.kubernetes.io/"
_OF_ITS_CONTROLLER = ("external", "nlb-ip")
_ONLY_ITS_CONTROLLER = ("nlb-target-type", "scheme")
"""Annotations that the in-tree controller does not read."""


def on_aws(balancer: LoadBalancer) -> Build | NoBuild:
    """What AWS builds for a Service, an Ingress or a Gateway."""
    if balancer.builder is Builder.AWS_LATTICE:
        return NoBuild("VPC Lattice is not in the price book: it is paid by service, traffic and requests")
    if balancer.builder is Builder.AWS_APPLICATION:
        return _facing(balancer, Build(APPLICATION), _INGRESS, internal=_scheme(balancer, _INGRESS) != "internet-facing")
    if balancer.builder is Builder.AWS_NETWORK:
        return _facing(balancer, Build(NETWORK), _SERVICE, internal=_scheme(balancer, _SERVICE) != "internet-facing")
    return _for_service(balancer)


def _for_service(balancer: LoadBalancer) -> Build:
    stated, kind = balancer.load_balancer_class, balancer.annotations.get(f"{_SERVICE}type", "")
    if stated or kind in _OF_ITS_CONTROLLER:
        because = f"loadBalancerClass {stated}" if stated else f"annotation {_SERVICE}type: {kind}"
        return _of_controller(balancer, Build(NETWORK, because))
    if kind:
        item = NETWORK if kind == "nlb" else CLASSIC
        return _facing(balancer, Build(item, f"annotation {_SERVICE}type: {kind[:40]}"), _SERVICE, internal=_internal(balancer))
    told = next((key for key in _ONLY_ITS_CONTROLLER if _SERVICE + key in balancer.annotations), "")
    if told:
        because = f"annotation {_SERVICE}{told}, which only the AWS Load Balancer Controller reads"
        return _of_controller(balancer, Build(NETWORK, because))
    if balancer.usual == "classic":
        built = Build(CLASSIC, assumption="load balancer type not stated: a classic one (assume.loadBalancer)")
        return _facing(balancer, built, _SERVICE, internal=_internal(balancer))
    return Build(
        NETWORK,
        assumption="load balancer type not stated: an internal network load balancer, the least it can cost; without the AWS Load"
        " Balancer Controller it is a classic one with public addresses (assume.loadBalancer)",
    )


def _of_controller(balancer: LoadBalancer, build: Build) -> Build:
    scheme = _scheme(balancer, _SERVICE)
    public = scheme == "internet-facing" or (not scheme and balancer.annotations.get(f"{_SERVICE}internal") == "false")
    return _facing(balancer, build, _SERVICE, internal=not public)


def _scheme(balancer: LoadBalancer, prefix: str) -> str:
    return balancer.scheme or balancer.annotations.get(f"{prefix}scheme", "")


def _internal(balancer: LoadBalancer) -> bool:
    """As the in-tree controller reads it: anything but ``false`` and nothing, even a range of addresses, makes it internal."""
    return balancer.annotations.get(f"{_SERVICE}internal", "") not in {"", "false"}


def _facing(balancer: LoadBalancer, build: Build, prefix: str, *, internal: bool) -> Build:
    if internal:
        return replace(build, because="; ".join(filter(None, (build.because, "internal: no public address"))))
    if balancer.annotations.get(f"{prefix}ip-address-type") == "dualstack-without-public-ipv4":
        return replace(build, because="; ".join(filter(None, (build.because, "without public IPv4 addresses"))))
    count, because = _stated_addresses(balancer.annotations, prefix)
    if count:
        return replace(build, addresses=count, addresses_because=because)
    words = f"one in each of {balancer.zones} zones (assume.zones)"
    return replace(build, addresses=balancer.zones, addresses_assumption=words)


def _stated_addresses(annotations: Mapping[str, str], prefix: str) -> tuple[int, str]:
    """How many addresses an annotation lists: elastic ones, or subnets, each of which is in a zone of its own."""
    for key in ("eip-allocations", "subnets"):
        listed = {part.strip() for part in annotations.get(f"{prefix}{key}", "")[:4096].split(",")} - {""}
        if listed:
            return len(listed), f"annotation {prefix}{key}"
    return 0, ""
