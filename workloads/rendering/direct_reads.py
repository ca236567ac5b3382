"""What one kustomization reads by itself, found by parsing alone, and what in it may not be read."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Set
from dataclasses import dataclass

from workloads.manifest import Origin
from workloads.rendering.kustomization import Kustomization, Reference, is_remote, parse_plugin
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.tree import Folders, OutsideError, Tree, followed, joined, link_to
from workloads.text.location import locate


@dataclass(frozen=True, slots=True)
class DirectReads:
    """What building a kustomization reads, before what it is made of is looked into."""

    files: frozenset[str]
    folders: tuple[str, ...]
    """Folders whose kustomizations it is made of, in the order in which it names them."""
    named: frozenset[str]
    """Folders with a kustomization that it names, whether or not they may be part of it."""
    obstacles: tuple[Obstacle, ...]
    asked: frozenset[str]
    """The other paths that it was looked for at: something else there, or below, may make a difference."""

    def decided_by(self, paths: Set[str]) -> bool:
        """Whether a change at one of these paths, among which are the folders that each stands in, may make a difference."""
        return not (self.files.isdisjoint(paths) and self.asked.isdisjoint(paths))


def direct_reads(
    tree: Tree, folders: Folders, known: Mapping[str, Kustomization], parsed: Kustomization, folder: str
) -> DirectReads:
    """What a kustomization in a folder reads. ``known`` has those of the whole tree, by folder. Linear in what it names."""
    look = _Look(tree, folders, known)
    paths = look.references(parsed, folder)
    named = frozenset(path for path in paths if path in known)
    asked = look.asked.union(named, look.folders)
    return DirectReads(frozenset(look.files), tuple(look.folders), named, tuple(look.obstacles), frozenset(asked))


class _Look:
    """Looks at the references of a kustomization, and of the configurations of plugins that it names."""

    def __init__(self, tree: Tree, folders: Folders, known: Mapping[str, Kustomization]) -> None:
        self._tree = tree
        self._tree_folders = folders
        self._known = known
        self.files: set[str] = set()
        self.folders: list[str] = []
        self.obstacles: list[Obstacle] = []
        self.asked: set[str] = set()

    def references(self, parsed: Kustomization, folder: str) -> list[str]:
        """Take in what one file names as seen from a folder, and say which paths of the tree these are."""
        self.files.add(parsed.file)
        self.obstacles += parsed.obstacles
        paths = []
        for reference in (*parsed.builds, *parsed.files):
            path = _path(folder, reference.path)
            self._reference(path, reference, parsed)
            if path is not None:
                paths.append(path)
        for chart in parsed.charts:
            path = _path(folder, chart)
            if path is not None:
                self.asked.add(path)
                self.files.update(self._tree_folders.every(path))
        return paths

    def _reference(self, path: str | None, reference: Reference, parsed: Kustomization) -> None:
        if is_remote(reference.path):
            if path is not None:
                self.asked.add(path)
            hint = "weighing needs no network: copy it into the repository"
            self._stopped(f"remote: {reference.path[:200]}", hint, reference, parsed)
        elif path is None:
            self._stopped(f"a path that leads out of the repository: {reference.path[:200]}", "", reference, parsed)
        elif path in self._known and reference.plugin:
            hint = "name the files that hold the plugins"
            self._stopped(f"plugins that are built of a folder: {reference.path[:200]}", hint, reference, parsed)
            self.folders.append(path)
        elif path in self._known:
            self.folders.append(path)
        elif self._take(path, reference, parsed) and reference.plugin:
            self._plugin(path)

    def _take(self, path: str, reference: Reference, parsed: Kustomization) -> bool:
        """Take one file in, through links inside the tree; of what cannot be read, the link that leads there."""
        try:
            target = followed(self._tree.links, path)
        except OutsideError:
            self._led(path)
            self._stopped(f"a link that leads out of the repository: {path[:200]}", "", reference, parsed)
            return False
        if target in self._tree.files:
            self.files.add(path)
            self.files.add(target)
            return True
        self._led(path)
        self.files.add(path)
        self.asked.add(target)
        if target not in self._tree_folders:
            self._stopped(f"no such file: {reference.path[:200]}", "", reference, parsed)
        elif target == path:
            self._stopped(f"a folder without a kustomization: {reference.path[:200]}", "", reference, parsed)
        else:
            self._stopped(f"a link to a folder, which is not followed: {reference.path[:200]}", "", reference, parsed)
        return False

    def _led(self, path: str) -> None:
        """Take in the link that a path goes through: a change of it is one of what would be read."""
        link = link_to(self._tree.links, path)
        if link is not None:
            self.files.add(link)

    def _plugin(self, path: str) -> None:
        """Take in what the configuration of a plugin reads."""
        data = self._tree.read(path)
        plugin = parse_plugin(data, path) if data is not None else Kustomization(path)
        self.references(plugin, posixpath.dirname(path))

    def _stopped(self, message: str, hint: str, reference: Reference, parsed: Kustomization) -> None:
        data = self._tree.read(parsed.file) or b""
        line, _ = locate(Origin(parsed.file, source=data), reference.field)
        self.obstacles.append(Obstacle(message, hint, parsed.file, line))


def _path(folder: str, path: str) -> str | None:
    """A path that is named in a folder, from the tree's top; None where it leads out."""
    try:
        return joined(folder, path)
    except OutsideError:
        return None
