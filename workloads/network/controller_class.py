"""Who serves an Ingress or a Gateway: what the controller of its class makes of it.

A cloud's load balancer, a Service of its own that makes the cloud build one, or mere routes of a proxy that runs anyway.
Controllers are known by what their documentation writes into ``spec.controller`` and ``spec.controllerName``; classes that come
without an object by their names (GKE's pages on Ingress and Gateway, the AWS Load Balancer Controller's, AKS's on its add-ons).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workloads.snapshots.snapshot import ControllerClass, Snapshot

INGRESS, GATEWAY = "Ingress", "Gateway"


class Builder(StrEnum):
    """What of a cloud is built."""

    SERVICE = "service"
    """What the cloud builds for a Service of type LoadBalancer."""
    AWS_APPLICATION = "awsApplication"
    AWS_NETWORK = "awsNetwork"
    AWS_LATTICE = "awsLattice"
    GCP_EXTERNAL = "gcpExternal"
    GCP_INTERNAL = "gcpInternal"
    AZURE_GATEWAY = "azureGateway"
    AZURE_CONTAINERS = "azureContainers"
    UNSTATED = "unstated"
    """Whatever a cluster makes of what states no class."""


@dataclass(frozen=True, slots=True)
class Served:
    """Who serves an object of a class."""

    builder: Builder | None
    """None where nothing is built for it: a proxy that runs anyway serves it."""
    who: str
    """``NGINX``, as people call it."""
    starts_pods: bool = False
    """Whether the controller starts a proxy for each object, whose size the object does not tell."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """``spec`` of what the class refers to for its parameters; empty where it refers to nothing that is known."""


_AWS = "the AWS Load Balancer Controller"
_CONTROLLERS = {
    "ingress.k8s.aws/alb": Served(Builder.AWS_APPLICATION, _AWS),
    "eks.amazonaws.com/alb": Served(Builder.AWS_APPLICATION, "EKS Auto Mode"),
    "gateway.k8s.aws/alb": Served(Builder.AWS_APPLICATION, _AWS),
    "gateway.k8s.aws/nlb": Served(Builder.AWS_NETWORK, _AWS),
    "application-networking.k8s.aws/gateway-api-controller": Served(Builder.AWS_LATTICE, "the AWS Gateway API Controller"),
    "azure/application-gateway": Served(Builder.AZURE_GATEWAY, "the Application Gateway Ingress Controller"),
    "alb.networking.azure.io/alb-controller": Served(Builder.AZURE_CONTAINERS, "Application Gateway for Containers"),
}
"""Controllers of a cloud."""

_GKE = Served(Builder.GCP_EXTERNAL, "GKE")
_GKE_INTERNAL = Served(Builder.GCP_INTERNAL, "GKE")
_NAMES = {
    INGRESS: {
        "alb": _CONTROLLERS["ingress.k8s.aws/alb"],
        "gce": _GKE,
        "gce-internal": _GKE_INTERNAL,
        "azure-application-gateway": _CONTROLLERS["azure/application-gateway"],
        "azure/application-gateway": _CONTROLLERS["azure/application-gateway"],
    },
    GATEWAY: {
        "amazon-vpc-lattice": _CONTROLLERS["application-networking.k8s.aws/gateway-api-controller"],
        "azure-alb-external": _CONTROLLERS["alb.networking.azure.io/alb-controller"],
    },
}
"""Classes that mean one thing wherever they are."""

_PROXIES = {
    "webapprouting": "AKS's managed NGINX",
    "openshift": "OpenShift's router",
    "nginx": "NGINX",
    "traefik": "Traefik",
    "haproxy": "HAProxy",
    "kong": "Kong",
    "istio": "Istio",
    "contour": "Contour",
    "cilium": "Cilium",
    "ambassador": "Emissary",
    "apisix": "APISIX",
    "cloudflare": "Cloudflare's tunnel",
    "skipper": "Skipper",
    "kgateway": "kgateway",
    "gloo": "Gloo",
    "envoy": "Envoy Gateway",
}
"""Proxies that run in the cluster, by a word in the name of their class or controller."""

_MAKES_SERVICES = frozenset(("Istio", "Envoy Gateway", "Contour", "Cilium", "NGINX", "kgateway", "Gloo", "OpenShift's router"))
"""Those that make a Service of type LoadBalancer for each Gateway; the others route through the one they came with."""
_ON_EVERY_NODE = "Cilium"
"""The one whose proxy runs on every node already: it starts no pods, and makes a Service for each Ingress too."""
_WAYPOINT = "waypoint"
"""Istio's gateways inside the mesh, which nothing outside reaches."""


def served_by(kind: str, name: str, snapshot: Snapshot) -> Served | str:
    """Who serves an Ingress or a Gateway of a class; in words, why that cannot be told. Without a name, the default class."""
    classes = snapshot.ingress_classes if kind == INGRESS else snapshot.gateway_classes
    known = classes.get(name) if name else next((each for each in classes.values() if each.default), None)
    if known is not None:
        return _of_controller(kind, known)
    if not name:
        return Served(Builder.UNSTATED, "")
    return _NAMES[kind].get(name) or _of_gke(kind, name) or _of_proxy(kind, name) or _unknown(kind, name)


def _of_controller(kind: str, known: ControllerClass) -> Served | str:
    """By what the class itself says; Google's Gateway classes share one controller, so that their names tell them apart."""
    cloud = _CONTROLLERS.get(known.controller)
    if cloud is not None:
        return Served(cloud.builder, cloud.who, parameters=known.parameters)
    found = _of_gke(kind, known.name) or _NAMES[kind].get(known.name) or _of_proxy(kind, f"{known.controller} {known.name}")
    if found is not None:
        return found
    return (
        f"controller {known.controller[:100] or 'none'} of {kind}Class {known.name[:100]} is not known:"
        " whether it makes the cloud build a load balancer cannot be told"
    )


def _of_gke(kind: str, name: str) -> Served | None:
    if kind != GATEWAY or not name.startswith("gke-l7-"):
        return None
    return _GKE_INTERNAL if "rilb" in name or "internal" in name else _GKE


def _of_proxy(kind: str, words: str) -> Served | None:
    who = next((who for word, who in _PROXIES.items() if word in words.lower()), None)
    if who is None:
        return None
    if kind == INGRESS and who == _ON_EVERY_NODE:
        return Served(Builder.SERVICE, who)
    if kind == INGRESS or who not in _MAKES_SERVICES or _WAYPOINT in words:
        return Served(None, who)
    return Served(Builder.SERVICE, who, starts_pods=who != _ON_EVERY_NODE)


def _unknown(kind: str, name: str) -> str:
    key = "spec.controller" if kind == INGRESS else "spec.controllerName"
    return f"{kind}Class {name[:100]} is not known: its {key} tells whether the cloud builds a load balancer for it"
