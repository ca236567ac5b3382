"""What Jsonnet reads beside the files that it is given: all that they import, wherever in the tree that stands.

Source: jsonnet.org/ref/language, import; a path is looked for beside the file that names it, then in the folders of libraries.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from workloads.rendering.tree import OutsideError, Tree, joined, real_path

MOST: Final = 2_000
"""Files that are looked through for what they import."""
_JSONNET: Final = (".jsonnet", ".libsonnet")
_IMPORT: Final = re.compile(rb"\bimport(?:str|bin)?\s*@?(?:\"([^\"\n]+)\"|'([^'\n]+)')")


def with_imported(files: Iterable[str], libraries: Sequence[str], tree: Tree) -> frozenset[str]:
    """Files with all that they import, at any depth. Linear in these.

    What a comment imports is among them: that more is looked at than is read does no harm.
    """
    found = set(files)
    waiting = [file for file in found if file.endswith(_JSONNET)]
    tree.load(waiting)
    for _ in range(MOST):
        if not waiting:
            break
        file = waiting.pop()
        fresh = [path for path in _imported(file, libraries, tree) if path not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def importing(changed: frozenset[str], tree: Tree) -> frozenset[str]:
    """The files that import changed ones, or may, at any depth: what is imported is known by its last name alone.

    Linear in the tree's paths, and in its first files of Jsonnet.
    """
    files = [path for path in tree.files if path.endswith(_JSONNET)][:MOST]
    tree.load(files)
    importers: dict[str, list[str]] = {}
    for file in files:
        for name in map(posixpath.basename, _named(tree.read(file) or b"")):
            importers.setdefault(name, []).append(file)
    found: set[str] = set()
    waiting = list(changed) if importers else []
    while waiting:
        fresh = [file for file in importers.get(posixpath.basename(waiting.pop()), ()) if file not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def _named(data: bytes) -> Iterator[str]:
    """The paths that a text imports, as they are written."""
    return ((match[1] or match[2]).decode("utf-8", "surrogateescape") for match in _IMPORT.finditer(data))


def _imported(file: str, libraries: Sequence[str], tree: Tree) -> Iterator[str]:
    """The files of the tree that one file may mean by what it imports."""
    for named in _named(tree.read(real_path(tree.links, file) or file) or b""):
        for folder in (posixpath.dirname(file), *libraries):
            try:
                path = joined(folder, named)
            except OutsideError:
                continue
            if path in tree.files or path in tree.links:
                yield path
