"""Every file that building a kustomization reads, found by parsing alone, and what stands in its way."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from workloads.manifest import Origin
from workloads.rendering.kustomization import (
    NAMES,
    Kustomization,
    Reference,
    is_remote,
    parse_kustomization,
    parse_plugin,
)
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.tree import Folders, OutsideError, Tree, followed, inside, joined, link_to, real_path
from workloads.text.location import locate
from workloads.text.reader import parse_document

MOST_FILES: Final = 20_000
"""Files that one rendering may read."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What one kustomization reads, its bases and components with it."""

    files: frozenset[str]
    folders: frozenset[str]
    """Folders whose kustomizations are part of it, its own among them."""
    obstacles: tuple[Obstacle, ...] = ()


class Kustomizations:
    """The kustomizations of one tree, each parsed once."""

    def __init__(self, tree: Tree, folders: Folders, known: MutableMapping[str, Kustomization | None] | None = None) -> None:
        """``known`` is what was parsed before, by digest of the content; what is parsed here is added."""
        self._tree = tree
        self._folders = folders
        self._known = known if known is not None else {}
        found = folders.named(NAMES)
        tree.load(path for path in found if tree.files.get(path) not in self._known)
        self._parsed: dict[str, Kustomization] = {}
        for file in sorted(found, key=lambda path: NAMES.index(posixpath.basename(path))):
            self._parse(file)
        self._closures: dict[str, Closure] = {}

    def _parse(self, file: str) -> None:
        folder, digest = posixpath.dirname(file), self._tree.files.get(file, "")
        if digest and digest in self._known:
            known = self._known[digest]
            if known is not None:
                self._parsed.setdefault(folder, replace(known, file=file))
            return
        data = self._tree.read(file)
        if data is None:
            self._parsed.setdefault(folder, Kustomization(file, obstacles=(Obstacle("too large: not read", file=file),)))
            return
        parsed = parse_kustomization(data, file)
        if digest and (parsed is None or not parsed.obstacles):
            self._known[digest] = parsed
        if parsed is not None:
            self._parsed.setdefault(folder, parsed)

    def __contains__(self, folder: str) -> bool:
        return folder in self._parsed

    def file(self, folder: str) -> str:
        """The kustomization file of a folder; where it has none, that which it would have."""
        return self._parsed[folder].file if folder in self._parsed else posixpath.join(folder, NAMES[0])

    def document(self, folder: str) -> Mapping[str, object]:
        """What the kustomization of a folder says; nothing where it has none, or cannot be read."""
        file = real_path(self._tree.links, self.file(folder)) if folder in self._parsed else None
        document, _ = parse_document(self._tree.read(file) or b"", file) if file else (None, ())
        return document if isinstance(document, dict) else {}

    def holds(self, path: str) -> bool:
        """Whether a folder of the tree is at a path."""
        return path in self._folders

    def roots(self, scope: str = "") -> list[str]:
        """The folders that are built for their own sake: no other kustomization is made of them, and they are no component.

        ``scope`` is the folder that is looked at: whatever is made of what stands in it elsewhere, there it is not.
        """
        here = [folder for folder in self._parsed if folder == scope or inside(scope, folder)]
        parts = {part for folder in here for part in self._parts(folder) if part != folder}
        return sorted(folder for folder in here if not self._parsed[folder].component and folder not in parts)

    def below(self, folder: str) -> list[str]:
        """The outermost folders in a folder that have a kustomization."""
        found: list[str] = []
        for each in sorted(self._parsed):
            if inside(folder, each) and not any(inside(other, each) for other in found):
                found.append(each)
        return found

    def components(self) -> set[str]:
        """The folders of components, which nothing builds by themselves."""
        return {folder for folder, parsed in self._parsed.items() if parsed.component}

    def _parts(self, folder: str) -> Iterator[str]:
        """The folders that a kustomization names."""
        for reference in (*self._parsed[folder].builds, *self._parsed[folder].files):
            try:
                path = joined(folder, reference.path)
            except OutsideError:
                continue
            if path in self._parsed:
                yield path

    @cached_property
    def linked(self) -> Mapping[str, str]:
        """Of the folders that links show to kustomizations which are made of them: the file there, by the path that is named."""
        if not self._tree.links:
            return {}
        named = {part for folder in self._parsed for part in self._parts(folder)}
        real = {path: real_path(self._tree.links, path) for path in named}
        return {path: self._parsed[folder].file for path, folder in real.items() if folder in self._parsed and folder != path}

    def closure(self, folder: str) -> Closure:
        """Everything that building a folder reads. Linear in it; worked out once for each folder."""
        if folder not in self._closures:
            walk = _Walk(self._tree, self._folders, self._parsed)
            walk.folder(folder)
            self._closures[folder] = Closure(frozenset(walk.files), frozenset(walk.folders), tuple(walk.obstacles))
        return self._closures[folder]

    def naming(self, folder: str, paths: Iterable[str]) -> Closure:
        """What a folder reads when it names files of these paths besides its own."""
        walk = _Walk(self._tree, self._folders, self._parsed)
        naming = Kustomization(self.file(folder), files=tuple(Reference(path, ()) for path in paths))
        folders = frozenset(walk.kustomization(naming, folder))
        obstacles = tuple(replace(each, file="", line=0) for each in walk.obstacles)
        return Closure(frozenset(walk.files) - {naming.file}, folders, obstacles)


class _Walk:
    """Follows the references of one kustomization."""

    def __init__(self, tree: Tree, folders: Folders, parsed: dict[str, Kustomization]) -> None:
        self._tree = tree
        self._folders = folders
        self._parsed = parsed
        self._open: set[str] = set()
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self.obstacles: list[Obstacle] = []

    def folder(self, root: str) -> None:
        """Take in a folder's kustomization, and those it is made of. Without recursion: a chain of bases may be long."""
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            if folder in self.folders or len(self.files) > MOST_FILES:
                continue
            self.folders.add(folder)
            waiting += self.kustomization(self._parsed[folder], folder)
        if len(self.files) > MOST_FILES:
            self.obstacles.append(Obstacle(f"it reads more than {MOST_FILES:,} files"))

    def kustomization(self, parsed: Kustomization, folder: str) -> Iterator[str]:
        """Take in what one kustomization reads; the folders that it is made of are still to be taken in."""
        self.files.add(parsed.file)
        self.obstacles += parsed.obstacles
        for reference in (*parsed.builds, *parsed.files):
            path = self._resolved(reference, parsed, folder)
            if path is None:
                continue
            if path in self._parsed and reference.plugin:
                hint = "name the files that hold the plugins"
                self._stopped(f"plugins that are built of a folder: {reference.path[:200]}", hint, reference, parsed)
            elif path in self._parsed:
                yield path
            elif self._take(path, reference, parsed) and reference.plugin:
                yield from self._plugin(path)
        for chart in parsed.charts:
            with suppress(OutsideError):
                self.files.update(self._folders.every(joined(folder, chart)))

    def _resolved(self, reference: Reference, parsed: Kustomization, folder: str) -> str | None:
        """The path that a reference means, as far as one is meant inside the tree."""
        if is_remote(reference.path):
            hint = "weighing needs no network: copy it into the repository"
            self._stopped(f"remote: {reference.path[:200]}", hint, reference, parsed)
            return None
        try:
            return joined(folder, reference.path)
        except OutsideError:
            self._stopped(f"a path that leads out of the repository: {reference.path[:200]}", "", reference, parsed)
            return None

    def _take(self, path: str, reference: Reference, parsed: Kustomization) -> bool:
        """Take one file in, through links inside the tree; of what cannot be read, the link that leads there."""
        try:
            target = followed(self._tree.links, path)
        except OutsideError:
            self._led(path)
            self._stopped(f"a link that leads out of the repository: {path[:200]}", "", reference, parsed)
            return False
        if target in self._tree.files:
            self.files |= {path, target}
            return True
        self._led(path)
        self.files.add(path)
        if target not in self._folders:
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

    def _plugin(self, path: str) -> Iterator[str]:
        """Take in what the configuration of a plugin reads."""
        data = self._tree.read(path)
        plugin = parse_plugin(data, path) if data is not None else Kustomization(path)
        yield from self.kustomization(plugin, posixpath.dirname(path))

    def _stopped(self, message: str, hint: str, reference: Reference, parsed: Kustomization) -> None:
        data = self._tree.read(parsed.file) or b""
        line, _ = locate(Origin(parsed.file, source=data), reference.field)
        self.obstacles.append(Obstacle(message, hint, parsed.file, line))
