"""Folders on disk as they are deployed: what a kustomization or a chart in them makes is weighed as it is built."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from workloads.rendering.deployers import GROUPS
from workloads.rendering.links import Links
from workloads.rendering.plan import Directions
from workloads.rendering.revision import repository_name
from workloads.rendering.side import Home, Side
from workloads.rendering.tree import inside
from workloads.sources.error import RepositoryError
from workloads.sources.files import SUFFIXES, Watcher, read_paths
from workloads.sources.folder_listing import PASSED_OVER
from workloads.sources.folder_tree import FolderTree
from workloads.sources.renderer import Renderer
from workloads.sources.rendering import RenderedSide, render_change, told_alike
from workloads.sources.repository import Repository
from workloads.text.document import DEFAULT_LIMITS
from workloads.text.reader import Reading

Ways = Callable[[str], Directions]
"""How a tree is rendered, by its top."""


class _NoTree:
    """A tree without files."""

    def __init__(self) -> None:
        self.files: Mapping[str, str] = {}
        self.links: Mapping[str, str] = {}

    def load(self, paths: Iterable[str]) -> None:
        """There are none."""

    def read(self, path: str) -> bytes | None:  # noqa: ARG002 - the protocol's
        """Nothing."""
        return None


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is to be built, in the tree that its kustomizations may name files of."""

    path: str
    """As it was given."""
    top: str
    tree: FolderTree
    ways: Directions

    @classmethod
    def at(cls, path: str, ways: Ways, top: str = "") -> _Folder:
        """The folder at a path. Its tree is its repository; else the current folder, where it stands in that; else itself.

        ``top`` is another tree that it stands in.
        """
        whole = os.path.realpath(path)
        top = top or _top(whole)
        scope = os.path.relpath(whole, top)
        scope = "" if scope == os.curdir else scope
        directions = replace(ways(top), scope=scope, aside=partial(_aside, scope))
        named = (directions.path(value) for entry in directions.entries for value in entry.values)
        tree = FolderTree(top, scope, filter(None, named))
        return cls(path, top, tree, replace(directions, aside=partial(_shown_aside, directions.aside, tree.shown)))

    @property
    def scope(self) -> str:
        """From the top."""
        return self.ways.scope

    def shown(self, path: str) -> str:
        """A path of the tree as a person here would type it."""
        return os.path.normpath(os.path.join(self.path, os.path.relpath(path or os.curdir, self.scope or os.curdir)))

    def side(self) -> Side:
        """What is to be rendered of it."""
        words = [word.encode() for word in GROUPS]
        named = [path for path in self.within if path.endswith(SUFFIXES)]
        deploying = [path for path in named if any(word in (self.tree.read(path) or b"") for word in words)]
        home = Home(self.shown, deploying, _remotes(self.top), search=partial(self._holding, named))
        return Side(self.tree, self.ways, home)

    def _holding(self, files: Iterable[str], words: frozenset[str]) -> list[str]:
        """Those of some files whose text holds one of the words."""
        encoded = [word.encode("utf-8", "replace") for word in words]
        return [path for path in files if any(word in (self.tree.read(path) or b"") for word in encoded)]

    @property
    def within(self) -> frozenset[str]:
        """The files that stand in it, and not only where something refers to them."""
        return frozenset(path for path in self.tree.files if inside(self.scope, path) and not self.ways.aside(path))


def _aside(scope: str, path: str) -> bool:
    """Whether a path of a folder is hidden in it, or is otherwise passed over."""
    return any(part.startswith(".") or part in PASSED_OVER for part in path[len(scope) :].split("/"))


def _shown_aside(known: Callable[[str], bool], links: Links, path: str) -> bool:
    """Whether a path is aside, or is shown by a link to a folder: as with kubectl, only what refers to it looks into it."""
    return known(path) or path in links.folders or links.folder(path) is not None


def _top(folder: str) -> str:
    """The top of the repository that a folder is in, or what stands in for it where it is in none."""
    for here in (Path(folder), *Path(folder).parents):
        if (here / ".git").exists():
            return str(here)
    current = os.path.realpath(os.curdir)
    return current if folder.startswith(current + os.sep) else folder


def _remotes(top: str) -> frozenset[str]:
    try:
        return frozenset(map(repository_name, Repository(top).remotes()))
    except RepositoryError:
        return frozenset()


def read_built(path: str, ways: Ways, renderer: Renderer, watcher: Watcher | None = None) -> Reading:
    """A folder as it is deployed: what its kustomizations and charts make, and the rest of it as it stands."""
    folder = _Folder.at(path, ways)
    nothing = Side(_NoTree(), Directions(), Home(str))
    _, after = render_change(nothing, folder.side(), folder.within, renderer)
    return _settled(folder, after, watcher)


def read_both_built(
    before: str, after: str, ways: Ways, renderer: Renderer, watcher: Watcher | None = None
) -> tuple[Reading, Reading]:
    """Two folders likewise. What cannot be rendered of one is not told of the other: it would pass for new, or for removed.

    What the two hold is known again by its path in them, or in the trees of which they are the same part; only folders of one
    tree that are no counterparts, such as two overlays, are known by their objects alone.
    """
    paired: list[tuple[Reading, Reading]] = []
    for tops in _counterparts(before, after):
        told = _compared(_Folder.at(before, ways, tops[0]), _Folder.at(after, ways, tops[1]), renderer, watcher)
        if not _unknown(told):
            return told
        paired.append(told)
    beside = _compared(_Folder.at(before, ways), _Folder.at(after, ways), renderer, watcher)
    return min(paired, key=_unknown) if _unknown(beside) else beside


def _counterparts(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The trees in which two folders stand at one path: themselves, and what holds both below parts of equal names."""
    old, new = Path(os.path.realpath(before)), Path(os.path.realpath(after))
    yield str(old), str(new)
    if old.name != new.name:
        return
    while old.name == new.name and old != new:
        old, new = old.parent, new.parent
    yield str(old), str(new)


def _compared(old: _Folder, new: _Folder, renderer: Renderer, watcher: Watcher | None) -> tuple[Reading, Reading]:
    first, second = render_change(old.side(), new.side(), old.within | new.within, renderer)
    return told_alike(_settled(old, first, watcher), _settled(new, second, watcher))


def _unknown(told: tuple[Reading, Reading]) -> int:
    """How many objects stand for others that are not known."""
    return sum(bool(each.unrendered) for side in told for each in side.manifests)


def _settled(folder: _Folder, side: RenderedSide, watcher: Watcher | None) -> Reading:
    owned = frozenset(folder.shown(path) for path in side.owned)
    read = side.settled(read_paths([folder.path], DEFAULT_LIMITS, watcher, owned))
    return replace(read, problems=(*folder.tree.problems, *read.problems))
