"""The scale subresource carries a number and no template: the object whose pods it counts is looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from cluster.lookup import Answer, Lookup, Reference
from policies.matching.match import resource_of
from webhook.review import Review
from workloads.field import dig, mapping, text
from workloads.kinds.registry import find, rows


def parent(review: Review, lookup: Lookup) -> Answer | None:
    """The object that is scaled; None where its kind is not known."""
    group = review.resource_group
    kind = _kinds().get((group, review.resource))
    version = f"{group}/v1" if group else "v1"
    return lookup.get(Reference(version, kind, review.namespace, review.name)) if kind is not None else None


@lru_cache(maxsize=1)
def _kinds() -> Mapping[tuple[str, str], str]:
    """Kinds by group and plural."""
    found: dict[tuple[str, str], str] = {}
    for (group, _), row in rows().items():
        for kind in str(row.get("kind", "")).split("|"):
            found[group, resource_of(kind)] = kind
    return found


def scaled(body: Mapping[str, object], scale: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """An object with the replicas that a Scale states, in the field that its kind keeps them in; None where none is known."""
    kind = find(text(body, "apiVersion").rpartition("/")[0], text(body, "kind"))
    pattern = next(kind.scale.patterns(), None) if kind is not None and kind.scale is not None else None
    if pattern is None or pattern.wild or pattern.root:
        return None
    replicas = dig(scale, "spec", "replicas") if scale is not None else None
    # A Scale of zero leaves its zero out.
    return _with(body, [str(step) for step in pattern.steps], replicas if isinstance(replicas, int) else 0)


def _with(body: Mapping[str, object], path: Sequence[str], value: object) -> Mapping[str, object]:
    """A copy with a value at a path."""
    first, *rest = path
    return {**body, first: _with(mapping(body, first), rest, value) if rest else value}
