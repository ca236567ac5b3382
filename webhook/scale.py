"""The scale subresource carries a number and no template: the object whose pods it counts is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cluster.lookup import Answer, Lookup, Reference
from policies.match import resource_of
from webhook.review import Review
from workloads.field import dig, mapping
from workloads.registry import rows


def parent(review: Review, lookup: Lookup) -> Answer | None:
    """The object that is scaled; None where its kind is not known."""
    group = review.resource_group
    kind = _kinds().get((group, review.resource))
    if kind is None:
        return None
    version = _VERSIONS.get(group, "v1")
    return lookup.get(Reference(f"{group}/{version}" if group else version, kind, review.namespace, review.name))


_VERSIONS = {"argoproj.io": "v1alpha1", "leaderworkerset.x-k8s.io": "v1", "apps.kruise.io": "v1alpha1", "ray.io": "v1"}
"""Versions of scalable kinds' groups that are not v1."""


@lru_cache(maxsize=1)
def _kinds() -> Mapping[tuple[str, str], str]:
    """Kinds by group and plural."""
    found: dict[tuple[str, str], str] = {}
    for (group, _), row in rows().items():
        for kind in str(row.get("kind", "")).split("|"):
            found[group, resource_of(kind)] = kind
    return found


def scaled(body: Mapping[str, object], scale: Mapping[str, object] | None) -> Mapping[str, object]:
    """An object with the replicas that a Scale states."""
    replicas = dig(scale, "spec", "replicas") if scale is not None else None
    # A Scale of zero leaves its zero out.
    stated = replicas if isinstance(replicas, int) else 0
    return {**body, "spec": {**mapping(body, "spec"), "replicas": stated}}
