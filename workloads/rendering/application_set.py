"""The Applications that an ApplicationSet makes, as far as its generators look at nothing but itself and the repository.

Generators: list, git (directories and files), and matrix of these. Templates: the plain ``{{path.basename}}`` and, with
``goTemplate``, references to fields; what calls functions is not understood, and said to be.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
from workloads.rendering.obstacle import Obstacle
from workloads.rendering.path_pattern import takes
from workloads.rendering.world import World
from workloads.text.document import read_documents

MOST: Final = 1_000
"""Applications of one set."""
_PLAIN: Final = re.compile(r"\{\{\s*([\w.\[\]-]+)\s*\}\}")
_GO: Final = re.compile(r"\{\{-?\s*(?:\.([\w.-]+)|index\s+\.path\.segments\s+(\d+))\s*-?\}\}")
_LEFT: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)

Parameters = Mapping[str, str]


class _UnknownError(Exception):
    """Why nobody can tell here which Applications a set makes."""


def applications(manifest: Manifest, world: World) -> list[Manifest] | Obstacle:
    """The Applications of a set, in the order of its generators; why they are not known, where they are not."""
    spec = mapping(manifest.body, "spec")
    if spec.get("templatePatch"):
        return Obstacle("its templatePatch is not applied")
    try:
        found = [
            _application(manifest, parameters, go=spec.get("goTemplate") is True)
            for generator in sequence(spec, "generators")
            for parameters in _generated(generator, world, spec.get("goTemplate") is True, 0)
        ]
    except _UnknownError as error:
        return Obstacle(str(error), "weigh the Applications that it makes")
    return found if len(found) <= MOST else Obstacle(f"it makes more than {MOST:,} Applications")


def _generated(generator: object, world: World, go: bool, depth: int) -> Iterator[dict[str, str]]:
    """The parameters that a generator makes."""
    stated = generator if isinstance(generator, dict) else {}
    if stated.get("selector") or mapping(stated, "git", "template") or mapping(stated, "list", "template"):
        raise _UnknownError("a generator with a selector or a template of its own")
    if "list" in stated and not text(stated, "list", "elementsYaml"):
        for element in sequence(stated, "list", "elements"):
            yield dict(_flat(element, ""))
    elif "git" in stated:
        yield from _from_git(mapping(stated, "git"), world, go)
    elif "matrix" in stated and depth == 0:
        yield from _matrix(mapping(stated, "matrix"), world, go)
    else:
        raise _UnknownError(f"what its generator {next(iter(stated), 'without a kind')!s:.40} finds is not in the repository")


def _matrix(stated: Mapping[str, object], world: World, go: bool) -> Iterator[dict[str, str]]:
    generators = sequence(stated, "generators")
    if len(generators) != 2 or _LEFT.search(str(generators[1])):
        raise _UnknownError("a matrix whose second generator depends on the first")
    second = list(_generated(generators[1], world, go, 1))
    for one in _generated(generators[0], world, go, 1):
        yield from ({**one, **other} for other in second)


def _from_git(stated: Mapping[str, object], world: World, go: bool) -> Iterator[dict[str, str]]:
    elsewhere = world.elsewhere(text(stated, "repoURL"))
    if elsewhere is not None:
        raise _UnknownError(elsewhere.message)
    values = {f"values.{key}": str(value) for key, value in mapping(stated, "values").items()}
    folders = sequence(stated, "directories")
    for folder in _matching(world.plan.folders.names(), folders) if folders else ():
        yield {**_of_path(folder, go), **values}
    for file in _matching(world.plan.tree.files, sequence(stated, "files")):
        data = world.plan.tree.read(file)
        for document in read_documents(data or b"", file).documents:
            entries = document.value if isinstance(document.value, list) else [document.value]
            for entry in entries:
                yield {**dict(_flat(entry, "")), **_of_path(posixpath.dirname(file), go), **values}


def _matching(paths: Iterable[str], wanted: Sequence[object]) -> list[str]:
    """The paths that a list of patterns takes, without those it excludes. A star takes one part of a path, two take any."""
    kept = [text(each, "path") for each in wanted if not (isinstance(each, dict) and each.get("exclude") is True)]
    out = [text(each, "path") for each in wanted if isinstance(each, dict) and each.get("exclude") is True]
    return [
        path
        for path in sorted(paths)
        if path and any(takes(each, path) for each in kept) and not any(takes(each, path) for each in out)
    ]


def _of_path(folder: str, go: bool) -> dict[str, str]:
    """What a folder is called in templates."""
    name = posixpath.basename(folder)
    normal = re.sub(r"[^a-z0-9.-]", "-", name.lower())
    if not go:
        parts = {f"path[{number}]": part for number, part in enumerate(folder.split("/"))}
        return {"path": folder, "path.basename": name, "path.basenameNormalized": normal, **parts}
    parts = {f"path.segments.{number}": part for number, part in enumerate(folder.split("/"))}
    return {"path.path": folder, "path.basename": name, "path.basenameNormalized": normal, **parts}


def _flat(value: object, prefix: str) -> Iterator[tuple[str, str]]:
    """Nested mappings as dotted names."""
    if not isinstance(value, dict):
        return
    for key, entry in value.items():
        if isinstance(entry, dict):
            yield from _flat(entry, f"{prefix}{key}.")
        elif isinstance(entry, str | int | float | bool):
            yield f"{prefix}{key}", str(entry).lower() if isinstance(entry, bool) else str(entry)


def _application(manifest: Manifest, parameters: Parameters, *, go: bool) -> Manifest:
    template = mapping(manifest.body, "spec", "template")
    filled = _filled(template, parameters, go)
    body = {"apiVersion": manifest.api_version, "kind": "Application", **(filled if isinstance(filled, dict) else {})}
    made = Manifest.of(body, manifest.origin)
    return replace(made, namespace=made.namespace or manifest.namespace)


def _filled(value: object, parameters: Parameters, go: bool) -> object:
    """A template with its parameters filled in, wherever they stand."""
    if isinstance(value, dict):
        return {key: _filled(entry, parameters, go) for key, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, parameters, go) for entry in value]
    return _text(value, parameters, go) if isinstance(value, str) else value


def _text(template: str, parameters: Parameters, go: bool) -> str:
    if "{{" not in template:
        return template

    def value(match: re.Match[str]) -> str:
        name = (match[1] or f"path.segments.{match[2]}") if go else match[1]
        if name not in parameters:
            raise _UnknownError(f"its template names {match[0][:60]}, which no generator gives")
        return parameters[name]

    filled = (_GO if go else _PLAIN).sub(value, template)
    left = _LEFT.search(filled)
    if left:
        raise _UnknownError(f"its template calls functions: {left[0][:60]}")
    return filled
