"""What something that is not rendered would be rendered of: every file whose change may change it, as far as its object tells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from workloads.field import mapping, sequence, text
from workloads.manifest import Manifest
from workloads.rendering.chart import CHART
from workloads.rendering.kustomization import NAMES
from workloads.rendering.plan import Plan
from workloads.rendering.world import World

_PATHS: Final = "argocd.argoproj.io/manifest-generate-paths"
"""The annotation that tells which paths an Application is made of: argo-cd.readthedocs.io, high availability."""
_OPEN: Final = re.compile(r"\{\{.*\}\}|[*?\[{].*[*?\]}]|[*?\[{]", re.DOTALL)
"""What of a path only a template or a pattern tells: from the first such place to the last."""
_MANIFESTS: Final = (".yaml", ".yml", ".json")


def territory(plan: Plan, folder: str) -> frozenset[str]:
    """The files in a folder, and those that kustomizations and charts in it are made of. Linear in them."""
    return _whole(plan, plan.folders.every(folder))


def application_territory(application: Manifest, folder: str, world: World) -> frozenset[str]:
    """What a program that renders a folder may read: that folder, and the paths that the Application says it is made of."""
    stated = text(application.body, "metadata", "annotations", _PATHS).split(";")
    found = {folder}
    for path in filter(None, map(str.strip, stated)):
        place = world.path(path.lstrip("/")) if path.startswith("/") else world.path(folder, path)
        found |= {place} if place is not None else set()
    folders = [territory(world.plan, place) for place in found]
    return frozenset(place for place in found if place in world.plan.tree.files).union(*folders)


def set_territory(manifest: Manifest, world: World) -> frozenset[str]:
    """All that the Applications of a set may be made of: what stands under its template's paths, and its files of values."""
    spec = mapping(manifest.body, "spec")
    template = mapping(spec, "template", "spec")
    sources = [each for each in (*sequence(template, "sources"), template.get("source")) if isinstance(each, dict)]
    here = [source for source in sources if _may_be_here(source, world)]
    references = {f"${text(each, 'ref')}": each for each in here if text(each, "ref")}
    generated = list(_patterns(spec.get("generators"), world))
    found: set[str] = set()
    for source in here:
        found |= _under(text(source, "path"), generated, world.plan) if text(source, "path") else set()
    for source in sources:
        for stated in map(str, sequence(source, "helm", "valueFiles")):
            found |= _value_files(stated, source if source in here else None, references, world)
    for pattern in generated:
        found |= _matching(pattern, world.plan)
    return frozenset(found)


def _may_be_here(source: Mapping[str, object], world: World) -> bool:
    """Whether a source of a template is this repository, or may be."""
    address = text(source, "repoURL")
    return not text(source, "chart") and ("{{" in address or world.elsewhere(address) is None)


def _patterns(generators: object, world: World, depth: int = 0) -> Iterator[str]:
    """The patterns by which generators look for files and folders of this repository, those inside others with them."""
    for generator in generators if isinstance(generators, list) and depth < 3 else ():
        git = mapping(generator, "git")
        if git and _may_be_here(git, world):
            listed = (each for key in ("files", "directories") for each in sequence(git, key) if isinstance(each, dict))
            yield from (text(each, "path") for each in listed if text(each, "path") and each.get("exclude") is not True)
        for kind in ("matrix", "merge"):
            yield from _patterns(mapping(generator, kind).get("generators"), world, depth + 1)


def _under(path: str, generated: list[str], plan: Plan) -> set[str]:
    """What stands under a path of a template. One that is wholly a parameter is among what generators look for, or anything."""
    start = _ends(path)[0]
    if start or not _OPEN.search(path):
        return set(_whole(plan, _starting(start, plan, exact=not _OPEN.search(path))))
    if generated:
        starts = [_ends(pattern)[0] for pattern in generated]
        return set(_whole(plan, (file for each in starts for file in _starting(each, plan))))
    return {file for file in plan.tree.files if "/" in file and not file.startswith(".") and file.endswith(_MANIFESTS)}


def _value_files(
    stated: str, source: Mapping[str, object] | None, references: Mapping[str, Mapping[str, object]], world: World
) -> set[str]:
    """The files that may be meant by a file of values in a template."""
    name, _, rest = stated.partition("/")
    if stated.startswith("$"):
        return _matching(rest, world.plan) if name in references else set()
    if source is None or "://" in stated:
        return set()
    if stated.startswith("/"):
        return _matching(stated[1:], world.plan)
    path = text(source, "path")
    if _OPEN.search(path):
        # How deep the path is nobody knows, so that no more is known than how the file is called.
        return _matching("*" + stated.replace("../", ""), world.plan)
    return _matching(posixpath.normpath(posixpath.join(path, stated)), world.plan)


def _matching(pattern: str, plan: Plan) -> set[str]:
    """The files that a path with parameters, or a pattern, may mean: all that begin and end as it does."""
    start, end = _ends(pattern)
    if not _OPEN.search(pattern):
        return {start} & plan.tree.files.keys()
    return {file for file in _starting(start, plan) if file.endswith(end)}


def _ends(pattern: str) -> tuple[str, str]:
    """What of a pattern is known: how it begins, from the tree's top, and how it ends."""
    found = _OPEN.search(pattern)
    start, end = (pattern[: found.start()], pattern[found.end() :]) if found else (pattern, "")
    plain = start.lstrip("/")
    while plain.startswith("./"):
        plain = plain[2:].lstrip("/")
    return ("" if plain == "." else plain), end.removeprefix("/")


def _starting(start: str, plan: Plan, *, exact: bool = False) -> list[str]:
    """The files whose path begins so; with ``exact`` those in the folder of that path."""
    if exact:
        return plan.folders.every(posixpath.normpath(start) if start else "")
    return [file for file in plan.folders.every(posixpath.dirname(start)) if file.startswith(start)]


def _whole(plan: Plan, files: Iterable[str]) -> frozenset[str]:
    """Files with what kustomizations and charts among them are made of."""
    found = set(files)
    for file in tuple(found):
        folder, name = posixpath.split(file)
        if name in NAMES and folder in plan.kustomizations:
            found |= plan.kustomizations.closure(folder).files
        elif name == CHART and folder in plan.charts:
            found |= plan.charts.whole(folder)
    return frozenset(found)
