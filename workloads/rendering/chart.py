"""The charts of a tree: what each is called, which files belong to it, and what it depends on."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workloads.field import sequence, text
from workloads.rendering.tree import Folders, OutsideError, Tree, inside, joined
from workloads.text.reader import parse_document

CHART: Final = "Chart.yaml"
OLD_DEPENDENCIES: Final = "requirements.yaml"
"""Where charts of Helm 2 name what they depend on."""
TRIALS: Final = "ci"
"""The folder of values that chart-testing tries a chart with: nobody runs those."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A chart that another needs."""

    name: str
    version: str
    """A version or a range of them, as it is written."""
    repository: str
    """Address of where it is from; ``file://`` for one beside it; empty for one that is inside."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart."""

    folder: str
    name: str
    library: bool
    """Whether it only holds parts for others."""
    files: frozenset[str]
    """Everything in its folder, but for the values it is tried with."""
    dependencies: tuple[Dependency, ...]

    def holds(self, dependency: Dependency) -> bool:
        """Whether a chart that it needs stands among its own files."""
        start = posixpath.join(self.folder, "charts", dependency.name)
        return any(path.startswith((f"{start}/", f"{start}-")) for path in self.files)


class Charts:
    """The charts of one tree, each read once and only where asked for."""

    def __init__(self, tree: Tree, folders: Folders) -> None:
        self._tree = tree
        self._folders = folders
        self._found = {posixpath.dirname(path) for path in folders.named((CHART,))}
        self._read: dict[str, Chart] = {}

    def __contains__(self, folder: str) -> bool:
        return folder in self._found

    def outermost(self) -> list[str]:
        """The folders of charts that stand in no other chart. What a library holds is not rendered with it."""
        within = {folder: self._above(folder) for folder in self._found}
        self._tree.load(posixpath.join(place, CHART) for places in within.values() for place in places)
        return sorted(folder for folder, places in within.items() if all(self.chart(place).library for place in places))

    def roots(self, among: Sequence[str]) -> list[str]:
        """Those of several that no other of them is made of, such as one that stands beside it."""
        self._tree.load(posixpath.join(folder, CHART) for folder in among)
        needed = {folder: self.beside(folder) for folder in among}
        # Two that need each other are both told: Helm says what is wrong with them.
        parts = {part for folder, parts in needed.items() for part in parts if folder not in needed.get(part, ())}
        return [folder for folder in among if folder not in parts]

    def beside(self, folder: str) -> frozenset[str]:
        """The folders of the charts elsewhere in the tree that a chart is made of."""
        chart = self.chart(folder)
        named = [each for each in chart.dependencies if each.repository.startswith("file://") and not chart.holds(each)]
        return frozenset(
            place for each in named if (place := _place(folder, each.repository)) in self._found and place is not None
        ) - {folder}

    def whole(self, folder: str) -> frozenset[str]:
        """The files of a chart and of all that it is made of."""
        waiting, seen = [folder], {folder}
        while waiting:
            fresh = self.beside(waiting.pop()) - seen
            seen |= fresh
            waiting += fresh
        return frozenset().union(*(self.chart(each).files for each in seen))

    def _above(self, folder: str) -> list[str]:
        """The charts that hold a chart among their own."""
        held = (posixpath.dirname(place) for place in _parents(folder) if posixpath.basename(place) == "charts")
        return [place for place in held if place in self._found]

    def holding(self, path: str) -> list[str]:
        """The folders of charts that a file stands in, outermost first."""
        return [folder for folder in _parents(path) if folder in self._found][::-1]

    def owning(self, path: str) -> str | None:
        """The outermost of these; None where it stands in none."""
        return next(iter(self.holding(path)), None)

    def chart(self, folder: str) -> Chart:
        """One chart. What cannot be read of its description is left out: Helm says what is wrong with it."""
        if folder not in self._read:
            self._read[folder] = self._chart(folder)
        return self._read[folder]

    def _chart(self, folder: str) -> Chart:
        described = self._document(posixpath.join(folder, CHART))
        old = self._document(posixpath.join(folder, OLD_DEPENDENCIES))
        trials = posixpath.join(folder, TRIALS)
        return Chart(
            folder,
            text(described, "name") or posixpath.basename(folder) or "chart",
            text(described, "type") == "library",
            frozenset(path for path in self._folders.every(folder) if not inside(trials, path)),
            (*dependencies(described), *dependencies(old)),
        )

    def _document(self, path: str) -> Mapping[str, object]:
        data = self._tree.read(path) if path in self._tree.files else None
        value, _ = parse_document(data, path) if data is not None else (None, ())
        return value if isinstance(value, dict) else {}


def dependencies(described: Mapping[str, object]) -> Iterator[Dependency]:
    """What the description of a chart says it needs."""
    for entry in sequence(described, "dependencies"):
        if text(entry, "name"):
            yield Dependency(text(entry, "name"), text(entry, "version"), text(entry, "repository"))


def _place(folder: str, address: str) -> str | None:
    """The folder that ``file://`` means, as seen from a chart; None where it leads out of the tree."""
    try:
        return joined(folder, address.removeprefix("file://"))
    except OutsideError:
        return None


def _parents(path: str) -> Iterator[str]:
    """The folders that a file stands in, innermost first."""
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
