"""Where rendered objects come from: the file of the repository that each was made of, and the line where it stands there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from workloads.field import mapping, text
from workloads.manifest import Manifest, Origin
from workloads.problem import Problem
from workloads.rendering.kustomize_plan import OVERLAY
from workloads.rendering.pruning import spared
from workloads.rendering.render import TREE, Render, Tool
from workloads.rendering.substitution import substituted
from workloads.rendering.tree import Tree
from workloads.rendering.variables import Variables, excepted, unfilled
from workloads.text.reader import Reading, read

ORIGIN: Final = "config.kubernetes.io/origin"
"""The annotation in which Kustomize tells which file an object is from."""
_PASSED_OVER: Final = b"+argocd:skip-file-rendering"
"""By this in it Argo CD leaves a file out of what it takes as it stands, and nothing else takes files so."""
_HOOK: Final = "helm.sh/hook"
_TRIALS: Final = {"test", "test-success", "test-failure"}
_PATH = re.compile(r"^(?:path|configuredIn): (.+)$", re.MULTILINE)
_SOURCE = re.compile(rb"^# Source: [^/\n]+/(.+)$", re.MULTILINE)

Shown = Callable[[str], str]
"""How a path of the tree is written for whoever reads it."""


class Provenance:
    """Traces the objects of renderings of one tree back to its files, each parsed once."""

    def __init__(self, tree: Tree, shown: Shown) -> None:
        self._tree = tree
        self._shown = shown
        self._parsed: dict[str, Sequence[Manifest]] = {}

    def traced(self, render: Render, output: bytes) -> Reading:
        """What a rendering printed, as objects of the files that they were made of."""
        where = self._shown(render.folder)
        if render.tool is Tool.PLAIN:
            return self._standing(render, where)
        reading = read(output, where) if render.variables is None else _filled(output, where, render.variables)
        own = render.source.origin.file if render.source.origin else render.folder
        manifests = tuple(
            self._of(render, manifest, file or own, where) for manifest, file in self._files(render, reading.manifests, output)
        )
        problems = tuple(_in_output(each, render, where) for each in reading.problems)
        return Reading(manifests, problems, reading.others, 1)

    def _standing(self, render: Render, where: str) -> Reading:
        """The objects of files that are taken as they stand."""
        reading = Reading()
        for path in sorted(render.files):
            data = self._tree.read(path)
            reading += read(data, self._shown(path)) if data is not None and _PASSED_OVER not in data else Reading()
        manifests = tuple(
            replace(
                each,
                namespace=each.namespace or render.namespace,
                origin=_left(_placed(each.origin, render, where), each, render),
            )
            for each in reading.manifests
        )
        return replace(reading, manifests=manifests)

    def _files(self, render: Render, manifests: Sequence[Manifest], output: bytes) -> Iterator[tuple[Manifest, str]]:
        """Each object, without the mark that tells its file, and that file; empty where nothing tells it."""
        if render.tool is Tool.KUSTOMIZE:
            yield from (_unmarked(manifest) for manifest in manifests)
            return
        lines = output.split(b"\n")
        for manifest in manifests:
            if _is_trial(manifest):
                continue
            start = manifest.origin.start if manifest.origin else 1
            found = next((match for line in lines[start - 1 : start + 3] if (match := _SOURCE.match(line))), None)
            path = posixpath.join(render.folder, found[1].decode("utf-8", "replace")) if found else ""
            yield manifest, path if path in self._tree.files else ""

    def _of(self, render: Render, manifest: Manifest, file: str, where: str) -> Manifest:
        """An object with its place in the tree."""
        written = self._written(file, manifest) if render.tool is Tool.KUSTOMIZE else None
        origin = written.origin if written and written.origin else Origin(file)
        origin = _left(_placed(replace(origin, file=self._shown(file)), render, where), manifest, render)
        open_ = render.variables is not None and not excepted(manifest.body)
        unknown = unfilled(manifest.body, render.variables) if open_ and render.variables is not None else ""
        namespace = manifest.namespace or render.namespace
        return replace(manifest, namespace=namespace, origin=origin, unrendered=unknown or None)

    def _written(self, file: str, manifest: Manifest) -> Manifest | None:
        """The object of a file that a rendered one was made of: of its kind, and with most of its name."""
        if file not in self._parsed:
            data = self._tree.read(file) if file in self._tree.files else None
            self._parsed[file] = read(data, file).manifests if data is not None else ()
        alike = [each for each in self._parsed[file] if each.kind == manifest.kind]
        named = [each for each in alike if each.name and each.name in manifest.name]
        return max(named, key=lambda each: len(each.name), default=alike[0] if alike else None)


def _in_output(problem: Problem, render: Render, where: str) -> Problem:
    """What is wrong with what a rendering printed: its lines are of no file, and are told as the output's."""
    line = f"line {problem.line} of what was rendered" if problem.line else ""
    hint = "; ".join(filter(None, (line, problem.hint)))
    message = f"{_placed(None, render, where).rendering}{problem.message}"
    return replace(problem, message=message, line=0, column=0, hint=hint)


def _filled(output: bytes, where: str, variables: Variables) -> Reading:
    """What a rendering printed, with its variables filled in where objects let them be."""
    reading = read(substituted(output, variables), where)
    if not any(excepted(manifest.body) for manifest in reading.manifests):
        return reading
    written = {manifest.identity(): manifest for manifest in read(output, where).manifests if excepted(manifest.body)}
    manifests = tuple(written.get(manifest.identity(), manifest) for manifest in reading.manifests)
    return replace(reading, manifests=manifests)


def _placed(origin: Origin | None, render: Render, where: str) -> Origin:
    """A place, with what was rendered there and for whom."""
    found = origin or Origin(where)
    return replace(found, root=where, variant=render.variant, asked=render.asked, cluster=render.cluster)


def _left(origin: Origin, manifest: Manifest, render: Render) -> Origin:
    """A place, with why an object goes on running when its source no longer has it."""
    why = render.unpruned or (spared(manifest, render.source) if render.unpruned is not None else "")
    return replace(origin, unpruned=why) if why else origin


def _is_trial(manifest: Manifest) -> bool:
    """Whether an object runs only where somebody calls ``helm test``."""
    hooks = {hook.strip() for hook in text(manifest.body, "metadata", "annotations", _HOOK).split(",")}
    return hooks <= _TRIALS


def _unmarked(manifest: Manifest) -> tuple[Manifest, str]:
    """An object of Kustomize without its mark, and the file that the mark tells."""
    marks = mapping(manifest.body, "metadata", "annotations")
    told = _PATH.search(text(marks, ORIGIN))
    if ORIGIN not in marks:
        return manifest, ""
    left = {name: value for name, value in marks.items() if name != ORIGIN}
    metadata = {key: value for key, value in mapping(manifest.body, "metadata").items() if key != "annotations"}
    body: Mapping[str, object] = {**manifest.body, "metadata": {**metadata, **({"annotations": left} if left else {})}}
    path = posixpath.normpath(posixpath.join(OVERLAY, told[1].strip("'\""))) if told else ""
    return replace(manifest, body=body), path.removeprefix(f"{TREE}/") if path.startswith(f"{TREE}/") else ""
