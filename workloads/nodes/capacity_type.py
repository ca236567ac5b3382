"""Whether a pod runs on spot capacity: by what it requires of its nodes, prefers, and tolerates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workloads.field import mapping, sequence, text
from workloads.nodes.affinity import MOST, PREFERRED, Alternative, LabelValues, with_term

CAPACITY_TYPE = "karpenter.sh/capacity-type"
"""Karpenter's label of how a node is bought."""
SPOT_VALUES = {
    CAPACITY_TYPE: frozenset({"spot"}),
    "eks.amazonaws.com/capacityType": frozenset({"SPOT"}),
    "cloud.google.com/gke-spot": frozenset({"true"}),
    "cloud.google.com/gke-preemptible": frozenset({"true"}),
    "cloud.google.com/gke-provisioning": frozenset({"spot", "preemptible"}),
    "kubernetes.azure.com/scalesetpriority": frozenset({"spot"}),
    "node.kubernetes.io/lifecycle": frozenset({"spot"}),
}
"""Labels, and taints of the same name, that tell spot nodes; with the values that mean spot."""

_LABELS = frozenset(SPOT_VALUES)
_OPERATOR_DEFINED = {"node.kubernetes.io/lifecycle": frozenset({"normal", "on-demand"})}
"""Labels whose values each operator chooses, with the values that surely are not spot."""


def spot_of(spec: Mapping[str, object], found: Sequence[Alternative]) -> str:
    """``required``, ``permitted`` or ``no``.

    Required where every alternative of selector and affinity is spot; permitted where one is, where several capacities are
    allowed, and where spot is tolerated or preferred and not ruled out.
    """
    answers = {_of_alternative(alternative) for alternative in found}
    if answers in ({"required"}, {"no"}):
        return answers.pop()
    if answers & {"required", "permitted"} or _tolerated(spec) or _preferred(spec):
        return "permitted"
    return "no"


def _of_alternative(alternative: Alternative) -> str:
    """Whether one alternative asks for spot: ``required``, ``permitted``, ``no`` (ruled out) or ``open``."""
    answers = {_of_label(key, alternative[key]) for key in _LABELS.intersection(alternative)}
    return next((answer for answer in ("required", "no", "permitted") if answer in answers), "open")


def _of_label(key: str, values: LabelValues) -> str:
    spot = SPOT_VALUES[key]
    if values.absent or spot <= values.excluded:
        return "no"
    if values.allowed is None:
        return "open"
    inside = [value in spot for value in values.allowed]
    if all(inside):
        return "required"
    if any(inside):
        return "permitted"
    surely = _OPERATOR_DEFINED.get(key)
    return "no" if surely is None or surely.issuperset(values.allowed) else "open"


def _tolerated(spec: Mapping[str, object]) -> bool:
    """A toleration of everything says nothing of spot: DaemonSets have it."""
    for toleration in sequence(spec, "tolerations"):
        spot = SPOT_VALUES.get(text(toleration, "key"))
        if spot and (text(toleration, "operator") == "Exists" or text(toleration, "value") in spot):
            return True
    return False


def _preferred(spec: Mapping[str, object]) -> bool:
    preferences = sequence(spec, "affinity", "nodeAffinity", PREFERRED)[:MOST]
    return any(_of_alternative(with_term({}, mapping(term, "preference"), _LABELS)) == "required" for term in preferences)
