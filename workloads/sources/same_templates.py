"""Templates that nothing has rendered, and of which a change alters remarks alone: they will say what they said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from workloads.rendering.tree import Tree
from workloads.text.document import TEMPLATE
from workloads.text.reader import Reading
from workloads.text.remark import without_remarks


@dataclass(frozen=True, slots=True)
class ReadSide:
    """One side of a change, as its files were read."""

    tree: Tree
    paths: Mapping[str, str]
    """Of its files, from the tree's top, by how they are shown."""
    reading: Reading

    @property
    def templates(self) -> Mapping[str, str]:
        """What the templates among them say, as a digest by the name that is shown; without those that cannot be read."""
        names = {problem.file for problem in self.reading.problems if problem.message == TEMPLATE and problem.file in self.paths}
        self.tree.load(self.paths[name] for name in names)
        texts = {name: self.tree.read(self.paths[name]) for name in sorted(names)}
        return {name: _digest(data) for name, data in texts.items() if data is not None}

    def quiet(self, names: Set[str]) -> Reading:
        """What was read, without that some files are templates."""
        kept = (problem for problem in self.reading.problems if problem.message != TEMPLATE or problem.file not in names)
        return replace(self.reading, problems=tuple(kept))


def _digest(data: bytes) -> str:
    return hashlib.sha256(without_remarks(data)).hexdigest()


def without_same_templates(before: ReadSide, after: ReadSide) -> tuple[Reading, Reading]:
    """What was read of both sides, without the templates that say there what they said. Linear in the templates.

    Of one that is moved nobody knows: what renders it may look at one place and not at the other.
    """
    old, new = before.templates, after.templates
    same = {name for name, said in old.items() if new.get(name) == said}
    return before.quiet(same), after.quiet(same)
