"""What Argo CD's Source Hydrator deploys: it renders a dry source, and writes what comes of it to a branch of plain YAML.

Source: argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator; argoproj.io/v1alpha1, spec.sourceHydrator.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final

from workloads.field import mapping, text
from workloads.rendering.world import World

_MARK: Final = "hydrator.metadata"
"""The file that the hydrator leaves in each folder that it writes."""


def hydrated_source(hydrator: Mapping[str, object], world: World) -> Mapping[str, object] | None:
    """What there is to render: the dry source, or what came of it where the tree is that branch; None without any."""
    dry, path = mapping(hydrator, "drySource"), text(hydrator, "syncSource", "path")
    place = world.path(path) if path else None
    if place is not None and posixpath.join(place, _MARK) in world.plan.tree.files:
        return {"repoURL": text(dry, "repoURL"), "path": path}
    return dry or None
