"""An object's identity in JSON: what tells it from every other, in weighings and in what is allowed to some objects alone."""

from __future__ import annotations

from workloads.manifest import Identity


def identity_document(identity: Identity) -> dict[str, object]:
    """An identity; null where a part is not stated."""
    return {
        "cluster": identity.cluster or None,
        "group": identity.group,
        "kind": identity.kind,
        "namespace": identity.namespace or None,
        "name": identity.name,
    }
