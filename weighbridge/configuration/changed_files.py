"""What a change makes of the files at and below some paths, wherever links lead from there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from weighbridge.configuration.path_inside import path_inside
from workloads.rendering.tree import inside, link_to, real_path
from workloads.sources.files import SUFFIXES
from workloads.sources.git_tree import GitTree
from workloads.sources.repository import NOT_THERE, SUBMODULE, ChangedFile, Stored


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change, as a checkout of it would be read."""

    tree: GitTree
    links: Mapping[str, str]
    """Where each link leads, those to a place in this very checkout too."""

    @classmethod
    def of(cls, tree: GitTree) -> Side:
        """What a tree has."""
        return cls(tree, {link: _relative(tree.repository.top, link, target) for link, target in tree.links.items()})

    def real(self, start: str) -> str | None:
        """The path that a path leads to; None where that is outside of the repository."""
        return real_path(self.links, start)

    def held(self, start: str) -> dict[str, Stored | None]:
        """What is read at a path and below, by what follows that path; where it leads outside, the link that leads there."""
        real = self.real(start)
        if real is None:
            link = link_to(self.links, start)
            return {"": self.tree.listing.get(link or start)}
        return {path[len(real) :]: entry for path, entry in self.tree.listing.items() if _is_read(path, entry, real)}


def changed_files(earlier: GitTree, later: GitTree, changes: Sequence[ChangedFile], starts: Iterable[str]) -> list[str]:
    """The files at and below ``starts`` that differ, by where they stand; the start itself where a link shows other ones there.

    ``changes`` are all that make the later tree of the earlier one. Of a folder what is read of one counts: manifests, and what
    stands in another repository.
    """
    before, after = Side.of(earlier), Side.of(later)
    found: set[str] = set()
    for start in set(starts):
        real = before.real(start)
        if real is not None and real == after.real(start):
            both = ((each.path, entry) for each in changes for entry in (each.before, each.after))
            found.update(path for path, entry in both if _is_read(path, entry, real))
        elif before.held(start) != after.held(start):
            found.add(start)
    return sorted(found)


def _is_read(path: str, entry: Stored, start: str) -> bool:
    """Whether what stands at a path is read where ``start`` is named."""
    if entry.mode == NOT_THERE:
        return False
    # A submodule holds what is below it.
    if path == start or inside(path, start):
        return True
    return inside(start, path) and (path.endswith(SUFFIXES) or entry.mode == SUBMODULE)


def _relative(top: str, link: str, target: str) -> str:
    """Where a link leads, from where it stands, also if that is written from the root of the file system."""
    place = path_inside(top, target) if target.startswith("/") else None
    return target if place is None else os.path.relpath(place, Path(link).parent)
