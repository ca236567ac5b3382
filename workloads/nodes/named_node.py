"""The one node that a pod is bound to or asks for by name, past the scheduler or not: what it is, where that is known.

``spec.nodeName`` binds a pod without the scheduler, so that no taint keeps it away (Kubernetes documentation, "Assigning Pods to
Nodes"); the label ``kubernetes.io/hostname`` and the field ``metadata.name`` of a required affinity leave the scheduler one node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from workloads.devices.accelerator import is_described
from workloads.field import mapping, sequence, text
from workloads.nodes.affinity import MOST, terms
from workloads.nodes.labels import MOST_LABELS
from workloads.quantity import QuantityError, parse_quantity

HOST_NAME = "kubernetes.io/hostname"

Spec = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NamedNode:
    """What is known of one node."""

    labels: Mapping[str, str]
    devices: tuple[str, ...] = ()
    """The accelerators that it has, by resource name."""


def read_node(body: Spec) -> NamedNode:
    """A Node, as far as it decides what a pod on it costs."""
    labels = [(key, value) for key, value in mapping(body, "metadata", "labels").items() if isinstance(value, str)]
    capacity = mapping(body, "status", "capacity")
    devices = [str(name) for name, count in capacity.items() if is_described(str(name)) and _some(count)]
    return NamedNode(dict(labels[:MOST_LABELS]), tuple(devices))


def _some(count: object) -> bool:
    try:
        return parse_quantity(count) > Decimal(0)
    except QuantityError:
        return False


def node_name(spec: Spec) -> str:
    """The one node that a pod's spec names; empty where it names none, or several."""
    named = text(spec, "nodeName") or text(spec, "nodeSelector", HOST_NAME)
    if named:
        return named
    found = terms(spec)
    names = {_of_term(term) for term in found}
    return names.pop() if len(names) == 1 else ""


def _of_term(term: object) -> str:
    """The only node that a term of an affinity allows."""
    for part, wanted in (("matchFields", "metadata.name"), ("matchExpressions", HOST_NAME)):
        for expression in sequence(term, part)[:MOST]:
            values = sequence(expression, "values")
            if text(expression, "key") == wanted and text(expression, "operator") == "In" and len(values) == 1:
                return values[0] if isinstance(values[0], str) else ""
    return ""


def on_named_node(spec: Spec, nodes: Mapping[str, NamedNode]) -> tuple[Spec, str]:
    """A pod's spec as if it selected all labels of the node that it names, and what there is to say where that is not known."""
    name = node_name(spec)
    if not name:
        return spec, ""
    known = nodes.get(name)
    if known is None:
        return spec, f"it names node {name[:80]}, of which nothing is known: priced as on any other"
    return {**spec, "nodeSelector": {**mapping(spec, "nodeSelector"), **known.labels}}, ""
