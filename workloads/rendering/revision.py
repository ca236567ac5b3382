"""Which revision of a repository something follows: one that a change goes to, or one that stays as it is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from workloads.field import mapping, text
from workloads.rendering.obstacle import Obstacle

_LAST_TWO: Final = re.compile(r"([^/:]+/[^/:]+?)(?:\.git)?/*\Z")
_PINNED: Final = re.compile(r"[0-9a-f]{40}\Z|refs/tags/.|v?\d+(\.\d+)+([-+].*)?\Z")
"""A commit, a tag by its whole name, or one that names a version."""
_REFERENCE: Final = ("commit", "digest", "name", "semver", "tag")
"""What a source of Flux may state in place of a branch, the first one going before the others."""


def repository_name(address: str) -> str:
    """``acme/platform``, whatever way an address of it is written: a mirror and an SSH address are known to be one."""
    found = _LAST_TWO.search(address.strip())
    return found[1].lower() if found else ""


def pinned(revision: str) -> Obstacle | None:
    """Why what stands at a revision is not known; None where it is a branch, which the change goes to."""
    return _refused(revision) if _PINNED.match(revision) else None


def branch(revision: str, default: str = "") -> str:
    """The name of a revision that is not pinned, however it is written; empty for the repository's own, which is ``default``."""
    name = revision.removeprefix("refs/heads/")
    return "" if name in ("HEAD", default) else name


def followed(address: str, revision: str) -> str:
    """A revision of a repository in words, so that two ways to write one are equal: ``main of acme/platform``."""
    name = repository_name(address) or address
    return f"{revision[:60] or 'HEAD'} of {name[:100]}" if name else revision[:60] or "HEAD"


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> Obstacle | None:
    """That something follows another revision than before: what either holds beside the change is not known.

    None where each of its sources is the same one, as far as both are told.
    """
    for name in before.keys() & after.keys():
        if before[name] != after[name]:
            words = f"{name[:60] or 'it'} moves from {before[name]} to {after[name]}"
            return Obstacle(words, "weigh the one revision against the other")
    return None


def followed_source(source: Mapping[str, object]) -> str:
    """What a source of Flux stands for: of its ``ref`` what goes before the rest; without any, ``master`` of Git."""
    reference = mapping(source, "spec", "ref")
    stated = next((key for key in (*_REFERENCE, "branch") if text(reference, key)), "")
    git = text(source, "kind") == "GitRepository"
    address = text(source, "spec", "url") or posixpath.join(text(source, "spec", "endpoint"), text(source, "spec", "bucketName"))
    return followed(address, branch(text(reference, stated)) if stated else "master" if git else "latest")


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
