"""Services of type LoadBalancer inside an operator's object that no rule of its kind counts: they are said, never left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workloads.counting.pattern import Pattern, Wildcard
from workloads.field import FieldPath, render
from workloads.kinds.kind import Kind

_TYPE: Final = ("type", "Type")
"""How the fields end that say of which type a Service is to be: ``type``, ``serviceType``, ``exposeType``."""
_BUILT: Final = frozenset(("LoadBalancer", "loadBalancer", "loadbalancer"))
"""The type for which the cloud builds a load balancer, as operators write it."""
_BUILT_IN: Final = frozenset(("", "apps", "batch", "extensions", "networking.k8s.io", "gateway.networking.k8s.io"))
"""Groups whose kinds hold no Service of their own: nothing is looked for in what is weighed most."""


def uncounted(kind: Kind | None, body: Mapping[str, object]) -> Iterator[str]:
    """In words, the load balancers that an object of a kind seems to ask for and that are not counted. Linear in the object.

    What stands inside an object that is weighed by itself is that object's.
    """
    if kind is not None and kind.group in _BUILT_IN:
        return
    rules = kind.load_balancers if kind is not None else ()
    read = [pattern for rule in rules if rule.where is not None for pattern in rule.where.patterns()]
    inside = [rule.item for rule in kind.embedded] if kind is not None else []
    for path in _asking(body, inside):
        if not any(_stands_for(pattern, path) for pattern in read):
            yield f"{render(path)} is LoadBalancer: what its operator makes the cloud build for that is not counted"


def _asking(body: Mapping[str, object], inside: list[Pattern]) -> Iterator[FieldPath]:
    """The fields that ask for a load balancer, outermost first, apart from what stands inside other objects."""
    level: list[tuple[FieldPath, object]] = [((key,), value) for key, value in body.items() if key not in _APART]
    while level:
        below: list[tuple[FieldPath, object]] = []
        for path, value in level:
            if isinstance(value, dict):
                below += (((*path, key), inner) for key, inner in value.items() if isinstance(key, str))
            elif isinstance(value, list):
                below += (((*path, index), inner) for index, inner in enumerate(value))
            elif isinstance(value, str) and value in _BUILT and str(path[-1]).endswith(_TYPE):
                yield path
        level = [each for each in below if not any(_stands_for(pattern, each[0]) for pattern in inside)]


_APART: Final = frozenset(("metadata", "status"))
"""What of an object asks for nothing."""


def _stands_for(pattern: Pattern, path: FieldPath) -> bool:
    """Whether a field is one of those that a pattern stands for."""
    if pattern.root or len(pattern.steps) != len(path):
        return False
    return all(isinstance(step, Wildcard) or step == part for step, part in zip(pattern.steps, path, strict=True))
