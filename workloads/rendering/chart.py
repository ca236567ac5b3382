"""The charts of a tree: what each is called, which files belong to it, and what it depends on."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workloads.field import sequence, text
from workloads.rendering.tree import Folders, Tree, inside
from workloads.text.reader import parse_document

CHART: Final = "Chart.yaml"
OLD_DEPENDENCIES: Final = "requirements.yaml"
"""Where charts of Helm 2 name what they depend on."""
_TRIALS: Final = "ci"
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


class Charts:
    """The charts of one tree, each read once and only where asked for."""

    def __init__(self, tree: Tree, folders: Folders) -> None:
        self._tree = tree
        self._folders = folders
        self._found = {posixpath.dirname(path) for path in folders.named((CHART,))}
        self._read: dict[str, Chart] = {}

    def __contains__(self, folder: str) -> bool:
        return folder in self._found

    def roots(self) -> list[str]:
        """The folders of charts that are not part of another."""
        return sorted(folder for folder in self._found if not self._part(folder))

    def _part(self, folder: str) -> bool:
        """Whether a chart stands among those that another one holds."""
        return any(
            posixpath.basename(place) == "charts" and posixpath.dirname(place) in self._found for place in _parents(folder)
        )

    def owning(self, path: str) -> str | None:
        """The folder of the outermost chart that a file belongs to; None where it belongs to none."""
        owners = [folder for folder in _parents(path) if folder in self._found]
        return owners[-1] if owners else None

    def chart(self, folder: str) -> Chart:
        """One chart. What cannot be read of its description is left out: Helm says what is wrong with it."""
        if folder not in self._read:
            self._read[folder] = self._chart(folder)
        return self._read[folder]

    def _chart(self, folder: str) -> Chart:
        described = self._document(posixpath.join(folder, CHART))
        old = self._document(posixpath.join(folder, OLD_DEPENDENCIES))
        trials = posixpath.join(folder, _TRIALS)
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


def _parents(path: str) -> Iterator[str]:
    """The folders that a file stands in, innermost first."""
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
