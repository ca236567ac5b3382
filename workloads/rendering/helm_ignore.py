"""Which files of its folder a chart's ``.helmignore`` keeps Helm from loading: nothing is rendered of them.

Source: helm.sh/docs/chart_template_guide/helm_ignore_file. Its patterns know no ``**``, and one that begins with ``!`` leaves out
all that it does not take.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from workloads.rendering.path_pattern import takes_folder

NAME: Final = ".helmignore"
MOST: Final = 200
"""Patterns that are looked at: each is held against every file, and Python keeps as many compiled."""
_ALWAYS: Final = "templates/.?*"
"""What Helm leaves out whatever the file says."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of the file."""

    pattern: str
    folders: bool
    """Whether it is about folders alone."""
    others: bool
    """Whether it leaves out what it does not take."""
    whole: bool
    """Whether it is held against the path, not only its last part."""

    def leaves_out(self, path: str, *, folder: bool) -> bool:
        """Whether a path from the chart's folder on is left out by it."""
        if self.folders and not folder:
            return self.others
        return takes_folder(self.pattern, path if self.whole else posixpath.basename(path)) is not self.others


@dataclass(frozen=True, slots=True)
class HelmIgnore:
    """The rules of one chart."""

    rules: tuple[_Rule, ...] = ()
    _folders: dict[str, bool] = field(init=False, compare=False, repr=False, default_factory=dict)
    """Of folders that were asked about, whether they are left out."""

    @classmethod
    def of(cls, data: bytes | None) -> HelmIgnore:
        """The rules of a file's bytes; those of every chart where there is none."""
        lines = (data or b"").decode("utf-8", "replace").splitlines()[:MOST]
        stated = (line.strip() for line in lines)
        return cls(tuple(_rules((*(line for line in stated if line and not line.startswith("#")), _ALWAYS))))

    def leaves_out(self, path: str) -> bool:
        """Whether Helm does not load a file, by its path from the chart's folder on: itself, or a folder that it stands in.

        Linear in the rules, and in the folders that were not asked about before.
        """
        parts = path.split("/")
        above = ("/".join(parts[:end]) for end in range(1, len(parts)))
        return self._out(path, folder=False) or any(self._folder_out(each) for each in above)

    def _folder_out(self, folder: str) -> bool:
        if folder not in self._folders:
            self._folders[folder] = self._out(folder, folder=True)
        return self._folders[folder]

    def _out(self, path: str, *, folder: bool) -> bool:
        return any(rule.leaves_out(path, folder=folder) for rule in self.rules)


def _rules(lines: tuple[str, ...]) -> Iterator[_Rule]:
    for line in lines:
        others, pattern = line.startswith("!"), line.removeprefix("!")
        folders, pattern = pattern.endswith("/"), pattern.removesuffix("/")
        if "**" not in line:
            yield _Rule(pattern.removeprefix("/"), folders, others, whole="/" in pattern)
