"""What stands below the links of a tree, at the paths by which they show it.

A deployer that is told of a folder reads it through links, and so does Kustomize: what a link shows is there at two places.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from workloads.rendering.tree import MOST_LINKS, link_to, real_path

MOST_SHOWN: Final = 20_000
"""Files of one tree that are looked at through links."""


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one tree that lead to something in it."""

    files: Mapping[str, str] = field(default_factory=dict)
    """Where the file stands that is shown at a path: links to files, and everything below links to folders."""
    folders: Mapping[str, str] = field(default_factory=dict)
    """The folder that a link leads to."""
    unfollowed: frozenset[str] = frozenset()
    """Links to folders that are not looked through: they lead round, or show too much."""

    def folder(self, path: str) -> tuple[str, str] | None:
        """The link to a folder that a path goes through, and where that leads; None where it goes through none."""
        link = link_to(self.folders, path)
        return (link, self.folders[link]) if link is not None else None


class _TooMuchError(Exception):
    """A link leads round, or shows too much."""


class _Showing:
    """Looks through links, with so many steps for all of them together."""

    def __init__(self, files: Mapping[str, str], links: Mapping[str, str]) -> None:
        self._links = links
        self._files = files
        self._paths = sorted({**files, **links})
        self._left = MOST_SHOWN

    def below(self, place: str, folder: str) -> dict[str, str]:
        """Where the files stand that a folder shows at another place, those of links in it too.

        :raises _TooMuchError: when a link leads to a folder that it stands in, or more is shown than is looked at.
        """
        found: dict[str, str] = {}
        waiting = [(place, folder, 0)]
        while waiting:
            seen, real, depth = waiting.pop()
            if not real or f"{seen}/".startswith(f"{real}/") or depth > MOST_LINKS:
                raise _TooMuchError
            for path in self._members(real):
                here = seen + path[len(real) :]
                target = real_path(self._links, path)
                if target is not None and target in self._files:
                    found[here] = target
                elif target is not None:
                    waiting.append((here, target, depth + 1))
        return found

    def _members(self, folder: str) -> Iterator[str]:
        """Everything that stands in a folder, at any depth: a step each, and one for the folder."""
        start = f"{folder}/"
        for index in range(bisect_left(self._paths, start), len(self._paths) + 1):
            self._left -= 1
            if self._left < 0:
                raise _TooMuchError
            if index == len(self._paths) or not self._paths[index].startswith(start):
                return
            yield self._paths[index]


def links_of(files: Mapping[str, str], links: Mapping[str, str]) -> Links:
    """What the links of a tree show. Linear in the tree and in that, and bounded."""
    if not links:
        return Links()
    showing = _Showing(files, links)
    shown: dict[str, str] = {}
    folders: dict[str, str] = {}
    unfollowed: set[str] = set()
    for link in sorted(links):
        target = real_path(links, link)
        if target is None:
            continue
        if target in files:
            shown[link] = target
        else:
            try:
                found = showing.below(link, target)
            except _TooMuchError:
                unfollowed.add(link)
                continue
            shown |= found
            folders |= {link: target} if found else {}
    return Links(shown, folders, frozenset(unfollowed))
