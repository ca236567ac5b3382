"""What other renderings of a repository say of changed objects: an autoscaler, a limit range or a namespace of another root."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from workloads.kinds.registry import find
from workloads.manifest import LOCAL_GROUPS, Identity, Manifest
from workloads.problem import Problem, Severity
from workloads.reach import ENCLOSING_KINDS, NO_NAMESPACE, Reach, affects, depends, tells_of_others
from workloads.rendering.given_names import may_name, telling_files
from workloads.rendering.kustomization import NAMES
from workloads.rendering.render import Render
from workloads.rendering.side import Side
from workloads.sources.renderer import Renderer
from workloads.text.reader import Reading

MOST: Final = 20
"""Renderings that are made for what they say of others."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """Unchanged files that may have to do with a change, whether or not they are objects by themselves."""

    around: Set[str]
    """Those that may affect what is changed, by the names in them."""
    depending: Set[str]
    """Those that what is changed may affect, likewise."""
    enclosing: Set[str]
    """Those of all namespaces and their limits: the namespace may be named elsewhere, by a kustomization."""
    unplaced: Set[str] = frozenset()
    """Of those the limits of a namespace that whoever deploys them names."""
    templates: Set[str] = frozenset()
    """Those that may affect what is changed by a name that they make when they are rendered."""

    @property
    def every(self) -> Set[str]:
        """Those that name what is changed, or are named by it."""
        return self.around | self.depending


def neighbours(side: Side, near: Nearby, words: Reach, known: Sequence[Manifest], renderer: Renderer) -> Reading:
    """The objects of renderings which the change does not reach that affect what it changes, or that this affects.

    What is among ``known`` already, or is made by several renderings, is left out: which of them is meant nobody can tell.
    """
    renders = _concerned(side, near, words, known)
    readings, problems = [], [*_too_many(renders[MOST:])]
    for render, result in zip(renders, renderer.render([(side.tree, render) for render in renders[:MOST]]), strict=False):
        if result.complaint:
            problems.append(_untold(render, result.complaint))
        else:
            side.tree.load(render.files)
            readings.append(side.traced(render, result.text))
    spaces = frozenset(each.namespace for each in known if each.group not in LOCAL_GROUPS)
    rendered = [each for reading in readings for each in reading.manifests]
    affecting = [each for each in rendered if (affects(each) or depends(each, words)) and not _apart(each, spaces)]
    return Reading(tuple(_once(affecting, {each.identity() for each in known})), tuple(problems))


def _concerned(side: Side, near: Nearby, words: Reach, known: Sequence[Manifest]) -> list[Render]:
    """The renderings that read such a file, or may make such a name, which none that was made reads."""
    seen = frozenset().union(*(render.files for render, _ in side.taken))
    found = (near.every if _waiting(words, known) else near.around) - seen
    left = _left(side)
    named = {id(render) for render in left if not found.isdisjoint(render.files)}
    rest = [render for render in left if id(render) not in named]
    named |= _telling(side, rest, near.enclosing - seen, words)
    named |= _making(side, rest, near.unplaced - seen, words.namespaces) | _making(side, rest, near.templates - seen, words.names)
    concerned = [render for render in left if id(render) in named]
    if len(concerned) <= MOST:
        return concerned
    side.tree.load(path for render in concerned for path in _named(render))
    spaces = _encoded(words)
    # Of many, those that name one of these namespaces come first.
    return sorted(concerned, key=lambda render: not any(_holds(side, path, spaces) for path in _named(render)))


def _left(side: Side) -> list[Render]:
    """What can be rendered and was not, without what is deployed otherwise than by its own folder."""
    made = {id(render) for render, _ in side.taken}
    left = [render for render in side.renders if id(render) not in made and not render.obstacles]
    deployed = {(render.tool, render.folder) for render in left if render.source.group not in LOCAL_GROUPS}
    return [each for each in left if each.source.group not in LOCAL_GROUPS or (each.tool, each.folder) not in deployed]


def _telling(side: Side, renders: Sequence[Render], enclosing: Set[str], words: Reach) -> set[int]:
    """Those with a kustomization that names one of the namespaces, by the identity of their value."""
    maybe = [render for render in renders if not enclosing.isdisjoint(render.files)]
    side.tree.load(path for render in maybe for path in _named(render))
    spaces = _encoded(words)
    return {id(render) for render in maybe if any(_holds(side, path, spaces) for path in _named(render))}


def _making(side: Side, renders: Sequence[Render], files: Set[str], names: Set[str]) -> set[int]:
    """Those that may make one of some names of what such a file leaves open, likewise."""
    maybe = [render for render in renders if not files.isdisjoint(render.files)]
    side.tree.load(path for render in maybe for path in (*telling_files(render), *(files & render.files)))
    return {id(render) for render in maybe if may_name(render, side.tree, names, files & render.files)}


def _encoded(words: Reach) -> list[bytes]:
    return [space.encode("utf-8", "replace") for space in words.namespaces if space]


def _waiting(words: Reach, known: Sequence[Manifest]) -> bool:
    """Whether something that is changed is about objects that are not among those at hand."""
    if any(each.kind in ENCLOSING_KINDS for each in known):
        return True
    return not words.dependents <= {each.name for each in known if not tells_of_others(each)}


def _named(render: Render) -> list[str]:
    """The kustomization files of a rendering: one of them may name the namespace of all that it builds."""
    return [path for path in render.files if posixpath.basename(path) in NAMES]


def _holds(side: Side, path: str, spaces: Sequence[bytes]) -> bool:
    data = side.tree.read(path) or b""
    return any(space in data for space in spaces)


def _apart(manifest: Manifest, spaces: Set[str]) -> bool:
    """Whether an autoscaler, or what one may scale, is in a namespace of its own: no autoscaler reaches into another.

    Where something is in no namespace, or in one that is not stated, it may concern every other.
    """
    if NO_NAMESPACE in spaces or not manifest.namespace or manifest.namespace in spaces:
        return False
    kind = find(manifest.group, manifest.kind)
    return kind is not None and (kind.scaler is not None or kind.scale is not None)


def _once(manifests: Sequence[Manifest], known: Set[Identity]) -> list[Manifest]:
    counts = Counter(manifest.identity() for manifest in manifests)
    return [each for each in manifests if counts[each.identity()] == 1 and each.identity() not in known]


def _untold(render: Render, complaint: str) -> Problem:
    words = f"not rendered: {complaint}: what it says of the changed objects is not counted"
    return Problem(Severity.WARNING, words, render.folder or ".", sort="neighbours were not rendered")


def _too_many(renders: Sequence[Render]) -> list[Problem]:
    """That not all were looked at."""
    if not renders:
        return []
    words = f"{len(renders)} more renderings may say something of the changed objects, and were not made: {MOST} are"
    return [Problem(Severity.WARNING, words, renders[0].folder or ".")]
