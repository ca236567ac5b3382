"""A claim that is bound names its volume, and may still ask for more of it: a change of one is weighed by what it asks for.

A new claim that names a volume takes one that is there already. Every other gets its volume's name when it is bound, so that in a
changed claim the name says nothing: read as in a new one, no expansion would ever be weighed.
"""

from __future__ import annotations

from collections.abc import Mapping

from webhook.review import Review
from workloads.field import mapping

_VOLUME = "volumeName"


def asked(review: Review, body: Mapping[str, object]) -> Mapping[str, object]:
    """A changed claim without the name of its volume; every other object as it is."""
    spec = mapping(body, "spec")
    if (review.group, review.kind, review.operation) != ("", "PersistentVolumeClaim", "UPDATE") or _VOLUME not in spec:
        return body
    return {**body, "spec": {key: value for key, value in spec.items() if key != _VOLUME}}
