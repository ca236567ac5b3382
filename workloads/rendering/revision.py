"""Which revisions of this repository a change cannot reach: those that stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workloads.field import text
from workloads.rendering.obstacle import Obstacle

_PINNED: Final = re.compile(r"[0-9a-f]{40}\Z|refs/tags/.|v?\d+(\.\d+)+([-+].*)?\Z")
"""A commit, a tag by its whole name, or one that names a version."""
_REFERENCE: Final = ("commit", "name", "semver", "tag")
"""What a GitRepository of Flux may state in place of a branch, the first one going before the others."""


def pinned(revision: str) -> Obstacle | None:
    """Why what stands at a revision is not known; None where it is a branch, which the change goes to."""
    return _refused(revision) if _PINNED.match(revision) else None


def branch(revision: str) -> str:
    """The name of a revision that is not pinned, however it is written; empty for the repository's own."""
    name = revision.removeprefix("refs/heads/")
    return "" if name == "HEAD" else name


def moved(before: str, after: str) -> Obstacle | None:
    """That something follows another revision than before: what either holds beside the change is not known.

    None where it is the same one.
    """
    if before == after:
        return None
    names = (name[:60] or "HEAD" for name in (before, after))
    return Obstacle(f"it moves from {' to '.join(names)} of this repository", "weigh the one revision against the other")


def pinned_repository(reference: Mapping[str, object]) -> Obstacle | None:
    """Likewise of ``spec.ref`` of a GitRepository: fluxcd.io/flux/components/source/gitrepositories, reference."""
    stated = next((key for key in _REFERENCE if text(reference, key)), "")
    revision = text(reference, stated) if stated else ""
    if stated == "name":
        return pinned(revision)
    return _refused(revision) if stated else None


def _refused(revision: str) -> Obstacle:
    return Obstacle(
        f"it is pinned to {revision[:60]} of this repository, which is not rendered", "weigh the change of that revision"
    )
