"""What an object's live owners lend it: the labels of what controls it, and of what controls that, each told by its uid."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.lookup import Found, Lookup, Reference, Unavailable
from policies.context import Derivation, Owner
from policies.matching.owner import MOST_OWNERS, NOBODY, controller_of
from policies.message import quoted
from webhook.controllers import NOT_STATED, Controllers, Standing
from webhook.review import Review
from webhook.root import takes
from workloads.field import mapping, text


def owner_of(review: Review, derived: Derivation | None, lookup: Lookup, controllers: Controllers = NOT_STATED) -> Owner:
    """What the owners of a reviewed object lend it.

    Naming an owner is not being made by it: only what its own controller asks for borrows anything. Where nobody can say whether
    that is so, the labels are not known.
    """
    reference = controller_of(review.object or {})
    if reference is None:
        return NOBODY
    words = f"{quoted(text(reference, 'kind'))} {quoted(review.namespace)}/{quoted(text(reference, 'name'))}"
    if derived is not None and not derived.certain:
        return Owner({}, f"nobody can say whether {words} made it")
    if derived is None:
        stranger = controllers.standing(review, reference) is Standing.STRANGER
        answer = lookup.get(_named(reference, review.namespace)) if not stranger else None
        return Owner({}, f"{words}: {answer.reason}") if isinstance(answer, Unavailable) else NOBODY
    return _lent(reference, review, lookup)


def _lent(reference: Mapping[str, object], review: Review, lookup: Lookup) -> Owner:
    """The labels of the owners above one another, the nearest first, as far as each is live and selects the one below."""
    labels: dict[str, object] = {}
    kinds: list[str] = []
    below: Mapping[str, object] = review.object or {}
    above: Mapping[str, object] | None = reference
    while above is not None and len(kinds) < MOST_OWNERS:
        answer = lookup.get(_named(above, review.namespace))
        if isinstance(answer, Unavailable):
            return Owner(labels, f"{quoted(text(above, 'kind'))} {quoted(text(above, 'name'))}: {answer.reason}", tuple(kinds))
        live = isinstance(answer, Found) and text(answer.body, "metadata", "uid") == text(above, "uid")
        if not isinstance(answer, Found) or not live or not takes(answer.body, below):
            break
        labels = {**mapping(answer.body, "metadata", "labels"), **labels}
        kinds.append(text(above, "kind"))
        below, above = answer.body, controller_of(answer.body)
    return Owner(labels, kinds=tuple(kinds))


def _named(reference: Mapping[str, object], namespace: str) -> Reference:
    return Reference(text(reference, "apiVersion"), text(reference, "kind"), namespace, text(reference, "name"))
