"""What something is made of that nobody can render, as far as that may decide what it costs: a change of the rest is none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Set
from typing import Final

import orjson

from workloads.rendering.builds import is_build, without_builds
from workloads.rendering.costless import without_costless
from workloads.rendering.render import Render, Tool
from workloads.rendering.tree import Tree, real_path
from workloads.text.document import read_documents
from workloads.text.remark import without_remarks

_SUFFIXES: Final = (".yaml", ".yml", ".json")
_OF_TEMPLATES: Final = (b"{{", b"{%", b"<%", b"#@")
"""What makes a text a template, in which a remark of YAML may do something."""
_SETTINGS: Final = ("--set", "--set-string")


def unknown_content(render: Render, tree: Tree, changed: Set[str]) -> str:
    """A text that stays as it is where no more changes than remarks, the order of keys, builds of images and what costs nothing.

    ``changed`` are the files that are looked into; of the others, their names in the tree will do. What plugins and Jsonnet
    read says anything to them: there, each byte counts.
    """
    looked_into = changed if render.tool is not Tool.PLAIN else frozenset()
    beside = render.variables, sorted(render.revisions.items()), [each.message for each in render.obstacles]
    parts = (render.tool, render.folder, *_arguments(render), *map(repr, render.layers), *_made(render), repr(beside))
    files = (f"{path}\0{_file(tree, path, looked_into)}" for path in sorted(render.files))
    return hashlib.sha256("\0".join((*parts, *files)).encode("utf-8", "surrogateescape")).hexdigest()


def _arguments(render: Render) -> Iterator[str]:
    flag = ""
    for argument in render.arguments:
        name = argument.partition("=")[0]
        yield name if flag in _SETTINGS and is_build(name) else argument
        flag = argument


def _made(render: Render) -> Iterator[str]:
    for path, data in sorted(render.made.items()):
        try:
            yield f"{path}\0{_written(without_costless(without_builds(orjson.loads(data))))}"
        except orjson.JSONDecodeError:
            yield f"{path}\0{hashlib.sha256(data).hexdigest()}"


def _file(tree: Tree, path: str, looked_into: Set[str]) -> str:
    target = real_path(tree.links, path)
    if target is None:
        return tree.links.get(path, "")
    named = tree.files.get(target, target)
    if looked_into.isdisjoint((path, target)) or not path.endswith(_SUFFIXES):
        return named
    data = tree.read(target)
    return _said(data, path) or named if data is not None else named


def _said(data: bytes, path: str) -> str:
    """What a text says without remarks, builds and what costs nothing; empty where it cannot be read."""
    if any(mark in data for mark in _OF_TEMPLATES):
        return repr(without_remarks(data))
    found = read_documents(data, path)
    return "" if found.problems else _written([without_costless(without_builds(document.value)) for document in found.documents])


def _written(value: object) -> str:
    """A value as text, keys in the order of the alphabet: of objects, their order says nothing."""
    try:
        return json.dumps(value, sort_keys=True, default=repr)
    except (TypeError, ValueError):
        return repr(value)
