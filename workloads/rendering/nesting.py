"""Which files of objects that deploy others stand by themselves, and which are rendered by something else before."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workloads.rendering.render import Render, Tool

Of = Mapping[str, Collection[Render]]
"""What the objects of files render, by file."""


def builds(render: Render) -> bool:
    """Whether what stands in the files of a rendering comes of it."""
    return render.tool is not Tool.HELM and not (render.tool is Tool.PLAIN and render.obstacles)


def standing(of: Of, built: frozenset[str]) -> set[str]:
    """The files that nothing else renders. ``built`` are those that kustomizations make something of.

    Of files that render one another the first one stands; so does one that renders itself, as what Flux bootstraps does.
    """
    building = {file: _built(file, renders, of) for file, renders in of.items()}
    own = {file for file, renders in of.items() if any(file in render.files for render in renders if builds(render))}
    below = frozenset().union(*building.values())
    inner = {file for file in of if file in built and file not in own}
    seen = _reached(inner, building)
    found: set[str] = set()
    for file in sorted(of, key=lambda each: (each in below, each)):
        if file not in seen:
            found.add(file)
            seen |= _reached({file}, building)
    return found


def touched(of: Of, changed: frozenset[str]) -> frozenset[str]:
    """The files whose objects render something of what is changed, or of such files themselves."""
    found = frozenset(file for file, renders in of.items() if _reads(renders, changed))
    while more := frozenset(file for file, renders in of.items() if file not in found and _reads(renders, found)):
        found |= more
    return found


def _reads(renders: Collection[Render], files: frozenset[str]) -> bool:
    return any(not files.isdisjoint(render.files) for render in renders)


def _built(file: str, renders: Collection[Render], of: Of) -> frozenset[str]:
    """The other files of such objects that those of a file render."""
    files = frozenset().union(*(render.files for render in renders if builds(render)))
    return frozenset(other for other in of if other in files and other != file)


def _reached(files: set[str], building: Mapping[str, frozenset[str]]) -> set[str]:
    """Files, and all that they render in turn."""
    found, waiting = set(files), list(files)
    while waiting:
        fresh = building[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found
