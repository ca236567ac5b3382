"""Whether an object was made by a controller from an owner that was weighed before, or is what somebody wrote: a root.

Rules bite at roots. A derived object is never denied for what its owner's template explains: that would turn a new policy and a
drained node into an outage. Anyone who may create pods may name a true owner, so owner, requester and selector have to agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cluster.lookup import Found, Lookup, Reference, Unavailable
from policies.context import Derivation
from policies.matching.match import selects
from policies.matching.owner import controller_of
from policies.policy import Expression, Selector
from webhook.controllers import BUILT_IN, NOT_STATED, Controllers, Standing, group_kind, is_controller_of_stateful_sets
from webhook.review import Review
from workloads.field import dig, mapping, sequence, text

_FOR_PODS: Final = frozenset(("ResourceClaim", "NodeClaim"))
"""What is made for pods that were let in: stopping it stops them."""
LONGEST_NAME: Final = 253
"""Characters of a name that the API server takes; each dash of a claim's may be where its StatefulSet's begins."""
_MIRROR: Final = "kubernetes.io/config.mirror"


def derivation(review: Review, lookup: Lookup, controllers: Controllers = NOT_STATED) -> Derivation | None:
    """Which owner an object derives from; None for a root."""
    body = review.object or {}
    if review.kind == "PersistentVolumeClaim" and (of_set := _claim_of_stateful_set(review, body, lookup)) is not None:
        return of_set
    owner = controller_of(body) or _pool_of(review, body)
    if owner is None:
        return None
    standing = controllers.standing(review, owner)
    if standing is Standing.STRANGER:
        return None
    own, kind, name = standing is Standing.CONTROLLER, text(owner, "kind"), text(owner, "name")
    words = f"{kind} {review.namespace}/{name}" if review.namespace else f"{kind} {name}"
    answer = lookup.get(Reference(text(owner, "apiVersion"), kind, review.namespace, name))
    if isinstance(answer, Unavailable):
        # Its own controller asks, or nobody can say whose it is: denying could stop what was accepted.
        return Derivation(words, certain=False) if own or review.kind in _FOR_PODS else None
    live = isinstance(answer, Found) and text(answer.body, "metadata", "uid") == text(owner, "uid")
    if not isinstance(answer, Found) or not live or not takes(answer.body, body):
        return None
    # What an operator makes of a template, where it has one, is its own affair.
    of_template = review.kind == "Pod" and group_kind(owner) in BUILT_IN
    return Derivation(words, certain=own, template=mapping(answer.body, "spec", "template") if of_template else None)


def _pool_of(review: Review, body: Mapping[str, object]) -> Mapping[str, object] | None:
    """The NodePool that a NodeClaim names: Karpenter names it as an owner, and as no controller."""
    if (review.group, review.kind) != ("karpenter.sh", "NodeClaim"):
        return None
    return next((mapping(each) for each in owners_of(body) if text(each, "kind") == "NodePool"), None)


def owners_of(body: Mapping[str, object]) -> Sequence[object]:
    """The owners that an object names."""
    return sequence(body, "metadata", "ownerReferences")


def disowned(body: Mapping[str, object]) -> Mapping[str, object]:
    """An object without the owners that it names: what nobody made of an owner is not paid for by one."""
    metadata = mapping(body, "metadata")
    if "ownerReferences" not in metadata:
        return body
    return {**body, "metadata": {key: value for key, value in metadata.items() if key != "ownerReferences"}}


def is_mirror(review: Review) -> bool:
    """Whether a kubelet shows a Pod that it already runs from a file: denying it stops nothing."""
    annotated = _MIRROR in mapping(review.object, "metadata", "annotations")
    return annotated and review.requester.name.startswith("system:node:") and "system:nodes" in review.requester.groups


def takes(owner: Mapping[str, object], body: Mapping[str, object]) -> bool:
    """Whether an owner's selector takes the object; one without a selector takes all."""
    stated = dig(owner, "spec", "selector")
    if not isinstance(stated, dict):
        return True
    labels = mapping(body, "metadata", "labels")
    if not {"matchLabels", "matchExpressions"} & stated.keys():
        return all(labels.get(key) == value for key, value in stated.items())
    expressions = [Expression(key, "In", (str(value),)) for key, value in mapping(stated, "matchLabels").items()]
    for each in sequence(stated, "matchExpressions"):
        values = tuple(str(value) for value in sequence(each, "values"))
        expressions.append(Expression(text(each, "key"), text(each, "operator") or "Exists", values))
    known = {"In", "NotIn", "Exists", "DoesNotExist"}
    return all(each.operator in known for each in expressions) and selects(Selector(tuple(expressions)), labels)


def _claim_of_stateful_set(review: Review, body: Mapping[str, object], lookup: Lookup) -> Derivation | None:
    """A StatefulSet's claim names no owner: it is told by who asks, by its name (``template-set-ordinal``) and by its labels."""
    if not is_controller_of_stateful_sets(review.requester.name):
        return None
    name = text(body, "metadata", "name")
    stem, _, ordinal = name.rpartition("-")
    if len(name) > LONGEST_NAME or not ordinal.isdigit():
        return None
    parts = stem.split("-")
    for start in range(1, len(parts)):
        template, name = "-".join(parts[:start]), "-".join(parts[start:])
        answer = lookup.get(Reference("apps/v1", "StatefulSet", review.namespace, name))
        if isinstance(answer, Unavailable):
            return Derivation(f"StatefulSet {review.namespace}/{name}", certain=False)
        if isinstance(answer, Found) and _has_template(answer.body, template) and takes(answer.body, body):
            return Derivation(f"StatefulSet {review.namespace}/{name}")
    return None


def _has_template(owner: Mapping[str, object], name: str) -> bool:
    return any(text(claim, "metadata", "name") == name for claim in sequence(owner, "spec", "volumeClaimTemplates"))
