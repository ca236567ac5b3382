"""Names that no file spells: those that a rendering makes of its release's name and namespace, of values and of variables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from typing import Final

from workloads.field import one_level_down
from workloads.rendering.kustomization import NAMES
from workloads.rendering.render import Render, Tool
from workloads.rendering.tree import Tree

_VALUE: Final = re.compile(r"""(?:^|[:,\[{=-])[ \t]*["']?([a-z0-9][a-z0-9.-]*)["']?[ \t]*(?=$|[,\]}#\r])""", re.MULTILINE)
"""A value of YAML that may be a name, or a part of one."""
_NAME: Final = re.compile("[a-z0-9][a-z0-9.-]*")
_PART: Final = re.compile("[a-z0-9]+")
_YAML: Final = (".yaml", ".yml")


def telling_files(render: Render) -> list[str]:
    """The files of a rendering that may give names: values of a chart, and kustomizations."""
    if render.tool is Tool.HELM:
        return [path for path in render.files if path.endswith(_YAML) and "templates" not in path.split("/")]
    return [path for path in render.files if posixpath.basename(path) in NAMES]


def may_name(render: Render, tree: Tree, names: Set[str], templates: Iterable[str]) -> bool:
    """Whether a rendering may make one of some names of what it is given, and of what its ``templates`` say beside.

    A name's parts stand on their own in either, and not all of them in the templates: what these spell whole is found there.
    Linear in the files.
    """
    given = _parts(chain(_stated(render), *(_VALUE.findall(_text(tree, path)) for path in telling_files(render))))
    written = given | _parts(_text(tree, path) for path in templates)
    parts = (_parts([name]) for name in names if name)
    return any(each <= written and not each.isdisjoint(given) for each in parts)


def _stated(render: Render) -> Iterator[str]:
    """What a rendering is told beside files: by the object that asks for it, as flags, and as variables."""
    yield from (render.namespace, posixpath.basename(render.folder))
    for argument in render.arguments:
        yield from _VALUE.findall(argument)
    yield from _values(render.source.body)
    if render.variables is not None:
        yield from _values({"": render.variables.values})
    for data in render.made.values():
        yield from _VALUE.findall(data.decode("utf-8", "replace"))


def _values(body: Mapping[str, object]) -> Iterator[str]:
    """Every value in an object that may be a name, or a part of one."""
    level = one_level_down([{"": body}])
    while level:
        for container in level:
            values = container.values() if isinstance(container, dict) else container
            yield from (value for value in values if isinstance(value, str) and _NAME.fullmatch(value))
        level = one_level_down(level)


def _parts(texts: Iterable[str]) -> set[str]:
    return {part for text in texts for part in _PART.findall(text)}


def _text(tree: Tree, path: str) -> str:
    return (tree.read(path) or b"").decode("utf-8", "replace")
