"""The load balancers that an object makes the cloud build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workloads.assembly import look_up
from workloads.count import CountError, Scope, holds, number, text
from workloads.kind import LoadBalancerRule
from workloads.pattern import Item, expand
from workloads.workload import LoadBalancer

MOST = 1000
"""The most load balancers of one object that are listed one by one."""


def load_balancers(rule: LoadBalancerRule, scope: Scope) -> Iterator[LoadBalancer | str]:
    """The load balancers a rule finds in an object, and in words what could not be told of them."""
    for path, _ in expand(scope.body, rule.item.steps):
        here = replace(scope, item=Item(rule.item, path))
        try:
            if rule.where is None or holds(rule.where, here):
                yield from _found(rule, here)
        except CountError as error:
            yield str(error)


def _found(rule: LoadBalancerRule, scope: Scope) -> Iterator[LoadBalancer]:
    count = int(number(rule.count, scope) or 0)
    if count > MOST:
        raise CountError(scope.item.path, f"asks for {count:,} load balancers, more than any cloud builds for one object")
    annotations = look_up(rule.annotations, scope) if rule.annotations is not None else None
    stated = text(rule.load_balancer_class, scope) if rule.load_balancer_class is not None else ""
    balancer = LoadBalancer(
        stated,
        {key: str(value) for key, value in annotations.items()} if isinstance(annotations, dict) else {},
        (*scope.item.path, "type") if scope.item.path else ("spec", "type"),
    )
    yield from [balancer] * count
