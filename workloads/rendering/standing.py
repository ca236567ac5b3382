"""Files that stood by themselves before a change and are rendered after it, and those that were rendered and stand now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from workloads.manifest import Manifest
from workloads.rendering.render import Tool
from workloads.rendering.side import Side
from workloads.rendering.tree import inside
from workloads.text.reader import read

_MANIFESTS: Final = (".yaml", ".yml", ".json")


def hidden(side: Side, taken: Iterable[str], rendered: Iterable[Manifest]) -> frozenset[str]:
    """Of files that stood by themselves and no longer do those of which the rendering shows something else than they say.

    ``taken`` are these files, and ``rendered`` is all that is made of the side. Nothing tells that nobody deploys them as
    they stand any more: an overlay may state one pod where the file asks for ninety.
    """
    paths = [path for path in taken if path.endswith(_MANIFESTS)]
    if not paths:
        return frozenset()
    made: dict[tuple[str, str], list[Mapping[str, object]]] = {}
    for manifest in rendered:
        made.setdefault((manifest.kind, manifest.name), []).append(_stated(manifest))
    side.tree.load(paths)
    return frozenset(
        path for path in paths if any(_stated(each) not in made.get((each.kind, each.name), ()) for each in _held(side, path))
    )


def freed(before: Side, after: Side) -> frozenset[str]:
    """The files of what was rendered by itself and is not there any more that stand by themselves after the change."""
    gone = frozenset(each for each in before.plan.alone if not after.plan.holds(*each))
    return frozenset(_of(before, gone)) & after.tree.files.keys() - after.owned if gone else frozenset()


def _of(side: Side, gone: frozenset[tuple[Tool, str]]) -> Iterator[str]:
    renders = (render for render in (*side.plan.kustomized, *side.plan.charted()) if (render.tool, render.folder) in gone)
    for render in renders:
        yield from (path for path in render.own if inside(render.folder, path) and path.endswith(_MANIFESTS))


def _held(side: Side, path: str) -> tuple[Manifest, ...]:
    return tuple(read(side.tree.read(path) or b"", path).manifests)


def _stated(manifest: Manifest) -> Mapping[str, object]:
    """What an object says, beside what it is called and how it is labelled."""
    return {key: value for key, value in manifest.body.items() if key != "metadata"}
