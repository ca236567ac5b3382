"""The load balancers that an object makes the cloud build: a Service of its type, an Ingress or a Gateway by its class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from workloads.counting.count import CountError, Scope, holds, number, text
from workloads.counting.pattern import expand
from workloads.field import FieldPath
from workloads.field import text as text_at
from workloads.kinds.assembly import look_up, place
from workloads.kinds.kind import LoadBalancerRule
from workloads.network.controller_class import INGRESS, Builder, Served, served_by
from workloads.settings.assumptions import Assumptions
from workloads.snapshots.snapshot import Snapshot
from workloads.workload import LoadBalancer

MOST = 1000
"""The most load balancers of one object that are listed one by one."""
INGRESS_GROUP = "alb.ingress.kubernetes.io/group.name"
"""The annotation by which Ingresses of the AWS Load Balancer Controller share a load balancer."""
_ISTIO_TYPE = "networking.istio.io/service-type"
_CILIUM_MODE = "ingress.cilium.io/loadbalancer-mode"
"""``shared`` where one Service serves all Ingresses."""
_PATHS = {"": ("spec", "type"), "Ingress": ("spec", "ingressClassName"), "Gateway": ("spec", "gatewayClassName")}
"""The field that decides, by whose class does."""


@dataclass(frozen=True, slots=True)
class ServedAnyway:
    """Nothing is built for an object: why, in words."""

    words: str


def load_balancers(
    rule: LoadBalancerRule, scope: Scope, snapshot: Snapshot, assumptions: Assumptions
) -> Iterator[LoadBalancer | ServedAnyway | str]:
    """The load balancers a rule finds in an object, and in words what could not be told of them.

    ``assumptions`` say what it is, and in how many zones it stands, where its own text does not.
    """
    for path, _ in expand(scope.root(rule.item.root), rule.item.steps):
        here = scope.at(rule.item, path)
        try:
            if rule.where is None or holds(rule.where, here):
                yield from _found(rule, here, snapshot, assumptions)
        except CountError as error:
            yield str(error)


def _found(
    rule: LoadBalancerRule, scope: Scope, snapshot: Snapshot, assumptions: Assumptions
) -> Iterator[LoadBalancer | ServedAnyway | str]:
    count = int(number(rule.count, scope) or 0)
    if count > MOST:
        raise CountError(scope.item.path, f"asks for {count:,} load balancers, more than any cloud builds for one object")
    stated = text(rule.load_balancer_class, scope) if rule.load_balancer_class is not None else ""
    ports = _ports(rule, scope)
    balancer = LoadBalancer(
        stated,
        _annotations(rule, scope),
        _place(rule, scope),
        ports=max(1, len(ports)),
        protocols=max(1, len(set(ports))),
        zones=assumptions.zones,
        usual=assumptions.load_balancer,
        scheme=text(rule.scheme, scope) if rule.scheme is not None else "",
    )
    if not rule.through:
        yield from [balancer] * count
        return
    served = served_by(rule.through, stated, snapshot)
    if isinstance(served, str):
        yield served
    else:
        yield from _by_class(rule.through, served, balancer)


def _place(rule: LoadBalancerRule, scope: Scope) -> FieldPath:
    """The field of the object itself that decides: that it is built, or how many are where another object says that."""
    deciding = rule.count if rule.item.root else rule.where
    stated = (pattern for pattern in (deciding.patterns() if deciding is not None else ()) if not pattern.root)
    return next((place(each, scope) for each in stated if look_up(each, scope) is not None), _PATHS[rule.through])


def _annotations(rule: LoadBalancerRule, scope: Scope) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for pattern in rule.annotations:
        stated = look_up(pattern, scope)
        if isinstance(stated, dict):
            found |= {key: str(value) for key, value in stated.items() if isinstance(key, str)}
    return found


def _ports(rule: LoadBalancerRule, scope: Scope) -> list[str]:
    """The protocol of each port: UDP and SCTP as they are, everything else runs over TCP."""
    listed = look_up(rule.ports, scope) if rule.ports is not None else None
    protocols = [text_at(port, "protocol") for port in listed] if isinstance(listed, list) else []
    return [protocol if protocol in {"UDP", "SCTP"} else "TCP" for protocol in protocols]


def _by_class(kind: str, served: Served, balancer: LoadBalancer) -> Iterator[LoadBalancer | ServedAnyway | str]:
    """What the controller of an Ingress or a Gateway makes of it."""
    inside = balancer.annotations.get(_ISTIO_TYPE, "LoadBalancer") != "LoadBalancer"
    shared = balancer.annotations.get(_CILIUM_MODE) == "shared"
    if served.builder is None or (served.builder is Builder.SERVICE and (inside or shared)):
        yield ServedAnyway(f"served by {served.who}, whose own pods and Service cost, not this")
        return
    if served.starts_pods:
        yield f"{served.who} starts a proxy for it, whose pods this text does not size: not counted"
    # The class named a controller; what the Service before its proxy is like, only the annotations tell.
    stated = "" if served.builder is Builder.SERVICE else balancer.load_balancer_class
    group = text_at(served.parameters, "group", "name") or balancer.annotations.get(INGRESS_GROUP, "")
    yield replace(
        balancer,
        load_balancer_class=stated,
        builder=served.builder,
        scheme=text_at(served.parameters, "scheme") or balancer.scheme,
        shared=group if kind == INGRESS and served.builder is Builder.AWS_APPLICATION else "",
    )
