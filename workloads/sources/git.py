"""Manifests from two revisions of a Git repository, reading and rendering only what the change between them can affect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from workloads.manifest import Identity, Manifest
from workloads.problem import Problem, Severity
from workloads.reach import Reach
from workloads.rendering.kustomization import NAMES, Kustomization
from workloads.rendering.plan import Directions
from workloads.rendering.revision import repository_name
from workloads.rendering.side import Home, Side
from workloads.sources.file_index import FileIndex
from workloads.sources.files import SUFFIXES, read_member, read_paths
from workloads.sources.git_tree import GitTree
from workloads.sources.linked_change import LinkedChange
from workloads.sources.neighbours import Nearby, neighbours
from workloads.sources.renderer import Renderer
from workloads.sources.rendering import RenderedSide, render_change, told_alike
from workloads.sources.repository import LINK, Repository, Stored
from workloads.sources.same_templates import ReadSide, without_same_templates
from workloads.sources.surroundings import RepositoryFiles
from workloads.text.document import DEFAULT_LIMITS, ReadLimits
from workloads.text.foreign import set_apart, told_where_held
from workloads.text.reader import Reading, read
from workloads.text.template import certain, is_ytt, unrendered
from workloads.trail import Trail

STEPS: Final = 5
"""How far what surrounds a change is followed: from a class of devices to a template of claims, to a workload, to its autoscaler,
to the limits of its namespace."""
MOST_SEARCHED: Final = 20
"""Files that are too large to be read, and are looked through all the same."""


@dataclass(frozen=True, slots=True)
class GitChange:
    """What both sides of a change hold, as far as the change can affect it."""

    before: Reading
    after: Reading
    base: str
    """Full name of the base commit; of the tree without files before the first one."""
    head: str
    """Full name of the head commit; empty for the work tree, ``INDEX`` for what is staged."""
    folder: str
    """Top folder of the repository."""
    tree: GitTree
    """Everything that the base holds, whichever paths the change is limited to."""


def read_change(
    revisions: str,
    paths: Sequence[str] = (),
    folder: str = ".",
    limits: ReadLimits = DEFAULT_LIMITS,
    renderer: Renderer | None = None,
    directions: Directions | None = None,
    index: FileIndex | None = None,
) -> GitChange:
    """Both sides of the change between two revisions. Files are named as seen from the current folder.

    ``A..B`` compares A with B, ``A...B`` where B left A with B, ``A`` alone compares A with the work tree, ``INDEX`` the last
    commit with what is staged. ``paths`` limit which changed files count.

    :raises RepositoryError: when there is no repository or no such revision.
    """
    repository = Repository(folder)
    base, head = repository.resolve(revisions)
    repository.require((base, head), paths)
    files = repository.changed(base, head, paths)
    stored = repository.listing(base)
    tree = GitTree(repository, stored, limits)
    known = RepositoryFiles(repository, base, stored, index or FileIndex(None), limits.size)
    change = _Change(repository, limits)
    ways, with_tools = replace(directions or Directions(), default_branch=repository.default_branch()), renderer or Renderer()
    linked = LinkedChange(tree, tree.after(files), files, ways)
    changed = linked.changed.union(file.path for file in files)
    trees = linked.before, linked.after
    standing = [linked.read(each) for each in trees]
    deploying = known.deploying().union(path for side in standing for path in side if path.endswith(SUFFIXES))
    home = _home(repository, base, deploying, changed)
    with _kustomizations(tree, index or FileIndex(None)) as parsed:
        first = Side(linked.before, linked.directions(linked.before), replace(home, kustomizations=parsed))
        sides = first, first.after(linked.after, linked.directions(linked.after))
    before, after = render_change(*sides, changed, with_tools)
    old, new = _settled(change, trees, standing, (before, after))
    problems = linked.problems(repository.shown, [each for side in sides for each in side.renders])
    old, new = told_alike(old, new + Reading(problems=tuple(problems)))
    around = _Surroundings(change, known, sides[1], after.owned, head, changed, ways, with_tools)
    near = around.of(old.manifests, new.manifests)
    return GitChange(old + near, new + near, base, head, repository.top, tree)


def _home(repository: Repository, base: str, deploying: Set[str], changed: Set[str]) -> Home:
    """What both sides are of: the repository, searched in its base and in what changes, each name once."""
    search = cache(lambda names: repository.holding(base, names) | changed)
    return Home(repository.shown, deploying, frozenset(map(repository_name, repository.remotes())), search=search)


def _settled(
    change: _Change, trees: Sequence[GitTree], standing: Sequence[Mapping[str, Stored]], rendered: Sequence[RenderedSide]
) -> tuple[Reading, Reading]:
    """What both sides hold as it stands, with what was rendered of them, and without the templates that both have."""
    sides = []
    for tree, files, side in zip(trees, standing, rendered, strict=True):
        every = {**{path: tree.stored(path) for path in sorted(side.freed)}, **files}
        read = change.read({path: stored for path, stored in every.items() if path not in side.owned})
        sides.append(ReadSide(tree, {change.repository.shown(path): path for path in every}, side.settled(read)))
    return told_where_held(*without_same_templates(*sides))


@contextmanager
def _kustomizations(tree: GitTree, index: FileIndex) -> Iterator[dict[str, Kustomization | None]]:
    """The kustomizations of a tree that are known by their content; those that are added to them are known from then on."""
    parsed = index.kustomizations({name for path, name in tree.files.items() if path.endswith(NAMES)})
    before_now = set(parsed)
    yield parsed
    index.remember_kustomizations({name: each for name, each in parsed.items() if name not in before_now})


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The unchanged objects that a change affects, or that affect it, as they stand or as they are rendered."""

    change: _Change
    known: RepositoryFiles
    side: Side
    """After the change."""
    owned: frozenset[str]
    """Files whose objects are not to be read as they stand."""
    head: str
    changed: frozenset[str]
    ways: Directions
    renderer: Renderer

    def of(self, old: Sequence[Manifest], new: Sequence[Manifest]) -> Reading:
        """Those of changed objects, and in turn those of what these lead to: devices, their claims, what claims."""
        touched = (*old, *new)
        trail, found, seen = Trail(touched, _unchanged(old, new)), Reading(), self.changed
        open_ = frozenset(self.known.unplaced() | self.known.templates()) - self.changed
        if open_:
            self.side.look_for(open_)
        for _ in range(STEPS):
            words = trail.words()
            near = self._near(words, seen)
            step = self._read(words, near, (*touched, *found.manifests))
            found += step
            if not step.manifests:
                break
            seen |= near.every
            trail.take_in(step.manifests)
        return found

    def _near(self, words: Reach, seen: frozenset[str]) -> Nearby:
        depending = self.change.repository.holding(self.head, words.dependents) | self.known.respelt(words.dependents)
        known, changed = self.known, self.changed
        apart = known.enclosing() - changed, known.unplaced() - changed, known.templates() - changed
        return Nearby(known.around(words) - seen, depending - seen, *apart)

    def _read(self, words: Reach, near: Nearby, known: Sequence[Manifest]) -> Reading:
        owned = self.owned | self.side.deployed
        plain = {path for path in near.every - owned - self.side.attached(near.every) if not self.ways.ignored(path)}
        read = self.change.read_named(self.head, plain)
        return read + neighbours(self.side, near, words, (*known, *read.manifests), self.renderer)


def _unchanged(old: Iterable[Manifest], new: Iterable[Manifest]) -> set[Identity]:
    """What both sides have as it is: a file, or a rendering, holds more than what a change is about."""
    before, after = _bodies(old), _bodies(new)
    return {identity for identity, bodies in after.items() if before.get(identity) == bodies}


def _bodies(manifests: Iterable[Manifest]) -> dict[Identity, list[Mapping[str, object]]]:
    found: dict[Identity, list[Mapping[str, object]]] = {}
    for manifest in manifests:
        found.setdefault(manifest.identity(), []).append(manifest.body)
    return found


class _Change:
    """The files of a change, and those around it, read as they stand."""

    def __init__(self, repository: Repository, limits: ReadLimits) -> None:
        self.repository = repository
        self._limits = limits

    def read(self, files: Mapping[str, Stored]) -> Reading:
        """Files of one side. Git has no object for what differs in the work tree: that is read from disk."""
        manifests = {path: stored for path, stored in files.items() if path.endswith(SUFFIXES)}
        plain = {path: stored for path, stored in manifests.items() if stored.plain}
        links = [path for path, stored in manifests.items() if stored.mode == LINK]
        words = "a link to nothing, or out of the repository: not read"
        reading = Reading(problems=tuple(self._not_read(path, words) for path in links))
        in_git = {path: stored.name for path, stored in plain.items() if not stored.on_disk}
        contents = self.repository.contents(in_git, self._limits.size)
        for path in sorted(plain):
            data = contents.get(path)
            if data is not None:
                reading += self._counted(path, data)
            elif path not in contents:
                reading += certain(read_member(self.repository.shown(path), self._limits))
        return reading + self._large({path: in_git[path] for path, data in contents.items() if data is None})

    def _large(self, files: Mapping[str, str]) -> Reading:
        """Files that are too large to be read, looked through one by one for anything that an object begins with."""
        reading = Reading()
        for number, (path, name) in enumerate(sorted(files.items())):
            most = self._limits.searched if number < MOST_SEARCHED else 0
            data = self.repository.contents({path: name}, most)[path]
            told = self._parsed(path, None)
            reading += told if data is None else set_apart(told, data)
        return reading

    def read_named(self, revision: str, paths: Iterable[str]) -> Reading:
        """Files of a revision by path."""
        listed = sorted(paths)
        if not revision:
            return read_paths([self.repository.shown(path) for path in listed], self._limits)
        reading = Reading()
        objects = {path: f"{revision}:{path}" for path in listed if "\n" not in path}
        for path, data in self.repository.contents(objects, self._limits.size).items():
            reading += self._parsed(path, data)
        return reading

    def _counted(self, path: str, data: bytes) -> Reading:
        """A changed file: of a template that nobody rendered, nothing is known, and what it holds is no object yet."""
        reading, shown = set_apart(self._parsed(path, data), data), self.repository.shown(path)
        return certain(unrendered(reading, shown) if is_ytt(data) else reading)

    def _parsed(self, path: str, data: bytes | None) -> Reading:
        if data is None:
            return Reading(problems=(self._not_read(path, f"larger than {self._limits.size // 1024 // 1024} MiB: not read"),))
        return read(data, self.repository.shown(path), self._limits)

    def _not_read(self, path: str, message: str) -> Problem:
        return Problem(Severity.ERROR, message, self.repository.shown(path))
