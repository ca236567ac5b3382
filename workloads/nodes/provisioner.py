"""Karpenter's NodePools: what the nodes that they make must be, how far they may grow, and which pods run on them.

A NodePool costs nothing by itself: its nodes are made for pods, which are counted where they are declared. One with a fixed
number of nodes (``spec.replicas``, https://karpenter.sh/docs/concepts/nodepools/) costs them whether pods need them or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from workloads.counting.count import whole
from workloads.field import mapping, sequence
from workloads.nodes.affinity import MOST, REQUIRED, alternatives, either, terms
from workloads.nodes.selection import NodeSelection, select
from workloads.quantity import QuantityError, parse_quantity

NODE_POOL = "karpenter.sh/nodepool"
"""The label that names the NodePool of a node."""
_LABEL = frozenset((NODE_POOL,))

Spec = Mapping[str, object]
Expressions = tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """How far a NodePool may grow."""

    selection: NodeSelection
    """What its nodes must be."""
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    """Cores, bytes, devices and nodes that it may have altogether; empty where it has no limits."""


def requirements(body: Spec) -> Expressions:
    """What a NodePool requires of its nodes, as expressions over node labels; its own labels among them."""
    template = mapping(body, "spec", "template")
    return stated_requirements(sequence(template, "spec", "requirements"), mapping(template, "metadata", "labels"))


def stated_requirements(stated: object, labels: Spec) -> Expressions:
    """Requirements as written, with labels that nodes carry as further ones."""
    own = tuple({"key": key, "operator": "In", "values": [value]} for key, value in labels.items() if isinstance(value, str))
    return (*(mapping(each) for each in sequence(stated)[:MOST]), *own[:MOST])


def on_nodes(expressions: Sequence[Mapping[str, object]]) -> Spec:
    """The part of a pod's spec that asks for such nodes."""
    term = {"matchExpressions": list(expressions)}
    return {"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}}


def with_requirements(spec: Spec, known: Mapping[str, Expressions]) -> Spec:
    """A pod's spec with what the NodePool that it selects requires of its nodes; the same where it selects none that is known."""
    named = selected_pools(spec) if known else ()
    expressions = known.get(named[0], ()) if len(named) == 1 else ()
    if not expressions:
        return spec
    found = [{**mapping(term), "matchExpressions": [*sequence(term, "matchExpressions"), *expressions]} for term in terms(spec)]
    affinity = mapping(spec, "affinity")
    node = mapping(affinity, "nodeAffinity")
    asked = found or [{"matchExpressions": [*expressions]}]
    return {**spec, "affinity": {**affinity, "nodeAffinity": {**node, REQUIRED: {"nodeSelectorTerms": asked}}}}


def selected_pools(spec: Spec) -> tuple[str, ...]:
    """The NodePools that a pod selects, of which its node is one; empty where it leaves them open."""
    return either(alternatives(spec, _LABEL), (NODE_POOL,))


def growth(body: Spec) -> Iterator[Growth | str]:
    """How far a NodePool that follows its pods may grow, or why a limit cannot be read; nothing for one of a fixed size."""
    if mapping(body, "spec").get("replicas") is not None:
        return
    limits: dict[str, Decimal] = {}
    for name, written in mapping(body, "spec", "limits").items():
        try:
            limits[str(name)] = parse_quantity(written)
        except QuantityError as error:
            yield f"spec.limits.{str(name)[:60]}: {error}"
    if not mapping(body, "spec", "limits"):
        yield "it has no limits: it may make nodes as far as pods ask, whatever they cost; spec.limits bounds it"
    yield Growth(select(on_nodes(requirements(body))), limits)


def fixed_nodes(body: Spec) -> Decimal | None:
    """The number of nodes of a NodePool of a fixed size; None for one that follows its pods. Raises `CountError`."""
    stated = mapping(body, "spec").get("replicas")
    return None if stated is None else whole(stated, ("spec", "replicas"))


def names_machines(selection: NodeSelection) -> bool:
    """Whether a NodePool's requirements tell which machines it makes."""
    return bool(selection.machine_types) or (selection.shape is not None and selection.shape.fixes)
