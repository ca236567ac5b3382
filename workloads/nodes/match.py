"""Which nodes of a pool a pod may run on, as the scheduler decides it: node selector, required affinity, taints."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from workloads.field import mapping, sequence, text
from workloads.nodes.affinity import MOST, MOST_VALUES, REQUIRED
from workloads.nodes.labels import keeps
from workloads.nodes.pool import NodePool, Taint

_KEEPS_AWAY = ("NoSchedule", "NoExecute")


def matching_nodes(
    pool: NodePool, spec: Mapping[str, object], requested: Collection[str] = (), left_out: Collection[str] = ()
) -> int:
    """How many nodes of a pool take a pod with this spec, its size left aside.

    ``requested`` are the pod's extended resources: a taint that is named like one is tolerated by who asks for it, as the
    admission plugin ExtendedResourceToleration sees to. What is said of a label that snapshots do not keep, or that this one has
    ``left_out``, is taken as met (`not_kept` names those). Never raises.
    """
    if not all(_tolerated(taint, spec, requested) for taint in pool.taints):
        return 0
    selector, affinity = mapping(spec, "nodeSelector"), mapping(spec, "affinity", "nodeAffinity")
    terms = sequence(affinity, REQUIRED, "nodeSelectorTerms") if affinity.get(REQUIRED) is not None else None
    if not selector and terms is None:
        return pool.nodes
    return sum(count for labels, count in pool.variants() if _selected(labels, selector, terms, left_out))


def not_kept(spec: Mapping[str, object], left_out: Collection[str] = ()) -> tuple[str, ...]:
    """The labels by which a pod chooses its nodes and of which a snapshot does not tell."""
    terms = sequence(spec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")[:MOST]
    expressions = (each for term in terms for each in sequence(term, "matchExpressions")[:MOST])
    keys = (*mapping(spec, "nodeSelector"), *(text(each, "key") for each in expressions))
    return tuple(dict.fromkeys(str(key) for key in keys if key and not _is_kept(str(key), left_out)))


def _is_kept(key: str, left_out: Collection[str]) -> bool:
    return key not in left_out and keeps(key)


def _tolerated(taint: Taint, spec: Mapping[str, object], requested: Collection[str]) -> bool:
    if taint.effect not in _KEEPS_AWAY or taint.key in requested:
        return True
    return any(_tolerates(toleration, taint) for toleration in sequence(spec, "tolerations"))


def _tolerates(toleration: object, taint: Taint) -> bool:
    key, effect, operator = (text(toleration, field) for field in ("key", "effect", "operator"))
    if (effect and effect != taint.effect) or (key and key != taint.key):
        return False
    if operator == "Exists":
        return True
    return bool(key) and operator in ("", "Equal") and text(toleration, "value") == taint.value


def _selected(
    labels: Mapping[str, str], selector: Mapping[str, object], terms: Sequence[object] | None, left_out: Collection[str]
) -> bool:
    if any(labels.get(key) != value and _is_kept(str(key), left_out) for key, value in selector.items()):
        return False
    return terms is None or any(_meets(labels, term, left_out) for term in terms[:MOST])


def _meets(labels: Mapping[str, str], term: object, left_out: Collection[str]) -> bool:
    """Whether a term holds; one without expressions matches nothing, one on a node's name no node that is known here."""
    expressions = sequence(term, "matchExpressions")[:MOST]
    return bool(expressions) and not sequence(term, "matchFields") and all(_holds(labels, each, left_out) for each in expressions)


def _holds(labels: Mapping[str, str], expression: object, left_out: Collection[str]) -> bool:
    key, operator = text(expression, "key"), text(expression, "operator")
    if not _is_kept(key, left_out):
        return True
    value = labels.get(key)
    values = sequence(expression, "values")[:MOST_VALUES]
    if operator == "In":
        return value in values and value is not None
    if operator == "NotIn":
        return value not in values
    if operator in ("Exists", "DoesNotExist"):
        return (value is not None) is (operator == "Exists")
    return operator in ("Gt", "Lt") and _compared(value, operator, values)


def _compared(value: str | None, operator: str, values: Sequence[object]) -> bool:
    if value is None or len(values) != 1 or not (_is_number(value) and _is_number(values[0])):
        return False
    return int(value) > int(str(values[0])) if operator == "Gt" else int(value) < int(str(values[0]))


def _is_number(value: object) -> bool:
    digits = value.removeprefix("-") if isinstance(value, str) else ""
    return digits.isascii() and digits.isdigit() and len(digits) < 19
