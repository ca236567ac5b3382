"""Every file that building a kustomization reads, found by parsing alone, and what stands in its way."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from workloads.rendering.direct_reads import DirectReads, direct_reads
from workloads.rendering.kustomization import NAMES, Kustomization, Reference, parse_kustomization
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.tree import Folders, Tree, differing, inside, real_path, with_folders
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


def _another(taken: str, file: str) -> Obstacle:
    words = f"a second kustomization file, {posixpath.basename(file)}: Kustomize builds neither"
    return Obstacle(words, f"keep {posixpath.basename(taken)} alone", file)


class Kustomizations:
    """The kustomizations of one tree, each parsed once."""

    def __init__(
        self,
        tree: Tree,
        folders: Folders,
        known: MutableMapping[str, Kustomization | None] | None = None,
        earlier: Kustomizations | None = None,
        aside: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """``known`` is what was parsed before, by digest of the content; what is parsed here is added.

        ``earlier`` are those of the tree before a change, which has the same links and of which the same files are looked at.
        What the change makes no difference to is taken over from there. ``aside`` tells which kustomization files are no roots:
        they are read as parts of others only.
        """
        self.tree = tree
        self._folders = folders
        self._known = known if known is not None else {}
        self._earlier = earlier
        self._aside = aside
        self._changed = with_folders(differing(earlier.tree, tree)) if earlier is not None else frozenset()
        self.parsed: dict[str, Kustomization] = {}
        """By folder."""
        if earlier is not None:
            self.parsed.update((folder, each) for folder, each in earlier.parsed.items() if folder not in self._changed)
        self._parse(path for path in folders.named(NAMES) if posixpath.dirname(path) not in self.parsed)
        self._reads: dict[str, DirectReads] = {}
        self._closures: dict[str, Closure] = {}

    def _parse(self, files: Iterable[str]) -> None:
        """Parse several. Of a folder with more than one Kustomize builds nothing."""
        listed = sorted(files, key=lambda path: NAMES.index(posixpath.basename(path)))
        self.tree.load(path for path in listed if self.tree.files.get(path) not in self._known)
        for file in listed:
            parsed = self._of(file)
            if parsed is not None:
                folder = posixpath.dirname(file)
                known = self.parsed.setdefault(folder, parsed)
                if known.file != file:
                    self.parsed[folder] = replace(known, obstacles=(*known.obstacles, _another(known.file, file)))

    def _of(self, file: str) -> Kustomization | None:
        digest = self.tree.files.get(file, "")
        if digest and digest in self._known:
            known = self._known[digest]
            return replace(known, file=file) if known is not None else None
        data = self.tree.read(file)
        if data is None:
            return Kustomization(file, obstacles=(Obstacle("too large: not read", file=file),))
        parsed = parse_kustomization(data, file)
        if digest and (parsed is None or not parsed.obstacles):
            self._known[digest] = parsed
        return parsed

    def __contains__(self, folder: str) -> bool:
        return folder in self.parsed

    def file(self, folder: str) -> str:
        """The kustomization file of a folder; where it has none, that which it would have."""
        return self.parsed[folder].file if folder in self.parsed else posixpath.join(folder, NAMES[0])

    def document(self, folder: str) -> Mapping[str, object]:
        """What the kustomization of a folder says; nothing where it has none, or cannot be read."""
        file = real_path(self.tree.links, self.file(folder)) if folder in self.parsed else None
        document, _ = parse_document(self.tree.read(file) or b"", file) if file else (None, ())
        return document if isinstance(document, dict) else {}

    def holds(self, path: str) -> bool:
        """Whether a folder of the tree is at a path."""
        return path in self._folders

    def roots(self, scope: str = "") -> list[str]:
        """The folders that are built for their own sake: no other kustomization is made of them, and they are no component.

        ``scope`` is the folder that is looked at: whatever is made of what stands in it elsewhere, there it is not.
        """
        here = [folder for folder in self._looked_at() if folder == scope or inside(scope, folder)]
        parts = {part for folder in here for part in self.direct(folder).named if part != folder}
        return sorted(folder for folder in here if not self.parsed[folder].component and folder not in parts)

    def below(self, folder: str) -> list[str]:
        """The outermost folders in a folder that have a kustomization."""
        found: list[str] = []
        for each in sorted(self._looked_at()):
            if inside(folder, each) and not any(inside(other, each) for other in found):
                found.append(each)
        return found

    def components(self) -> set[str]:
        """The folders of components, which nothing builds by themselves."""
        return {folder for folder in self._looked_at() if self.parsed[folder].component}

    def _looked_at(self) -> list[str]:
        return [folder for folder, parsed in self.parsed.items() if not self._aside(parsed.file)]

    @cached_property
    def linked(self) -> Mapping[str, str]:
        """Of the folders that links show to kustomizations which are made of them: the file there, by the path that is named."""
        if not self.tree.links:
            return {}
        named = frozenset().union(*(self.direct(folder).named for folder in self.parsed))
        real = {path: real_path(self.tree.links, path) for path in named}
        return {path: self.parsed[folder].file for path, folder in real.items() if folder in self.parsed and folder != path}

    def direct(self, folder: str) -> DirectReads:
        """What a folder's own kustomization reads. Linear in it; worked out once for each folder."""
        if folder not in self._reads:
            self._reads[folder] = self._kept_direct(folder) or self._looked(folder)
        return self._reads[folder]

    def _kept_direct(self, folder: str) -> DirectReads | None:
        """What a kustomization read before the change, if that makes no difference to it."""
        if self._earlier is None or folder in self._changed:
            return None
        found = self._earlier.direct(folder)
        return None if found.decided_by(self._changed) else found

    def _looked(self, folder: str) -> DirectReads:
        return direct_reads(self.tree, self._folders, self.parsed, self.parsed[folder], folder)

    def closure(self, folder: str) -> Closure:
        """Everything that building a folder reads. Linear in it; worked out once for each folder."""
        if folder not in self._closures:
            self._closures[folder] = self._kept(folder) or self._walked(folder)
        return self._closures[folder]

    def naming(self, folder: str, paths: Iterable[str]) -> Closure:
        """What a folder reads when it names files of these paths besides its own."""
        naming = Kustomization(self.file(folder), files=tuple(Reference(path, ()) for path in paths))
        reads = direct_reads(self.tree, self._folders, self.parsed, naming, folder)
        obstacles = tuple(replace(each, file="", line=0) for each in reads.obstacles)
        return Closure(reads.files - {naming.file}, frozenset(reads.folders), obstacles)

    def _kept(self, folder: str) -> Closure | None:
        """What was read before the change, if all that it is made of reads the same after it."""
        if self._earlier is None or folder not in self._earlier:
            return None
        found, earlier = self._earlier.closure(folder), self._earlier
        same = all(each in self and self.direct(each) is earlier.direct(each) for each in found.folders)
        return found if same else None

    def _walked(self, root: str) -> Closure:
        """What a folder's kustomization reads, and those it is made of. Without recursion: a chain of bases may be long."""
        files: set[str] = set()
        folders: set[str] = set()
        obstacles: list[Obstacle] = []
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            if folder not in folders and len(files) <= MOST_FILES:
                reads = self.direct(folder)
                folders.add(folder)
                files |= reads.files
                obstacles += reads.obstacles
                waiting += reads.folders
        if len(files) > MOST_FILES:
            obstacles.append(Obstacle(f"it reads more than {MOST_FILES:,} files"))
        return Closure(frozenset(files), frozenset(folders), tuple(obstacles))
