"""What a change alters at paths that go through links: a link that is turned, or something that is shown elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from workloads.problem import Problem, Severity
from workloads.rendering.plan import Directions
from workloads.rendering.render import Render
from workloads.rendering.tree import inside
from workloads.sources.files import SUFFIXES
from workloads.sources.git_tree import GitTree
from workloads.sources.repository import LINK, SUBMODULE, ChangedFile, Stored

Shown = Callable[[str], str]
"""How a path of the tree is written for whoever reads it."""


@dataclass(frozen=True, slots=True)
class LinkedChange:
    """Both sides of a change, as far as links show more of it than its files."""

    before: GitTree
    after: GitTree
    files: Sequence[ChangedFile]
    """The files that differ where they stand."""
    ways: Directions

    @property
    def changed(self) -> frozenset[str]:
        """The paths at which links show something else than before."""
        old, new = self.before.shown.files, self.after.shown.files
        return frozenset(path for path in old.keys() | new.keys() if self.before.files.get(path) != self.after.files.get(path))

    def read(self, tree: GitTree) -> dict[str, Stored]:
        """What is to be read of one side as it stands, by path.

        A file that links show is read once: where it stands if it is changed itself.
        """
        ours = {file.path: file.before if tree is self.before else file.after for file in self.files}
        standing = {path: stored for path, stored in ours.items() if not self._followed(tree, path, stored)}
        own = {path for path in standing if path.endswith(SUFFIXES) and not self.ways.ignored(path)}
        first = {tree.shown.files.get(path): path for path in sorted(self.changed, reverse=True)}
        shown = {path: tree.stored(path) for real, path in first.items() if real not in own}
        return {path: stored for path, stored in {**standing, **shown}.items() if not self.ways.ignored(path)}

    @staticmethod
    def _followed(tree: GitTree, path: str, stored: Stored) -> bool:
        return stored.mode == LINK and (path in tree.shown.files or path in tree.shown.folders)

    def directions(self, tree: GitTree) -> Directions:
        """How a side is rendered: what a link shows of a folder is not built for its own sake where the folder itself is."""
        touched = [file.path for file in self.files]
        aside = {link for link, folder in tree.shown.folders.items() if self._built_itself(link, folder, touched)}
        if not aside:
            return self.ways
        known = self.ways.aside
        return replace(self.ways, aside=lambda path: known(path) or any(path == link or inside(link, path) for link in aside))

    def _built_itself(self, link: str, folder: str, touched: Sequence[str]) -> bool:
        if self.ways.ignored(folder):
            return False
        turned = self.before.shown.folders.get(link) != self.after.shown.folders.get(link)
        return not turned or any(inside(folder, path) for path in touched)

    def problems(self, shown: Shown, rendered: Iterable[Render]) -> Iterator[Problem]:
        """What nobody can see of the change. A submodule that something is rendered of counts whether or not it is looked at."""
        read = frozenset().union(*(render.files for render in rendered))
        unfollowed = self.before.shown.unfollowed | self.after.shown.unfollowed
        for file in self.files:
            submodule = SUBMODULE in (file.before.mode, file.after.mode)
            if submodule and any(path == file.path or inside(file.path, path) for path in read):
                yield _rendered_of(shown(file.path))
            elif self.ways.ignored(file.path):
                continue
            elif submodule:
                yield _submodule(shown(file.path))
            elif file.path in unfollowed:
                yield _too_much(shown(file.path))


def _submodule(path: str) -> Problem:
    words = "a submodule is changed, and the manifests in it stand in another repository: not read"
    hint = "weigh that change in its own repository; where it holds no manifests, name it under ignore in weighbridge.yaml"
    return Problem(Severity.ERROR, words, path, hint=hint)


def _rendered_of(path: str) -> Problem:
    words = "a submodule is changed that something here is rendered of, and what stands in it is another repository's: not read"
    return Problem(Severity.ERROR, words, path, hint="weigh that change in its own repository, or what is rendered of it")


def _too_much(path: str) -> Problem:
    words = "a link to a folder that holds the link, or too much: what stands there is not read"
    return Problem(Severity.ERROR, words, path, hint="let it lead to a folder of manifests alone")
