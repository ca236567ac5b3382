"""Which files of a chart's folder are the chart's: what Helm takes.

A manifest that stands beside that is no part of it: whoever deploys it does so by itself, and it is weighed as it stands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import Final

from workloads.rendering.chart import CHART, OLD_DEPENDENCIES, TRIALS, Charts
from workloads.rendering.chart_schema import SCHEMA
from workloads.rendering.helm_ignore import NAME as HELM_IGNORE
from workloads.rendering.helm_ignore import HelmIgnore
from workloads.rendering.path_pattern import takes
from workloads.rendering.tree import Folders, Tree, inside
from workloads.text.document import is_template
from workloads.text.pointer import is_pointer
from workloads.text.reader import read

_FOLDERS: Final = frozenset({"templates", "charts"})
"""The folders of a chart that Helm renders: helm.sh/docs/topics/charts, "The Chart File Structure".

What stands in ``crds/`` it installs as it stands, whatever kind it is of.
"""
_NAMES: Final = frozenset({CHART, "Chart.lock", OLD_DEPENDENCIES, "requirements.lock", "values.yaml", SCHEMA})
_MANIFESTS: Final = (".yaml", ".yml", ".json")
_READ_ANYWHERE: Final = "files"
"""The folder in which charts keep, by convention, what their templates read by a name that they work out."""
_REMARK: Final = re.compile(rb"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_TEXT: Final = re.compile(rb'"([^"\n]{1,250})"|`([^`\n]{1,250})`')
_VERB: Final = re.compile(r"%[a-z]")
"""What ``printf`` fills in."""


class ChartFiles:
    """The files of the charts of one tree. What a file, or a template, says is looked at only for files that are asked for."""

    def __init__(self, tree: Tree, folders: Folders, charts: Charts, looked_at: Callable[[str], bool]) -> None:
        """``looked_at`` tells whether the chart of a folder is."""
        self._tree = tree
        self._looked_at = looked_at
        self._folders = folders
        self._charts = charts
        self._named: dict[str, frozenset[str] | None] = {}
        self._left_out: dict[str, HelmIgnore] = {}

    def taken(self, folder: str) -> frozenset[str]:
        """The files that are a chart's by where they stand. Linear in its folder."""
        return frozenset(path for path in self._folders.every(folder) if self._takes(folder, path))

    def of(self, path: str) -> str | None:
        """The outermost chart that a file is part of; None for one that only stands in the folder of a chart, or of none."""
        return next((folder for folder in self._holding(path) if self._part(folder, path)), None)

    def attached(self, paths: Iterable[str], values: frozenset[str]) -> frozenset[str]:
        """Of files in a chart's folder, or that are ``values`` of one, those that are part of it, or no manifests at all."""
        held = [path for path in paths if path.endswith(_MANIFESTS) and (path in values or self._holding(path))]
        self._tree.load(held)
        return frozenset(path for path in held if self.of(path) is not None or not self._manifest(path))

    def _holding(self, path: str) -> list[str]:
        return [folder for folder in self._charts.holding(path) if self._looked_at(folder)]

    def _part(self, folder: str, path: str) -> bool:
        if self._takes(folder, path):
            return True
        return (
            self._template(path)
            if self._charts.chart(folder).library
            else self._read(folder, posixpath.relpath(path, folder or "."))
        )

    def _takes(self, folder: str, path: str) -> bool:
        """Whether Helm takes a file of a chart's folder; what it leaves out is the chart's too where it is no object yet."""
        if not _takes(folder, path, library=self._charts.chart(folder).library):
            return False
        left_out = self._ignored(folder).leaves_out(path[len(folder) + 1 :] if folder else path)
        return not left_out or self._template(path)

    def _ignored(self, folder: str) -> HelmIgnore:
        if folder not in self._left_out:
            file = posixpath.join(folder, HELM_IGNORE)
            self._left_out[folder] = HelmIgnore.of(self._tree.read(file) if file in self._tree.files else None)
        return self._left_out[folder]

    def _template(self, path: str) -> bool:
        """Whether a file that Helm renders nothing of holds parts of templates: as it stands nobody deploys it."""
        return posixpath.basename(path).startswith("_") or is_template(self._tree.read(path) or b"")

    def _read(self, folder: str, name: str) -> bool:
        """Whether a template of a chart reads a file of it, as ``.Files`` lets it."""
        if folder not in self._named:
            self._named[folder] = self._names(folder)
        names = self._named[folder]
        if names is None:
            return False
        return name.startswith(f"{_READ_ANYWHERE}/") or any(takes(each, name) for each in names)

    def _names(self, folder: str) -> frozenset[str] | None:
        """The texts of templates that read files, each of which may name one; None where none reads any."""
        start = posixpath.join(folder, "templates")
        templates = [path for path in self._charts.chart(folder).files if inside(start, path)]
        self._tree.load(templates)
        said = (_REMARK.sub(b"", self._tree.read(path) or b"") for path in templates)
        reading = [data for data in said if b".Files" in data]
        texts = ((match[1] or match[2]).decode("utf-8", "replace") for data in reading for match in _TEXT.finditer(data))
        names = (_VERB.sub("*", text) for text in texts)
        return frozenset(each for each in names if any(map(str.isalnum, each))) if reading else None

    def _manifest(self, path: str) -> bool:
        """Whether a file holds objects, or may: what cannot be read is told where it is."""
        data = self._tree.read(path)
        if data is None or is_pointer(data) or (b"apiVersion" in data and b"kind" in data):
            return True
        return bool(read(data, path).manifests)


def _takes(folder: str, path: str, *, library: bool) -> bool:
    """Whether Helm takes a file of a chart's folder for what it is. Of a library it renders and installs nothing."""
    name = path[len(folder) + 1 :] if folder else path
    first = name.partition("/")[0]
    return name in _NAMES or (first == TRIALS and first != name) or (not library and first in _FOLDERS)
